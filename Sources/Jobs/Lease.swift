package import Base
import Foundation
package import Postgres

/// The right to work on a job for a while; another worker takes over when it lapses.
package struct Lease: Sendable {
    package let job: ID<Job>
    let token: UUID
    private let now: @Sendable () -> Instant

    init(job: ID<Job>, token: UUID, now: @escaping @Sendable () -> Instant) {
        self.job = job
        self.token = token
        self.now = now
    }

    /// Marks the job done in the caller's transaction, so that result and completion are one.
    ///
    /// Throws `LeaseLost` when another worker has it: the transaction must then be rolled back,
    /// which letting the error pass does.
    package func finish(in connection: PostgresConnection) throws {
        let done: Bool = try connection.query(
            "select outbox_finish(\(job), \(token), \(now()))"
        ).one().decode(at: 0)
        guard done else { throw LeaseLost() }
    }

    /// Makes sure, until the caller's transaction ends, that the job is ours and stays ours.
    ///
    /// For work of several transactions: each of them begins with this, so that a worker that was
    /// silent for too long cannot mix its steps with those of its successor. Runs under the
    /// workspace of the job. Throws `LeaseLost`.
    package func hold(in connection: PostgresConnection) throws {
        let held = try connection.query(
            """
            select id from outbox where id = \(job) and lease_token = \(token)
                and state = 'running' for update
            """)
        guard held.count == 1 else { throw LeaseLost() }
    }

    func extend(to until: Instant, in connection: PostgresConnection) throws {
        let ours: Bool = try connection.query(
            "select outbox_extend(\(job), \(token), \(until))"
        ).one().decode(at: 0)
        guard ours else { throw LeaseLost() }
    }

    /// Ends the lease with what became of the job; false when it is not ours any more.
    func release(_ outcome: JobOutcome, in connection: PostgresConnection) throws -> Bool {
        let (runAfter, error, parked, counted): (Instant?, String?, Bool, Bool) =
            switch outcome {
            case .lost, .release: (nil, nil, false, false)
            case .later(let time): (time, nil, false, false)
            case .retry(let until, let error): (until, error, false, true)
            case .park(let error): (nil, error, true, true)
            }
        return try connection.query(
            """
            select outbox_release(\(job), \(token), \(runAfter), \(error), \(parked), \(counted))
            """
        ).one().decode(at: 0)
    }
}

/// The lease lapsed and the job is another worker's, or done by it.
package struct LeaseLost: Fault {
    package init() {}
    package var retryable: Bool { false }
}
