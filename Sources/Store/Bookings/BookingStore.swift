package import Base
package import Domain
import Postgres

/// Appointments and the time they take.
///
/// Every change of what takes time first locks the resource (in ascending order of number), then
/// frees lapsed holds that are in the way; the exclusion constraint is the backstop under both.
package enum BookingStore {
    // MARK: Reading

    /// Spans in which people are taken, from `from` up to `to`; lapsed holds do not count.
    package static func busy(
        from: Instant, to: Instant, at now: Instant, _ reader: Reader
    ) throws -> [BusySpan] {
        // The longest service and buffers are bounded (see migration 4), so a btree on the start
        // finds every overlap; range operators go unused under row-level security.
        try reader.connection.query(
            """
            select b.staff_id, b.booking_id, lower(s.during) as span_start,
                upper(s.during) as span_end
            from booking b join booking_slot s using (workspace_id, booking_id)
            where b.workspace_id = \(reader.workspace)
                and b.starts_at >= \(from - .days(2)) and b.starts_at < \(to + .days(1))
                and s.state in ('hold', 'pending_payment', 'confirmed')
                and (b.expires_at is null or b.expires_at > \(now))
            """
        ).map { row in
            BusySpan(
                staff: try row.decode("staff_id"),
                during: Interval(try row.decode("span_start"), try row.decode("span_end")),
                booking: try row.decode("booking_id"))
        }
    }

    package static func find(_ id: BookingID, _ reader: Reader) throws -> Booking? {
        try reader.connection.query(
            """
            select * from booking
            where workspace_id = \(reader.workspace) and booking_id = \(id)
            """
        ).oneOrNone().map(booking)
    }

    /// Confirmed appointments of a contact that have not begun, by start.
    package static func upcoming(
        of contact: ContactID, at now: Instant, _ reader: Reader
    ) throws -> [Booking] {
        try reader.connection.query(
            """
            select * from booking
            where workspace_id = \(reader.workspace) and contact_id = \(contact)
                and status = 'confirmed' and starts_at > \(now)
            order by starts_at, booking_id limit 20
            """
        ).map(booking)
    }

    /// An appointment with the names that people read.
    package struct Listed: Sendable {
        package let booking: Booking
        package let contact: Contact
        package let service: String
        package let staff: String
    }

    /// Appointments that begin in `from ..< to`, by start; holds and released ones are left out.
    package static func list(
        from: Instant, to: Instant, limit: Int, _ reader: Reader
    ) throws -> [Listed] {
        try page(from: from, to: to, after: nil, limit: limit, reader).items
    }

    /// One page of those, in the same order.
    package static func page(
        from: Instant, to: Instant, after cursor: PageCursor?, limit: Int, _ reader: Reader
    ) throws -> Page<Listed> {
        let position: SQL =
            cursor.map { "and (b.starts_at, b.booking_id) > (\($0.at), \($0.id)::uuid)" } ?? ""
        let found = try listed(
            """
            b.starts_at >= \(from) and b.starts_at < \(to)
                and b.status not in ('hold', 'released') \(position)
            order by b.starts_at, b.booking_id limit \(limit + 1)
            """, reader)
        return page(found, limit)
    }

    /// One page of all appointments, newest start first.
    package static func page(
        after cursor: PageCursor?, limit: Int, _ reader: Reader
    ) throws -> Page<Listed> {
        let position: SQL =
            cursor.map { "and (b.starts_at, b.booking_id) < (\($0.at), \($0.id)::uuid)" } ?? ""
        let found = try listed(
            """
            b.status not in ('hold', 'released') \(position)
            order by b.starts_at desc, b.booking_id desc limit \(limit + 1)
            """, reader)
        return page(found, limit)
    }

    /// What was found with one more than asked for, which says whether the list goes on.
    private static func page(_ found: [Listed], _ limit: Int) -> Page<Listed> {
        let items = Array(found.prefix(limit))
        let next =
            found.count > limit
            ? items.last.map {
                PageCursor(at: $0.booking.slot.start, id: $0.booking.id.description).text
            } : nil
        return Page(items: items, next: next)
    }

    package static func listed(of contact: ContactID, _ reader: Reader) throws -> [Listed] {
        try listed(
            """
            b.contact_id = \(contact) and b.status not in ('hold', 'released')
            order by b.starts_at desc, b.booking_id limit 50
            """, reader)
    }

    /// One appointment with its names, whatever became of it.
    package static func listed(_ id: BookingID, _ reader: Reader) throws -> Listed? {
        try listed("b.booking_id = \(id)", reader).first
    }

    private static func listed(_ condition: SQL, _ reader: Reader) throws -> [Listed] {
        try reader.connection.query(
            """
            select b.*, \(ContactStore.columns), s.name as service_name, m.name as staff_name
            from booking b
            join contact c using (workspace_id, contact_id)
            join service s using (workspace_id, service_id)
            join staff_member m using (workspace_id, staff_id)
            where b.workspace_id = \(reader.workspace) and \(condition)
            """
        ).map { row in
            Listed(
                booking: try booking(row), contact: try ContactStore.contact(row),
                service: try row.decode("service_name"),
                staff: try row.decode("staff_name"))
        }
    }

    static func booking(_ row: PostgresRow) throws -> Booking {
        Booking(
            id: try row.decode("booking_id"), contact: try row.decode("contact_id"),
            slot: Slot(
                service: try row.decode("service_id"), staff: try row.decode("staff_id"),
                start: try row.decode("starts_at"), end: try row.decode("ends_at")),
            status: try row.decode("status"), expiresAt: try row.decode("expires_at"),
            reference: try row.decode("reference"),
            version: Int(try row.decode("version", as: Int32.self)))
    }

    // MARK: Writing

    /// Reads a booking and keeps others from changing it until this work is done.
    package static func lock(_ id: BookingID, _ transaction: Transaction) throws -> Booking? {
        try transaction.connection.query(
            """
            select * from booking
            where workspace_id = \(transaction.workspace) and booking_id = \(id)
            for no key update
            """
        ).oneOrNone().map(booking)
    }

    /// Waits until nobody else changes these people's time; numbers are locked in ascending order,
    /// so two that lock several cannot wait for each other.
    package static func lock(_ resources: [Int64], _ transaction: Transaction) throws {
        for number in Set(resources).sorted() {
            _ = try transaction.connection.query("select pg_advisory_xact_lock(\(number))")
        }
    }

    /// Inserts a booking that takes `span` of a person.
    ///
    /// Throws `BookingRefusal.slotTaken` (with no alternatives: the caller knows them) when
    /// somebody else has that time.
    package static func insert(
        _ booking: Booking, span: Interval, resource: Int64, at now: Instant,
        _ transaction: Transaction
    ) throws {
        try releaseLapsed(in: span, of: resource, at: now, transaction)
        try refusingOverlap(transaction) { connection in
            _ = try connection.execute(
                """
                insert into booking
                    (workspace_id, booking_id, contact_id, service_id, staff_id, starts_at, ends_at,
                     status, expires_at, reference, version, created_at, updated_at)
                values (\(transaction.workspace), \(booking.id), \(booking.contact),
                    \(booking.slot.service), \(booking.slot.staff), \(booking.slot.start),
                    \(booking.slot.end), \(booking.status), \(booking.expiresAt),
                    \(booking.reference), 1, \(now), \(now))
                """)
            _ = try connection.execute(
                """
                insert into booking_slot (workspace_id, booking_id, resource_no, during, state)
                values (\(transaction.workspace), \(booking.id), \(resource),
                    tstzrange(\(span.start), \(span.end)), \(booking.status))
                """)
        }
    }

    /// Changes where a booking stands, for example from hold to confirmed.
    ///
    /// A hold that has lapsed and whose time somebody else took meanwhile is refused as
    /// `slotTaken`; a row that somebody else changed is `changedMeanwhile`.
    package static func setStatus(
        _ id: BookingID, from: [BookingStatus], to status: BookingStatus, expiresAt: Instant? = nil,
        at now: Instant, _ transaction: Transaction
    ) throws {
        let count = try transaction.connection.execute(
            """
            update booking
            set status = \(status), expires_at = \(expiresAt), version = version + 1,
                updated_at = \(now)
            where workspace_id = \(transaction.workspace) and booking_id = \(id)
                and status = any(\(from.map(\.rawValue)))
            """)
        guard count == 1 else { throw BookingRefusal.changedMeanwhile }
        try refusingOverlap(transaction) { connection in
            _ = try connection.execute(
                """
                update booking_slot set state = \(status)
                where workspace_id = \(transaction.workspace) and booking_id = \(id)
                """)
        }
    }

    /// Moves a confirmed booking to another time, or to another person.
    package static func move(
        _ booking: Booking, to slot: Slot, span: Interval, resource: Int64, at now: Instant,
        _ transaction: Transaction
    ) throws {
        try releaseLapsed(in: span, of: resource, at: now, transaction)
        let count = try transaction.connection.execute(
            """
            update booking
            set staff_id = \(slot.staff), starts_at = \(slot.start), ends_at = \(slot.end),
                version = version + 1, updated_at = \(now)
            where workspace_id = \(transaction.workspace) and booking_id = \(booking.id)
                and version = \(Int32(booking.version)) and status = 'confirmed'
            """)
        guard count == 1 else { throw BookingRefusal.changedMeanwhile }
        try refusingOverlap(transaction) { connection in
            _ = try connection.execute(
                """
                update booking_slot
                set resource_no = \(resource), during = tstzrange(\(span.start), \(span.end))
                where workspace_id = \(transaction.workspace) and booking_id = \(booking.id)
                """)
        }
    }

    /// Releases lapsed holds that overlap `span`: the constraint itself reads no clock.
    package static func releaseLapsed(
        in span: Interval, of resource: Int64, at now: Instant, _ transaction: Transaction
    ) throws {
        let lapsed = try transaction.connection.query(
            """
            update booking b set status = 'released', version = b.version + 1, updated_at = \(now)
            from booking_slot s
            where b.workspace_id = \(transaction.workspace)
                and b.status in ('hold', 'pending_payment')
                and b.expires_at <= \(now) and s.workspace_id = b.workspace_id
                and s.booking_id = b.booking_id and s.resource_no = \(resource)
                and s.during && tstzrange(\(span.start), \(span.end))
            returning b.booking_id
            """)
        for row in lapsed {
            let id: BookingID = try row.decode("booking_id")
            _ = try transaction.connection.execute(
                """
                update booking_slot set state = 'released'
                where workspace_id = \(transaction.workspace)
                    and booking_id = \(id)
                """)
            // Its time was over, whoever noticed.
            try transaction.by(.machine("bookings")).record(
                BookingEvents.released, of: id, ["lapsed": true], at: now)
        }
    }

    private static func refusingOverlap(
        _ transaction: Transaction, _ body: (PostgresConnection) throws -> Void
    ) throws {
        do {
            try transaction.connection.transaction { connection in try body(connection) }
        } catch let error as PostgresError where error.violates("booking_slot_free") {
            throw BookingRefusal.slotTaken(alternatives: [])
        } catch let error as PostgresError
            where error.violates("booking_workspace_id_reference_key")
        {
            // Drawn before, and somebody else's by now: whoever tries again draws another.
            throw BookingRefusal.changedMeanwhile
        }
    }
}
