import Base
import Foundation
import Postgres
import TestKit
import Testing

@testable import Jobs

@Suite("The life of a job", .timeLimit(.minutes(10)))
struct JobLifeTests {
    // MARK: Order

    @Test("A job that is planned for tomorrow holds up nobody of its serial key")
    func planned() async throws {
        let fixture = try await OutboxFixture()
        try await fixture.enqueue([
            fixture.job(
                "tomorrow", serialKey: "+447700900123", runAfter: OutboxFixture.start + .hours(24)),
            fixture.job("now", serialKey: "+447700900123"),
        ])
        let claimed = try await fixture.claim(10)
        #expect(claimed.map(\.job.kind) == ["now"])
        // Its time has come while the other one runs: one at a time, as ever.
        fixture.clock.advance(by: .hours(24) - .seconds(1))
        let now = fixture.clock.now
        try await fixture.pool.run { try claimed[0].lease.extend(to: now + .hours(1), in: $0) }
        fixture.clock.advance(by: .seconds(1))
        #expect(try await fixture.claim(10).isEmpty)
        try await fixture.pool.run { try claimed[0].lease.finish(in: $0) }
        #expect(try await fixture.claim(10).map(\.job.kind) == ["tomorrow"])
        await fixture.pool.close()
    }

    @Test("Of those that are due the older one of a serial key is first")
    func dueOnes() async throws {
        let fixture = try await OutboxFixture()
        let later = OutboxFixture.start + .hours(1)
        try await fixture.enqueue([
            fixture.job("1", serialKey: "a", runAfter: later),
            fixture.job("2", serialKey: "a", runAfter: later),
            fixture.job("3", serialKey: "b", runAfter: later),
        ])
        fixture.clock.advance(by: .hours(2))
        #expect(try await fixture.claim(10).map(\.job.kind) == ["1", "3"])
        await fixture.pool.close()
    }

    // MARK: The last moment

    @Test("A job whose last moment is over is never begun, and is marked until it is cleared")
    func expired() async throws {
        let fixture = try await OutboxFixture()
        let end = OutboxFixture.start + .minutes(10)
        try await fixture.enqueue([
            fixture.job("code", serialKey: "a", notAfter: end),
            fixture.job("other", serialKey: "a"),
        ])
        fixture.clock.set(end)
        // It is not given even before anybody has dropped it, and holds up nobody.
        #expect(try await fixture.claim(10).map(\.job.kind) == ["other"])
        let dropped = try await fixture.pool.run { connection in
            try Outbox.expire(lanes: ["send", "turn"], at: end, in: connection)
        }
        #expect(dropped == [.init(lane: "turn", kind: "code", count: 1)])
        #expect(try await fixture.states() == ["expired": 1, "running": 1])
        let (mark, depth) = try await fixture.pool.run { connection in
            (
                try connection.query("select last_error from outbox where state = 'expired'")
                    .one().decode(at: 0, as: String?.self),
                try Outbox.depth(in: connection).map(\.state)
            )
        }
        #expect(mark == "not done by its time")
        #expect(depth == ["running"])
        let pruned = try await fixture.pool.run { connection in
            try Outbox.prune(doneBefore: end + .seconds(1), in: connection)
        }
        #expect(pruned == 1)
        await fixture.pool.close()
    }

    @Test("A worker drops what is too late, and counts it")
    func dropping() async throws {
        let fixture = try await OutboxFixture()
        let metrics = Metrics()
        let tries = Lock(0)
        let clock = fixture.clock
        let lane = JobHandler("code", lane: Lane("send", concurrency: 1)) { _, _ in
            tries.withLock { $0 += 1 }
            // The provider is away until the code is worthless.
            clock.advance(by: .minutes(20))
            throw Away()
        }
        try await fixture.enqueue([
            fixture.job("code", lane: "send", notAfter: OutboxFixture.start + .minutes(10)),
            fixture.job("late", lane: "send", notAfter: OutboxFixture.start),
        ])
        let worker = Worker(
            pool: fixture.pool, listening: nil, handlers: [lane], world: fixture.world,
            metrics: metrics)
        try await fixture.running([worker]) { try await fixture.until(["expired": 2]) }
        #expect(tries.withLock { $0 } == 1)
        let text = metrics.text()
        for kind in ["code", "late"] {
            let line = #"frontdesk_jobs{kind="\#(kind)",lane="send",outcome="expired"} 1"#
            #expect(text.contains(line), "\(text)")
        }
        await fixture.pool.close()
    }

    private struct Away: Error {}

    // MARK: Once

    @Test("A key that outlives its job lets the work in once, until its time is over")
    func onceForLonger() async throws {
        let fixture = try await OutboxFixture()
        func enqueue(_ key: String) async throws -> Bool {
            try await fixture.enqueue([
                fixture.job(key: key, runAfter: fixture.clock.now, keyLifetime: .days(30))
            ]) == 1
        }
        #expect(try await enqueue("a"))
        let (_, lease) = try #require(try await fixture.claim(1).first)
        try await fixture.pool.run { try lease.finish(in: $0) }
        // As the upkeep does, long after the job is done.
        func prune() async throws {
            let now = fixture.clock.now
            _ = try await fixture.pool.run { try Outbox.prune(doneBefore: now, in: $0) }
        }
        fixture.clock.advance(by: .days(1))
        try await prune()
        #expect(try await fixture.states() == [:])
        #expect(try await !enqueue("a"))
        #expect(try await fixture.states() == [:])
        fixture.clock.advance(by: .days(29))
        // Its time is over, also where nobody has cleared it away yet.
        #expect(try await enqueue("a"))
        #expect(try await !enqueue("a"))
        fixture.clock.advance(by: .days(31))
        try await prune()
        let kept = try await fixture.pool.run { connection in
            try connection.query("select key from job_once").count
        }
        #expect(kept == 0)
        await fixture.pool.close()
    }

    @Test("What is withdrawn before it began frees its key, however long that would be kept")
    func withdrawnOnce() async throws {
        let fixture = try await OutboxFixture()
        func enqueue() async throws -> Int {
            try await fixture.enqueue([fixture.job(key: "a", keyLifetime: .days(30))])
        }
        #expect(try await enqueue() == 1)
        let gone = try await fixture.pool.run { connection in
            try Outbox.withdraw(
                keys: ["a"], workspace: OutboxFixture.workspace, in: connection)
        }
        #expect(gone == 1)
        #expect(try await enqueue() == 1)
        _ = try await fixture.claim(1)
        let late = try await fixture.pool.run { connection in
            try Outbox.withdraw(
                keys: ["a"], workspace: OutboxFixture.workspace, in: connection)
        }
        #expect(late == 0)
        #expect(try await enqueue() == 0)
        await fixture.pool.close()
    }

    // MARK: Leases of the dead

    @Test("What a dead worker had leased is begun again at once, and not when the lease lapses")
    func deadWorker() async throws {
        let fixture = try await OutboxFixture()
        try await fixture.enqueue([fixture.job()])
        // A worker that was killed: its lease stands, its session is gone.
        let number: Int64 = 4_711
        let end = fixture.clock.now + .minutes(2)
        try await claim(as: number, until: end, fixture)
        let done = Lock(Instant?.none)
        let clock = fixture.clock
        let lane = JobHandler("k", lane: Lane("turn", concurrency: 1)) { job, _ in
            #expect(job.attempts == 2)
            done.withLock { $0 = clock.now }
        }
        let worker = Worker(
            pool: fixture.pool, listening: fixture.options, handlers: [lane], world: fixture.world,
            patience: .zero)
        // The clock stands still, so the lease cannot lapse.
        try await fixture.running([worker]) { try await fixture.until(["done": 1]) }
        #expect(done.withLock { $0 } == clock.now && clock.now < end)
        await fixture.pool.close()
    }

    @Test("Where others work too, one without its session is dead only after a while")
    func patience() async throws {
        let fixture = try await OutboxFixture()
        try await fixture.enqueue([fixture.job()])
        try await claim(as: 4_712, until: fixture.clock.now + .minutes(2), fixture)
        let watch = LeaseWatch(worker: 1, patience: .seconds(3))
        func look() async throws -> [String] {
            let now = fixture.clock.now
            return try await fixture.pool.transaction { connection in
                try watch.end(LeaseWatch.Lost(), at: now, in: connection)
            }
        }
        #expect(try await look().isEmpty)
        fixture.clock.advance(by: .seconds(2))
        #expect(try await look().isEmpty)
        // It is seen again: the time begins anew.
        let session = try PostgresConnection(fixture.options)
        try session.script("select pg_advisory_lock_shared(4712)")
        #expect(try await look().isEmpty)
        try session.script("select pg_advisory_unlock_shared(4712)")
        fixture.clock.advance(by: .seconds(2))
        #expect(try await look().isEmpty)
        fixture.clock.advance(by: .seconds(3))
        #expect(try await look() == ["turn"])
        #expect(try await fixture.claim(1).count == 1)
        await fixture.pool.close()
    }

    @Test("Two workers on one database leave each other's jobs alone, however eager they are")
    func living() async throws {
        let fixture = try await OutboxFixture(connections: 6)
        let runs = Lock([ID<Job>: Int]())
        let gate = Lock(false)
        let lane = JobHandler("k", lane: Lane("turn", concurrency: 4)) { job, _ in
            runs.withLock { $0[job.id, default: 0] += 1 }
            while !gate.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(2)) }
        }
        let workers = (0..<2).map { _ in
            Worker(
                pool: fixture.pool, listening: fixture.options, handlers: [lane],
                world: fixture.world, patience: .zero)
        }
        try await fixture.running(workers) {
            // Both have their sessions before there is anything to lease.
            try await fixture.untilAlive(2)
            try await fixture.enqueue((0..<8).map { _ in fixture.job() })
            try await fixture.until(["running": 8])
            // Many looks of each worker at the leases of the other.
            try await Task.sleep(for: .milliseconds(200))
            gate.withLock { $0 = true }
            try await fixture.until(["done": 8])
        }
        #expect(runs.withLock { $0.values.allSatisfy { $0 == 1 } && $0.count == 8 })
        await fixture.pool.close()
    }

    @Test("A claim whose answer was lost does not keep its jobs until the lease lapses")
    func lostClaim() async throws {
        let fixture = try await OutboxFixture()
        // The claim of a worker that lives, of which the worker does not know.
        try await fixture.enqueue([fixture.job()])
        let token = fixture.world.uuid()
        let now = fixture.clock.now
        try await fixture.pool.run { connection in
            _ = try connection.query(
                "select * from outbox_claim('turn', \(now), \(now + .minutes(2)), \(token), 1, 7)"
            )
        }
        let watch = LeaseWatch(worker: 7, patience: .zero)
        func look() async throws -> [String] {
            let lost = watch.lost
            let lanes = try await fixture.pool.transaction { connection in
                try watch.end(lost, at: now, in: connection)
            }
            watch.forget(lost)
            return lanes
        }
        #expect(try await look().isEmpty)
        watch.lose(claim: token)
        #expect(try await look() == ["turn"])
        let again = try #require(try await fixture.claim(1).first)
        #expect(again.job.attempts == 2)
        // The new lease is another one and stands, whatever is remembered of the old claim.
        #expect(try await look().isEmpty)
        // A job that could not be given back is told by its own lease.
        watch.lose(again.lease)
        #expect(try await look() == ["turn"])
        #expect(watch.lost.jobs.isEmpty)
        #expect(try await fixture.claim(1).first?.job.attempts == 3)
        #expect(try await look().isEmpty)
        await fixture.pool.close()
    }

    private func claim(as worker: Int64, until end: Instant, _ fixture: OutboxFixture) async throws
    {
        let token = fixture.world.uuid()
        let now = fixture.clock.now
        let count = try await fixture.pool.run { connection in
            try connection.query(
                "select * from outbox_claim('turn', \(now), \(end), \(token), 10, \(worker))"
            ).count
        }
        #expect(count > 0)
    }
}

extension OutboxFixture {
    /// Waits until so many workers have shown that they are alive.
    fileprivate func untilAlive(_ count: Int) async throws {
        while true {
            let found: Int = try await pool.run { connection in
                try connection.query(
                    """
                    select count(*) from pg_locks where locktype = 'advisory' and granted
                        and mode = 'ShareLock'
                        and database = (select oid from pg_database
                            where datname = current_database())
                    """
                ).one().decode(at: 0)
            }
            if found >= count { return }
            try await Task.sleep(for: .milliseconds(2))
        }
    }
}
