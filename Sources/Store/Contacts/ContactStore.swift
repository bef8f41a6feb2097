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

    /// Whether somebody with this number is a customer.
    package static func isKnown(_ phone: PhoneNumber, _ reader: Reader) throws -> Bool {
        try reader.connection.query(
            """
            select exists (select from contact
                where workspace_id = \(reader.workspace) and phone = \(phone.e164)) as known
            """
        ).one().decode("known")
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
