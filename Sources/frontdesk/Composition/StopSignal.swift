import Foundation
import Glibc
import Synchronization

/// Turns SIGTERM and SIGINT into the end of a wait; a second one ends the process at once.
///
/// Blocking the signals would not do: libraries start threads before our first line runs. So the
/// handler writes one byte into a pipe, which is all that a handler may do, and a thread reads it.
struct StopSignal: Sendable {
    private let signals: AsyncStream<UInt8>

    /// Only one for each process.
    init() {
        var ends: [Int32] = [-1, -1]
        precondition(pipe(&ends) == 0, "no pipe at the start of the process")
        let reading = ends[0]
        stopSignalPipe.store(ends[1], ordering: .releasing)
        signal(SIGTERM, noteSignal)
        signal(SIGINT, noteSignal)
        let (stream, continuation) = AsyncStream.makeStream(of: UInt8.self)
        signals = stream
        let thread = Thread {
            var byte: UInt8 = 0
            while read(reading, &byte, 1) != 1 {}
            continuation.yield(byte)
            while read(reading, &byte, 1) != 1 {}
            // Children end with us, by their death signal.
            _exit(128 + Int32(byte))
        }
        thread.name = "signals"
        thread.stackSize = 256 << 10
        thread.start()
    }

    /// Returns with the first signal, or when the task is cancelled.
    func wait() async {
        for await _ in signals { return }
    }
}

private let stopSignalPipe = Atomic<Int32>(-1)

private func noteSignal(_ number: Int32) {
    let before = errno
    var byte = UInt8(truncatingIfNeeded: number)
    _ = write(stopSignalPipe.load(ordering: .acquiring), &byte, 1)
    errno = before
}

/// Thrown inside a group of services to end them all in order.
struct Stopped: Error {}
