package import Base
package import Domain
import Postgres

/// What staff changed about appointments and customers have not been told yet.
package enum BookingNoticeStore {
    /// Keeps what the customer knows of an appointment that staff are about to change; what is kept
    /// already stays, because that is what the customer was told last.
    package static func keep(
        _ known: Booking, at now: Instant, _ transaction: Transaction
    ) throws {
        _ = try transaction.connection.execute(
            """
            insert into booking_notice
                (workspace_id, booking_id, known_staff, known_start, known_end, created_at)
            values (\(transaction.workspace), \(known.id), \(known.slot.staff),
                \(known.slot.start), \(known.slot.end), \(now))
            on conflict (workspace_id, booking_id) do nothing
            """)
    }

    /// What a customer is to be told, by when it was changed first.
    package static func pending(
        of contact: ContactID, at now: Instant, _ reader: Reader
    ) throws -> [BookingNotice] {
        try reader.connection.query(
            """
            select b.*, n.known_staff, n.known_start, n.known_end
            from booking_notice n join booking b using (workspace_id, booking_id)
            where n.workspace_id = \(reader.workspace) and b.contact_id = \(contact)
            order by n.created_at, n.booking_id limit \(BookingNoticeStore.limit)
            """
        ).map { row in
            let booking = try BookingStore.booking(row)
            return BookingNotice(
                booking: booking,
                known: Slot(
                    service: booking.slot.service, staff: try row.decode("known_staff"),
                    start: try row.decode("known_start"), end: try row.decode("known_end")))
        }.filter { $0.isWorthTelling(at: now) }
    }

    /// Notices that one message tells; the next one tells the others.
    private static let limit = 10

    /// The customer has heard of it; false when nothing was to be told any more.
    package static func settle(_ booking: BookingID, _ transaction: Transaction) throws -> Bool {
        try transaction.connection.execute(
            """
            delete from booking_notice
            where workspace_id = \(transaction.workspace) and booking_id = \(booking)
            """) > 0
    }

    /// A person talks with the customer, who hears of everything from them.
    package static func settle(of contact: ContactID, _ transaction: Transaction) throws {
        _ = try transaction.connection.execute(
            """
            delete from booking_notice n using booking b
            where n.workspace_id = \(transaction.workspace) and b.workspace_id = n.workspace_id
                and b.booking_id = n.booking_id and b.contact_id = \(contact)
            """)
    }
}
