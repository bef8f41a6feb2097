package import Base
import Foundation
package import Postgres

/// Runs the jobs of several lanes, each with its own concurrency.
///
/// It is woken by notifications and, since those can be missed, looks by itself every `poll`.
/// Cancelling `run` stops claiming, cancels the handlers and gives their jobs back.
package struct Worker: Service {
    package let name = "worker"
    private let pool: PostgresPool
    private let listening: PostgresOptions?
    private let lanes: [Lane]
    private let world: World
    private let logger: Logger
    private let metrics: Metrics
    private let poll: Duration
    private let leases: LeaseWatch

    /// How long another worker may be without its session before its leases are ended.
    package static let patience = Duration.seconds(3)

    /// `listening` opens one more session for notifications, which also shows that this worker is
    /// alive; without it there is only polling, and leases end by lapsing.
    ///
    /// - Parameter patience: zero where no other process can work on this database, so that what is
    ///   leased at the start is surely nobody's.
    package init(
        pool: PostgresPool, listening: PostgresOptions?, lanes: [Lane], world: World,
        logger: Logger = .silent, metrics: Metrics = Metrics(), poll: Duration = .seconds(2),
        patience: Duration = Worker.patience
    ) {
        self.pool = pool
        self.listening = listening
        self.lanes = lanes
        self.world = world
        self.logger = logger
        self.metrics = metrics
        self.poll = poll
        let number = world.randomBytes(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        leases = LeaseWatch(
            worker: listening == nil ? nil : Int64(number >> 1), patience: patience)
    }

    package func run() async throws {
        let bells = Dictionary(
            lanes.map { ($0.name, Bell()) }, uniquingKeysWith: { first, _ in first })
        await withDiscardingTaskGroup { group in
            group.addTask { await self.listen(bells) }
            group.addTask { await self.tick(bells) }
            for lane in lanes {
                guard let bell = bells[lane.name] else { continue }
                group.addTask { await self.serve(lane, bell) }
            }
        }
    }

    private func listen(_ bells: [String: Bell]) async {
        guard let listening else { return }
        let events = PostgresListener.events(
            listening, channels: [Outbox.channel], holding: leases.worker)
        for await event in events {
            switch event {
            case .notification(_, let lane): bells[lane]?.ring()
            case .gap: for bell in bells.values { bell.ring() }
            }
        }
    }

    /// Rings for what nobody announces: jobs that become due, leases that lapse, lost notices.
    private func tick(_ bells: [String: Bell]) async {
        while !Task.isCancelled {
            await clear(bells)
            for bell in bells.values { bell.ring() }
            // Only cancellation throws here, and the loop sees it.
            try? await world.sleep(poll)
        }
    }

    /// Ends leases that nobody works under, and drops what is too late; when the database is away,
    /// the next look does it.
    private func clear(_ bells: [String: Bell]) async {
        let now = world.now()
        let lost = leases.lost
        let leases = leases
        let lanes = lanes.map(\.name)
        do {
            let (expired, freed) = try await pool.transaction { connection in
                (
                    try Outbox.expire(lanes: lanes, at: now, in: connection),
                    try leases.end(lost, at: now, in: connection)
                )
            }
            leases.forget(lost)
            for dropped in expired {
                let labels = ["lane": dropped.lane, "kind": dropped.kind, "outcome": "expired"]
                metrics.count("jobs", by: Double(dropped.count), labels)
            }
            for lane in freed { logger.notice("dead leases have ended", ["lane": .text(lane)]) }
        } catch {
            logger.debug("could not look after leases", ["error": .failure(error)])
        }
    }

    private func serve(_ lane: Lane, _ bell: Bell) async {
        let running = Lock(0)
        await withDiscardingTaskGroup { group in
            for await _ in bell.rings {
                while !Task.isCancelled {
                    let free = lane.concurrency - running.withLock { $0 }
                    guard free > 0 else { break }
                    let claimed = await claim(lane, free)
                    for (job, lease) in claimed {
                        running.withLock { $0 += 1 }
                        group.addTask {
                            await self.perform(job, lease, lane)
                            running.withLock { $0 -= 1 }
                            bell.ring()
                        }
                    }
                    guard !claimed.isEmpty else { break }
                }
            }
        }
    }

    /// Takes up to `count` jobs; none when the database is away, which the next ring tries again.
    private func claim(_ lane: Lane, _ count: Int) async -> [(Job, Lease)] {
        let token = world.uuid()
        let now = world.now()
        let worker = leases.worker
        do {
            // Shielded: a claim that was made must be known, or its jobs wait for their leases.
            return try await pool.run(shielded: true) { connection in
                try connection.query(
                    """
                    select * from outbox_claim(\(lane.name), \(now), \(now + lane.lease), \(token),
                        \(Int32(count)), \(Int32(lane.attempts)), \(worker))
                    """
                ).map(Job.init(row:))
            }.sorted { ($0.runAfter, $0.id) < ($1.runAfter, $1.id) }
                .map { ($0, Lease(job: $0.id, token: token, now: world.now)) }
        } catch {
            // The server may have made the claim, or make it once it is back.
            if error.isOutcomeUnknown { leases.lose(claim: token) }
            logger.debug(
                "could not claim jobs", ["lane": .text(lane.name), "error": .failure(error)])
            return []
        }
    }

    private func perform(_ job: Job, _ lease: Lease, _ lane: Lane) async {
        let begun = world.now()
        var outcome = "done"
        do {
            try await PostgresPool.patiently {
                try await withHeartbeat(lease, lane) { try await lane.handle(job, lease) }
            }
            try await pool.run(shielded: true) { try lease.finish(in: $0) }
        } catch {
            outcome = await settle(error, job, lease, lane)
        }
        let labels = ["lane": lane.name, "kind": job.kind]
        metrics.observe("job_seconds", world.now() - begun, labels)
        metrics.count("jobs", labels.merging(["outcome": outcome]) { own, _ in own })
    }

    /// Says what becomes of a job whose handler threw; the word is for the metrics.
    private func settle(
        _ error: any Error, _ job: Job, _ lease: Lease, _ lane: Lane
    ) async -> String {
        let verdict = Verdict(
            error, job: job, lane: lane, cancelled: Task.isCancelled, now: world.now(),
            fraction: world.fraction())
        logger.debug(
            "a job did not finish",
            [
                "lane": .text(lane.name), "kind": .text(job.kind), "job": .text("\(job.id)"),
                "verdict": .text(verdict.word), "error": .text(Verdict.describe(error)),
            ])
        guard verdict != .lost else { return verdict.word }
        switch await giveBack(verdict, lease) {
        case true?: return verdict.word
        case nil: leases.lose(lease)
        case false?: break
        }
        return Verdict.lost.word
    }

    /// Gives the job back; false when it is not ours any more, nil when nobody could be told.
    ///
    /// The database may be away, which is often why the handler failed: trying until it is back
    /// spares the job the wait for its lease to lapse, which is what happens otherwise.
    private func giveBack(_ verdict: Verdict, _ lease: Lease) async -> Bool? {
        for _ in 0..<Worker.givingBackTries {
            do {
                return try await pool.run(shielded: true) { connection in
                    try lease.giveBack(verdict, in: connection)
                }
            } catch let error as PostgresError where error.retryable {
                if Task.isCancelled { return nil }
                // Only cancellation throws here, and the loop sees it.
                try? await world.sleep(Worker.givingBackPause)
            } catch {
                return nil
            }
        }
        return nil
    }

    private static let givingBackTries = 120
    private static let givingBackPause = Duration.milliseconds(250)

    /// Runs the body while extending the lease; ends with `LeaseLost` when that fails.
    private func withHeartbeat(
        _ lease: Lease, _ lane: Lane, _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await body()
                return true
            }
            group.addTask {
                try await self.beat(lease, lane)
                return false
            }
            defer { group.cancelAll() }
            // A heartbeat that ends first was cancelled; the handler still says how it went.
            while let handled = try await group.next(), !handled {}
        }
    }

    /// Throws when the lease is lost, returns when the task is cancelled.
    private func beat(_ lease: Lease, _ lane: Lane) async throws {
        var until = world.now() + lane.lease
        while true {
            // Only cancellation throws here.
            try? await world.sleep(lane.lease / 3)
            if Task.isCancelled { return }
            let next = world.now() + lane.lease
            do {
                try await pool.run { try lease.extend(to: next, in: $0) }
                until = next
            } catch is CancellationError {
                return
            } catch let error as PostgresError where error.retryable {
                // The database may be back before the lease is over.
                if world.now() >= until { throw LeaseLost() }
            }
        }
    }
}

extension Verdict {
    var word: String {
        switch self {
        case .lost: "lost"
        case .release: "released"
        case .postpone: "postponed"
        case .retry: "retried"
        case .park: "parked"
        }
    }
}

extension Error {
    /// Whether the database may have done what was asked although it did not say so.
    fileprivate var isOutcomeUnknown: Bool {
        switch self as? PostgresError {
        case .disconnected(outcomeUnknown: true), .deadlineExceeded: true
        default: false
        }
    }
}

/// Says that there may be work; many rings before anybody listens are one.
private final class Bell: Sendable {
    let rings: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (rings, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func ring() { continuation.yield() }
}
