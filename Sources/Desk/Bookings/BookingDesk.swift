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

    /// Why nothing of a service can be had on a day; nil where only its times are taken.
    package func unavailability(
        _ workspace: WorkspaceID, service: ServiceID, staff: StaffMemberID?, on date: LocalDate
    ) async throws -> Unavailability? {
        let now = world.now()
        return try await database.read(workspace) { reader in
            let availability = try BookingDesk.availability(at: now, reader)
            guard let offered = availability.catalogue.service(service) else {
                throw BookingRefusal.unknownService
            }
            return availability.unavailability(of: offered, staff: staff, on: date)
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

    package func book(
        _ wanted: Wanted, by actor: Staff, receipt: Receipt<Booking>? = nil
    ) async throws -> Booking {
        try actor.require(.manageBookings)
        let now = world.now()
        let world = world
        return try await database.write(actor.workspace, by: actor.origin, receipt) { transaction in
            let contact = try ContactStore.findOrInsert(
                phone: wanted.phone, name: wanted.name, id: world.id(), at: now, transaction)
            let (slot, catalogue) = try BookingDesk.slot(for: wanted, at: now, transaction)
            let booking = Booking(
                id: world.id(), contact: contact.id, slot: slot, status: .confirmed,
                reference: BookingReference.make(world))
            let writer = BookingWriter(world: world, transaction: transaction)
            try writer.insert(booking, catalogue)
            return booking
        }
    }

    /// The slot that is wanted, checked after its resources were locked.
    ///
    /// Slot, span and check all come from what is read under the lock: the service may have got
    /// another length since the lock was asked for.
    private static func slot(
        for wanted: Wanted, at now: Instant, _ transaction: Transaction
    ) throws -> (Slot, Catalogue) {
        let locked = try lock(wanted.service, wanted.staff, transaction)
        let availability = try availability(at: now, transaction.reader)
        guard let service = availability.catalogue.service(wanted.service) else {
            throw BookingRefusal.unknownService
        }
        let date = availability.catalogue.zone.local(wanted.start).date
        let free = availability.slots(of: service, staff: wanted.staff, from: date, to: date)
            .filter { $0.start == wanted.start }
        if let slot = free.first(where: { locked.contains($0.staff) }) {
            return (slot, availability.catalogue)
        }
        throw refusal(
            of: service, wanted.staff, at: wanted.start, moving: nil, availability)
    }

    /// Locks everybody who may be booked for the service: their time cannot change until the end.
    private static func lock(
        _ id: ServiceID, _ staff: StaffMemberID?, _ transaction: Transaction
    ) throws -> Set<StaffMemberID> {
        let catalogue = try CatalogueStore.find(transaction.reader)
        guard let service = catalogue.service(id) else { throw BookingRefusal.unknownService }
        if let staff, catalogue.member(staff) == nil { throw BookingRefusal.unknownStaff }
        let people = catalogue.staff.filter { member in
            staff == member.id || (staff == nil && service.staff.contains(member.id))
        }
        try BookingStore.lock(people.map(\.resourceNumber), transaction)
        return Set(people.map(\.id))
    }

    /// What is wrong with a time, and other times near it.
    private static func refusal(
        of service: OfferedService, _ staff: StaffMemberID?, at start: Instant,
        moving: BookingID?, _ availability: Availability
    ) -> BookingRefusal {
        let local = availability.catalogue.zone.local(start)
        let reason = availability.unavailability(
            of: service, staff: staff, at: start, moving: moving)
        let offers = SlotOffers(availability: availability, service: service, moving: moving)
        let wish = BookingRequest(
            service: service.id, staff: reason == .personDoesNotOffer ? nil : staff,
            day: .on(local.date), time: .at(local.time))
        return .refusing(
            reason ?? .taken, alternatives: offers.alternatives(to: wish, day: local.date))
    }

    /// - Parameter versions: what the one who asks has seen; nil cancels whatever it is by now.
    package func cancel(
        _ id: BookingID, from versions: Set<Int>? = nil, by actor: Staff,
        receipt: Receipt<Void>? = nil
    ) async throws {
        try actor.require(.manageBookings)
        let world = world
        try await database.write(actor.workspace, by: actor.origin, receipt) { transaction in
            guard let booking = try BookingStore.lock(id, transaction) else {
                throw BookingRefusal.unknownBooking
            }
            try EditRefusal.check(booking.version, in: versions)
            guard booking.status == .confirmed else {
                throw BookingRefusal.notPossible(booking.status)
            }
            let writer = BookingWriter(world: world, transaction: transaction)
            try writer.cancel(booking)
            try BookingDesk.tellCustomer(of: booking, world, transaction)
        }
    }

    /// - Parameter versions: what the one who asks has seen; nil moves it from wherever it is.
    package func move(
        _ id: BookingID, to start: Instant, staff: StaffMemberID?, from versions: Set<Int>? = nil,
        by actor: Staff, receipt: Receipt<Slot>? = nil
    ) async throws -> Slot {
        try actor.require(.manageBookings)
        let world = world
        let now = world.now()
        return try await database.write(actor.workspace, by: actor.origin, receipt) { transaction in
            guard let before = try BookingStore.find(id, transaction.reader) else {
                throw BookingRefusal.unknownBooking
            }
            let person = staff ?? before.slot.staff
            let writer = BookingWriter(world: world, transaction: transaction)
            let people = try CatalogueStore.find(transaction.reader)
            guard people.member(person) != nil else { throw BookingRefusal.unknownStaff }
            try writer.lock([before.slot.staff, person], people)
            // Both the appointment and its service may have changed while the lock was waited for.
            let availability = try BookingDesk.availability(at: now, transaction.reader)
            let catalogue = availability.catalogue
            guard let booking = try BookingStore.find(id, transaction.reader) else {
                throw BookingRefusal.unknownBooking
            }
            try EditRefusal.check(booking.version, in: versions)
            guard booking.status == .confirmed else {
                throw BookingRefusal.notPossible(booking.status)
            }
            guard let service = catalogue.service(booking.slot.service) else {
                throw BookingRefusal.unknownService
            }
            let slot = Slot(
                service: service.id, staff: person, start: start,
                end: start + .minutes(service.durationMinutes))
            guard availability.isFree(slot, moving: id) else {
                throw BookingDesk.refusal(of: service, person, at: start, moving: id, availability)
            }
            try writer.move(booking, to: slot, catalogue)
            try BookingDesk.tellCustomer(of: booking, world, transaction)
            return slot
        }
    }

    /// A change by staff is not silent: what the customer knows is kept, and they are told.
    private static func tellCustomer(
        of known: Booking, _ world: World, _ transaction: Transaction
    ) throws {
        try BookingNoticeStore.keep(known, at: world.now(), transaction)
        try BookingJobs.tellCustomer.enqueue(TellCustomerJob(booking: known.id), world, transaction)
    }

    // MARK: For the other rooms of the desk

    /// Catalogue and taken spans as one value.
    static func availability(at now: Instant, _ reader: Reader) throws -> Availability {
        let catalogue = try CatalogueStore.find(reader)
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

extension BookingIdentity {
    static func make(_ world: World) -> BookingIdentity {
        BookingIdentity(id: world.id(), reference: BookingReference.make(world))
    }
}
