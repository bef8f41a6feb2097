import Base
import Foundation
import Postgres
import TestKit
import Testing

@testable import Jobs

@Suite("Claims and leases", .timeLimit(.minutes(10)))
struct ClaimTests {
    @Test("A job that is rolled back with its cause never was")
    func atomicity() async throws {
        struct Stop: Error {}
        let fixture = try await OutboxFixture()
        let job = fixture.job()
        await #expect(throws: Stop.self) {
            try await fixture.pool.transaction { connection in
                try Outbox.enqueue(job, at: OutboxFixture.start, in: connection)
                throw Stop()
            }
        }
        #expect(try await fixture.claim(10).isEmpty)
        await fixture.pool.close()
    }

    @Test("A key lets the same work in once in each workspace, done or not")
    func onceOnly() async throws {
        let fixture = try await OutboxFixture()
        let other = fixture.world.uuid()
        let jobs = [
            fixture.job(key: "a"), fixture.job(key: "a"), fixture.job(workspace: other, key: "a"),
            fixture.job(), fixture.job(),
        ]
        #expect(try await fixture.enqueue(jobs) == 4)
        for (_, lease) in try await fixture.claim(10) {
            try await fixture.pool.run { try lease.finish(in: $0) }
        }
        #expect(try await fixture.enqueue([fixture.job(key: "a")]) == 0)
        #expect(try await fixture.states() == ["done": 4])
        await fixture.pool.close()
    }

    @Test("A job is not begun before its time")
    func runAfter() async throws {
        let fixture = try await OutboxFixture()
        try await fixture.enqueue([fixture.job(runAfter: OutboxFixture.start + .hours(1))])
        #expect(try await fixture.claim(10).isEmpty)
        fixture.clock.advance(by: .hours(1))
        #expect(try await fixture.claim(10).count == 1)
        await fixture.pool.close()
    }

    @Test("A workspace with a long queue does not keep another waiting")
    func fairness() async throws {
        let fixture = try await OutboxFixture()
        let (first, second) = (fixture.world.uuid(), fixture.world.uuid())
        try await fixture.enqueue((0..<50).map { _ in fixture.job(workspace: first) })
        fixture.clock.advance(by: .seconds(1))
        try await fixture.enqueue((0..<3).map { _ in fixture.job(workspace: second) })
        let claimed = try await fixture.claim(4).map(\.job.workspace)
        #expect(claimed.count { $0 == first } == 2)
        #expect(claimed.count { $0 == second } == 2)
        // Two of each run: the turn is even again.
        let more = try await fixture.claim(2).map(\.job.workspace)
        #expect(Set(more) == [first, second])
        await fixture.pool.close()
    }

    @Test("Jobs of one serial key run one at a time, in the order of their making")
    func subjects() async throws {
        let fixture = try await OutboxFixture()
        try await fixture.enqueue([
            fixture.job("1", serialKey: "a"), fixture.job("2", serialKey: "a"),
            fixture.job("3", serialKey: "b"), fixture.job("4"),
        ])
        let claimed = try await fixture.claim(10)
        #expect(claimed.map(\.job.kind) == ["1", "3", "4"])
        #expect(try await fixture.claim(10).isEmpty)
        // A retry that waits holds up nobody, and is the first again when it is due.
        let first = try #require(claimed.first)
        let later = fixture.clock.now + .seconds(30)
        _ = try await fixture.pool.run {
            try first.lease.release(.retry(later, error: "x"), in: $0)
        }
        let second = try #require(try await fixture.claim(10).first)
        #expect(second.job.kind == "2")
        fixture.clock.advance(by: .seconds(30))
        #expect(try await fixture.claim(10).isEmpty)
        try await fixture.pool.run { try second.lease.finish(in: $0) }
        let again = try await fixture.claim(10)
        #expect(again.map(\.job.kind) == ["1"])
        #expect(again.first?.job.attempts == 2)
        await fixture.pool.close()
    }

    @Test("A lapsed lease is another's, and the late finish is refused with all it did")
    func lapse() async throws {
        let fixture = try await OutboxFixture()
        try await fixture.enqueue([fixture.job()])
        let late = try #require(try await fixture.claim(1).first)
        fixture.clock.advance(by: .seconds(59))
        #expect(try await fixture.claim(1).isEmpty)
        fixture.clock.advance(by: .seconds(1))
        let next = try #require(try await fixture.claim(1).first)
        #expect(next.job.attempts == 2)
        #expect(next.job.lastError == "the lease lapsed")
        await #expect(throws: LeaseLost.self) {
            try await fixture.pool.transaction { connection in
                try connection.script("create table late_result (a int)")
                try late.lease.finish(in: connection)
            }
        }
        await #expect(throws: LeaseLost.self) {
            try await fixture.pool.run { try late.lease.extend(to: .init(seconds: 0), in: $0) }
        }
        #expect(
            try await fixture.pool.run { try late.lease.release(.release, in: $0) } == false)
        try await fixture.pool.run { try next.lease.finish(in: $0) }
        #expect(try await fixture.states() == ["done": 1])
        let kept = try await fixture.pool.run { connection in
            try connection.query("select to_regclass('late_result') is not null").one()
                .decode(at: 0, as: Bool.self)
        }
        #expect(!kept)
        await fixture.pool.close()
    }

    @Test("A job whose worker dies each time is parked, and can be let run again")
    func parking() async throws {
        let fixture = try await OutboxFixture()
        try await fixture.enqueue([fixture.job()])
        for _ in 0..<3 {
            #expect(try await fixture.claim(1).count == 1)
            fixture.clock.advance(by: .seconds(60))
        }
        let handler = JobHandler("k", lane: Lane("turn", concurrency: 1), attempts: 3) { _, _ in
            Issue.record("it was begun once more")
        }
        try await fixture.running([fixture.worker([handler], listening: false)]) {
            try await fixture.until(["parked": 1])
        }
        let now = fixture.clock.now
        let parked = try await fixture.pool.run { connection in
            try Outbox.parked(workspace: OutboxFixture.workspace, in: connection)
        }
        let job = try #require(parked.first)
        #expect(job.lastError == "the lease lapsed")
        let moved = try await fixture.pool.transaction { connection in
            [
                try Outbox.requeue(job.id, workspace: UUID.zero, at: now, in: connection),
                try Outbox.requeue(
                    job.id, workspace: OutboxFixture.workspace, at: now, in: connection),
            ]
        }
        #expect(moved == [false, true])
        #expect(try await fixture.claim(1).first?.job.attempts == 1)
        await fixture.pool.close()
    }

    @Test("What is parked can be dropped for good, and only what is parked")
    func dropped() async throws {
        let fixture = try await OutboxFixture()
        try await fixture.enqueue([fixture.job(), fixture.job()])
        let claimed = try #require(try await fixture.claim(1).first)
        _ = try await fixture.pool.run { try claimed.lease.release(.park(error: "x"), in: $0) }
        let queued = try #require(try await fixture.claim(1).first)
        let gone = try await fixture.pool.transaction { connection in
            [
                try Outbox.drop(claimed.job.id, workspace: UUID.zero, in: connection),
                try Outbox.drop(
                    queued.job.id, workspace: OutboxFixture.workspace, in: connection),
                try Outbox.drop(
                    claimed.job.id, workspace: OutboxFixture.workspace, in: connection),
                try Outbox.drop(
                    claimed.job.id, workspace: OutboxFixture.workspace, in: connection),
            ]
        }
        #expect(gone == [false, false, true, false])
        #expect(try await fixture.states() == ["running": 1])
        await fixture.pool.close()
    }

    @Test("Depth counts what is open, pruning removes what is long done")
    func upkeep() async throws {
        let fixture = try await OutboxFixture()
        try await fixture.enqueue([fixture.job(), fixture.job(), fixture.job(lane: "send")])
        let claimed = try await fixture.claim(1)
        try await fixture.pool.run { try claimed[0].lease.finish(in: $0) }
        let depth = try await fixture.pool.run { try Outbox.depth(in: $0) }
        #expect(depth.map(\.lane) == ["send", "turn"])
        #expect(depth.map(\.kind) == ["k", "k"])
        #expect(depth.map(\.count) == [1, 1])
        let now = fixture.clock.now
        let pruned = try await fixture.pool.run { connection in
            [
                try Outbox.prune(doneBefore: now, in: connection),
                try Outbox.prune(doneBefore: now + .seconds(1), in: connection),
            ]
        }
        #expect(pruned == [0, 1])
        await fixture.pool.close()
    }

    @Test("Jobs that have not begun can be withdrawn by key, and their keys used again")
    func withdrawal() async throws {
        let fixture = try await OutboxFixture()
        try await fixture.enqueue([
            fixture.job(key: "a"), fixture.job(key: "b"), fixture.job(key: "c"),
        ])
        #expect(try await fixture.claim(1).first?.job.key == "a")
        let gone = try await fixture.pool.run { connection in
            try Outbox.withdraw(
                keys: ["a", "b", "x"], workspace: OutboxFixture.workspace, in: connection)
        }
        #expect(gone == 1)
        #expect(try await fixture.states() == ["running": 1, "queued": 1])
        #expect(try await fixture.enqueue([fixture.job(key: "a"), fixture.job(key: "b")]) == 1)
        await fixture.pool.close()
    }

    @Test("The pool's role under row-level security cannot claim by hand, only through functions")
    func rowSecurity() async throws {
        let fixture = try await OutboxFixture()
        try await fixture.enqueue([fixture.job()])
        let owner = try PostgresConnection(fixture.options)
        let role = "outbox_role_\(fixture.options.url.revealed().suffix(3).filter(\.isNumber))"
        try owner.script(
            """
            create role \(role);
            grant execute on function current_workspace() to \(role);
            grant select, insert, update, delete on outbox to \(role);
            """)
        try owner.script("set role \(role)")
        #expect(try owner.query("select * from outbox").isEmpty)
        let denied = #expect(throws: PostgresError.self) {
            try owner.query("select * from outbox_depth()")
        }
        #expect(denied?.state == .insufficientPrivilege)
        try owner.script("reset role")
        try owner.script("grant execute on function outbox_depth() to \(role)")
        try owner.script("set role \(role)")
        #expect(try Outbox.depth(in: owner).map(\.count) == [1])
        try owner.script("reset role; drop owned by \(role); drop role \(role)")
        await fixture.pool.close()
    }
}
