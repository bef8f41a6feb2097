import Base
import Domain
import Foundation
import Testing

/// Random conversations against the machine's promises: hunts for illegal bookings, for states
/// without an exit, for holds that are never given back, and for endless questions.
///
/// Walks are swarm-weighted: each switches some events off and makes others likely, so that long
/// runs of one kind happen. FRONTDESK_WALK_EVENTS sets how many events all walks have together.
@Suite("Random walks through the booking machine")
struct BookingWalkTests {
    static let events =
        ProcessInfo.processInfo.environment["FRONTDESK_WALK_EVENTS"].flatMap { Int($0) } ?? 100_000
    static let walks = 20

    @Test("A random conversation never breaks a promise", arguments: 1...UInt64(walks))
    func promises(seed: UInt64) throws {
        var walk = Walk(seed: seed)
        for _ in 0..<(BookingWalkTests.events / BookingWalkTests.walks) {
            try walk.step()
        }
        #expect(walk.confirmed + walk.refused > 0)
    }

    @Test("The same conversation ends the same way every time", arguments: [7, 77])
    func replay(seed: UInt64) throws {
        var first = Walk(seed: seed)
        var second = Walk(seed: seed)
        for _ in 0..<1_000 {
            try first.step()
            try second.step()
            try #require(first.salon.state == second.salon.state)
        }
        #expect(first.salon.rows == second.salon.rows)
    }

    @Test("A state survives being stored and read back")
    func coding() throws {
        var walk = Walk(seed: 5)
        for _ in 0..<500 {
            try walk.step()
            let stored = try JSONEncoder().encode(walk.salon.state)
            #expect(try JSONDecoder().decode(BookingState.self, from: stored) == walk.salon.state)
        }
    }
}

/// One random conversation with the checks that follow each of its steps.
private struct Walk {
    var salon = Salon()
    private var random: SeededRandom
    private var weights: [Double]
    private(set) var confirmed = 0
    private(set) var refused = 0
    /// Held bookings that were neither confirmed nor given back yet.
    private var open: [BookingID: Slot] = [:]
    private var lastQuestion: BookingPrompt?
    private var repeated = 0

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        weights = Walk.kinds.map { _ in 0 }
        salon.catalogue = Walk.tiny
        rollWeights()
    }

    /// Two people, four days, few times: small enough that slots collide and days run out.
    private static let tiny: Catalogue = {
        var catalogue = Salon.catalogue
        catalogue.policy.horizonDays = 3
        catalogue.policy.stepMinutes = 120
        let open = [Salon.hours("09:00", "13:00")]
        let week = Dictionary(uniqueKeysWithValues: Weekday.allCases.map { ($0, open) })
        catalogue.hours = WeeklyHours(week)
        for index in catalogue.staff.indices { catalogue.staff[index].hours = WeeklyHours(week) }
        catalogue.closures = []
        return catalogue
    }()

    private mutating func rollWeights() {
        weights = Walk.kinds.map { _ in
            random.fraction() < 0.3 ? 0 : random.fraction() * (random.fraction() < 0.2 ? 8 : 1)
        }
        if weights.allSatisfy({ $0 == 0 }) { weights[0] = 1 }
    }

    mutating func step() throws {
        if random.fraction() < 0.01 { rollWeights() }
        if random.fraction() < 0.05 { salon.depositRequired.toggle() }
        passTime()
        let event = event()
        let before = salon
        let context = salon.context()
        let outcome: BookingMachine.Outcome
        do throws(BookingRefusal) {
            outcome = try BookingMachine.next(before.state, event, context)
        } catch {
            refused += 1
            try checkExit(before, context)
            return
        }
        try check(before, event, outcome, context)
        salon.take(outcome)
        try checkExit(salon, context)
    }

    private mutating func passTime() {
        let chance = random.fraction()
        let minutes = chance < 0.6 ? 0 : chance < 0.9 ? 3 : chance < 0.98 ? 20 : 1500
        salon.now = salon.now + .minutes(minutes)
        if minutes > 1000 { salon.rows.removeAll { $0.slot.end < salon.now } }
    }

    // MARK: Events

    private static let kinds = [
        "start", "set", "choose", "confirm", "deny", "cancel", "reschedule", "status", "lapse",
        "payment", "somebody else books", "staff cancel",
    ]

    private mutating func event() -> BookingEvent {
        var roll = random.fraction() * weights.reduce(0, +)
        var kind = Walk.kinds[0]
        for (index, weight) in weights.enumerated() where weight > 0 {
            kind = Walk.kinds[index]
            if roll < weight { break }
            roll -= weight
        }
        switch kind {
        case "start": return .start(request())
        case "set": return .set(request())
        case "choose":
            if random.fraction() < 0.3 { return .choose(.time(time())) }
            return .choose(random.fraction() < 0.2 ? .any : .position(Int(random.next() % 7) - 1))
        case "confirm": return .confirm
        case "deny": return .deny
        case "cancel": return .cancel(reference: reference())
        case "reschedule": return .reschedule(reference: reference(), request())
        case "status": return .status
        case "lapse": return .lapse
        case "payment": return random.fraction() < 0.6 ? .paymentSucceeded : .paymentFailed
        case "somebody else books":
            somebodyElseBooks()
            return .set(request())
        default:
            if let one = salon.appointments.first { staffCancel(one.id) }
            return .confirm
        }
    }

    private mutating func request() -> BookingRequest {
        let today = salon.catalogue.zone.local(salon.now).date
        var request = BookingRequest()
        if random.fraction() < 0.5 {
            request.service = random.fraction() < 0.7 ? Salon.cut : Salon.colour
        }
        if random.fraction() < 0.02 { request.service = Salon.id(999) }
        if random.fraction() < 0.3 {
            request.staff = random.fraction() < 0.5 ? Salon.ana : Salon.joel
        }
        if random.fraction() < 0.5 {
            let from = today.adding(days: Int(random.next() % 8) - 1)
            request.day = DayConstraint(from: from, to: from.adding(days: Int(random.next() % 3)))
        }
        if random.fraction() < 0.5 {
            request.time = random.fraction() < 0.7 ? .at(time()) : .after(time())
        }
        return request
    }

    private mutating func time() -> LocalTime {
        LocalTime(minutes: 9 * 60 + 60 * Int(random.next() % 5)) ?? .noon
    }

    private mutating func reference() -> String? {
        if random.fraction() < 0.6 { return nil }
        let known = salon.rows.map(\.reference) + ["nonsense"]
        return known[Int(random.next() % UInt64(known.count))]
    }

    private mutating func somebodyElseBooks() {
        let free = salon.availability.slots(
            of: salon.catalogue.services[0], from: salon.catalogue.zone.local(salon.now).date,
            to: salon.catalogue.zone.local(salon.now).date.adding(days: 3))
        guard !free.isEmpty else { return }
        let slot = free[Int(random.next() % UInt64(free.count))]
        salon.rows.append(
            Booking(
                id: salon.nextID(), contact: Salon.somebodyElse, slot: slot, status: .confirmed,
                reference: "X"))
    }

    private mutating func staffCancel(_ id: BookingID) {
        for index in salon.rows.indices where salon.rows[index].id == id {
            salon.rows[index].status = .cancelled
        }
    }

    // MARK: Promises

    private mutating func check(
        _ before: Salon, _ event: BookingEvent, _ outcome: BookingMachine.Outcome,
        _ context: BookingContext
    ) throws {
        for effect in outcome.effects { try check(effect, context) }
        if let deadline = outcome.state.deadline, outcome.state != before.state {
            let kept = before.state.deadline == deadline
            try #require(kept || deadline > context.now, "a deadline that has passed")
        }
        // What is open is exactly what the state holds.
        let held: BookingID? =
            switch outcome.state {
            case .confirming(let held), .paymentPending(let held): held.booking.id
            case .idle, .collecting, .rescheduleCollecting, .rescheduleConfirm, .cancelConfirm: nil
            }
        try #require(Set(open.keys) == Set([held].compactMap { $0 }), "a hold that nobody has")
        // A status only puts the open question again.
        if event != .status { try checkOffers(outcome.state, before.state, context) }
        let late = before.state.deadline.map { context.at >= $0 } ?? false
        if late || outcome.state.name != before.state.name { (lastQuestion, repeated) = (nil, 0) }
        try checkQuestions(outcome.effects)
    }

    private mutating func check(_ effect: BookingEffect, _ context: BookingContext) throws {
        switch effect {
        case .hold(let booking):
            try #require(open[booking.id] == nil, "held twice")
            let released = Set(salon.rows.map(\.id)).subtracting(open.keys)
            try #require(!released.contains(booking.id), "an old id held again")
            open[booking.id] = booking.slot
        case .release(let id):
            try #require(open.removeValue(forKey: id) != nil, "released without a hold")
        case .requestPayment(let booking):
            try #require(open[booking.id] == booking.slot, "payment asked for what is not held")
        case .confirm(let booking):
            let slot = open.removeValue(forKey: booking.id)
            try #require(slot == booking.slot, "confirmed without a hold of the same slot")
            try #require(!overlapsOthers(booking.slot, booking.id), "double booking")
            confirmed += 1
        case .cancel(let booking):
            try #require(context.appointments.contains(booking), "cancels what is not booked")
        case .move(let booking, let slot):
            try #require(context.appointments.contains(booking), "moves what is not booked")
            try #require(!overlapsOthers(slot, booking.id), "double booking by moving")
            try #require(slot.service == booking.slot.service)
        case .say, .handOff: break
        }
    }

    private func overlapsOthers(_ slot: Slot, _ id: BookingID) -> Bool {
        guard let service = salon.catalogue.service(slot.service) else { return true }
        let taken = Availability.taken(by: service, start: slot.start)
        return salon.busy.contains {
            $0.staff == slot.staff && $0.booking != id && $0.during.overlaps(taken)
        }
    }

    /// No state speaks of a slot that was not free when the state was entered.
    private func checkOffers(
        _ state: BookingState, _ before: BookingState, _ context: BookingContext
    ) throws {
        guard state != before, state.asked?.prompt != before.asked?.prompt else { return }
        var named = state.offered
        var moving: BookingID?
        switch state {
        case .confirming(let held):
            named = [held.booking.slot]
            moving = held.booking.id
        case .rescheduleCollecting(let found): moving = found.target.one?.id
        case .rescheduleConfirm(let found):
            named = [found.slot]
            moving = found.appointment.id
        case .idle, .collecting, .paymentPending, .cancelConfirm: break
        }
        // What is given back in the same step is free for it.
        let given: BookingID? =
            switch before {
            case .confirming(let held): held.booking.id
            case .cancelConfirm(let cancelling): cancelling.target.one?.id
            case .rescheduleConfirm(let moving): moving.appointment.id
            case .idle, .collecting, .paymentPending, .rescheduleCollecting: nil
            }
        let availability = Availability(
            catalogue: context.availability.catalogue,
            busy: context.availability.busy.filter { given == nil || $0.booking != given },
            now: context.now)
        for slot in named {
            try #require(availability.isFree(slot, moving: moving), "a slot that is not free")
        }
    }

    private mutating func checkQuestions(_ effects: [BookingEffect]) throws {
        if effects.contains(.handOff) {
            (lastQuestion, repeated) = (nil, 0)
            return
        }
        for case .say(let prompt) in effects where prompt.isQuestion {
            repeated = prompt == lastQuestion ? repeated + 1 : 1
            lastQuestion = prompt
            try #require(repeated <= BookingMachine.questionLimit, "the same question again")
        }
    }

    /// Every state that waits can be left, by a lapse if by nothing else.
    private func checkExit(_ salon: Salon, _ context: BookingContext) throws {
        guard let deadline = salon.state.deadline else { return }
        var later = context
        later.at = max(context.at, deadline)
        later.now = later.at
        let outcome = try BookingMachine.next(salon.state, .lapse, later)
        try #require(outcome.state == .idle)
    }
}

extension BookingPrompt {
    fileprivate var isQuestion: Bool {
        switch self {
        case .askService, .askDay, .offerTimes, .askConfirm, .askChange, .askWhich,
            .askNewTime, .askMove, .askCancel, .askPayment, .unavailable, .closed, .away,
            .closedForToday,
            .past, .tooSoon, .outsideHours, .nothingFree, .beyondHorizon, .alreadyThen,
            .expiredButFree:
            true
        default: false
        }
    }
}
