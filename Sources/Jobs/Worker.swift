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

    /// `listening` opens one more session for notifications; without it there is only polling.
    package init(
        pool: PostgresPool, listening: PostgresOptions?, lanes: [Lane], world: World,
        logger: Logger = .silent, metrics: Metrics = Metrics(), poll: Duration = .seconds(2)
    ) {
        self.pool = pool
        self.listening = listening
        self.lanes = lanes
        self.world = world
        self.logger = logger
        self.metrics = metrics
        self.poll = poll
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
        for await event in PostgresListener.events(listening, channels: [Outbox.channel]) {
            switch event {
            case .notification(_, let lane): bells[lane]?.ring()
            case .gap: for bell in bells.values { bell.ring() }
            }
        }
    }

    /// Rings for what nobody announces: jobs that become due, leases that lapse, lost notices.
    private func tick(_ bells: [String: Bell]) async {
        while !Task.isCancelled {
            for bell in bells.values { bell.ring() }
            // Only cancellation throws here, and the loop sees it.
            try? await world.sleep(poll)
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
        do {
            // Shielded: a claim that was made must be known, or its jobs wait for their leases.
            return try await pool.run(shielded: true) { connection in
                try connection.query(
                    """
                    select * from outbox_claim(\(lane.name), \(now), \(now + lane.lease), \(token),
                        \(Int32(count)), \(Int32(lane.attempts)))
                    """
                ).map(Job.init(row:))
            }.sorted { ($0.runAfter, $0.id) < ($1.runAfter, $1.id) }
                .map { ($0, Lease(job: $0.id, token: token, now: world.now)) }
        } catch {
            logger.debug(
                "could not claim jobs", ["lane": .text(lane.name), "error": .failure(error)])
            return []
        }
    }

    private func perform(_ job: Job, _ lease: Lease, _ lane: Lane) async {
        let begun = world.now()
        var outcome = "done"
        do {
            try await withHeartbeat(lease, lane) { try await lane.handle(job, lease) }
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
        return await giveBack(verdict, lease) ? verdict.word : Verdict.lost.word
    }

    /// Gives the job back; false when it is not ours any more.
    ///
    /// The database may be away, which is often why the handler failed: trying until it is back
    /// spares the job the wait for its lease to lapse, which is what happens otherwise.
    private func giveBack(_ verdict: Verdict, _ lease: Lease) async -> Bool {
        for _ in 0..<Worker.givingBackTries {
            do {
                return try await pool.run(shielded: true) { connection in
                    try lease.giveBack(verdict, in: connection)
                }
            } catch let error as PostgresError where error.retryable {
                if Task.isCancelled { return false }
                // Only cancellation throws here, and the loop sees it.
                try? await world.sleep(Worker.givingBackPause)
            } catch {
                return false
            }
        }
        return false
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

/// Says that there may be work; many rings before anybody listens are one.
private final class Bell: Sendable {
    let rings: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (rings, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func ring() { continuation.yield() }
}
