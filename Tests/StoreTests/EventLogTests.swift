import Base
import Domain
import Foundation
import Postgres
import TestKit
import Testing

@testable import Store

/// A database with one workspace, and sessions of the pool's role that are in it.
struct EventLog {
    let owner: PostgresConnection
    private let pool: PostgresOptions
    let unreadable = UnreadableRows(world: .test(at: ManualClock(DeskFixture.start)))

    static let workspace = WorkspaceID(WorkspaceSeeds.workspace(1))
    static let kind = EventKind("thing.changed", in: "Things")

    init() async throws {
        let options = try await TestDatabase.migrated()
        owner = try PostgresConnection(options.owner)
        pool = options.pool
    }

    func session() throws -> PostgresConnection {
        let connection = try PostgresConnection(pool)
        _ = try connection.query(
            "select set_config('app.workspace_id', \(WorkspaceSeeds.workspace(1)), false)")
        return connection
    }

    func record(
        _ subject: String, _ payload: EventPayload = [:], by origin: EventOrigin = .assistant,
        on connection: PostgresConnection
    ) throws {
        let workspace = try #require(EventLog.workspace)
        let transaction = Transaction(
            connection: connection, workspace: workspace, unreadable: unreadable, origin: origin)
        try transaction.record(EventLog.kind, of: subject, payload, at: DeskFixture.start)
    }

    func follow(
        after position: EventPosition = .start, limit: Int = 100
    ) throws -> (events: [Event], waits: Bool) {
        let lookup = TenantLookup(connection: try PostgresConnection(pool))
        return (
            try lookup.events(after: position, limit: limit, unreadable: unreadable),
            try lookup.isEventWaiting()
        )
    }
}

@Suite("The log of events", .timeLimit(.minutes(10)))
struct EventLogTests {
    @Test("The pool's role adds to the log and reads it, and can neither change nor remove a row")
    func appendOnly() async throws {
        let log = try await EventLog()
        let session = try log.session()
        try log.record("a", on: session)
        let changes: [SQL] = [
            "update event set subject = 'b'", "delete from event", "truncate event",
            "update event set payload = '{}' where subject = 'a'",
        ]
        for sql in changes {
            let error = #expect(throws: PostgresError.self, "\(sql.text)") {
                try session.execute(sql)
            }
            #expect(error?.state == .insufficientPrivilege, "\(sql.text)")
        }
        #expect(try log.follow().events.map(\.subject) == ["a"])
    }

    @Test("Whoever follows the log misses nothing of a transaction that commits late")
    func late() async throws {
        let log = try await EventLog()
        let (early, late) = (try log.session(), try log.session())
        try late.script("begin")
        try log.record("late 1", on: late)
        try log.record("early", on: early)
        try log.record("late 2", on: late)
        let before = try log.follow()
        #expect(before.events.isEmpty && before.waits)
        try late.script("commit")
        let after = try log.follow()
        #expect(after.events.map(\.subject) == ["late 1", "late 2", "early"] && !after.waits)
        let last = try #require(after.events.last?.position)
        #expect(try log.follow(after: last).events.isEmpty)
        try log.record("next", on: early)
        #expect(try log.follow(after: last).events.map(\.subject) == ["next"])
        let first = try #require(after.events.first?.position)
        #expect(try log.follow(after: first, limit: 1).events.map(\.subject) == ["late 2"])
    }

    @Test("What is undone is not recorded, and what is recorded says who, what and why")
    func content() async throws {
        let log = try await EventLog()
        let session = try log.session()
        let world = World.test(at: ManualClock(DeskFixture.start))
        try session.script("begin")
        try log.record("undone", on: session)
        try session.script("rollback")
        let origins: [EventOrigin] = [
            EventOrigin(.person(world.id()), because: .draft(world.id())),
            EventOrigin(.customer(world.id()), because: .message(world.id())),
            EventOrigin(.customer(nil), because: .request("r")),
            EventOrigin(.assistant, because: .rule("night")),
            EventOrigin(.machine("payments"), because: .webhook("evt_1")),
        ]
        let payload: EventPayload = ["from": "a", "number": 7, "edited": true, "zero": 0]
        for origin in origins { try log.record("x", payload, by: origin, on: session) }
        let events = try log.follow().events
        #expect(
            events.map { EventOrigin($0.actor ?? .assistant, because: $0.causation) } == origins)
        #expect(events.allSatisfy { $0.payload == payload && $0.isOf(EventLog.kind) })
        #expect(events.allSatisfy { $0.column == "Things" && $0.at == DeskFixture.start })
        #expect(Set(events.map(\.workspace)) == [EventLog.workspace])
    }

    @Test("A payload that cannot be read costs its details, and no event")
    func unreadable() async throws {
        let log = try await EventLog()
        try log.record("a", ["n": 1], on: try log.session())
        for damage in ["{}", "[]", "7", "null", "{\"version\": 2, \"values\": {}}"] {
            try log.owner.execute("update event set payload = \(SQLJSON(text: damage))")
            let event = try #require(try log.follow().events.first)
            #expect(event.payload == nil && event.subject == "a", "\(damage)")
            #expect(log.unreadable.count == 1)
        }
        // As version 1 was written; it must be read for ever.
        try log.owner.execute(
            """
            update event set payload = '{"values":{"at":"x","n":-3,"yes":false},"version":1}'
            """)
        let read = try log.follow().events.first?.payload
        #expect(read == ["at": "x", "n": -3, "yes": false])
        #expect(log.unreadable.count == 0)
    }

    @Test("A place is read back as it was written, and nothing else is a place")
    func positions() {
        let place = EventPosition(turn: 12, number: 7)
        #expect(EventPosition(place.text) == place)
        for text in [
            "", "-", "1-", "-1", "1-2-3", "a-b", "1--2", String(repeating: "1", count: 99),
        ] {
            #expect(EventPosition(text) == nil, "\(text)")
        }
    }

    @Test("The history of appointments and the audit trail of a release before are in the log")
    func older() async throws {
        let connection = try PostgresConnection(try await TestDatabase.fresh())
        let all = try SchemaMigrations.all()
        let place = try #require(all.firstIndex { $0.name == "events" })
        for migration in all.prefix(place) { try connection.script(migration.sql) }
        try connection.execute("set session_replication_role = replica")
        try connection.script(
            """
            insert into account values
                ('018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-00000000000a',
                 'o@x.example', 'O', 'owner', 'h', true, '2026-11-20Z');
            insert into booking_event
            select '018f0000-0000-7000-8000-000000000001', gen.id, gen.id, kind, actor, detail,
                timestamptz '2026-11-20 10:00Z' + late
            from (values
                ('018f0000-0000-7000-8000-0000000000b1'::uuid, 'held', 'assistant', '{}'::jsonb,
                    interval '1 min'),
                ('018f0000-0000-7000-8000-0000000000b2'::uuid, 'moved', 'o@x.example',
                    '{"from": "a", "to": "b"}'::jsonb, interval '3 min')
            ) gen (id, kind, actor, detail, late);
            insert into audit_entry values
                ('018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-0000000000c1',
                 '018f0000-0000-7000-8000-00000000000a', 'draft.approve', 'd',
                 '{"edited": "yes"}', timestamptz '2026-11-20 10:02Z');
            """)
        try connection.script(all[place].sql)
        let unreadable = UnreadableRows(world: .test(at: ManualClock(DeskFixture.start)))
        let events = try TenantLookup(connection: connection).events(
            after: .start, limit: 10, unreadable: unreadable)
        #expect(events.map(\.kind) == ["booking.held", "draft.approved", "booking.moved"])
        let person = AccountID("018f0000-0000-7000-8000-00000000000a").map(EventActor.person)
        #expect(events.map(\.actor) == [.assistant, person, person])
        #expect(events.last?.payload == ["from": "a", "to": "b"])
        #expect(unreadable.count == 0)
    }
}
