package import Base
package import Domain
import Postgres

/// Customers and the addresses by which they are known.
package enum ContactStore {
    /// The contact with this address, made if there is none; a name is kept only where none was
    /// known.
    ///
    /// A number that is known by the other of its two kinds, phone and portal, is the same person's.
    ///
    /// - Parameter id: names what is made, the contact or only its address.
    package static func findOrInsert(
        _ address: Address, name: String?, id: ContactID, at now: Instant,
        _ transaction: Transaction
    ) throws -> Contact {
        if let known = try find(address, transaction.reader) {
            return try named(name, known, transaction)
        }
        // Of two who bring the same new address, the second waits and then finds what was made.
        let key = "contact address \(transaction.workspace) \(address.kind) \(address.value)"
        _ = try transaction.connection.query(
            "select pg_advisory_xact_lock(hashtextextended(\(key), 3))")
        if let known = try find(address, transaction.reader) {
            return try named(name, known, transaction)
        }
        let sibling = try address.sibling.flatMap { try find($0, transaction.reader) }
        if sibling == nil {
            _ = try transaction.connection.execute(
                """
                insert into contact (workspace_id, contact_id, name, created_at)
                values (\(transaction.workspace), \(id), \(name), \(now))
                """)
        }
        let owner = sibling?.id ?? id
        _ = try insert(
            address, id: ContactAddressID(id.uuid), of: owner, at: now, transaction)
        guard let contact = try find(address, transaction.reader) else {
            throw ContactRefusal.unknownContact
        }
        return try named(name, contact, transaction)
    }

    /// The contact of this number, made if there is none.
    package static func findOrInsert(
        phone: PhoneNumber, name: String?, id: ContactID, at now: Instant,
        _ transaction: Transaction
    ) throws -> Contact {
        try findOrInsert(Address(phone), name: name, id: id, at: now, transaction)
    }

    private static func named(
        _ name: String?, _ contact: Contact, _ transaction: Transaction
    ) throws -> Contact {
        guard contact.name == nil, let name else { return contact }
        try rename(contact.id, to: name, transaction)
        var contact = contact
        contact.name = name
        return contact
    }

    /// Adds an address that nobody has; the first of its kind is the preferred one.
    ///
    /// Throws `ContactRefusal.addressTaken` when somebody has it.
    package static func insert(
        _ address: Address, id: ContactAddressID, of contact: ContactID, at now: Instant,
        _ transaction: Transaction
    ) throws -> ContactAddress {
        let row = try transaction.connection.query(
            """
            insert into contact_address
                (workspace_id, address_id, contact_id, kind, value, is_preferred, created_at)
            values (\(transaction.workspace), \(id), \(contact), \(address.kind),
                \(address.value), not exists (select from contact_address
                    where workspace_id = \(transaction.workspace) and contact_id = \(contact)
                        and kind = \(address.kind) and is_preferred), \(now))
            on conflict (workspace_id, kind, value) do nothing
            returning is_preferred
            """
        ).oneOrNone()
        guard let row else { throw ContactRefusal.addressTaken }
        return ContactAddress(
            id: id, address: address, isPreferred: try row.decode("is_preferred"))
    }

    /// Says that a contact proved an address; the first proof counts.
    package static func verify(
        _ address: Address, at now: Instant, _ transaction: Transaction
    ) throws {
        _ = try transaction.connection.execute(
            """
            update contact_address set verified_at = \(now)
            where workspace_id = \(transaction.workspace) and kind = \(address.kind)
                and value = \(address.value) and verified_at is null
            """)
    }

    // MARK: Reading

    /// The contact by that id, or the one it was merged into.
    package static func find(_ id: ContactID, _ reader: Reader) throws -> Contact? {
        var id = id
        for _ in 0..<mergesFollowed {
            let row = try reader.connection.query(
                """
                select \(columns), c.merged_into from contact c
                where c.workspace_id = \(reader.workspace) and c.contact_id = \(id)
                """
            ).oneOrNone()
            guard let row else { return nil }
            guard let next = try row.decode("merged_into", as: ContactID?.self) else {
                return try contact(row)
            }
            id = next
        }
        return nil
    }

    /// Merges of merges that a link to a contact survives.
    private static let mergesFollowed = 32

    /// Whose address this is.
    package static func find(_ address: Address, _ reader: Reader) throws -> Contact? {
        try reader.connection.query(
            """
            select \(columns) from contact_address k
            join contact c using (workspace_id, contact_id)
            where k.workspace_id = \(reader.workspace) and k.kind = \(address.kind)
                and k.value = \(address.value)
            """
        ).oneOrNone().map(contact)
    }

    package static func address(_ id: ContactAddressID, _ reader: Reader) throws -> Address? {
        try reader.connection.query(
            """
            select kind, value from contact_address
            where workspace_id = \(reader.workspace) and address_id = \(id)
            """
        ).oneOrNone().map { row in
            Address(stored: try row.decode("value"), try row.decode("kind"))
        }
    }

    /// Whether somebody with this number is a customer.
    package static func isKnown(_ phone: PhoneNumber, _ reader: Reader) throws -> Bool {
        try reader.connection.query(
            """
            select exists (select from contact_address
                where workspace_id = \(reader.workspace) and kind in ('phone', 'portal')
                    and value = \(phone.e164)) as known
            """
        ).one().decode("known")
    }

    /// Contacts, the newest first.
    package static func page(
        after cursor: PageCursor?, limit: Int, _ reader: Reader
    ) throws -> Page<Contact> {
        let position: SQL =
            cursor.map { "and (c.created_at, c.contact_id) < (\($0.at), \($0.id)::uuid)" } ?? ""
        let rows = try reader.connection.query(
            """
            select \(columns), c.created_at from contact c
            where c.workspace_id = \(reader.workspace) and c.merged_into is null \(position)
            order by c.created_at desc, c.contact_id desc limit \(limit + 1)
            """)
        let items = try rows.prefix(limit).map(contact)
        let next =
            try rows.count > limit
            ? rows.prefix(limit).last.map { row in
                PageCursor(
                    at: try row.decode("created_at"),
                    id: try row.decode("contact_id", as: ContactID.self).description
                ).text
            } : nil
        return Page(items: items, next: next)
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

    /// What `contact(_:)` reads, of a contact that a query calls `c`.
    static let columns: SQL = """
        c.contact_id, c.name, array(
            select concat_ws(' ', a.address_id, a.kind, a.is_preferred::int,
                coalesce((extract(epoch from a.verified_at) * 1000000)::bigint::text, '-'), a.value)
            from contact_address a
            where a.workspace_id = c.workspace_id and a.contact_id = c.contact_id
            order by a.is_preferred desc, a.created_at, a.address_id limit 50) as addresses,
        c.language, c.region, c.date_order, c.clock
        """

    /// Nil goes back to the workspace's way.
    package static func setLocale(
        _ id: ContactID, to locale: LocaleSettings?, _ transaction: Transaction
    ) throws {
        _ = try transaction.connection.execute(
            """
            update contact set language = \(locale?.language), region = \(locale?.region),
                date_order = \(locale?.dateOrder), clock = \(locale?.clock)
            where workspace_id = \(transaction.workspace) and contact_id = \(id)
            """)
    }

    static func contact(_ row: PostgresRow) throws -> Contact {
        let addresses = try row.decode("addresses", as: [String].self).map { text in
            let parts = text.split(separator: " ", maxSplits: 4).map(String.init)
            guard parts.count == 5, let id = ContactAddressID(parts[0]),
                let kind = AddressKind(rawValue: parts[1])
            else { throw PostgresError.column("addresses", expected: "address", found: .malformed) }
            return ContactAddress(
                id: id, address: Address(stored: parts[4], kind),
                verifiedAt: Int64(parts[3]).map { Instant(microseconds: $0) },
                isPreferred: parts[2] == "1")
        }
        return Contact(
            id: try row.decode("contact_id"), name: try row.decode("name"), addresses: addresses,
            locale: try row.locale())
    }
}

extension Address {
    /// The same number as the other kind that is known by numbers.
    fileprivate var sibling: Address? {
        switch kind {
        case .phone: phone.map { Address(portal: $0) }
        case .portal: phone.map { Address($0) }
        case .email, .whatsapp, .anonymous: nil
        }
    }
}
