import Base
import Glibc

/// Moves the input and output of one child on a thread of its own, and ends it when its time is up.
struct ChildPump: Sendable {
    let child: Child
    let input: [UInt8]
    let policy: Child.OutputPolicy
    let stdin: Pipe
    let stdout: Pipe
    let stderr: Pipe
    let onLine: (@Sendable (String) -> Void)?

    /// How long output is still read after the child ended, if a grandchild holds the pipes.
    private static let drainTime = Duration.milliseconds(250)
    private static let chunkBytes = 65_536
    /// Longer lines are given in pieces.
    private static let lineBytes = 65_536

    private struct Progress {
        var written = 0
        var inputOpen = true
        var outputOpen = true
        var errorsOpen = true
        var drainUntil: ContinuousClock.Instant?
        var line: [UInt8] = []
    }

    func run() {
        blockBrokenPipeSignal()
        for descriptor in [stdin.write, stdout.read, stderr.read, child.wake.read] {
            _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        }
        _ = fcntl(child.wake.write, F_SETFL, O_NONBLOCK)
        var progress = Progress()
        if input.isEmpty { closeInput(&progress) }
        while !isDone(progress) { step(&progress) }
        if !progress.line.isEmpty { onLine?(String(decoding: progress.line, as: UTF8.self)) }
        reap()
    }

    private func isDone(_ progress: Progress) -> Bool {
        guard let drainUntil = progress.drainUntil else { return false }
        return !(progress.outputOpen || progress.errorsOpen) || ContinuousClock.now >= drainUntil
    }

    private func step(_ progress: inout Progress) {
        var watched = [
            // A negative number is skipped by poll.
            pollfd(fd: progress.drainUntil == nil ? child.wake.read : -1, events: read, revents: 0),
            pollfd(fd: progress.outputOpen ? stdout.read : -1, events: read, revents: 0),
            pollfd(fd: progress.errorsOpen ? stderr.read : -1, events: read, revents: 0),
            pollfd(fd: progress.inputOpen ? stdin.write : -1, events: write, revents: 0),
        ]
        _ = poll(&watched, nfds_t(watched.count), waitMilliseconds(progress))
        if watched[1].revents != 0 { readOutput(&progress) }
        if watched[2].revents != 0 { readErrors(&progress) }
        if watched[3].revents != 0 { writeInput(&progress) }
        if watched[0].revents != 0, drainWake() {
            progress.drainUntil = .now + Self.drainTime
            // What the child left running would hold the pipes, and outlive us. The child is not
            // reaped yet, so the number of its group is still its own.
            _ = kill(-child.processID, SIGKILL)
        }
        keepTime()
    }

    private var read: Int16 { Int16(POLLIN) }
    private var write: Int16 { Int16(POLLOUT) }

    private func waitMilliseconds(_ progress: Progress) -> Int32 {
        let times = child.state.withLock { [$0.deadline, $0.killAt] } + [progress.drainUntil]
        guard let next = times.compactMap({ $0 }).min() else { return -1 }
        let left = next - .now
        let milliseconds =
            left.components.seconds * 1000
            + left.components.attoseconds / 1_000_000_000_000_000
        return Int32(clamping: max(0, milliseconds + 1))
    }

    /// Empties the wake pipe; true when the child has ended.
    private func drainWake() -> Bool {
        var bytes = [UInt8](repeating: 0, count: 64)
        while true {
            let count = Glibc.read(child.wake.read, &bytes, bytes.count)
            if count == 0 { return true }
            if count < 0 { return false }
        }
    }

    private func readOutput(_ progress: inout Progress) {
        guard let bytes = nextBytes(stdout, &progress.outputOpen) else { return }
        let outgrown = child.state.withLock { state in
            switch policy {
            case .tail: keepTail(&state.output, bytes)
            case .collect(let limit):
                state.outgrown = state.outgrown || state.output.count + bytes.count > limit
                if !state.outgrown { state.output += bytes }
            }
            return state.outgrown
        }
        if outgrown { child.send(.kill) }
        if onLine != nil { splitLines(bytes, &progress) }
    }

    private func splitLines(_ bytes: [UInt8], _ progress: inout Progress) {
        for byte in bytes {
            if byte == UInt8(ascii: "\n") || progress.line.count >= Self.lineBytes {
                onLine?(String(decoding: progress.line, as: UTF8.self))
                progress.line.removeAll(keepingCapacity: true)
            }
            if byte != UInt8(ascii: "\n") { progress.line.append(byte) }
        }
    }

    private func readErrors(_ progress: inout Progress) {
        guard let bytes = nextBytes(stderr, &progress.errorsOpen) else { return }
        child.state.withLock { keepTail(&$0.errors, bytes) }
    }

    private func keepTail(_ kept: inout [UInt8], _ bytes: [UInt8]) {
        kept += bytes
        if kept.count > Child.tailBytes { kept.removeFirst(kept.count - Child.tailBytes) }
    }

    /// The next bytes of a pipe; closes it at its end.
    private func nextBytes(_ pipe: Pipe, _ isOpen: inout Bool) -> [UInt8]? {
        var end = false
        let bytes = [UInt8](unsafeUninitializedCapacity: Self.chunkBytes) { buffer, count in
            let result = Glibc.read(pipe.read, buffer.baseAddress, Self.chunkBytes)
            end = result == 0 || result < 0 && errno != EAGAIN && errno != EINTR
            count = max(0, result)
        }
        if end {
            isOpen = false
            pipe.closeRead()
        }
        return bytes.isEmpty ? nil : bytes
    }

    private func writeInput(_ progress: inout Progress) {
        let count = input.withUnsafeBytes { bytes in
            Glibc.write(
                stdin.write, bytes.baseAddress! + progress.written, bytes.count - progress.written)
        }
        if count > 0 { progress.written += count }
        // A child need not read all of its input.
        let broken = count < 0 && errno != EAGAIN && errno != EINTR
        if broken || progress.written == input.count { closeInput(&progress) }
    }

    private func closeInput(_ progress: inout Progress) {
        progress.inputOpen = false
        stdin.closeWrite()
    }

    private func keepTime() {
        let now = ContinuousClock.now
        let (late, mustDie) = child.state.withLock { state in
            let late = state.deadline.map { now >= $0 } ?? false
            let mustDie = state.killAt.map { now >= $0 } ?? false
            if late {
                state.deadline = nil
                state.timedOut = true
            }
            if mustDie { state.killAt = nil }
            return (late, mustDie)
        }
        if late { child.requestStop(grace: Child.graceAfterTimeout) }
        if mustDie { child.send(.kill) }
    }

    private func reap() {
        let waiters = child.state.withLock { state in
            var status: Int32 = 0
            while waitpid(child.processID, &status, 0) < 0, errno == EINTR {}
            // The layout of a wait status on Linux: low seven bits the signal, then the code.
            let signal = status & 0x7F
            state.termination =
                signal == 0 ? .exited(code: status >> 8 & 0xFF) : .signalled(signal: signal)
            defer { state.waiters = [] }
            return state.waiters
        }
        let termination = child.termination ?? .signalled(signal: SIGKILL)
        for waiter in waiters { waiter.resume(returning: termination) }
    }
}

/// Writing to a child that has closed its input must be an error of the thread, not our end.
func blockBrokenPipeSignal() {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
}
