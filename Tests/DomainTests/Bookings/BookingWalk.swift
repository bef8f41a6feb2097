import Base
import Domain
import Testing

/// One random conversation with the checks that follow each of its steps.
struct BookingWalk {
    var salon = Salon()
    var random: SeededRandom
    var weights: [Double] = []
    /// How likely time goes to the deadline of the moment.
    var lateness = 0.0
    var lastStep = Salon.opening
    private(set) var reached = Reached()
    private(set) var confirmed = 0
    private(set) var refused = 0
    /// Held bookings that were neither confirmed nor given back yet.
    private var open: [BookingID: Slot] = [:]
    private var lastQuestion: BookingPrompt?
    private var repeated = 0

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        salon.catalogue = BookingWalk.tiny
        rollWeights()
    }

    mutating func step() throws {
        if chance(0.01) { rollWeights() }
        if chance(0.05) { salon.depositRequired.toggle() }
        if chance(0.01) { rollCatalogue() }
        passTime()
        let event = event()
        let before = salon
        let context = salon.context(at: written())
        reached.note(event, before.state, context)
        let outcome: BookingMachine.Outcome
        do throws(BookingRefusal) {
            outcome = try BookingMachine.next(before.state, event, context)
        } catch {
            refused += 1
            try checkExit(before, context)
            return
        }
        reached.note(outcome)
        try check(before, event, outcome, context)
        salon.take(outcome)
        try checkExit(salon, context)
    }

    // MARK: Promises

    private mutating func check(
        _ before: Salon, _ event: BookingEvent, _ outcome: BookingMachine.Outcome,
        _ context: BookingContext
    ) throws {
        // Each effect meets the rows as those before it leave them.
        var rows = salon
        for effect in outcome.effects {
            try check(effect, before.state, rows, context)
            rows.take(BookingMachine.Outcome(outcome.state, [effect]))
        }
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

    private mutating func check(
        _ effect: BookingEffect, _ before: BookingState, _ rows: Salon, _ context: BookingContext
    ) throws {
        switch effect {
        case .hold(let booking):
            try #require(open[booking.id] == nil, "held twice")
            let released = Set(rows.rows.map(\.id)).subtracting(open.keys)
            try #require(!released.contains(booking.id), "an old id held again")
            try #require(!rows.overlapsOthers(booking.slot, booking.id), "held over another")
            open[booking.id] = booking.slot
        case .release(let id):
            try #require(open.removeValue(forKey: id) != nil, "released without a hold")
        case .requestPayment(let booking):
            try #require(open[booking.id] == booking.slot, "payment asked for what is not held")
        case .confirm(let booking):
            let slot = open.removeValue(forKey: booking.id)
            try #require(slot == booking.slot, "confirmed without a hold of the same slot")
            try #require(!rows.overlapsOthers(booking.slot, booking.id), "double booking")
            try #require(before.asksToBook(booking), "books what was not asked about")
            confirmed += 1
        case .cancel(let booking):
            try #require(context.appointments.contains(booking), "cancels what is not booked")
            try #require(before.asksToCancel(booking), "cancels what was not asked about")
        case .move(let booking, let slot):
            try #require(context.appointments.contains(booking), "moves what is not booked")
            try #require(!rows.overlapsOthers(slot, booking.id), "double booking by moving")
            try #require(slot.service == booking.slot.service)
            try #require(before.asksToMove(booking, slot), "moves what was not asked about")
        case .say, .handOff: break
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
        let given: Set<BookingID> =
            switch before {
            case .confirming(let held): [held.booking.id]
            case .cancelConfirm(let cancelling): cancelling.target.ids
            case .rescheduleConfirm(let moving): [moving.appointment.id]
            case .idle, .collecting, .paymentPending, .rescheduleCollecting: []
            }
        let availability = Availability(
            catalogue: context.availability.catalogue,
            busy: context.availability.busy.filter { $0.booking.map(given.contains) != true },
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
        later.now = max(context.now, later.at)
        let outcome = try BookingMachine.next(salon.state, .lapse, later)
        try #require(outcome.state == .idle)
    }
}

extension Salon {
    fileprivate func overlapsOthers(_ slot: Slot, _ id: BookingID) -> Bool {
        guard let service = catalogue.service(slot.service) else { return true }
        let taken = Availability.taken(by: service, start: slot.start)
        return busy.contains {
            $0.staff == slot.staff && $0.booking != id && $0.during.overlaps(taken)
        }
    }
}

extension BookingState {
    fileprivate func asksToBook(_ booking: Booking) -> Bool {
        switch self {
        case .confirming(let held), .paymentPending(let held):
            held.booking.id == booking.id && held.booking.slot == booking.slot
        case .idle, .collecting, .rescheduleCollecting, .rescheduleConfirm, .cancelConfirm: false
        }
    }

    fileprivate func asksToCancel(_ booking: Booking) -> Bool {
        guard case .cancelConfirm(let cancelling) = self else { return false }
        return switch cancelling.target {
        case .one(let one): one.id == booking.id && one.slot == booking.slot
        case .every(let all): all.contains { $0.id == booking.id && $0.slot == booking.slot }
        case .oneOf: false
        }
    }

    fileprivate func asksToMove(_ booking: Booking, _ slot: Slot) -> Bool {
        guard case .rescheduleConfirm(let moving) = self else { return false }
        return moving.appointment.id == booking.id && moving.appointment.slot == booking.slot
            && moving.slot == slot
    }
}

extension BookingState.Target {
    fileprivate var ids: Set<BookingID> { Set(several?.map(\.id) ?? [one?.id].compactMap { $0 }) }
}

extension BookingPrompt {
    /// Whether the customer is expected to answer it; complete, so that a new one is decided about.
    fileprivate var isQuestion: Bool {
        switch self {
        case .askService, .suggestServices, .askDay, .offerTimes, .askConfirm, .askChange,
            .askWhich, .askNewTime, .askMove, .askCancel, .askCancelSeveral, .askPayment,
            .unavailable, .closed, .away, .closedForToday, .past, .tooSoon, .outsideHours,
            .nothingFree, .beyondHorizon, .alreadyThen, .expiredButFree:
            true
        case .cannotBook, .doesNotOffer, .nobodyElse, .expired, .booked, .paymentLapsed,
            .afterThis, .abandoned, .noAppointment, .unknownReference, .moved, .cancelled, .kept,
            .appointments, .offerPerson, .handingOver:
            false
        }
    }
}
