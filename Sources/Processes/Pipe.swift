import Base
import CLinux
import Glibc

/// A pipe whose ends are closed once, by hand or with the last owner.
final class Pipe: Sendable {
    let read: Int32
    let write: Int32
    private let open = Lock((read: true, write: true))

    /// Both ends close on exec; our ends of a child's pipes are made non-blocking by their reader.
    init(_ program: Program) throws(ProcessFault) {
        var ends: [Int32] = [0, 0]
        guard pipe2(&ends, O_CLOEXEC) == 0 else {
            throw .cannotStart(program: program.name, code: errno)
        }
        (read, write) = (ends[0], ends[1])
    }

    deinit {
        closeRead()
        closeWrite()
    }

    func closeRead() {
        open.withLock { open in
            if open.read { close(read) }
            open.read = false
        }
    }

    func closeWrite() {
        open.withLock { open in
            if open.write { close(write) }
            open.write = false
        }
    }

    /// Wakes the reader: something is to be looked at.
    func poke() {
        open.withLock { open in
            guard open.write else { return }
            var byte: UInt8 = 1
            // A full pipe wakes as well, so a failed write is no loss.
            _ = Glibc.write(write, &byte, 1)
        }
    }

    /// Wakes the reader for the last time.
    func finish() { closeWrite() }
}
