import Base
import Foundation
import Postgres
import TestKit
import Testing

@testable import Jobs

@Suite("Workers", .timeLimit(.minutes(10)))
struct WorkerTests {
    @Test("Three workers do three hundred jobs, each exactly once and each serial key in order")
    func exactlyOnce() async throws {
        let fixture = try await OutboxFixture(connections: 6)
        try await fixture.pool.run { connection in
            try connection.script(
                "create table effect (place bigserial, job uuid, workspace uuid, subject text)")
        }
        let workspaces = (0..<3).map { _ in fixture.world.uuid() }
        try await fixture.enqueue(
            (0..<300).map { index in
                fixture.job(
                    workspace: workspaces[index % 3],
                    serialKey: index.isMultiple(of: 2) ? "subject \(index % 10)" : nil)
            })
        let pool = fixture.pool
        let lane = JobHandler("k", lane: Lane("turn", concurrency: 5)) { job, lease in
            try await pool.transaction { connection in
                try connection.execute(
                    """
                    insert into effect (job, workspace, subject)
                    values (\(job.id), \(job.workspace), \(job.serialKey))
                    """)
                try lease.finish(in: connection)
            }
        }
        try await fixture.running((0..<3).map { _ in fixture.worker([lane]) }) {
            try await fixture.until(["done": 300])
        }
        let (count, distinct, disorder) = try await pool.run { connection in
            let row = try connection.query(
                """
                select count(*), count(distinct job), count(*) filter (where job < before)
                from (select job, case when subject is not null then
                    lag(job) over (partition by workspace, subject order by place) end as before
                    from effect) e
                """
            ).one()
            return (
                try row.decode(at: 0, as: Int.self), try row.decode(at: 1, as: Int.self),
                try row.decode(at: 2, as: Int.self)
            )
        }
        #expect(count == 300)
        #expect(distinct == 300)
        #expect(disorder == 0)
        await pool.close()
    }

    @Test("A session that breaks while a job is given back does not leave it to its lease")
    func givenBackAgain() async throws {
        let fixture = try await OutboxFixture()
        // The first giving back ends its own session, as a server that goes down does.
        try await fixture.pool.run { connection in
            try connection.script(
                """
                create sequence try;
                alter function outbox_release rename to outbox_release_well;
                create function outbox_release(uuid, uuid, timestamptz, text, boolean, boolean)
                returns boolean language plpgsql as $$
                begin
                    if nextval('try') = 1 then
                        perform pg_terminate_backend(pg_backend_pid());
                    end if;
                    return outbox_release_well($1, $2, $3, $4, $5, $6);
                end $$
                """)
        }
        try await fixture.enqueue([fixture.job()])
        let lane = JobHandler("k", lane: Lane("turn", concurrency: 1)) { _, _ in throw LeaseLess() }
        try await fixture.running([fixture.worker([lane])]) {
            #expect(
                await eventually {
                    // A session that just broke is no answer yet.
                    let tries = try? await fixture.pool.run { connection in
                        try connection.query("select last_value from try").one()
                            .decode(at: 0, as: Int.self)
                    }
                    return tries == 2
                })
            // The clock stands still, so neither the lease nor the back-off ends by itself.
            try await fixture.until(["queued": 1])
        }
        await fixture.pool.close()
    }

    private struct LeaseLess: Error {}

    @Test("A lane runs as many as its concurrency and no more, and no two of one serial key")
    func concurrency() async throws {
        struct Seen {
            var now = 0
            var most = 0
            var subjects: [String] = []
            var clashes = 0
        }
        let fixture = try await OutboxFixture()
        try await fixture.enqueue((0..<40).map { fixture.job(serialKey: "\($0 % 4)") })
        let seen = Lock(Seen())
        let lane = JobHandler("k", lane: Lane("turn", concurrency: 3)) { job, _ in
            let subject = job.serialKey ?? ""
            seen.withLock { seen in
                seen.now += 1
                seen.most = max(seen.most, seen.now)
                if seen.subjects.contains(subject) { seen.clashes += 1 }
                seen.subjects.append(subject)
            }
            // Nobody leaves before the lane was full once.
            while seen.withLock({ $0.most }) < 3 { try await Task.sleep(for: .milliseconds(2)) }
            seen.withLock { seen in
                seen.now -= 1
                seen.subjects.removeAll { $0 == subject }
            }
        }
        try await fixture.running([fixture.worker([lane])]) {
            try await fixture.until(["done": 40])
        }
        #expect(seen.withLock { $0.most } == 3)
        #expect(seen.withLock { $0.clashes } == 0)
        await fixture.pool.close()
    }

    @Test("Work is announced: without polling it is begun when it is committed")
    func announced() async throws {
        let fixture = try await OutboxFixture()
        var world = fixture.world
        world.sleep = { _ in try await Task.sleep(for: .seconds(3600)) }
        let worker = Worker(
            pool: fixture.pool, listening: fixture.options,
            handlers: [JobHandler("k", lane: Lane("turn", concurrency: 1)) { _, _ in }],
            world: world)
        try await fixture.running([worker]) {
            // Until the first is done the worker may still be starting; the second proves it.
            try await fixture.enqueue([fixture.job()])
            try await fixture.until(["done": 1])
            try await fixture.enqueue([fixture.job()])
            try await fixture.until(["done": 2])
        }
        await fixture.pool.close()
    }

    @Test("Polling alone finds work, when notifications are not heard")
    func polled() async throws {
        let fixture = try await OutboxFixture()
        let lane = JobHandler("k", lane: Lane("turn", concurrency: 1)) { _, _ in }
        try await fixture.running([fixture.worker([lane], listening: false)]) {
            try await fixture.enqueue([fixture.job(), fixture.job()])
            try await fixture.until(["done": 2])
        }
        await fixture.pool.close()
    }

    @Test("A stop gives back what runs, and the attempt does not count")
    func stopping() async throws {
        let fixture = try await OutboxFixture()
        try await fixture.enqueue([fixture.job()])
        let begun = AsyncStream<Void>.makeStream()
        let lane = JobHandler("k", lane: Lane("turn", concurrency: 1)) { _, _ in
            begun.continuation.yield()
            try await Task.sleep(for: .seconds(3600))
        }
        try await fixture.running([fixture.worker([lane])]) {
            for await _ in begun.stream { break }
        }
        #expect(try await fixture.states() == ["queued": 1])
        let next = try await fixture.claim(1)
        #expect(next.first?.job.attempts == 1)
        await fixture.pool.close()
    }

    @Test("Failures wait, count, and are parked with their reason in the end")
    func failing() async throws {
        struct Broken: Error {}
        let fixture = try await OutboxFixture()
        try await fixture.enqueue([fixture.job()])
        let clock = fixture.clock
        let runs = Lock(0)
        let lane = JobHandler("k", lane: Lane("turn", concurrency: 1), attempts: 3) { _, _ in
            runs.withLock { $0 += 1 }
            // The wait after this attempt passes at once.
            clock.advance(by: .seconds(10))
            throw Broken()
        }
        let turning = JobHandler("clock", lane: Lane("clock", concurrency: 1)) { _, _ in }
        try await fixture.running([fixture.worker([lane, turning])]) {
            while try await fixture.states() != ["parked": 1] {
                clock.advance(by: .seconds(1))
                try await Task.sleep(for: .milliseconds(2))
            }
        }
        #expect(runs.withLock { $0 } == 3)
        let parked = try await fixture.pool.run { connection in
            try Outbox.parked(workspace: OutboxFixture.workspace, in: connection)
        }
        #expect(parked.first?.lastError == "Broken")
        #expect(parked.first?.attempts == 3)
        await fixture.pool.close()
    }

    @Test("A worker that lost its lease stops its handler, and the other one's work stands")
    func stolen() async throws {
        let fixture = try await OutboxFixture()
        try await fixture.enqueue([fixture.job()])
        let begun = AsyncStream<Void>.makeStream()
        let ended = AsyncStream<Bool>.makeStream()
        let lane = JobHandler("k", lane: Lane("turn", concurrency: 1)) { _, _ in
            begun.continuation.yield()
            do {
                try await Task.sleep(for: .seconds(3600))
            } catch {
                ended.continuation.yield(Task.isCancelled)
                throw error
            }
        }
        try await fixture.running([fixture.worker([lane])]) {
            for await _ in begun.stream { break }
            // As another worker's claim would, after a pause longer than the lease.
            try await fixture.pool.run { connection in
                try connection.execute(
                    """
                    update outbox set state = 'done', finished_at = created_at,
                        lease_token = \(UUID.zero), lease_until = null
                    """)
            }
            for await cancelled in ended.stream {
                #expect(cancelled)
                break
            }
        }
        #expect(try await fixture.states() == ["done": 1])
        await fixture.pool.close()
    }
}
