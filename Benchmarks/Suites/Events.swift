import Base
import Domain
import Foundation
import Jobs
import Postgres
import Store
import TestKit

/// The log of events: what recording costs, and whether followers miss or repeat anything.
///
/// `record` is measured inside a transaction that changes something else too, and against the other
/// way of ordering that was tried: a counter of the workspace, whose row everybody who records locks
/// until the commit. Then writers commit early and late while five subscribers follow.
enum EventsSuite {
    private static let kind = EventKind("bench.happened", in: "Bench")
    private static let subscribers = 5

    static func run(_ arguments: [String]) async throws -> Report {
        let count = number("--events", in: arguments, default: 100_000)
        let fixture = try await DeskFixture(connections: 16)
        let owner = try await fixture.openWorkspace()
        var report = Report("events")
        try await measureRecord(fixture, owner.workspace, &report)
        try await measureWriters(fixture, owner.workspace, &report)
        try await follow(count, fixture, owner.workspace, &report)
        return report
    }

    // MARK: What recording costs

    private static func measureRecord(
        _ fixture: DeskFixture, _ workspace: WorkspaceID, _ report: inout Report
    ) async throws {
        let samples = try await fixture.database.write(workspace) { transaction in
            var samples: [Double] = []
            for number in 0..<2_200 {
                let begun = ContinuousClock.now
                try transaction.record(
                    kind, of: "\(number)", ["number": .whole(number), "state": "held"],
                    at: DeskFixture.start)
                // The first ones prepare the statement and fill caches.
                if number >= 200 {
                    samples.append((ContinuousClock.now - begun) / .milliseconds(1))
                }
            }
            return samples
        }
        report.add("record, in a transaction", samples, aim: "0.2 ms")
    }

    /// Transactions of several writers of one workspace, each with one event and another statement
    /// after it: the order by transactions, and by a counter.
    private static func measureWriters(
        _ fixture: DeskFixture, _ workspace: WorkspaceID, _ report: inout Report
    ) async throws {
        let owner = try PostgresConnection(fixture.owner)
        try owner.script(
            """
            create table counter (workspace_id uuid primary key, last bigint not null);
            create table counted (
                workspace_id uuid not null, position bigint not null, subject text not null,
                primary key (workspace_id, position));
            create table work (number bigint not null);
            grant select, insert, update on counter, counted, work to frontdesk_app;
            """)
        try owner.execute("insert into counter values (\(workspace), 0)")
        for writers in [1, 8] {
            let byTurn = try await transactions(writers, fixture, workspace) {
                transaction, number in
                try transaction.record(kind, of: "\(number)", at: DeskFixture.start)
            }
            let byCounter = try await transactions(writers, fixture, workspace) {
                transaction, number in
                _ = try transaction.connection.query(
                    """
                    with next as (
                        update counter set last = last + 1
                        where workspace_id = \(transaction.workspace) returning last)
                    insert into counted
                    select \(transaction.workspace), last, \("\(number)") from next
                    """)
            }
            report.add("\(writers) writers, by transaction: one of them", byTurn)
            report.add("\(writers) writers, by a counter: one of them", byCounter)
        }
    }

    private static func transactions(
        _ writers: Int, _ fixture: DeskFixture, _ workspace: WorkspaceID,
        _ record: @escaping @Sendable (Transaction, Int) throws -> Void
    ) async throws -> [Double] {
        let samples = Lock<[Double]>([])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<writers {
                group.addTask {
                    for number in 0..<(2_000 / writers) {
                        let begun = ContinuousClock.now
                        try await fixture.database.write(workspace) { transaction in
                            try record(transaction, writer * 10_000 + number)
                            // What a use case does beside: statements between record and commit.
                            for _ in 0..<4 {
                                try transaction.connection.execute(
                                    "insert into work values (\(Int64(number)))")
                            }
                        }
                        let took = (ContinuousClock.now - begun) / .milliseconds(1)
                        samples.withLock { $0.append(took) }
                    }
                }
            }
            try await group.waitForAll()
        }
        return samples.withLock { $0 }
    }

    // MARK: Following

    private static func follow(
        _ count: Int, _ fixture: DeskFixture, _ workspace: WorkspaceID, _ report: inout Report
    ) async throws {
        let owner = try PostgresConnection(fixture.owner)
        try owner.script(
            """
            create table heard (name text not null, subject text not null);
            grant select, insert on heard to frontdesk_app;
            """)
        let isDone = Lock(false)
        let begun = ContinuousClock.now
        let written = Lock(Duration.zero)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for name in 0..<subscribers {
                // Two processes for each name: one leads, the other must find nothing left to do.
                for _ in 0..<2 {
                    group.addTask {
                        try await subscribe("bench \(name)", fixture) { isDone.withLock { $0 } }
                    }
                }
            }
            try await write(count, fixture, workspace)
            written.withLock { $0 = ContinuousClock.now - begun }
            isDone.withLock { $0 = true }
            try await group.waitForAll()
        }
        let all = (ContinuousClock.now - begun) / .seconds(1)
        let faults = try owner.query(
            """
            select n.name, (select count(*) from event where kind = 'bench.written')
                - count(distinct h.subject) as missed, count(*) - count(distinct h.subject) as twice
            from (select 'bench ' || n as name from generate_series(0, \(Int32(subscribers - 1))) n) n
            join heard h on h.name = n.name group by 1
            """)
        var (missed, twice) = (0, 0)
        for row in faults {
            missed += try row.decode("missed", as: Int.self)
            twice += try row.decode("twice", as: Int.self)
        }
        let total: Int = try owner.query(
            "select count(*) as count from event where kind = 'bench.written'"
        ).one().decode("count")
        report.add("events with late committers", value: Double(total), unit: "")
        report.add("all written", value: written.withLock { $0 } / .seconds(1), unit: "s")
        report.add("all heard by \(subscribers)", value: all, unit: "s")
        report.add("missed", value: Double(missed), unit: "", aim: "0")
        report.add("heard twice", value: Double(twice), unit: "", aim: "0")
        guard missed == 0, twice == 0, faults.count == subscribers else {
            throw BenchFailure("\(missed) missed, \(twice) twice, \(faults.count) subscribers")
        }
    }

    /// Transactions of ten events; one in ten commits late, and one in twenty not at all.
    private static func write(
        _ count: Int, _ fixture: DeskFixture, _ workspace: WorkspaceID
    ) async throws {
        struct Undone: Error {}
        let kind = EventKind("bench.written", in: "Bench")
        let written = Lock(0)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    var random = SeededRandom(seed: UInt64(writer))
                    var round = 0
                    while written.withLock({ $0 }) < count {
                        round += 1
                        let (first, chance) = (round, Int.random(in: 0..<20, using: &random))
                        do {
                            try await fixture.database.write(workspace) { transaction in
                                for place in 0..<10 {
                                    try transaction.record(
                                        kind, of: "\(writer)-\(first)-\(place)",
                                        at: DeskFixture.start)
                                }
                                if chance < 2 {
                                    _ = try transaction.connection.query("select pg_sleep(0.02)")
                                }
                                if chance == 19 { throw Undone() }
                            }
                            written.withLock { $0 += 10 }
                        } catch is Undone {}
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private static func subscribe(
        _ name: String, _ fixture: DeskFixture, until isDone: @Sendable () -> Bool
    ) async throws {
        while true {
            let wasDone = isDone()
            let step = try await fixture.database.followEvents(as: name, limit: 500) {
                event, transaction in
                guard event.kind == "bench.written" else { return }
                try transaction.connection.execute(
                    "insert into heard values (\(name), \(event.subject))")
            }
            switch step {
            case .moved: continue
            case .idle(waits: false) where wasDone: return
            case .idle, .elsewhere: try await Task.sleep(for: .milliseconds(20))
            }
        }
    }
}
