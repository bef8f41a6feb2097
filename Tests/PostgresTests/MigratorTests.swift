import Base
import Postgres
import TestKit
import Testing

@Suite("Migrations", .timeLimit(.minutes(10)))
struct MigratorTests {
    private let now = Instant(seconds: 1_790_000_000)
    private let first = Migration(
        version: 1, name: "accounts", sql: "create table a (x int); create table b (y int)",
        sha256: "11")
    private let second = Migration(
        version: 2, name: "letters", sql: "create table c (z int)", sha256: "22")

    @Test("What is missing is applied once, in order")
    func upgrading() async throws {
        let connection = try PostgresConnection(try await TestDatabase.fresh())
        #expect(try Migrator([first]).run(on: connection, at: now) == [first])
        #expect(try Migrator([first, second]).run(on: connection, at: now) == [second])
        #expect(try Migrator([first, second]).run(on: connection, at: now).isEmpty)
        let ledger = try connection.query("select * from schema_migration order by version")
        #expect(
            try ledger.map { try $0.decode("name", as: String.self) } == ["accounts", "letters"])
        #expect(try ledger[0].decode("applied_at") == now)
        let timeout: String = try connection.query("show statement_timeout").one().decode(at: 0)
        #expect(timeout == "30s")
    }

    @Test("A changed step, a newer database and a gap stop the start")
    func refusing() async throws {
        let connection = try PostgresConnection(try await TestDatabase.fresh())
        try Migrator([first, second]).run(on: connection, at: now)
        #expect(throws: MigrationError.databaseNewer(database: 2, program: 1)) {
            try Migrator([first]).run(on: connection, at: now)
        }
        let edited = Migration(version: 1, name: "accounts", sql: "", sha256: "12")
        #expect(throws: MigrationError.changed(version: 1, name: "accounts")) {
            try Migrator([edited, second]).run(on: connection, at: now)
        }
        #expect(throws: MigrationError.misnumbered(2)) { try Migrator([second]) }
    }

    @Test("A step that fails leaves nothing and lets go of the lock")
    func failing() async throws {
        let options = try await TestDatabase.fresh()
        let connection = try PostgresConnection(options)
        let broken = Migration(
            version: 2, name: "broken", sql: "create table half (a int); select nonsense",
            sha256: "33")
        let error = #expect(throws: MigrationError.self) {
            try Migrator([first, broken]).run(on: connection, at: now)
        }
        guard case .failed(2, "broken", let cause) = error else {
            Issue.record("expected the second step to fail")
            return
        }
        #expect(cause.state == .undefinedColumn)
        let other = try PostgresConnection(options)
        #expect(try Migrator([first, second]).run(on: other, at: now) == [second])
        #expect(throws: PostgresError.self) { try other.query("select * from half") }
    }

    @Test("Two programs that start at once migrate once")
    func racing() async throws {
        let options = try await TestDatabase.fresh()
        let steps = [first, second]
        let now = now
        let applied = try await withThrowingTaskGroup { group in
            for _ in 0..<4 {
                group.addTask { @concurrent in
                    let connection = try PostgresConnection(options)
                    return try Migrator(steps).run(on: connection, at: now).count
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(applied == 2)
    }
}
