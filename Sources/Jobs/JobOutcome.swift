package import Base

/// Thrown by a handler: no further attempt can help, a person must look.
package struct PermanentFailure: Error {
    /// Shown to staff; holds no personal text.
    package let reason: String

    package init(reason: String) {
        self.reason = reason
    }
}

/// Thrown by a handler: not now but later, and this attempt does not count.
package struct RetryLater: Error {
    package let at: Instant

    package init(at: Instant) {
        self.at = at
    }
}

/// What becomes of a job whose handler threw.
enum JobOutcome: Equatable {
    /// Nothing: the lease is another worker's now.
    case lost
    /// Back to the queue as if it had not begun.
    case release
    /// Back to the queue for a later time, without counting the attempt.
    case later(Instant)
    case retry(Instant, error: String)
    case park(error: String)

    init(
        _ error: any Error, job: Job, handler: JobHandler, cancelled: Bool, now: Instant,
        fraction: Double
    ) {
        let text = JobOutcome.describe(error)
        switch error {
        case is LeaseLost: self = .lost
        case let later as RetryLater: self = .later(later.at)
        case is PermanentFailure, is any Refusal: self = .park(error: text)
        // Another attempt reads the same bytes.
        case is DecodingError: self = .park(error: text)
        case _ where cancelled || error is CancellationError: self = .release
        case let fault as any Fault where !fault.retryable: self = .park(error: text)
        case _ where job.attempts >= handler.attempts: self = .park(error: text)
        default:
            let wait = handler.backoff.wait(afterAttempt: job.attempts, fraction: fraction)
            self = .retry(now + wait, error: text)
        }
    }

    /// Codes and kinds only: an error that we do not know may quote a person's words.
    static func describe(_ error: any Error) -> String {
        switch error {
        case let failure as PermanentFailure: String(failure.reason.prefix(500))
        case let refusal as any Refusal: refusal.code
        case is DecodingError: "what was stored for it cannot be read"
        case let fault as any Fault: String(String(describing: fault).prefix(500))
        default: String(describing: type(of: error))
        }
    }

    /// For the metrics.
    var word: String {
        switch self {
        case .lost: "lost"
        case .release: "released"
        case .later: "postponed"
        case .retry: "retried"
        case .park: "parked"
        }
    }
}
