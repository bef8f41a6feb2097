package import Base
package import Domain
package import Store

/// Slots, appointments, and the effects of the booking machine on the tables.
package struct BookingDesk: Sendable {
    private let world: World
    private let database: Database

    /// Days of slots that one request can ask for.
    package static let slotDaysLimit = 62

    package init(world: World, database: Database) {
        self.world = world
        self.database = database
    }

    // MARK: For staff and integrators

    /// Free slots of a service on local days `from ... to` of the workspace.
    package func availableSlots(
        _ workspace: WorkspaceID, service: ServiceID, staff: StaffMemberID? = nil,
        from: LocalDate, to: LocalDate
    ) async throws -> [Slot] {
        let now = world.now()
        return try await database.read(workspace) { reader in
            let availability = try BookingDesk.availability(at: now, reader)
            guard let offered = availability.catalogue.service(service) else {
                throw BookingRefusal.unknownService
            }
            let last = min(to, from.adding(days: BookingDesk.slotDaysLimit))
            return availability.slots(of: offered, staff: staff, from: from, to: last)
        }
    }

    /// A booking that staff make by hand: confirmed at once, under the same rules.
    package struct Wanted: Sendable {
        package var service: ServiceID
        /// Nil takes the first person who is free.
        package var staff: StaffMemberID?
        package var start: Instant
        package var phone: PhoneNumber
        package var name: String?

        package init(
            service: ServiceID, staff: StaffMemberID?, start: Instant, phone: PhoneNumber,
            name: String?
        ) {
            self.service = service
            self.staff = staff
            self.start = start
            self.phone = phone
            self.name = name
        }
    }

    package func book(_ wanted: Wanted, by actor: Staff) async throws -> Booking {
        try actor.require(.manageBookings)
        let now = world.now()
        let world = world
        return try await database.write(actor.workspace) { transaction in
            let contact = try ContactStore.findOrInsert(
                phone: wanted.phone, name: wanted.name, id: world.id(), at: now, transaction)
            let (slot, catalogue) = try BookingDesk.slot(for: wanted, at: now, transaction)
            let booking = Booking(
                id: world.id(), contact: contact.id, slot: slot, status: .confirmed,
                reference: BookingReference.make(world))
            let writer = BookingWriter(world: world, actor: actor.email, transaction: transaction)
            try writer.insert(booking, catalogue)
            return booking
        }
    }

    /// The slot that is wanted, checked after its resources were locked.
    private static func slot(
        for wanted: Wanted, at now: Instant, _ transaction: Transaction
    ) throws -> (Slot, Catalogue) {
        let before = try CatalogueStore.find(transaction.reader)
        guard let service = before.service(wanted.service) else {
            throw BookingRefusal.unknownService
        }
        let people = before.staff.filter { member in
            service.staff.contains(member.id)
                && (wanted.staff == nil || wanted.staff == member.id)
        }
        guard !people.isEmpty else { throw BookingRefusal.unknownStaff }
        try BookingStore.lock(people.map(\.resourceNumber), transaction)
        let availability = try availability(at: now, transaction.reader)
        let date = availability.catalogue.zone.local(wanted.start).date
        let free = availability.slots(of: service, staff: wanted.staff, from: date, to: date)
        if let slot = free.first(where: { $0.start == wanted.start }) {
            return (slot, availability.catalogue)
        }
        let wish = BookingWish(
            service: service.id, staff: wanted.staff, day: .on(date),
            time: .at(availability.catalogue.zone.local(wanted.start).time))
        let offers = SlotOffers(availability: availability, service: service)
        let alternatives = offers.alternatives(to: wish, day: date)
        throw BookingRefusal.slotTaken(alternatives: alternatives)
    }

    package func cancel(_ id: BookingID, by actor: Staff) async throws {
        try actor.require(.manageBookings)
        let world = world
        try await database.write(actor.workspace) { transaction in
            guard let booking = try BookingStore.find(id, transaction.reader) else {
                throw BookingRefusal.unknownBooking
            }
            guard booking.status == .confirmed else {
                throw BookingRefusal.notPossible(booking.status)
            }
            let writer = BookingWriter(world: world, actor: actor.email, transaction: transaction)
            try writer.cancel(booking)
        }
    }

    package func move(
        _ id: BookingID, to start: Instant, staff: StaffMemberID?, by actor: Staff
    ) async throws -> Slot {
        try actor.require(.manageBookings)
        let world = world
        let now = world.now()
        return try await database.write(actor.workspace) { transaction in
            guard let booking = try BookingStore.find(id, transaction.reader) else {
                throw BookingRefusal.unknownBooking
            }
            guard booking.status == .confirmed else {
                throw BookingRefusal.notPossible(booking.status)
            }
            let catalogue = try CatalogueStore.find(transaction.reader)
            guard let service = catalogue.service(booking.slot.service) else {
                throw BookingRefusal.unknownService
            }
            let slot = Slot(
                service: service.id, staff: staff ?? booking.slot.staff, start: start,
                end: start + .minutes(service.durationMinutes))
            let writer = BookingWriter(world: world, actor: actor.email, transaction: transaction)
            try writer.lock([booking.slot, slot], catalogue)
            let availability = try BookingDesk.availability(at: now, transaction.reader)
            guard availability.isFree(slot, moving: id) else {
                throw BookingRefusal.slotTaken(
                    alternatives: SlotOffers(
                        availability: availability, service: service, moving: id
                    ).alternatives(
                        to: BookingWish(
                            service: service.id, staff: slot.staff,
                            time: .at(catalogue.zone.local(start).time)),
                        day: catalogue.zone.local(start).date))
            }
            try writer.move(booking, to: slot, catalogue)
            return slot
        }
    }

    // MARK: For the other rooms of the desk

    /// Catalogue and taken spans as one value.
    static func availability(at now: Instant, _ reader: Reader) throws -> Availability {
        try availability(of: CatalogueStore.find(reader), at: now, reader)
    }

    /// Taken spans as they are now, under a catalogue that was read before.
    static func availability(
        of catalogue: Catalogue, at now: Instant, _ reader: Reader
    ) throws -> Availability {
        let end = now + .days(catalogue.policy.horizonDays + 2)
        let busy = try BookingStore.busy(from: now - .days(1), to: end, at: now, reader)
        return Availability(catalogue: catalogue, busy: busy, now: now)
    }
}

/// References that customers read out: eight signs that are not mistaken for each other.
package enum BookingReference {
    private static let signs = Array("ABCDEFGHJKMNPQRSTVWXYZ23456789")

    package static func make(_ world: World) -> String {
        let letters = world.randomBytes(6).map { signs[Int($0) % signs.count] }
        return String(letters[0..<2]) + "-" + String(letters[2..<6])
    }
}
