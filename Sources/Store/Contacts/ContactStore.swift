package import Base
package import Domain
import Postgres

/// Customers, one for each phone number of a workspace.
package enum ContactStore {
    /// The contact of this number, made if there is none; a name is kept only where none was known.
    package static func findOrInsert(
        phone: PhoneNumber, name: String?, id: ContactID, at now: Instant,
        _ transaction: Transaction
    ) throws -> Contact {
        let row = try transaction.connection.query(
            """
            insert into contact as c (workspace_id, contact_id, phone, name, created_at)
            values (\(transaction.workspace), \(id), \(phone.e164), \(name), \(now))
            on conflict (workspace_id, phone) do update set name = coalesce(c.name, excluded.name)
            returning *
            """
        ).one()
        return try contact(row)
    }

    package static func find(_ id: ContactID, _ reader: Reader) throws -> Contact? {
        try reader.connection.query(
            """
            select * from contact
            where workspace_id = \(reader.workspace) and contact_id = \(id)
            """
        ).oneOrNone().map(contact)
    }

    package static func rename(
        _ id: ContactID, to name: String, _ transaction: Transaction
    ) throws {
        _ = try transaction.connection.execute(
            """
            update contact set name = \(name)
            where workspace_id = \(transaction.workspace) and contact_id = \(id)
            """)
    }

    static func contact(_ row: PostgresRow) throws -> Contact {
        guard let phone = PhoneNumber(try row.decode("phone", as: String.self)) else {
            throw PostgresError.column("phone", expected: "E.164", found: .malformed)
        }
        return Contact(
            id: try row.decode("contact_id"), phone: phone, name: try row.decode("name"))
    }
}

/// Customers' sign-ins to the portal.
package enum PortalSessionStore {
    package static func insert(
        _ session: PortalSession, at now: Instant, _ transaction: Transaction
    ) throws {
        _ = try transaction.connection.execute(
            """
            insert into portal_session
                (workspace_id, session_id, phone, name, code_hash, code_tries_left,
                 code_expires_at, created_at)
            values (\(transaction.workspace), \(session.id), \(session.phone.e164),
                \(session.name), \(session.codeHash), \(Int32(session.triesLeft)),
                \(session.codeExpiresAt), \(now))
            """)
    }

    /// Waits until nobody else asks for a code for this number, so that codes are counted one by one.
    package static func queue(_ phone: PhoneNumber, _ transaction: Transaction) throws {
        let name = "portal code \(transaction.workspace) \(phone.e164)"
        _ = try transaction.connection.query(
            "select pg_advisory_xact_lock(hashtextextended(\(name), 2))")
    }

    /// How many codes a number asked for since `from`, and when the first of these was.
    package static func codesAsked(
        by phone: PhoneNumber, since from: Instant, _ reader: Reader
    ) throws -> (count: Int, first: Instant?) {
        let row = try reader.connection.query(
            """
            select count(*) as count, min(created_at) as first from portal_session
            where workspace_id = \(reader.workspace) and phone = \(phone.e164)
                and created_at > \(from)
            """
        ).one()
        return (try row.decode("count"), try row.decode("first"))
    }

    /// Reads a session for judging a code; the row is locked, so that tries are counted one by one.
    package static func lock(
        _ id: PortalSessionID, _ transaction: Transaction
    ) throws -> PortalSession? {
        try transaction.connection.query(
            """
            select * from portal_session
            where workspace_id = \(transaction.workspace) and session_id = \(id) for update
            """
        ).oneOrNone().map { row in
            guard let phone = PhoneNumber(try row.decode("phone", as: String.self)) else {
                throw PostgresError.column("phone", expected: "E.164", found: .malformed)
            }
            return PortalSession(
                id: id, phone: phone, name: try row.decode("name"),
                contact: try row.decode("contact_id"), codeHash: try row.decode("code_hash"),
                triesLeft: Int(try row.decode("code_tries_left", as: Int32.self)),
                codeExpiresAt: try row.decode("code_expires_at"),
                verifiedAt: try row.decode("verified_at"))
        }
    }

    package static func noteWrongCode(
        _ id: PortalSessionID, triesLeft: Int, _ transaction: Transaction
    ) throws {
        _ = try transaction.connection.execute(
            """
            update portal_session set code_tries_left = \(Int32(triesLeft))
            where workspace_id = \(transaction.workspace) and session_id = \(id)
            """)
    }

    package static func verify(
        _ id: PortalSessionID, contact: ContactID, tokenHash: [UInt8], tokenExpiresAt: Instant,
        at now: Instant, _ transaction: Transaction
    ) throws {
        _ = try transaction.connection.execute(
            """
            update portal_session
            set contact_id = \(contact), verified_at = \(now), token_hash = \(tokenHash),
                token_expires_at = \(tokenExpiresAt)
            where workspace_id = \(transaction.workspace) and session_id = \(id)
            """)
    }

    /// Who holds this token, while it lasts.
    package static func customer(
        tokenHash: [UInt8], at now: Instant, _ reader: Reader
    ) throws -> Customer? {
        try reader.connection.query(
            """
            select p.session_id, c.* from portal_session p
            join contact c using (workspace_id, contact_id)
            where p.workspace_id = \(reader.workspace) and p.token_hash = \(tokenHash)
                and p.token_expires_at > \(now)
            """
        ).oneOrNone().map { row in
            Customer(
                workspace: reader.workspace, contact: try ContactStore.contact(row),
                session: try row.decode("session_id"))
        }
    }

    package static func end(_ id: PortalSessionID, _ transaction: Transaction) throws {
        _ = try transaction.connection.execute(
            """
            update portal_session set token_hash = null, token_expires_at = null
            where workspace_id = \(transaction.workspace) and session_id = \(id)
            """)
        try transaction.announce(.session, id.description)
    }
}
