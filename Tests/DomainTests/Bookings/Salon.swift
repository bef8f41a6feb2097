import Base
import Domain
import Foundation

/// A small salon, and one customer's conversation with it, played through the machine.
///
/// Effects are carried out on rows as the desk does it, so that what was held takes its time.
struct Salon {
    static let cut = id(1) as ServiceID
    static let colour = id(2) as ServiceID
    static let ana = id(11) as StaffMemberID
    static let joel = id(12) as StaffMemberID
    static let customer = id(21) as ContactID
    static let somebodyElse = id(22) as ContactID

    /// Friday 20 November 2026, 10:00 in London.
    static let opening = instant("2026-11-20T10:00:00Z")

    var catalogue = Salon.catalogue
    var now = Salon.opening
    var state = BookingState.idle
    var rows: [Booking] = []
    var depositRequired = false
    private(set) var count: UInt64 = 1000

    static func id<Subject>(_ number: UInt64) -> ID<Subject> {
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * (7 - $0))) }
        return ID(
            UUID(
                uuid: (
                    0, 0, 0, 0, 0, 0, 0x40, 0, bytes[0], bytes[1], bytes[2], bytes[3], bytes[4],
                    bytes[5], bytes[6], bytes[7]
                )))
    }

    static func instant(_ text: String) -> Instant { Instant(text) ?? Instant(seconds: 0) }
    static func date(_ text: String) -> LocalDate { LocalDate(text) ?? LocalDate(dayNumber: 0) }
    static func time(_ text: String) -> LocalTime { LocalTime(text) ?? .midnight }
    static func hours(_ open: String, _ close: String) -> WeeklyHours.Period {
        .init(open: time(open), close: time(close))
    }

    static let catalogue: Catalogue = {
        let week: [Weekday] = [.tuesday, .wednesday, .thursday, .friday, .saturday]
        let open = Dictionary(uniqueKeysWithValues: week.map { ($0, [hours("09:00", "18:00")]) })
        var anas = open
        anas[.friday] = nil
        return Catalogue(
            services: [
                OfferedService(
                    id: cut, name: "Cut and finish", durationMinutes: 60, priceMinMinor: 4800,
                    priceMaxMinor: 6400, staff: [ana, joel]),
                OfferedService(
                    id: colour, name: "Colour refresh", durationMinutes: 90,
                    bufferAfterMinutes: 15, priceMinMinor: 7200, priceMaxMinor: 7200,
                    preparation: "Please come with dry hair.", staff: [ana]),
            ],
            staff: [
                StaffMember(
                    id: ana, name: "Ana Ferreira", resourceNumber: 1, hours: WeeklyHours(anas)),
                StaffMember(
                    id: joel, name: "Joel Adeyemi", resourceNumber: 2, hours: WeeklyHours(open)),
            ],
            hours: WeeklyHours(open), closures: [date("2026-11-28")],
            policy: BookingPolicy(
                sameDayCutoff: time("15:00"), minimumNoticeMinutes: 60, horizonDays: 30,
                stepMinutes: 30),
            zone: Zone("Europe/London") ?? .utc, currency: "GBP")
    }()

    // MARK: Rows

    var availability: Availability {
        Availability(catalogue: catalogue, busy: busy, now: now)
    }

    var busy: [BusySpan] {
        rows.compactMap { row in
            guard row.status.takesTime, let service = catalogue.service(row.slot.service),
                row.status == .confirmed || (row.expiresAt ?? now) > now
            else { return nil }
            return BusySpan(
                staff: row.slot.staff,
                during: Availability.taken(by: service, start: row.slot.start), booking: row.id)
        }
    }

    var appointments: [Booking] {
        rows.filter {
            $0.contact == Salon.customer && $0.status == .confirmed && $0.slot.start > now
        }.sorted { $0.slot < $1.slot }
    }

    /// An appointment that exists, made without the machine.
    @discardableResult
    mutating func add(
        _ service: ServiceID, _ staff: StaffMemberID, _ local: String,
        reference: String = "K7-4MQX",
        of contact: ContactID = Salon.customer
    ) -> Booking {
        let start = catalogue.zone.instant(
            of: LocalDateTime(
                date: Salon.date(String(local.prefix(10))),
                time: Salon.time(String(local.suffix(5)))))
        let minutes = catalogue.service(service)?.durationMinutes ?? 0
        let booking = Booking(
            id: nextID(), contact: contact,
            slot: Slot(
                service: service, staff: staff, start: start, end: start + .minutes(minutes)),
            status: .confirmed, reference: reference)
        rows.append(booking)
        return booking
    }

    mutating func nextID<Subject>() -> ID<Subject> {
        count += 1
        return Salon.id(count)
    }

    mutating func context(at: Instant? = nil) -> BookingContext {
        BookingContext(
            at: at ?? now, now: now, contact: Salon.customer, appointments: appointments,
            availability: availability, depositRequired: depositRequired, newBooking: nextID(),
            newReference: "R-\(count)")
    }

    // MARK: Talking

    /// Tells the machine, keeps the new state, carries out the effects, and returns them.
    @discardableResult
    mutating func hear(_ event: BookingEvent, at: Instant? = nil) throws -> [BookingEffect] {
        let outcome = try BookingMachine.next(state, event, context(at: at))
        take(outcome)
        return outcome.effects
    }

    mutating func take(_ outcome: BookingMachine.Outcome) {
        state = outcome.state
        for effect in outcome.effects { carryOut(effect) }
    }

    private mutating func carryOut(_ effect: BookingEffect) {
        switch effect {
        case .say, .handOff: break
        case .hold(let booking): rows.append(booking)
        case .release(let id): change(id) { $0.status = .released }
        case .confirm(let booking), .requestPayment(let booking):
            change(booking.id) { $0 = booking }
        case .cancel(let booking): change(booking.id) { $0.status = .cancelled }
        case .move(let booking, let slot): change(booking.id) { $0.slot = slot }
        }
    }

    private mutating func change(_ id: BookingID, _ body: (inout Booking) -> Void) {
        guard let index = rows.firstIndex(where: { $0.id == id }) else { return }
        body(&rows[index])
    }

    /// What the effects say, as the customer reads it.
    func words(_ effects: [BookingEffect]) -> String {
        let wording = BookingWording(
            catalogue: catalogue, today: catalogue.zone.local(now).date)
        return effects.compactMap { effect in
            if case .say(let prompt) = effect { wording.sentence(for: prompt) } else { nil }
        }.joined(separator: " ")
    }

    /// Hears, and returns the words.
    mutating func talk(_ event: BookingEvent) throws -> String { words(try hear(event)) }
}

extension BookingRequest {
    /// A request in the short form of these tests: day as YYYY-MM-DD, time as HH:MM.
    static func `for`(
        _ service: ServiceID? = nil, with staff: StaffMemberID? = nil, on day: String? = nil,
        at time: String? = nil
    ) -> BookingRequest {
        BookingRequest(
            service: service, staff: staff, day: day.map { .on(Salon.date($0)) },
            time: time.map { .at(Salon.time($0)) })
    }
}

extension BookingEffect {
    /// The effect's case, and for words the prompt's.
    var label: String {
        func first(_ value: Any) -> String {
            let mirror = Mirror(reflecting: value)
            return mirror.children.first?.label ?? "\(value)"
        }
        if case .say(let prompt) = self { return "say \(first(prompt))" }
        return first(self)
    }
}
