import Base
import Domain
import Foundation
import Postgres
import Processes
import TestKit
import Testing

@testable import Store

@Suite("The schema", .timeLimit(.minutes(10)))
struct SchemaTests {
    @Test("The migrations together make what schema.sql says")
    func freshIsUpgraded() async throws {
        let file = Clone.file("Sources/Store/schema.sql")
        let made = try await dump()
        let renew = ProcessInfo.processInfo.environment["RENEW_SCHEMA"] != nil
        if renew { try made.write(toFile: file, atomically: true, encoding: .utf8) }
        let kept = try String(contentsOfFile: file, encoding: .utf8)
        let difference = kept.split(separator: "\n", omittingEmptySubsequences: false)
            .difference(from: made.split(separator: "\n", omittingEmptySubsequences: false))
        let lines = difference.map { change in
            switch change {
            case .insert(_, let line, _): "only in schema.sql: \(line)"
            case .remove(_, let line, _): "only in the migrations: \(line)"
            }
        }
        #expect(
            made == kept,
            "run with RENEW_SCHEMA=1 after reading:\n\(lines.joined(separator: "\n"))")
    }

    @Test("Migrating twice changes nothing, and a changed migration stops the start")
    func checksums() async throws {
        let owner = try PostgresConnection(try await TestDatabase.migrated().owner)
        #expect(try SchemaMigrations.apply(on: owner, at: DeskFixture.start).isEmpty)
        try owner.execute("update schema_migration set sha256 = 'x' where version = 2")
        #expect(throws: MigrationError.changed(version: 2, name: "knowledge")) {
            try SchemaMigrations.apply(on: owner, at: DeskFixture.start)
        }
    }

    @Test("Of drafts from before there were previews, the words and the kind are kept")
    func olderDrafts() async throws {
        let connection = try PostgresConnection(try await TestDatabase.fresh())
        let all = try SchemaMigrations.all()
        for migration in all.prefix(6) { try connection.script(migration.sql) }
        // Only the draft matters here, and not whose it is.
        try connection.execute("set session_replication_role = replica")
        try connection.execute(
            """
            insert into draft (workspace_id, draft_id, conversation_id, status, text, proposed_text,
                citations, commands, effects_in_words, warnings, intent, confidence, basis, version,
                created_at, updated_at)
            select id, id, id, 'sent', '', '', '[]', '[]', words, '[]', 'greeting', 1, '{}', 1,
                timestamptz '2026-11-20', timestamptz '2026-11-20'
            from (values
                ('018f0000-0000-7000-8000-000000000001'::uuid,
                 '["books Trim, Tue 24 Nov 15:30 with Ana", "hands the conversation over"]'::jsonb),
                ('018f0000-0000-7000-8000-000000000002'::uuid, '[]'::jsonb)) as old (id, words)
            """)
        try connection.script(all[6].sql)
        let kept = try connection.query("select effects from draft order by draft_id")
            .map { row in try row.stored("effects", as: StoredEffects.self) }
        #expect(kept.map { $0.map(\.kind) } == [["book", "hand_off"], []])
        #expect(kept.first?.first?.summary == "books Trim, Tue 24 Nov 15:30 with Ana")
    }

    @Test("Appointments from before occupy what they last, but for those that overlap already")
    func olderSpans() async throws {
        let connection = try PostgresConnection(try await TestDatabase.fresh())
        let all = try SchemaMigrations.all()
        let place = try #require(all.firstIndex { $0.name == "booking_span" })
        for migration in all.prefix(place) { try connection.script(migration.sql) }
        // Only the spans matter here, and not whose they are.
        try connection.execute("set session_replication_role = replica")
        try connection.execute(
            """
            insert into booking
            select id, id, id, id, id, timestamptz '2026-11-24 10:00Z' + late,
                timestamptz '2026-11-24 11:00Z' + late, status, null, id::text, 1,
                timestamptz '2026-11-20' + late, timestamptz '2026-11-20'
            from (values
                ('018f0000-0000-7000-8000-000000000001'::uuid, interval '0', 'confirmed'),
                ('018f0000-0000-7000-8000-000000000002'::uuid, interval '30 min', 'confirmed'),
                ('018f0000-0000-7000-8000-000000000003'::uuid, interval '5 h', 'hold'),
                ('018f0000-0000-7000-8000-000000000004'::uuid, interval '8 h', 'cancelled'))
                as old (id, late, status)
            """)
        // Each occupies half of the hour that it lasts.
        try connection.execute(
            """
            insert into booking_slot
            select workspace_id, booking_id, 1,
                tstzrange(starts_at - interval '5 min', starts_at + interval '25 min'), status
            from booking
            """)
        try connection.execute("set session_replication_role = origin")
        try connection.script(all[place].sql)
        let minutes = try connection.query(
            """
            select (extract(epoch from upper(during) - lower(during)) / 60)::bigint as minutes
            from booking_slot order by booking_id
            """
        ).map { try $0.decode("minutes", as: Int64.self) }
        // The first would run into the second, which then has room for its own hour.
        #expect(minutes == [30, 65, 65, 30])
        // What overlaps can be cancelled, and nothing new may stand out of what it occupies.
        try connection.execute(
            """
            update booking_slot set state = 'cancelled'
            where lower(during) = (select min(lower(during)) from booking_slot)
            """)
        let error = #expect(throws: PostgresError.self) {
            try connection.execute(
                "update booking set ends_at = ends_at + interval '1 h' where status = 'hold'")
        }
        #expect(error?.violates("booking_span_covers") == true)
    }

    @Test("Two databases of one server can be migrated at once")
    func sideBySide() async throws {
        try await withThrowingTaskGroup { group in
            for _ in 0..<3 {
                group.addTask {
                    let options = try await TestDatabase.fresh()
                    let connection = try PostgresConnection(options)
                    _ = try SchemaMigrations.apply(on: connection, at: DeskFixture.start)
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("Migrations are numbered one after the other")
    func numbers() throws {
        let migrations = try SchemaMigrations.all()
        #expect(migrations.map(\.version) == Array(1...migrations.count))
    }

    @Test("No migration asks the server for time, ids or chance")
    func impurity() throws {
        let banned = ["now()", "current_timestamp", "gen_random_uuid()", "random()"]
        for migration in try SchemaMigrations.all() {
            for word in banned { #expect(!migration.sql.contains(word), "\(migration.name)") }
        }
    }

    /// The whole schema as text, without what differs from one dump to the next.
    private func dump() async throws -> String {
        let server = try await TestPostgres.shared()
        let owner = try PostgresConnection(try await TestDatabase.migrated().owner)
        let name: String = try owner.query("select current_database()::text").one().decode(at: 0)
        let arguments = [
            "--schema-only", "--no-owner", "--no-comments",
            "--host=\(server.server.socketFolder)", "--username=\(EmbeddedPostgres.owner)", name,
        ]
        let bytes = try await server.server.tool("pg_dump", arguments).check(
            timeout: .seconds(300))
        let noise = ["--", "SET ", "SELECT pg_catalog.set_config", "\\restrict", "\\unrestrict"]
        var lines: [Substring] = []
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            if noise.contains(where: line.hasPrefix) { continue }
            if line.first?.isLetter == true, lines.last?.hasSuffix(";") == true {
                lines.append("")
            }
            lines.append(line)
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
