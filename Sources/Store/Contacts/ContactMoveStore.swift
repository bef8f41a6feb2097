package import Base
package import Domain
import Postgres

/// What moved from one contact to another when two were merged or one was split.
///
/// Everything that belongs to a contact hangs on its id, so moving is writing another id; which rows
/// moved is kept, so that it can be taken back.
package enum ContactMoveStore {
    /// Reads contacts and keeps others from moving anything of theirs; a merged one stays itself here.
    package static func lock(
        _ contacts: [ContactID], _ transaction: Transaction
    ) throws -> [ContactID: ContactID?] {
        let rows = try transaction.connection.query(
            """
            select contact_id, merged_into from contact
            where workspace_id = \(transaction.workspace) and contact_id = any(\(contacts))
            order by contact_id for no key update
            """)
        var found: [ContactID: ContactID?] = [:]
        for row in rows {
            found.updateValue(
                try row.decode("merged_into"), forKey: try row.decode("contact_id"))
        }
        return found
    }

    package static func insert(
        _ move: ContactMove, _ transaction: Transaction
    ) throws {
        _ = try transaction.connection.execute(
            """
            insert into contact_move
                (workspace_id, move_id, kind, source_id, target_id, account_id, at)
            values (\(transaction.workspace), \(move.id), \(move.kind), \(move.source),
                \(move.target), \(move.account), \(move.at))
            """)
    }

    package static func insertContact(
        _ id: ContactID, name: String?, at now: Instant, _ transaction: Transaction
    ) throws {
        _ = try transaction.connection.execute(
            """
            insert into contact (workspace_id, contact_id, name, created_at)
            values (\(transaction.workspace), \(id), \(name), \(now))
            """)
    }

    /// Says which contact answers for this one; nil lets it answer for itself again.
    package static func setMerged(
        _ contact: ContactID, into other: ContactID?, _ transaction: Transaction
    ) throws {
        _ = try transaction.connection.execute(
            """
            update contact set merged_into = \(other)
            where workspace_id = \(transaction.workspace) and contact_id = \(contact)
            """)
    }

    // MARK: Moving

    /// Everything of the source.
    package static func moveAll(_ move: ContactMove, _ transaction: Transaction) throws {
        for kind in Kind.allCases {
            try note(kind, of: move, "true", transaction)
            try carry(kind, of: move.id, from: move.source, to: move.target, transaction)
        }
    }

    /// These addresses with the conversations and sign-ins of theirs, and these bookings.
    ///
    /// The portal sign-in with a number goes wherever the number goes, and the other way round.
    package static func move(
        _ addresses: [ContactAddressID], bookings: [BookingID], by move: ContactMove,
        _ transaction: Transaction
    ) throws {
        try note(
            .address, of: move,
            """
            (address_id = any(\(addresses)) or (kind in ('phone', 'portal') and value in (
                select value from contact_address
                where workspace_id = \(transaction.workspace) and address_id = any(\(addresses))
                    and kind in ('phone', 'portal'))))
            """, transaction)
        let moved: SQL = """
            (select item_id from contact_move_item
                where workspace_id = \(transaction.workspace) and move_id = \(move.id)
                    and kind = 'address')
            """
        try note(.conversation, of: move, "address_id in \(moved)", transaction)
        try note(.booking, of: move, "booking_id = any(\(bookings))", transaction)
        try note(
            .portalSession, of: move,
            """
            phone in (select value from contact_address
                where workspace_id = \(transaction.workspace) and address_id in \(moved)
                    and kind in ('phone', 'portal'))
            """, transaction)
        for kind in Kind.allCases {
            try carry(kind, of: move.id, from: move.source, to: move.target, transaction)
        }
    }

    /// What of a move is still where it went goes back.
    package static func takeBack(
        _ move: ContactMove, at now: Instant, _ transaction: Transaction
    ) throws {
        for kind in Kind.allCases {
            try carry(kind, of: move.id, from: move.target, to: move.source, transaction)
        }
        _ = try transaction.connection.execute(
            """
            update contact_move set undone_at = \(now)
            where workspace_id = \(transaction.workspace) and move_id = \(move.id)
            """)
    }

    /// What hangs on a contact.
    private enum Kind: String, CaseIterable {
        case address, conversation, booking
        case portalSession = "portal_session"

        /// The table and the name of its id; nothing here comes from outside.
        var table: SQL {
            switch self {
            case .address: "contact_address"
            case .conversation: "conversation"
            case .booking: "booking"
            case .portalSession: "portal_session"
            }
        }

        var id: SQL {
            switch self {
            case .address: "address_id"
            case .conversation: "conversation_id"
            case .booking: "booking_id"
            case .portalSession: "session_id"
            }
        }
    }

    private static func note(
        _ kind: Kind, of move: ContactMove, _ condition: SQL, _ transaction: Transaction
    ) throws {
        let preferred: SQL = kind == .address ? "is_preferred" : "false"
        _ = try transaction.connection.execute(
            """
            insert into contact_move_item (workspace_id, move_id, kind, item_id, was_preferred)
            select workspace_id, \(move.id)::uuid, \(kind.rawValue), \(kind.id), \(preferred)
            from \(kind.table)
            where workspace_id = \(transaction.workspace) and contact_id = \(move.source)
                and \(condition)
            """)
    }

    /// An address that was preferred stays so where the other contact prefers none of its kind.
    private static func carry(
        _ kind: Kind, of move: ContactMoveID, from source: ContactID, to target: ContactID,
        _ transaction: Transaction
    ) throws {
        let preference: SQL =
            kind == .address
            ? """
            , is_preferred = i.was_preferred and not exists (
                select from contact_address o
                where o.workspace_id = t.workspace_id and o.contact_id = \(target)
                    and o.kind = t.kind and o.is_preferred)
            """ : ""
        _ = try transaction.connection.execute(
            """
            update \(kind.table) t set contact_id = \(target) \(preference)
            from contact_move_item i
            where i.workspace_id = \(transaction.workspace) and i.move_id = \(move)
                and i.kind = \(kind.rawValue) and t.workspace_id = i.workspace_id
                and t.\(kind.id) = i.item_id and t.contact_id = \(source)
            """)
    }

    // MARK: Reading

    package static func lock(
        _ id: ContactMoveID, _ transaction: Transaction
    ) throws -> ContactMove? {
        try transaction.connection.query(
            """
            select * from contact_move
            where workspace_id = \(transaction.workspace) and move_id = \(id) for update
            """
        ).oneOrNone().map(move)
    }

    package static func find(_ id: ContactMoveID, _ reader: Reader) throws -> ContactMove? {
        try reader.connection.query(
            """
            select * from contact_move
            where workspace_id = \(reader.workspace) and move_id = \(id)
            """
        ).oneOrNone().map(move)
    }

    /// Merges and splits that a contact had a part in, the newest first.
    package static func history(
        of contact: ContactID, limit: Int = 100, _ reader: Reader
    ) throws -> [ContactMove] {
        try reader.connection.query(
            """
            select * from contact_move
            where workspace_id = \(reader.workspace)
                and (source_id = \(contact) or target_id = \(contact))
            order by at desc, move_id desc limit \(limit)
            """
        ).map(move)
    }

    private static func move(_ row: PostgresRow) throws -> ContactMove {
        ContactMove(
            id: try row.decode("move_id"), kind: try row.decode("kind"),
            source: try row.decode("source_id"), target: try row.decode("target_id"),
            account: try row.decode("account_id"), at: try row.decode("at"),
            undoneAt: try row.decode("undone_at"))
    }
}
