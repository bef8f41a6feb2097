import Base
import Foundation
import Postgres

/// What a worker knows of leases under which nobody works any more, and ends.
///
/// A lease lapses by itself, but only when its whole time is over, and meanwhile a customer waits.
/// Three kinds of them can be told at once: those of a worker that is dead (nobody holds its lock,
/// see `outbox_missing_workers`), those of a claim whose answer was lost, and those of jobs that
/// could not be released. A worker that is only silent keeps its leases until they lapse.
final class LeaseWatch: Sendable {
    /// Names the worker in its leases and is the lock that shows its life; nil for one without a
    /// session of its own, whose leases only lapse.
    let worker: Int64?
    private let patience: Duration
    private let state = Lock(State())

    /// Claims that may have been made although their answers never came, by their tokens, and jobs
    /// that are not worked on any more although their leases say so.
    struct Lost: Sendable {
        var claims: [UUID] = []
        var jobs: [Lease] = []
    }

    private struct State {
        /// Since when a worker has not been seen.
        var missing: [Int64: Instant] = [:]
        var lost = Lost()
    }

    static let claimLimit = 64
    static let jobLimit = 1_000

    init(worker: Int64?, patience: Duration) {
        self.worker = worker
        self.patience = patience
    }

    func lose(claim token: UUID) {
        state.withLock { state in
            state.lost.claims = (state.lost.claims + [token]).suffix(LeaseWatch.claimLimit)
        }
    }

    func lose(_ lease: Lease) {
        state.withLock { state in
            state.lost.jobs = (state.lost.jobs + [lease]).suffix(LeaseWatch.jobLimit)
        }
    }

    /// What is known to be lost now.
    var lost: Lost { state.withLock { $0.lost } }

    /// Ends leases under which nobody works, in the caller's transaction; gives the lanes that have
    /// work again.
    func end(_ lost: Lost, at now: Instant, in connection: PostgresConnection) throws -> [String] {
        let missing = try connection.query("select outbox_missing_workers(\(worker))")
            .map { try $0.decode(at: 0, as: Int64.self) }
        return try connection.query(
            """
            select outbox_end_leases(\(now), \(gone(missing, at: now)), \(lost.claims),
                \(lost.jobs.map(\.token)), \(lost.jobs.map(\.job.uuid)))
            """
        ).map { try $0.decode(at: 0, as: String.self) }
    }

    /// The transaction is committed: the jobs are done with. Claims are remembered, since a server
    /// that hangs may carry one out when it comes back.
    func forget(_ ended: Lost) {
        state.withLock { state in
            state.lost.jobs.removeAll { lease in
                ended.jobs.contains { $0.token == lease.token && $0.job == lease.job }
            }
        }
    }

    /// Those that are missing for longer than a session may take to be opened again.
    private func gone(_ missing: [Int64], at now: Instant) -> [Int64] {
        state.withLock { state in
            let known = state.missing
            state.missing = Dictionary(
                missing.map { ($0, known[$0] ?? now) }, uniquingKeysWith: { first, _ in first })
            return state.missing.filter { now - $0.value >= patience }.map(\.key).sorted()
        }
    }
}
