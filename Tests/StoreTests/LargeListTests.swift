import Base
import Domain
import Foundation
import Postgres
import TestKit
import Testing

@testable import Store

/// A workspace with 20,000 rows in every table that a page lists.
private struct LargeWorkspace {
    static let rows = 20_000

    let database: Database
    let workspace: WorkspaceID

    init() async throws {
        let options = try await TestDatabase.migrated()
        let owner = try PostgresConnection(options.owner)
        for seed in WorkspaceSeeds.inOrder {
            try owner.script(WorkspaceSeeds.sql(seed.sql, number: 1))
        }
        // Every row refers to rows of its own number, so checking each adds nothing.
        try owner.script("set session_replication_role = replica")
        for insert in LargeWorkspace.inserts {
            try owner.script(
                WorkspaceSeeds.sql(insert, number: 1)
                    .replacing("{id}", with: "md5('row ' || n)::uuid")
                    .replacing(
                        "{at}", with: "'2026-11-20T10:00:00Z'::timestamptz + n * interval '30 min'"
                    )
                    .replacing("{rows}", with: "generate_series(1, \(LargeWorkspace.rows)) n"))
        }
        try owner.script("vacuum analyze")
        database = Database(pool: PostgresPool(options.pool))
        workspace = WorkspaceID(try #require(UUID(uuidString: WorkspaceSeeds.workspace(1))))
    }

    private static let inserts = [
        "insert into contact select {w}, {id}, 'n', {at} from {rows}",
        """
        insert into contact_address select {w}, {id}, {id}, 'phone', '+4420' || (10000000 + n), null,
            true, {at} from {rows}
        """,
        """
        insert into conversation select {w}, {id}, {id}, 'web', 'assistant', 1, 1, 0, 'm', 1, {at},
            {at}, null, null, {id}, 'open' from {rows}
        """,
        """
        insert into message select {w}, {id}, {a}, n + 1, 'customer', 'm', null, null, 'k' || n, {at}
        from {rows}
        """,
        """
        insert into console_message select {w}, {id}, '+1', 'console', 'm', 'k' || n, {at} from {rows}
        """,
        """
        insert into document select {w}, {id}, 't', 'f', 'pdf', 1, 's' || n, 'ready', null, null, 1,
            1, {id}, 1, {at}, {at} from {rows}
        """,
        """
        insert into draft select {w}, {id}, {id}, 'ready', 't', 't', '[]', '[]', '[]', 'greeting', 1,
            '\(WorkspaceSeeds.draftBasis)', 1, null, null, null, {at}, {at}, '[]' from {rows}
        """,
        """
        insert into booking select {w}, {id}, case n % 100 when 0 then {a} else {id} end, {a}, {a},
            {at}, {at} + interval '20 min', 'confirmed', null, 'R' || n, 1, {at}, {at} from {rows}
        """,
        """
        insert into booking_slot select {w}, {id}, n, tstzrange({at}, {at} + interval '20 min'),
            'confirmed' from {rows}
        """,
    ]

    /// How many rows of tables PostgreSQL fetched for one reading, however few it gave.
    func fetched(_ read: @escaping @Sendable (Reader) throws -> Void) async throws -> Int {
        try await database.read(workspace) { reader in
            // What PostgreSQL has not yet given away of earlier transactions is counted too.
            let before = try LargeWorkspace.counted(reader)
            try read(reader)
            return try LargeWorkspace.counted(reader) - before
        }
    }

    private static func counted(_ reader: Reader) throws -> Int {
        try reader.connection.query(
            """
            select coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0)::bigint as rows
            from pg_stat_xact_user_tables
            """
        ).one().decode("rows")
    }
}

@Suite("Lists of a large workspace", .timeLimit(.minutes(10)))
struct LargeListTests {
    private static let start = DeskFixture.start

    private typealias Reading = (name: String, read: @Sendable (Reader) throws -> Void)

    /// First pages and pages from the middle.
    private static let pages: [Reading] = [
        ("conversations", { _ = try ConversationStore.page(after: nil, limit: 50, $0) }),
        ("older conversations", { _ = try ConversationStore.page(after: middle, limit: 50, $0) }),
        ("console", { _ = try ConsoleStore.page(after: nil, limit: 50, $0) }),
        ("older console", { _ = try ConsoleStore.page(after: middle, limit: 50, $0) }),
        ("documents", { _ = try DocumentStore.page(after: nil, limit: 50, $0) }),
        ("older documents", { _ = try DocumentStore.page(after: middle, limit: 50, $0) }),
        ("drafts", { _ = try DraftStore.page(status: .ready, after: nil, limit: 50, $0) }),
        ("later drafts", { _ = try DraftStore.page(status: .ready, after: middle, limit: 50, $0) }),
        ("appointments", { _ = try BookingStore.page(after: nil, limit: 50, $0) }),
        ("older appointments", { _ = try BookingStore.page(after: middle, limit: 50, $0) }),
        (
            "a day of the calendar",
            {
                _ = try BookingStore.page(
                    from: start, to: start + .hours(3), after: nil, limit: 50, $0)
            }
        ),
        (
            "busy times",
            { _ = try BookingStore.busy(from: start, to: start + .hours(3), at: start, $0) }
        ),
    ]

    /// What the turn of one conversation reads.
    private static func ofOne(
        _ conversation: ConversationID, _ contact: ContactID
    ) -> [Reading] {
        [
            ("messages", { _ = try ConversationStore.latest(50, in: conversation, $0) }),
            (
                "new messages",
                { _ = try ConversationStore.messages(in: conversation, since: 19_990, $0) }
            ),
            (
                "a customer's appointments",
                { _ = try BookingStore.upcoming(of: contact, at: start, $0) }
            ),
        ]
    }

    private static let middle = PageCursor(
        at: start + .minutes(300_000), id: "80000000-0000-0000-0000-000000000000")

    @Test("Each reads a small part of its table, on the first page and on a later one")
    func bounded() async throws {
        let large = try await LargeWorkspace()
        let id = WorkspaceSeeds.id(1, "a000")
        let conversation = try #require(ConversationID(id))
        let contact = try #require(ContactID(id))
        for list in Self.pages + Self.ofOne(conversation, contact) {
            let rows = try await large.fetched(list.read)
            #expect(rows > 0, "\(list.name) read nothing")
            #expect(rows < LargeWorkspace.rows / 10, "\(list.name) read \(rows) rows")
        }
    }
}
