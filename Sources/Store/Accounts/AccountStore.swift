package import Base
package import Domain
import Postgres

/// Accounts and their sign-ins.
package enum AccountStore {
    package struct NewAccount: Sendable {
        package var id: AccountID
        package var email: String
        package var name: String
        package var role: Role
        package var passwordHash: String

        package init(
            id: AccountID, email: String, name: String, role: Role, passwordHash: String
        ) {
            self.id = id
            self.email = email
            self.name = name
            self.role = role
            self.passwordHash = passwordHash
        }
    }

    /// Throws `AccountRefusal.emailTaken` when somebody has that address already.
    package static func insert(
        _ account: NewAccount, at now: Instant, _ transaction: Transaction
    ) throws {
        do {
            _ = try transaction.connection.transaction { connection in
                try connection.execute(
                    """
                    insert into account
                        (workspace_id, account_id, email, name, role, password_hash, is_active,
                         created_at)
                    values (\(transaction.workspace), \(account.id), \(account.email),
                        \(account.name), \(account.role), \(account.passwordHash), true, \(now))
                    """)
            }
        } catch let error as PostgresError where error.violates("account_email_key") {
            throw AccountRefusal.emailTaken
        }
    }

    package static func find(_ id: AccountID, _ reader: Reader) throws -> Staff? {
        try reader.connection.query(
            """
            select account_id, role, name, email from account
            where workspace_id = \(reader.workspace) and account_id = \(id) and is_active
            """
        ).oneOrNone().map { try staff($0, reader) }
    }

    package static func all(_ reader: Reader) throws -> [Staff] {
        try reader.connection.query(
            """
            select account_id, role, name, email from account
            where workspace_id = \(reader.workspace) and is_active order by name, account_id
            """
        ).map { try staff($0, reader) }
    }

    /// The names of all accounts, of those that are gone too.
    package static func names(_ reader: Reader) throws -> [AccountID: String] {
        let rows = try reader.connection.query(
            "select account_id, name from account where workspace_id = \(reader.workspace)")
        var names: [AccountID: String] = [:]
        for row in rows { names[try row.decode("account_id")] = try row.decode("name") }
        return names
    }

    private static func staff(_ row: PostgresRow, _ reader: Reader) throws -> Staff {
        Staff(
            account: try row.decode("account_id"), workspace: reader.workspace,
            role: try row.decode("role"), name: try row.decode("name"),
            email: try row.decode("email"))
    }

    // MARK: Sessions

    package struct NewSession: Sendable {
        package var id: AccountSessionID
        package var account: AccountID
        /// "page" for a cookie, "api" for a bearer token.
        package var kind: String
        package var tokenHash: [UInt8]
        package var refreshHash: [UInt8]?
        package var expiresAt: Instant
        package var refreshExpiresAt: Instant?
        /// A hash of the network it was opened from.
        package var origin: [UInt8]?

        package init(
            id: AccountSessionID, account: AccountID, kind: String, tokenHash: [UInt8],
            refreshHash: [UInt8]? = nil, expiresAt: Instant, refreshExpiresAt: Instant? = nil,
            origin: [UInt8]? = nil
        ) {
            self.origin = origin
            self.id = id
            self.account = account
            self.kind = kind
            self.tokenHash = tokenHash
            self.refreshHash = refreshHash
            self.expiresAt = expiresAt
            self.refreshExpiresAt = refreshExpiresAt
        }
    }

    package static func insert(
        _ session: NewSession, at now: Instant, _ transaction: Transaction
    ) throws {
        _ = try transaction.connection.execute(
            """
            insert into account_session
                (workspace_id, session_id, account_id, kind, token_hash, refresh_hash, expires_at,
                 refresh_expires_at, created_at, origin)
            values (\(transaction.workspace), \(session.id), \(session.account), \(session.kind),
                \(session.tokenHash), \(session.refreshHash), \(session.expiresAt),
                \(session.refreshExpiresAt), \(now), \(session.origin))
            """)
        try transaction.record(
            AccountEvents.sessionOpened, of: session.id, ["kind": .text(session.kind)], at: now)
    }

    package struct FoundSession: Sendable {
        package let id: AccountSessionID
        package let staff: Staff
        package let expiresAt: Instant
        package let refreshExpiresAt: Instant?
        package let origin: [UInt8]?
    }

    package static func session(tokenHash: [UInt8], _ reader: Reader) throws -> FoundSession? {
        try session("s.token_hash = \(tokenHash)", reader)
    }

    package static func session(refreshHash: [UInt8], _ reader: Reader) throws -> FoundSession? {
        try session("s.refresh_hash = \(refreshHash)", reader)
    }

    private static func session(_ condition: SQL, _ reader: Reader) throws -> FoundSession? {
        try reader.connection.query(
            """
            select s.session_id, s.expires_at, s.refresh_expires_at, s.origin, a.account_id,
                a.role, a.name, a.email
            from account_session s join account a using (workspace_id, account_id)
            where s.workspace_id = \(reader.workspace) and a.is_active and \(condition)
            """
        ).oneOrNone().map { row in
            FoundSession(
                id: try row.decode("session_id"), staff: try staff(row, reader),
                expiresAt: try row.decode("expires_at"),
                refreshExpiresAt: try row.decode("refresh_expires_at"),
                origin: try row.decode("origin"))
        }
    }

    /// Ends one sign-in; ending it twice is no error, but gives false.
    @discardableResult
    package static func endSession(
        _ id: AccountSessionID, at now: Instant, _ transaction: Transaction
    ) throws -> Bool {
        let count = try transaction.connection.execute(
            """
            delete from account_session
            where workspace_id = \(transaction.workspace) and session_id = \(id)
            """)
        if count > 0 { try transaction.record(AccountEvents.sessionEnded, of: id, at: now) }
        return count == 1
    }

    package static func endExpiredSessions(before now: Instant, _ transaction: Transaction) throws {
        _ = try transaction.connection.execute(
            """
            delete from account_session
            where workspace_id = \(transaction.workspace) and expires_at < \(now)
                and (refresh_expires_at is null or refresh_expires_at < \(now))
            """)
    }
}
