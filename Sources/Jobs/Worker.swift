package import Base
import Foundation
package import Postgres

/// Runs the jobs of the kinds that are registered with it, each lane with its own concurrency.
///
/// It is woken by notifications and, since those can be missed, looks by itself every `poll`.
/// Cancelling `run` stops claiming, cancels the handlers and releases their jobs.
package struct Worker: Service {
    package let name = "worker"
    private let pool: PostgresPool
    private let listening: PostgresOptions?
    private let lanes: [Lane]
    private let handlers: [String: JobHandler]
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
        pool: PostgresPool, listening: PostgresOptions?, handlers: [JobHandler], world: World,
        logger: Logger = .silent, metrics: Metrics = Metrics(), poll: Duration = .seconds(2),
        patience: Duration = Worker.patience
    ) {
        self.pool = pool
        self.listening = listening
        lanes = Set(handlers.map(\.lane)).sorted { $0.name < $1.name }
        self.handlers = Dictionary(uniqueKeysWithValues: handlers.map { ($0.kind, $0) })
        precondition(Set(lanes.map(\.name)).count == lanes.count, "one lane, described twice")
        self.world = world
        self.logger = logger
        self.metrics = metrics
        self.poll = poll
        let number = world.randomBytes(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        leases = LeaseWatch(
            worker: listening == nil ? nil : Int64(number >> 1), patience: patience)
    }

    package func run() async throws {
        let signals = Dictionary(uniqueKeysWithValues: lanes.map { ($0.name, WakeSignal()) })
        await withDiscardingTaskGroup { group in
            group.addTask { await self.listen(signals) }
            group.addTask { await self.pollForWork(signals) }
            for lane in lanes {
                guard let signal = signals[lane.name] else { continue }
                group.addTask { await self.serve(lane, signal) }
            }
        }
    }

    private func listen(_ signals: [String: WakeSignal]) async {
        guard let listening else { return }
        let events = PostgresListener.events(
            listening, channels: [Outbox.channel], holding: leases.worker)
        for await event in events {
            switch event {
            case .notification(_, let lane): signals[lane]?.wake()
            case .gap: for signal in signals.values { signal.wake() }
            }
        }
    }

    /// Wakes the lanes for what nobody announces: jobs that become due, leases that lapse, lost notices.
    private func pollForWork(_ signals: [String: WakeSignal]) async {
        while !Task.isCancelled {
            await endDeadLeases()
            for signal in signals.values { signal.wake() }
            // Only cancellation throws here, and the loop sees it.
            try? await world.sleep(poll)
        }
    }

    /// Ends leases that nobody works under, and drops what is too late; when the database is away,
    /// the next look does it.
    private func endDeadLeases() async {
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

    private func serve(_ lane: Lane, _ signal: WakeSignal) async {
        let running = Lock(0)
        await withDiscardingTaskGroup { group in
            for await _ in signal.wakes {
                while !Task.isCancelled {
                    let free = lane.concurrency - running.withLock { $0 }
                    guard free > 0 else { break }
                    let claimed = await claim(lane, free)
                    for (job, lease) in claimed {
                        running.withLock { $0 += 1 }
                        group.addTask {
                            await self.perform(job, lease, lane)
                            running.withLock { $0 -= 1 }
                            signal.wake()
                        }
                    }
                    guard !claimed.isEmpty else { break }
                }
            }
        }
    }

    /// Takes up to `count` jobs; none when the database is away, which is tried again at the next wake-up.
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
                        \(Int32(count)), \(worker))
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
        let handler = handlers[job.kind] ?? .unknown(job.kind, lane: lane)
        var outcome = "done"
        do {
            // Only leases that lapsed bring a job so far: whatever ran it ended with it each time.
            guard job.attempts <= handler.attempts else {
                throw PermanentFailure(reason: job.lastError ?? "its lease lapsed each time")
            }
            try await PostgresPool.patiently {
                try await withHeartbeat(lease, lane) { try await handler.run(job, lease) }
            }
            try await pool.run(shielded: true) { try lease.finish(in: $0) }
        } catch {
            outcome = await settle(error, job, lease, handler)
        }
        let labels = ["lane": lane.name, "kind": job.kind]
        metrics.observe("job_seconds", world.now() - begun, labels)
        metrics.count("jobs", labels.merging(["outcome": outcome]) { own, _ in own })
    }

    /// Decides what becomes of a job whose handler threw; the word is for the metrics.
    private func settle(
        _ error: any Error, _ job: Job, _ lease: Lease, _ handler: JobHandler
    ) async -> String {
        let outcome = JobOutcome(
            error, job: job, handler: handler, cancelled: Task.isCancelled, now: world.now(),
            fraction: world.fraction())
        logger.debug(
            "a job did not finish",
            [
                "lane": .text(job.lane), "kind": .text(job.kind), "job": .text("\(job.id)"),
                "outcome": .text(outcome.word), "error": .text(JobOutcome.describe(error)),
            ])
        guard outcome != .lost else { return outcome.word }
        switch await release(lease, outcome) {
        case true?: return outcome.word
        case nil: leases.lose(lease)
        case false?: break
        }
        return JobOutcome.lost.word
    }

    /// Releases the job; false when it is not ours any more, nil when nobody could be told.
    ///
    /// The database may be away, which is often why the handler failed: trying until it is back
    /// spares the job the wait for its lease to lapse, which is what happens otherwise.
    private func release(_ lease: Lease, _ outcome: JobOutcome) async -> Bool? {
        for _ in 0..<Worker.releaseTries {
            do {
                return try await pool.run(shielded: true) { connection in
                    try lease.release(outcome, in: connection)
                }
            } catch let error as PostgresError where error.retryable {
                if Task.isCancelled { return nil }
                // Only cancellation throws here, and the loop sees it.
                try? await world.sleep(Worker.releasePause)
            } catch {
                return nil
            }
        }
        return nil
    }

    private static let releaseTries = 120
    private static let releasePause = Duration.milliseconds(250)

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
                try await self.heartbeat(lease, lane)
                return false
            }
            defer { group.cancelAll() }
            // A heartbeat that ends first was cancelled; the handler still says how it went.
            while let handled = try await group.next(), !handled {}
        }
    }

    /// Throws when the lease is lost, returns when the task is cancelled.
    private func heartbeat(_ lease: Lease, _ lane: Lane) async throws {
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

extension Error {
    /// Whether the database may have done what was asked although it did not say so.
    fileprivate var isOutcomeUnknown: Bool {
        switch self as? PostgresError {
        case .disconnected(outcomeUnknown: true), .deadlineExceeded: true
        default: false
        }
    }
}

/// Says that there may be work; several calls before anybody listens are one.
private final class WakeSignal: Sendable {
    let wakes: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (wakes, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func wake() { continuation.yield() }
}
