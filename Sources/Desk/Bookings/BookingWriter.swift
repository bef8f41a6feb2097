import Base
import Domain
import Store

/// Carries out what the booking machine decided, inside the transaction that decided it.
struct BookingWriter {
    let world: World
    let transaction: Transaction

    /// Locks these people, lowest number first. Their numbers never change, so a catalogue that was
    /// read before the lock will do; everything else must be read after it.
    func lock(_ people: [StaffMemberID], _ catalogue: Catalogue) throws {
        let numbers = people.compactMap { catalogue.member($0)?.resourceNumber }
        try BookingStore.lock(numbers, transaction)
    }

    /// The catalogue is the one that the deciding transaction read under its locks.
    func apply(_ effects: [BookingEffect], _ catalogue: Catalogue) throws {
        for effect in effects {
            switch effect {
            case .say, .handOff, .requestPayment: continue
            case .hold(let booking): try insert(booking, catalogue)
            case .release(let id): try release(id)
            case .confirm(let booking): try confirm(booking, catalogue)
            case .cancel(let booking): try cancel(booking)
            case .move(let booking, let slot): try move(booking, to: slot, catalogue)
            }
        }
    }

    func insert(_ booking: Booking, _ catalogue: Catalogue) throws {
        let (span, resource) = try place(booking.slot, catalogue)
        try BookingStore.lock([resource], transaction)
        try BookingStore.insert(
            booking, span: span, resource: resource, at: world.now(), transaction)
        try record(
            booking.status == .hold ? BookingEvents.held : BookingEvents.confirmed, booking.id)
    }

    /// A hold that somebody else's booking has released already stays released.
    private func release(_ id: BookingID) throws {
        do {
            try BookingStore.setStatus(
                id, from: [.hold, .pendingPayment], to: .released, at: world.now(), transaction)
        } catch BookingRefusal.changedMeanwhile {
            return
        }
        try record(BookingEvents.released, id)
    }

    private func confirm(_ booking: Booking, _ catalogue: Catalogue) throws {
        let (span, resource) = try place(booking.slot, catalogue)
        try BookingStore.lock([resource], transaction)
        // A hold that lapsed meanwhile takes its time again here, if the constraint lets it.
        try BookingStore.releaseLapsed(in: span, of: resource, at: world.now(), transaction)
        try BookingStore.setStatus(
            booking.id, from: [.hold, .pendingPayment, .released], to: .confirmed,
            at: world.now(), transaction)
        try record(BookingEvents.confirmed, booking.id)
    }

    func cancel(_ booking: Booking) throws {
        try BookingStore.setStatus(
            booking.id, from: [.confirmed], to: .cancelled, at: world.now(), transaction)
        try record(BookingEvents.cancelled, booking.id)
    }

    func move(_ booking: Booking, to slot: Slot, _ catalogue: Catalogue) throws {
        let (span, resource) = try place(slot, catalogue)
        try BookingStore.move(
            booking, to: slot, span: span, resource: resource, at: world.now(), transaction)
        try record(
            BookingEvents.moved, booking.id,
            [
                "from": .text(booking.slot.start.description),
                "to": .text(slot.start.description),
            ])
    }

    /// The span that a slot takes, and whose it is. The span lies around the slot's own start and
    /// end, so that it covers the appointment whatever length the service has.
    private func place(_ slot: Slot, _ catalogue: Catalogue) throws -> (Interval, Int64) {
        guard let service = catalogue.service(slot.service) else {
            throw BookingRefusal.unknownService
        }
        guard let member = catalogue.member(slot.staff) else { throw BookingRefusal.unknownStaff }
        let span = Availability.taken(by: service, from: slot.start, to: slot.end)
        return (span, member.resourceNumber)
    }

    private func record(
        _ kind: EventKind, _ booking: BookingID, _ payload: EventPayload = [:]
    ) throws {
        try transaction.record(kind, of: booking, payload, at: world.now())
    }
}
