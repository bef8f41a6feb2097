import Base
import Foundation
import Glibc

/// A running child process.
///
/// Two threads serve it: one blocks until it ends, the other moves its input and output, keeps
/// its time limits and reaps it. Nothing blocks the cooperative pool. When the child ends, what is
/// left of its process group is killed.
package final class Child: Sendable {
    /// What happens to standard output.
    package enum OutputPolicy: Sendable {
        /// Keep all; a child that writes more than this is killed.
        case collect(limitBytes: Int)
        /// Keep the end.
        case tail
    }

    package let program: Program
    package let processID: Int32
    let state: Lock<State>
    /// A byte in this pipe wakes the thread that moves input and output.
    let wake: Pipe

    struct State {
        var output: [UInt8] = []
        var errors: [UInt8] = []
        var termination: Termination?
        var outgrown = false
        var timedOut = false
        var deadline: ContinuousClock.Instant?
        var killAt: ContinuousClock.Instant?
        var waiters: [CheckedContinuation<Termination, Never>] = []
    }

    /// How much is kept of standard error, and of an output of which only the end is kept.
    static let tailBytes = 16_384
    /// From a polite end to a killing one, after the time limit.
    static let graceAfterTimeout = Duration.seconds(2)

    private init(program: Program, processID: Int32, wake: Pipe, deadline: Duration?) {
        self.program = program
        self.processID = processID
        self.wake = wake
        state = Lock(State(deadline: deadline.map { ContinuousClock.now + $0 }))
    }

    /// Starts the program, gives it the input, and calls `onLine` with each line of its output.
    ///
    /// `timeLimit` is wall-clock time; after it the child is asked to stop, then killed.
    package static func start(
        _ program: Program, input: [UInt8] = [], output: OutputPolicy = .tail,
        timeLimit: Duration? = nil, onLine: (@Sendable (String) -> Void)? = nil
    ) async throws(ProcessFault) -> Child {
        try await start(
            program, input: input, output: output, files: (nil, nil), timeLimit: timeLimit,
            onLine: onLine)
    }

    /// As above; a file, where given, takes the place of the pipe.
    static func start(
        _ program: Program, input: [UInt8] = [], output: OutputPolicy = .tail,
        files: (input: Int32?, output: Int32?), timeLimit: Duration?,
        onLine: (@Sendable (String) -> Void)? = nil
    ) async throws(ProcessFault) -> Child {
        let stdin = try Pipe(program)
        let stdout = try Pipe(program)
        let stderr = try Pipe(program)
        let wake = try Pipe(program)
        defer {
            stdin.closeRead()
            stdout.closeWrite()
            stderr.closeWrite()
        }
        let processID = try await Spawner.shared.spawn(
            program, input: files.input ?? stdin.read, output: files.output ?? stdout.write,
            errors: stderr.write)
        let child = Child(
            program: program, processID: processID, wake: wake, deadline: timeLimit)
        let pump = ChildPump(
            child: child, input: input, policy: output, stdin: stdin, stdout: stdout,
            stderr: stderr, onLine: onLine)
        startThread("child \(program.name)") { pump.run() }
        startThread("wait \(program.name)") { child.blockUntilEnded() }
        return child
    }

    /// Waits until it has ended and is reaped.
    package func wait() async -> Termination {
        await withCheckedContinuation { continuation in
            let ended = state.withLock { state in
                if state.termination == nil { state.waiters.append(continuation) }
                return state.termination
            }
            if let ended { continuation.resume(returning: ended) }
        }
    }

    /// How it ended, or nil while it runs.
    package var termination: Termination? { state.withLock { $0.termination } }

    /// Sends a signal, unless it has ended.
    package func send(_ signal: Signal) {
        // Under the lock, because after reaping the number may belong to somebody else.
        state.withLock { state in
            if state.termination == nil { _ = kill(processID, signal.number) }
        }
    }

    /// Asks it to stop, kills it after the grace, and waits until it is gone.
    @discardableResult
    package func stop(grace: Duration = .seconds(5)) async -> Termination {
        requestStop(grace: grace)
        return await wait()
    }

    func requestStop(grace: Duration) {
        state.withLock { $0.killAt = ContinuousClock.now + grace }
        send(program.stopSignal)
        wake.poke()
    }

    /// The last lines of its standard error, for a person.
    package var lastLines: String {
        let bytes = state.withLock { $0.errors }
        let lines = String(decoding: bytes, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: true)
        return lines.suffix(12).joined(separator: "\n")
    }

    /// What is kept of its standard output.
    package var output: [UInt8] { state.withLock { $0.output } }

    private func blockUntilEnded() {
        var info = siginfo_t()
        while waitid(P_PID, id_t(processID), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        wake.finish()
    }
}

extension Signal {
    var number: Int32 {
        switch self {
        case .terminate: SIGTERM
        case .interrupt: SIGINT
        case .quit: SIGQUIT
        case .kill: SIGKILL
        }
    }
}

func startThread(_ name: String, _ body: @escaping @Sendable () -> Void) {
    let thread = Thread(block: body)
    thread.name = name
    thread.stackSize = 512 << 10
    thread.start()
}
