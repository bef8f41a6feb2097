import Base

/// Why a child process or a place on disk cannot serve.
package enum ProcessFault: Fault, Equatable, CustomStringConvertible {
    /// The file is not there or may not be run.
    case notExecutable(path: String)
    /// The system refused to start it; `code` is an errno.
    case cannotStart(program: String, code: Int32)
    case timedOut(program: String, limit: Duration)
    case outputTooLarge(program: String, limitBytes: Int)
    /// It ended otherwise than asked; `lastLines` is the end of its standard error.
    case ended(program: String, Termination, lastLines: String)
    case notReady(program: String, limit: Duration, lastLines: String)
    case cancelled(program: String)
    /// A folder or file cannot be used, and what to do about it.
    case place(path: String, problem: String)

    package var retryable: Bool {
        switch self {
        case .notExecutable, .outputTooLarge, .cancelled, .place: false
        case .cannotStart, .timedOut, .ended, .notReady: true
        }
    }

    package var description: String {
        switch self {
        case .notExecutable(let path): "\(path) is not there or may not be run"
        case .cannotStart(let program, let code): "\(program) cannot be started (errno \(code))"
        case .timedOut(let program, let limit): "\(program) took longer than \(limit)"
        case .outputTooLarge(let program, let limit): "\(program) wrote more than \(limit) bytes"
        case .ended(let program, let how, let lines): "\(program) \(how). \(lines)"
        case .notReady(let program, let limit, let lines):
            "\(program) was not ready within \(limit). \(lines)"
        case .cancelled(let program): "\(program) was stopped because nobody waits for it any more"
        case .place(let path, let problem): "\(path): \(problem)"
        }
    }
}

/// How a process ended.
package enum Termination: Sendable, Hashable, CustomStringConvertible {
    case exited(code: Int32)
    case signalled(signal: Int32)

    package var succeeded: Bool { self == .exited(code: 0) }

    package var description: String {
        switch self {
        case .exited(let code): "ended with code \(code)"
        case .signalled(let signal): "was ended by signal \(signal)"
        }
    }
}
