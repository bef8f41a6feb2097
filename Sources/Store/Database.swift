package import Base
package import Domain
package import Postgres

/// The way to the tables: every piece of work names its workspace and runs in one transaction.
///
/// The pool connects as `frontdesk_app`, which owns nothing and cannot step around row-level
/// security; the workspace is set for the transaction only.
package struct Database: Sendable {
    package let pool: PostgresPool
    /// Rows that were met and could not be read.
    package let unreadable: UnreadableRows
    private let faults: FaultInjection

    /// Where work can break: before its transaction, before the commit, and after it, when the
    /// answer is lost. Tests throw here; otherwise nothing does.
    package enum FaultPoint: Sendable, CaseIterable {
        case beginning, committing, answering
    }

    package typealias FaultInjection = @Sendable (FaultPoint) throws -> Void

    package init(
        pool: PostgresPool, unreadable: UnreadableRows = UnreadableRows(world: .live),
        faults: @escaping FaultInjection = { _ in }
    ) {
        self.pool = pool
        self.unreadable = unreadable
        self.faults = faults
    }

    /// Reads one consistent state of a workspace.
    package func read<Value: Sendable>(
        _ workspace: WorkspaceID, _ body: @escaping @Sendable (Reader) throws -> Value
    ) async throws -> Value {
        try faults(.beginning)
        return try await pool.transaction(
            isolation: .repeatableRead, readOnly: true
        ) { connection in
            try enter(workspace, connection)
            return try body(
                Reader(connection: connection, workspace: workspace, unreadable: unreadable))
        }
    }

    /// Changes a workspace: everything in `body` happens, or nothing.
    ///
    /// `body` runs again after a deadlock, so it must do nothing but talk to the database.
    ///
    /// - Parameter origin: who causes the change, for what is recorded of it.
    package func write<Value: Sendable>(
        _ workspace: WorkspaceID, by origin: EventOrigin,
        _ body: @escaping @Sendable (Transaction) throws -> Value
    ) async throws -> Value {
        try faults(.beginning)
        let faults = faults
        let value = try await pool.transaction { connection in
            try enter(workspace, connection)
            let value = try body(
                Transaction(
                    connection: connection, workspace: workspace, unreadable: unreadable,
                    origin: origin))
            try faults(.committing)
            return value
        }
        try faults(.answering)
        return value
    }

    /// Asks one of the few questions that come before the workspace is known.
    package func beforeTenant<Value: Sendable>(
        _ body: @escaping @Sendable (TenantLookup) throws -> Value
    ) async throws -> Value {
        try faults(.beginning)
        return try await pool.transaction { connection in
            try body(TenantLookup(connection: connection))
        }
    }

    /// The part that pages and routes are given: it can only read.
    package var reading: ReadingDatabase { ReadingDatabase(database: self) }

    /// Throws when the pool's role could read other workspaces' rows; checked at start-up.
    package func refuseUnsafeRole() async throws {
        let unsafe = try await pool.run { connection in
            try connection.query(
                """
                select rolsuper or rolbypassrls
                    or exists (select from pg_class where relname = 'workspace'
                        and relkind = 'r' and pg_has_role(current_user, relowner, 'usage'))
                    as unsafe
                from pg_roles where rolname = current_user
                """
            ).one().decode("unsafe", as: Bool.self)
        }
        if unsafe { throw StoreFault.roleBypassesRowSecurity }
    }
}

private func enter(_ workspace: WorkspaceID, _ connection: PostgresConnection) throws {
    _ = try connection.query(
        "select set_config('app.workspace_id', \(workspace.description), true)")
}

/// Reads only; what `Web` is handed.
package struct ReadingDatabase: Sendable {
    private let database: Database

    fileprivate init(database: Database) {
        self.database = database
    }

    package func read<Value: Sendable>(
        _ workspace: WorkspaceID, _ body: @escaping @Sendable (Reader) throws -> Value
    ) async throws -> Value {
        try await database.read(workspace, body)
    }
}

/// One consistent state of one workspace.
package struct Reader {
    package let connection: PostgresConnection
    package let workspace: WorkspaceID
    package let unreadable: UnreadableRows
}

/// Work on one workspace that happens as a whole.
package struct Transaction {
    package let connection: PostgresConnection
    package let workspace: WorkspaceID
    package let unreadable: UnreadableRows
    /// Who causes it.
    package let origin: EventOrigin

    /// The same work, caused by somebody else.
    package func by(_ origin: EventOrigin) -> Transaction {
        Transaction(
            connection: connection, workspace: workspace, unreadable: unreadable, origin: origin)
    }

    /// Adds to the log what this work does.
    package func record(
        _ kind: EventKind, of subject: some CustomStringConvertible, _ payload: EventPayload = [:],
        at now: Instant
    ) throws {
        try EventStore.record(NewEvent(kind, of: subject, payload, at: now), in: self)
    }

    /// For reading inside this work.
    package var reader: Reader {
        Reader(connection: connection, workspace: workspace, unreadable: unreadable)
    }

    /// Whether nobody else does this work now; nobody begins it until this transaction ends.
    ///
    /// Periodic work of several servers is done by one of them at a time.
    package func isFirst(to work: String) throws -> Bool {
        try connection.query(
            "select pg_try_advisory_xact_lock(hashtextextended(\(work), 6)) as first"
        ).one().decode("first")
    }
}

package enum StoreFault: Fault, Equatable {
    case roleBypassesRowSecurity
    case missingMigrations
    /// Bytes of documents are being copied: none may be removed until that is done.
    case documentsHeld

    package var retryable: Bool { self == .documentsHeld }
}

/// One page of a list, newest first, with the cursor of the next.
package struct Page<Item: Sendable>: Sendable {
    package let items: [Item]
    /// Nil on the last page.
    package let next: String?

    package init(items: [Item], next: String?) {
        self.items = items
        self.next = next
    }

    package func map<Other: Sendable>(_ transform: (Item) -> Other) -> Page<Other> {
        Page<Other>(items: items.map(transform), next: next)
    }
}

/// Where a list goes on: after this time and id. Opaque to clients.
package struct PageCursor: Sendable, Hashable {
    package static let sizeLimit = 200

    package let at: Instant
    package let id: String

    package init(at: Instant, id: String) {
        self.at = at
        self.id = id
    }

    package init?(_ text: String) {
        let parts = text.split(separator: "~")
        guard parts.count == 2, let microseconds = Int64(parts[0]),
            let id = ID<Void>(parts[1])
        else { return nil }
        self.init(at: Instant(microseconds: microseconds), id: id.description)
    }

    package var text: String { "\(at.microseconds)~\(id)" }
}

extension Transaction {
    /// Runs `body` so that only its own changes are undone when it throws.
    package func attempt<Value>(_ body: () throws -> Value) throws -> Value {
        try connection.transaction { _ in try body() }
    }
}
