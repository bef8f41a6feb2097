import Base
import Domain
import Foundation

@testable import Desk

/// A salon of two people on Friday 20 November 2026 at ten, and a conversation with it, without
/// any store: what the planner is shown.
struct FrontOfHouse {
    static let cut = id(1) as ServiceID
    static let colour = id(2) as ServiceID
    static let ana = id(11) as StaffMemberID
    static let joel = id(12) as StaffMemberID
    static let customer = id(21) as ContactID

    static func id<Subject>(_ number: UInt8) -> ID<Subject> {
        ID(UUID(uuid: (0, 0, 0, 0, 0, 0, 0x40, 0, 0x80, 0, 0, 0, 0, 0, 0, number)))
    }

    static let zone = Zone("Europe/London") ?? .utc
    static let now = LocalDateTime(date: date("2026-11-20"), time: time("10:00"))

    static func date(_ text: String) -> LocalDate { LocalDate(text) ?? LocalDate(dayNumber: 0) }
    static func time(_ text: String) -> LocalTime { LocalTime(text) ?? .midnight }

    static let catalogue: Catalogue = {
        let day = [WeeklyHours.Period(open: time("09:00"), close: time("18:00"))]
        let week: [Weekday] = [.tuesday, .wednesday, .thursday, .friday, .saturday]
        let hours = WeeklyHours(Dictionary(uniqueKeysWithValues: week.map { ($0, day) }))
        return Catalogue(
            services: [
                OfferedService(
                    id: cut, name: "Cut and finish", aliases: ["haircut", "trim", "cut"],
                    durationMinutes: 60, staff: [ana, joel]),
                OfferedService(
                    id: colour, name: "Colour refresh", aliases: ["colour", "roots"],
                    durationMinutes: 90, staff: [ana, joel]),
            ],
            staff: [
                StaffMember(id: ana, name: "Ana Ferreira", resourceNumber: 1, hours: hours),
                StaffMember(id: joel, name: "Joel Adeyemi", resourceNumber: 2, hours: hours),
            ],
            hours: hours, closures: [], policy: BookingPolicy(stepMinutes: 30), zone: zone,
            currency: "GBP")
    }()

    var state = BookingState.idle
    var appointments: [Booking] = []

    /// Several appointments, given as service, day and time; each has the reference `AA-222n`.
    init(_ booked: (ServiceID, String, String)..., hearing events: [BookingEvent] = []) throws {
        for (place, one) in booked.enumerated() {
            let start = FrontOfHouse.zone.instant(
                of: LocalDateTime(
                    date: FrontOfHouse.date(one.1), time: FrontOfHouse.time(one.2)))
            appointments.append(
                Booking(
                    id: FrontOfHouse.id(UInt8(40 + place)), contact: FrontOfHouse.customer,
                    slot: Slot(
                        service: one.0, staff: FrontOfHouse.ana, start: start,
                        end: start + .minutes(60)),
                    status: .confirmed, reference: "AA-222\(place + 2)"))
        }
        for event in events {
            state = try BookingMachine.next(state, event, context).state
        }
    }

    var context: BookingContext {
        let now = FrontOfHouse.zone.instant(of: FrontOfHouse.now)
        return BookingContext(
            at: now, now: now, contact: FrontOfHouse.customer, appointments: appointments,
            availability: Availability(catalogue: FrontOfHouse.catalogue, busy: [], now: now),
            newBooking: FrontOfHouse.id(99), newReference: "NW-2345")
    }

    var facts: UnderstandingContext {
        UnderstandingContext(
            state: state, catalogue: FrontOfHouse.catalogue, now: FrontOfHouse.now,
            appointments: appointments, embedding: [], passages: [])
    }

    /// What the planner makes of a text that the classifier takes for `intent`.
    func plan(_ text: String, _ intent: Intent, sure: Double = 0.7) -> [String] {
        let reading = ParsedMessage(
            text, names: CatalogueMatcher(FrontOfHouse.catalogue), facts: facts)
        let part = MessageSegment(
            text, intent: IntentReading(ranked: [(intent, sure)], outOfScopeScore: 0),
            reading: reading, facts: facts)
        return CommandPlanner(facts: facts).commands(for: part).map(FrontOfHouse.short)
    }

    // MARK: In short

    static func short(_ command: Command) -> String {
        switch command {
        case .startBooking(let wish): "start \(short(wish))"
        case .setSlot(let wish), .correctSlot(let wish): "set \(short(wish))"
        case .chooseOffer(.position(let place)): "choose \(place)"
        case .chooseOffer(.any): "choose any"
        case .chooseOffer(.time(let time)): "choose \(time)"
        case .confirm: "confirm"
        case .deny: "deny"
        case .cancel(let reference): "cancel \(reference ?? "-")"
        case .cancelSeveral(let references): "cancel all of \(references.joined(separator: ", "))"
        case .reschedule(let reference, let wish): "move \(reference ?? "-") \(short(wish))"
        case .status: "status"
        case .askFAQ: "ask"
        case .handOff: "hand off"
        case .none: "none"
        }
    }

    static func short(_ wish: BookingRequest) -> String {
        var parts: [String] = []
        if let service = wish.service { parts.append(service == cut ? "cut" : "colour") }
        if let staff = wish.staff { parts.append(staff == ana ? "ana" : "joel") }
        if wish.anyStaff { parts.append("anybody") }
        parts += wish.excludedStaff.sorted().map { $0 == ana ? "not-ana" : "not-joel" }
        if let day = wish.day {
            parts.append(day.single.map(\.description) ?? "\(day.from)..\(day.to)")
            if !day.weekdays.isEmpty { parts.append("\(day.weekdays.count)-weekdays") }
        }
        if let time = wish.time {
            parts.append(
                time.isExact ? "\(time.earliest)" : "\(time.earliest)-\(time.latest)")
        }
        if wish.prefersEarliest { parts.append("soonest") }
        if !wish.dayTimePairs.isEmpty { parts.append("\(wish.dayTimePairs.count)-pairs") }
        if wish.isAdditional { parts.append("further") }
        return parts.isEmpty ? "-" : parts.joined(separator: " ")
    }
}

extension BookingRequest {
    static func `for`(
        _ service: ServiceID, with staff: StaffMemberID? = nil, on day: String? = nil,
        at time: String? = nil
    ) -> BookingRequest {
        BookingRequest(
            service: service, staff: staff, day: day.map { .on(FrontOfHouse.date($0)) },
            time: time.map { .at(FrontOfHouse.time($0)) })
    }
}
