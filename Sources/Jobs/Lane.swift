package import Base

/// One kind of work with a capacity of its own, so that an import never starves a reply.
package struct Lane: Sendable {
    package typealias Handler = @Sendable (Job, Lease) async throws -> Void

    package let name: String
    /// How many jobs of this lane a worker runs at once.
    package let concurrency: Int
    /// How long a silent worker keeps a job; a living one extends it three times as often.
    package let lease: Duration
    /// After so many attempts a job is parked for a person.
    package let attempts: Int
    package let backoff: Backoff
    package let handle: Handler

    /// The handler's return finishes the job; to make result and completion one transaction it
    /// calls `lease.finish(in:)` itself. Throwing retries with back-off, except that a `Refusal`, a
    /// `DecodingError`, a fault that is not retryable and a `Parking` park the job at once.
    package init(
        _ name: String, concurrency: Int, lease: Duration = .seconds(60), attempts: Int = 8,
        backoff: Backoff = Backoff(), handle: @escaping Handler
    ) {
        precondition(concurrency > 0 && attempts > 0 && lease > .zero, "a lane that cannot work")
        self.name = name
        self.concurrency = concurrency
        self.lease = lease
        self.attempts = attempts
        self.backoff = backoff
        self.handle = handle
    }
}

/// Exponential waiting between attempts, bounded, with jitter so that failures do not march in step.
package struct Backoff: Sendable {
    package let first: Duration
    package let longest: Duration

    package init(first: Duration = .seconds(2), longest: Duration = .minutes(10)) {
        self.first = first
        self.longest = longest
    }

    /// The wait after this attempt (1, 2, …); `fraction` in 0 ..< 1 chooses in its upper half.
    package func wait(afterAttempt attempt: Int, fraction: Double) -> Duration {
        var wait = first
        for _ in 1..<max(attempt, 1) where wait < longest { wait = wait * 2 }
        return min(wait, longest) * (0.5 + fraction / 2)
    }
}

/// Thrown by a handler: no further attempt can help, a person must look.
package struct Parking: Error {
    /// Shown to staff; holds no personal text.
    package let reason: String

    package init(reason: String) {
        self.reason = reason
    }
}

/// Thrown by a handler: not now but later, and this attempt does not count.
package struct Postponement: Error {
    package let until: Instant

    package init(until: Instant) {
        self.until = until
    }
}

/// What becomes of a job whose handler threw.
enum Verdict: Equatable {
    /// Nothing: the lease is another worker's now.
    case lost
    /// Back to the queue as if it had not begun.
    case release
    case postpone(Instant)
    case retry(Instant, error: String)
    case park(error: String)

    init(
        _ error: any Error, job: Job, lane: Lane, cancelled: Bool, now: Instant, fraction: Double
    ) {
        let text = Verdict.describe(error)
        switch error {
        case is LeaseLost: self = .lost
        case let postponement as Postponement: self = .postpone(postponement.until)
        case is Parking, is any Refusal: self = .park(error: text)
        // Another attempt reads the same bytes.
        case is DecodingError: self = .park(error: text)
        case _ where cancelled || error is CancellationError: self = .release
        case let fault as any Fault where !fault.retryable: self = .park(error: text)
        case _ where job.attempts >= lane.attempts: self = .park(error: text)
        default:
            let wait = lane.backoff.wait(afterAttempt: job.attempts, fraction: fraction)
            self = .retry(now + wait, error: text)
        }
    }

    /// Codes and kinds only: an error that we do not know may quote a person's words.
    static func describe(_ error: any Error) -> String {
        switch error {
        case let parking as Parking: String(parking.reason.prefix(500))
        case let refusal as any Refusal: refusal.code
        case let fault as any Fault: String(String(describing: fault).prefix(500))
        default: String(describing: type(of: error))
        }
    }
}
