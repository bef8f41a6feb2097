import Base
import CPostgres
import Foundation

/// One session with the server. Not Sendable: it lives on the thread that opened it.
///
/// Everything blocks its thread, which is why only a pool's thread holds one. Statements with binds
/// are prepared once and found again by their text.
package final class PostgresConnection {
    let handle: OpaquePointer
    let interrupt: Interrupt
    private let notices: NoticeSink
    private let options: PostgresOptions
    private var statements: StatementCache
    /// When the work at hand must be over.
    var deadline: ContinuousClock.Instant?
    /// How long the server may be silent while the work at hand waits for it.
    var answerLimit: Duration?
    /// Whether the session was given up because the server said nothing.
    var wasSilent = false
    /// Statements sent since the work began.
    var statementsSent = 0
    /// Those among them that could have stored something: outside of a transaction, and commits.
    var statementsStoring = 0
    var transactionDepth = 0
    private var lost = false

    /// Opens a session. Throws `PostgresError.unreachable`.
    package convenience init(_ options: PostgresOptions) throws {
        try self.init(options, interrupt: Interrupt())
    }

    init(_ options: PostgresOptions, interrupt: Interrupt) throws {
        self.options = options
        self.interrupt = interrupt
        statements = StatementCache(limit: options.statementCacheLimit)
        answerLimit = options.answerLimit
        notices = NoticeSink()
        handle = try PostgresConnection.connect(options)
        // Sending must never wait inside libpq, which knows no limit: it waits in `ServerWait`.
        guard PQsetnonblocking(handle, 1) == 0 else { throw lostError(sent: false) }
        let sink = Unmanaged.passUnretained(notices).toOpaque()
        PQsetNoticeReceiver(
            handle,
            { context, result in
                guard let context, let result else { return }
                Unmanaged<NoticeSink>.fromOpaque(context).takeUnretainedValue().receive(result)
            }, sink)
        try setUp()
    }

    deinit { PQfinish(handle) }

    private static func connect(_ options: PostgresOptions) throws -> OpaquePointer {
        // What stands in the URL comes later and wins.
        let settings = [
            ("application_name", options.applicationName),
            ("connect_timeout", String(options.connectTimeoutSeconds)),
            ("keepalives_idle", "30"), ("tcp_user_timeout", "30000"),
            ("dbname", options.url.revealed()), ("client_encoding", "UTF8"),
        ]
        var keys = settings.map { strdup($0.0) } + [nil]
        var values = settings.map { strdup($0.1) } + [nil]
        defer { for pointer in keys + values { free(pointer) } }
        let handle = keys.withUnsafeMutableBufferPointer { keys in
            values.withUnsafeMutableBufferPointer { values in
                keys.withMemoryRebound(to: UnsafePointer<CChar>?.self) { keys in
                    values.withMemoryRebound(to: UnsafePointer<CChar>?.self) { values in
                        PQconnectdbParams(keys.baseAddress, values.baseAddress, 1)
                    }
                }
            }
        }
        guard let handle else { throw PostgresError.unreachable(reason: "out of memory") }
        guard PQstatus(handle) == CONNECTION_OK else {
            defer { PQfinish(handle) }
            let reason = PQerrorMessage(handle).map { String(cString: $0) } ?? ""
            throw PostgresError.unreachable(
                reason: String(reason.prefix(500)).trimmingCharacters(in: .whitespacesAndNewlines))
        }
        return handle
    }

    private func setUp() throws {
        let statement = String(options.statementTimeout.microseconds / 1000)
        let idle = String(options.idleInTransactionTimeout.microseconds / 1000)
        try control(
            """
            select set_config('timezone', 'UTC', false), \
            set_config('statement_timeout', '\(statement)', false), \
            set_config('idle_in_transaction_session_timeout', '\(idle)', false)
            """)
        statementsSent = 0
        statementsStoring = 0
    }

    /// Whether the session is over; every further call throws.
    package var isBroken: Bool {
        lost || notices.ended || PQstatus(handle) != CONNECTION_OK
    }

    func markBroken() { lost = true }

    /// Runs a statement and gives its rows.
    package func query(_ sql: SQL) throws -> PostgresRows {
        let (owner, layout) = try perform(sql)
        return PostgresRows(owner, layout: layout)
    }

    /// Runs a statement and gives the number of rows that it touched.
    @discardableResult
    package func execute(_ sql: SQL) throws -> Int {
        let (owner, _) = try perform(sql)
        return withExtendedLifetime(owner) {
            PQcmdTuples(owner.pointer).flatMap { Int(String(cString: $0)) } ?? 0
        }
    }

    /// Runs text that may hold several statements and has no binds, such as a migration.
    package func script(_ text: String) throws {
        try begin()
        guard PQsendQuery(handle, text) == 1 else { throw lostError(sent: false) }
        _ = try receive()
    }

    /// Sends a notification when the transaction commits (at once outside of one).
    package func notify(_ channel: String, _ payload: String = "") throws {
        _ = try query("select pg_notify(\(channel), \(payload))")
    }

    /// Runs a statement of the session's own housekeeping, which a requested stop does not touch
    /// unless it is `stoppable`.
    @discardableResult
    func control(_ text: String, stoppable: Bool = false) throws -> ResultOwner {
        guard !isBroken else { throw PostgresError.disconnected(outcomeUnknown: false) }
        guard PQsendQuery(handle, text) == 1 else { throw lostError(sent: false) }
        return try receive(stoppable: stoppable)
    }

    private func perform(_ sql: SQL) throws -> (ResultOwner, ColumnLayout) {
        do {
            return try performOnce(sql)
        } catch let error as PostgresError {
            // A table changed under a prepared statement, or somebody discarded it: outside of a
            // transaction nothing was done, so it is prepared again and run.
            guard error.state == .featureNotSupported || error.state == .invalidStatementName,
                forget(sql), transactionDepth == 0, PQtransactionStatus(handle) == PQTRANS_IDLE
            else { throw error }
            return try performOnce(sql)
        }
    }

    private func performOnce(_ sql: SQL) throws -> (ResultOwner, ColumnLayout) {
        try begin()
        let entry = try prepared(sql)
        guard send(entry.name, sql.binds) else { throw lostError(sent: false) }
        let owner = try receive()
        if let layout = entry.layout { return (owner, layout) }
        let layout = ColumnLayout(owner.pointer)
        entry.layout = layout
        return (owner, layout)
    }

    /// Every statement begins here: the session must be alive and the work still wanted.
    func begin() throws {
        guard !isBroken else { throw PostgresError.disconnected(outcomeUnknown: false) }
        if interrupt.isRequested { throw CancellationError() }
        if let deadline, ContinuousClock.now >= deadline { throw PostgresError.deadlineExceeded }
        statementsSent += 1
        if transactionDepth == 0 { statementsStoring += 1 }
    }

    private func prepared(_ sql: SQL) throws -> StatementCache.Entry {
        let key = StatementCache.Key(text: sql.text, types: sql.binds.map(\.type.oid))
        if let entry = statements.touch(key) { return entry }
        let entry = StatementCache.Entry(name: statements.freshName())
        guard
            PQsendPrepare(handle, entry.name, sql.text, Int32(sql.binds.count), key.types) == 1
        else { throw lostError(sent: false) }
        _ = try receive()
        if let evicted = statements.insert(entry, for: key) {
            try control("deallocate \(evicted.name)")
        }
        return entry
    }

    /// Drops the prepared statement of this text; false when there was none.
    private func forget(_ sql: SQL) -> Bool {
        let key = StatementCache.Key(text: sql.text, types: sql.binds.map(\.type.oid))
        return statements.remove(key) != nil
    }

    private func send(_ name: String, _ binds: [SQLBind]) -> Bool {
        let total = binds.reduce(0) { $0 + ($1.bytes?.count ?? 0) }
        // One byte more, so that an empty value still has an address: NULL is a null pointer.
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: total + 1) { buffer in
            guard let base = buffer.baseAddress else { return false }
            var offset = 0
            var values: [UnsafePointer<CChar>?] = []
            values.reserveCapacity(binds.count)
            for bind in binds {
                guard let bytes = bind.bytes else {
                    values.append(nil)
                    continue
                }
                bytes.withUnsafeBytes {
                    UnsafeMutableRawPointer(base + offset).copyMemory(
                        from: $0.baseAddress ?? UnsafeRawPointer(base), byteCount: $0.count)
                }
                values.append(UnsafePointer(base + offset))
                offset += bytes.count
            }
            let lengths = binds.map { Int32($0.bytes?.count ?? 0) }
            let formats = [Int32](repeating: 1, count: binds.count)
            return PQsendQueryPrepared(
                handle, name, Int32(binds.count), values, lengths, formats, 1) == 1
        }
    }
}

/// Notes when the server ends the session while nothing was being asked.
private final class NoticeSink {
    var ended = false

    func receive(_ result: OpaquePointer) {
        guard let severity = frontdesk_pg_severity(result) else { return }
        let text = String(cString: severity)
        if text == "FATAL" || text == "PANIC" { ended = true }
    }
}
