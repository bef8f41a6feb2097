package import Base
package import Domain
import Postgres

/// The live code of each phone, and what was sent of late.
package enum PortalCodeStore {
    /// Waits until nobody else asks for a code for this number, so that it gets one.
    package static func queue(_ phone: PhoneNumber, _ transaction: Transaction) throws {
        let name = "portal code \(transaction.workspace) \(phone.e164)"
        _ = try transaction.connection.query(
            "select pg_advisory_xact_lock(hashtextextended(\(name), 2))")
    }

    /// The newest code of a phone, live or not; the row is locked.
    package static func lock(
        _ phone: PhoneNumber, _ transaction: Transaction
    ) throws -> PortalCode? {
        try transaction.connection.query(
            """
            select * from portal_code
            where workspace_id = \(transaction.workspace) and phone = \(phone.e164) for update
            """
        ).oneOrNone().map { row in
            PortalCode(
                id: try row.decode("code_id"),
                digits: Int(try row.decode("digits", as: Int32.self)),
                madeAt: try row.decode("made_at"), expiresAt: try row.decode("expires_at"),
                texts: Int(try row.decode("texts", as: Int32.self)),
                endedAt: try row.decode("ended_at"),
                guesses: Int(try row.decode("guesses", as: Int32.self)),
                guessedSince: try row.decode("guessed_since"))
        }
    }

    package static func save(
        _ code: PortalCode, of phone: PhoneNumber, _ transaction: Transaction
    ) throws {
        _ = try transaction.connection.execute(
            """
            insert into portal_code
                (workspace_id, phone, code_id, digits, made_at, expires_at, texts, ended_at, guesses,
                 guessed_since)
            values (\(transaction.workspace), \(phone.e164), \(code.id), \(Int32(code.digits)),
                \(code.madeAt), \(code.expiresAt), \(Int32(code.texts)), \(code.endedAt),
                \(Int32(clamping: code.guesses)), \(code.guessedSince))
            on conflict (workspace_id, phone) do update
            set code_id = excluded.code_id, digits = excluded.digits, made_at = excluded.made_at,
                expires_at = excluded.expires_at, texts = excluded.texts,
                ended_at = excluded.ended_at, guesses = excluded.guesses,
                guessed_since = excluded.guessed_since
            """)
    }

    /// Texts of the last hour, and when the first of each kind was sent.
    package struct Sent: Sendable {
        package var toPhone = 0
        package var fromNetwork = 0
        package var inAll = 0
        package var firstFromNetwork: Instant?
        package var first: Instant?
    }

    /// - Parameter now: what a clock that was set back put into the future does not count.
    package static func sent(
        to phone: PhoneNumber, from network: [UInt8]?, since from: Instant, until now: Instant,
        _ reader: Reader
    ) throws -> Sent {
        let row = try reader.connection.query(
            """
            select count(*) as all_texts, min(created_at) as first,
                count(*) filter (where phone = \(phone.e164)) as to_phone,
                count(*) filter (where network = \(network)) as from_network,
                min(created_at) filter (where network = \(network)) as first_from_network
            from portal_session
            where workspace_id = \(reader.workspace) and is_texted
                and created_at > \(from) and created_at <= \(now)
            """
        ).one()
        return Sent(
            toPhone: try row.decode("to_phone"), fromNetwork: try row.decode("from_network"),
            inAll: try row.decode("all_texts"),
            firstFromNetwork: try row.decode("first_from_network"), first: try row.decode("first"))
    }
}
