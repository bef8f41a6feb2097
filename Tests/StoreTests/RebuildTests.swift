import Base
import Foundation
import Postgres
import Processes
import TestKit
import Testing

@testable import Store

@Suite("A database is made again from its dump", .timeLimit(.minutes(5)))
struct RebuildTests {
    private struct Refused: Error {}

    private func dump(_ options: PostgresOptions, to path: String) async throws {
        let server = try await TestPostgres.shared()
        let tool = server.server.tool(
            "pg_dump", ["--format=plain", "--no-owner", "--dbname=\(options.url.revealed())"])
        try await tool.checkBetweenFiles(to: path, timeout: Patience.limit)
    }

    /// Every row of every table, as text, and where sequences stand.
    private func content(_ connection: PostgresConnection) throws -> [String] {
        let tables = try connection.query(
            """
            select relname::text as name from pg_class c join pg_namespace n on n.oid = relnamespace
            where nspname = 'public' and relkind = 'r' and relname <> 'schema_migration' order by 1
            """
        ).map { try $0.decode("name", as: String.self) }
        var rows: [String] = []
        for table in tables {
            rows += try connection.query("select t::text from \(raw: table) t order by 1").map {
                "\(table): \(try $0.decode(at: 0, as: String.self))"
            }
        }
        let keys: Int64 = try connection.query("select last_value from passage_index_key_seq")
            .one().decode(at: 0)
        return rows + ["key \(keys)"]
    }

    /// A database with a row in every table, and its dump.
    ///
    /// - Parameter change: done before the dump, without triggers.
    private func seeded(
        _ change: SQL? = nil
    ) async throws -> (PostgresConnection, PostgresOptions, TestFolder) {
        let owner = try await TestDatabase.migrated().owner
        let connection = try PostgresConnection(owner)
        for (_, seed) in WorkspaceSeeds.inOrder {
            for number in 1...2 {
                try connection.script(WorkspaceSeeds.sql(seed, number: number, owner: number))
            }
        }
        if let change {
            try connection.execute("set session_replication_role = replica")
            try connection.execute(change)
            try connection.execute("set session_replication_role = origin")
        }
        let folder = try TestFolder()
        try await dump(owner, to: "\(folder.path)/dump.sql")
        return (connection, owner, folder)
    }

    @Test("Appointments that overlap since before this was refused are restored, and it is refused")
    func olderOverlap() async throws {
        let (source, _, folder) = try await seeded(
            """
            update booking_slot set
                during = tstzrange(lower(during), lower(during) + interval '1 minute')
            """)
        let before = try content(source)
        let file = try DumpFile(path: "\(folder.path)/dump.sql")
        let other = try PostgresConnection(try await TestDatabase.fresh(vector: true))
        try SchemaMigrations.rebuild(from: file, on: other, at: DeskFixture.start) { _ in }
        #expect(try content(other) == before)
        let error = #expect(throws: PostgresError.self) {
            try other.execute("update booking set ends_at = ends_at + interval '1 hour'")
        }
        #expect(error?.violates("booking_span_covers") == true)
    }

    @Test("All rows, sequences and walls are those of before, in another database and in the same")
    func whole() async throws {
        let (source, options, folder) = try await seeded()
        let before = try content(source)
        #expect(before.count > 20)
        let file = try DumpFile(path: "\(folder.path)/dump.sql")
        let other = try PostgresConnection(try await TestDatabase.fresh(vector: true))
        try other.script("create table left_over (x int); create function f() returns int return 1")
        for target in [other, try PostgresConnection(options)] {
            try SchemaMigrations.rebuild(from: file, on: target, at: DeskFixture.start) { _ in }
            let unsecured: Int = try target.query(
                """
                select count(*) from pg_class c join pg_namespace n on n.oid = relnamespace
                where nspname = 'public' and relkind = 'r' and not relrowsecurity
                    and relname <> 'schema_migration'
                """
            ).one().decode(at: 0)
            #expect(unsecured == 0)
        }
        let left: Bool = try other.query("select to_regclass('left_over') is null").one()
            .decode(at: 0)
        #expect(left)
        #expect(try content(other) == before)
        #expect(try content(try PostgresConnection(options)) == before)
    }

    @Test("A dump of an older schema is brought up to date with its rows")
    func older() async throws {
        let all = try SchemaMigrations.all()
        let options = try await TestDatabase.fresh(vector: true)
        let source = try PostgresConnection(options)
        _ = try Migrator(Array(all.prefix(3))).run(on: source, at: DeskFixture.start)
        try source.execute(
            """
            insert into workspace (workspace_id, slug, name, vertical, phone, address, time_zone,
                currency, assistant_name, greeting, hours, closures, policy, catalogue_version,
                created_at)
            values ('00000000-0000-7000-8000-000000000001', 'old-shop', 'Old', '', '', '', 'UTC',
                'GBP', 'Ava', '', '{}', '{}', '{}', 1, timestamptz '2026-11-20')
            """)
        let folder = try TestFolder()
        try await dump(options, to: "\(folder.path)/dump.sql")
        let target = try PostgresConnection(try await TestDatabase.fresh(vector: true))
        let file = try DumpFile(path: "\(folder.path)/dump.sql")
        try SchemaMigrations.rebuild(from: file, on: target, at: DeskFixture.start) { _ in }
        #expect(try SchemaMigrations.pending(on: target).isEmpty)
        let kept: String = try target.query("select slug from workspace").one().decode(at: 0)
        #expect(kept == "old-shop")
    }

    @Test("What is newer, of another history, or refused at the end changes nothing")
    func refused() async throws {
        let (_, options, folder) = try await seeded()
        let path = "\(folder.path)/dump.sql"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let target = try PostgresConnection(options)
        let before = try content(target)
        let count = try SchemaMigrations.all().count
        let ledger = try #require(text.range(of: "COPY public.schema_migration"))
        let last = try #require(
            text.range(of: "\n\(count)\t", range: ledger.upperBound..<text.endIndex))
        try text.replacingCharacters(
            in: last, with: "\n\(count + 1)\tfuture\tabc\t2026-11-20 10:00:00+00\n\(count)\t"
        ).write(toFile: path, atomically: true, encoding: .utf8)
        #expect(throws: MigrationError.databaseNewer(database: count + 1, program: count)) {
            try SchemaMigrations.check(try DumpFile(path: path))
        }
        let strange = text.replacing(
            "COPY public.workspace (workspace_id,", with: "COPY public.workspace (pg_class,")
        try strange.write(toFile: path, atomically: true, encoding: .utf8)
        let dump = try DumpFile(path: path)
        #expect(throws: DumpFault.unknown("workspace.pg_class")) {
            try SchemaMigrations.rebuild(from: dump, on: target, at: DeskFixture.start) { _ in }
        }
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        #expect(throws: Refused.self) {
            try SchemaMigrations.rebuild(
                from: try DumpFile(path: path), on: target, at: DeskFixture.start
            ) { _ in throw Refused() }
        }
        #expect(try content(try PostgresConnection(options)) == before)
    }

    @Test("Nothing in a dump is run: no command of psql, no program, no statement")
    func madeUp() async throws {
        let (_, _, folder) = try await seeded()
        let path = "\(folder.path)/dump.sql"
        // Where the account of the database may write.
        let mark = "/tmp/was-here\(folder.path.replacing("/", with: "-"))"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let evil = """
            \\! touch \(mark)
            \\o | touch \(mark)
            COPY public.account (email) FROM PROGRAM 'touch \(mark)';
            COPY public.account (email) TO '\(mark)';
            DO $$ begin execute 'create table was_here (x int)'; end $$;
            create role was_here superuser;

            """
        let place = try #require(text.range(of: "COPY public.account"))
        try (evil + text[..<place.lowerBound] + evil + text[place.lowerBound...])
            .write(toFile: path, atomically: true, encoding: .utf8)
        let target = try PostgresConnection(try await TestDatabase.fresh(vector: true))
        try SchemaMigrations.rebuild(
            from: try DumpFile(path: path), on: target, at: DeskFixture.start
        ) { _ in }
        let made: Bool = try target.query(
            """
            select to_regclass('was_here') is not null
                or exists (select from pg_roles where rolname = 'was_here')
            """
        ).one().decode(at: 0)
        #expect(!made)
        #expect(!FileManager.default.fileExists(atPath: mark))
        let accounts: Int = try target.query("select count(*) from account").one().decode(at: 0)
        #expect(accounts == 2, "the rows are there all the same")
    }
}
