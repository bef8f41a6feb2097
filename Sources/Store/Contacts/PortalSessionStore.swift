package import Base
package import Domain
import Postgres

/// Customers' sign-ins to the portal.
package enum PortalSessionStore {
    package static func insert(
        _ session: PortalSession, at now: Instant, _ transaction: Transaction
    ) throws {
        _ = try transaction.connection.execute(
            """
            insert into portal_session
                (workspace_id, session_id, phone, name, code_hash, code_tries_left,
                 code_expires_at, created_at, code_id, network, is_texted)
            values (\(transaction.workspace), \(session.id), \(session.phone.e164),
                \(session.name), \(session.codeHash), \(Int32(session.triesLeft)),
                \(session.codeExpiresAt), \(now), \(session.code), \(session.network),
                \(session.isTexted))
            """)
    }

    /// Removes the oldest waiting sessions of a phone, beyond `count` of those that one network
    /// opened, and beyond `all` of all; those for which a text was sent are needed for counting.
    package static func keepNewest(
        _ count: Int, of phone: PhoneNumber, from network: [UInt8]?, all: Int,
        _ transaction: Transaction
    ) throws {
        _ = try transaction.connection.execute(
            """
            delete from portal_session where workspace_id = \(transaction.workspace)
                and session_id in (
                    select session_id from (
                        select session_id, network,
                            row_number() over (
                                partition by network order by created_at desc, session_id desc
                            ) as place,
                            row_number() over (order by created_at desc, session_id desc)
                                as place_of_all
                        from portal_session
                        where workspace_id = \(transaction.workspace) and phone = \(phone.e164)
                            and verified_at is null and not is_texted) as waiting
                    where place_of_all > \(Int32(all))
                        or (place > \(Int32(count)) and network is not distinct from \(network)))
            """)
    }

    /// Whether this phone was proved from this network before.
    package static func wasProved(
        _ phone: PhoneNumber, from network: [UInt8], _ reader: Reader
    ) throws -> Bool {
        try reader.connection.query(
            """
            select exists (select from portal_session
                where workspace_id = \(reader.workspace) and phone = \(phone.e164)
                    and network = \(network) and verified_at is not null) as proved
            """
        ).one().decode("proved")
    }

    /// Removes what was never entered, and codes of phones, from before `limit`.
    package static func removeWaiting(
        before limit: Instant, _ transaction: Transaction
    ) throws {
        _ = try transaction.connection.execute(
            """
            delete from portal_session where workspace_id = \(transaction.workspace)
                and created_at < \(limit) and verified_at is null
            """)
        _ = try transaction.connection.execute(
            """
            delete from portal_code where workspace_id = \(transaction.workspace)
                and made_at < \(limit) and guessed_since < \(limit)
            """)
    }

    /// The phone of a session, which never changes.
    package static func phone(
        _ id: PortalSessionID, _ reader: Reader
    ) throws -> PhoneNumber? {
        try reader.connection.query(
            """
            select phone from portal_session
            where workspace_id = \(reader.workspace) and session_id = \(id)
            """
        ).oneOrNone().flatMap { PhoneNumber(try $0.decode("phone", as: String.self)) }
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
            PortalSession(
                id: id, phone: try phone(row), name: try row.decode("name"),
                contact: try row.decode("contact_id"), codeHash: try row.decode("code_hash"),
                triesLeft: Int(try row.decode("code_tries_left", as: Int32.self)),
                codeExpiresAt: try row.decode("code_expires_at"),
                verifiedAt: try row.decode("verified_at"), code: try row.decode("code_id"),
                network: try row.decode("network"), isTexted: try row.decode("is_texted"))
        }
    }

    private static func phone(_ row: PostgresRow) throws -> PhoneNumber {
        guard let phone = PhoneNumber(try row.decode("phone", as: String.self)) else {
            throw PostgresError.column("phone", expected: "E.164", found: .malformed)
        }
        return phone
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
            select p.session_id, p.phone, \(ContactStore.columns) from portal_session p
            join contact c using (workspace_id, contact_id)
            where p.workspace_id = \(reader.workspace) and p.token_hash = \(tokenHash)
                and p.token_expires_at > \(now)
            """
        ).oneOrNone().map { row in
            Customer(
                workspace: reader.workspace, contact: try ContactStore.contact(row),
                session: try row.decode("session_id"), phone: try phone(row))
        }
    }

    package static func end(
        _ id: PortalSessionID, at now: Instant, _ transaction: Transaction
    ) throws {
        _ = try transaction.connection.execute(
            """
            update portal_session set token_hash = null, token_expires_at = null
            where workspace_id = \(transaction.workspace) and session_id = \(id)
            """)
        try transaction.record(ContactEvents.sessionEnded, of: id, at: now)
    }
}
