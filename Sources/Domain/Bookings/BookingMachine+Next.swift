import Base

/// Two wishes in one breath: the second is kept until the first is settled.
extension BookingMachine {
    /// A new appointment is wished for while something else is open: it is noted, and the open
    /// question is put again. Nil where the wish belongs to the appointment being made.
    static func noting(_ wish: BookingWish, in state: BookingState) -> Outcome? {
        let isOther: Bool
        switch state {
        case .idle, .paymentPending:
            isOther = false
        case .collecting(let collecting):
            isOther = differs(wish, from: collecting.wish)
        case .confirming(let held):
            isOther = differs(wish, from: held.wish)
        case .rescheduleCollecting, .rescheduleConfirm, .cancelConfirm:
            isOther = !wish.isEmpty
        }
        guard isOther, let asked = state.asked else { return nil }
        let whole = state.then.map { $0.corrected(by: wish) } ?? wish
        let again = Heard.something(after: asked).next(asked.question, asked.prompt)
        return Outcome(
            state.asking(again).then(whole), spoken(again) + [.say(.afterThis(whole.service))])
    }

    private static func differs(_ wish: BookingWish, from other: BookingWish) -> Bool {
        guard let service = wish.service, let own = other.service else { return false }
        return service != own || wish.isFurther
    }

    /// What was noted is carried on, and turned to as soon as the first wish is settled.
    static func goingOn(
        from state: BookingState, _ event: BookingEvent, _ outcome: Outcome,
        _ context: BookingContext
    ) -> Outcome {
        guard let wish = state.then else { return outcome }
        guard case .idle = outcome.state else {
            return Outcome(outcome.state.then(wish), outcome.effects)
        }
        guard settles(state, event), !outcome.effects.contains(.handOff) else { return outcome }
        var after = context
        for effect in outcome.effects { after.availability = after.availability.after(effect) }
        let next = collect(wish, .nothingAsked, after)
        return Outcome(next.state, outcome.effects + next.effects)
    }

    /// Giving up a new appointment gives up what was to follow; keeping an old one does not.
    private static func settles(_ state: BookingState, _ event: BookingEvent) -> Bool {
        switch state {
        case .idle: false
        case .paymentPending: event == .paymentSucceeded
        case .collecting, .confirming: event == .confirm
        case .rescheduleCollecting, .rescheduleConfirm, .cancelConfirm:
            event == .confirm || event == .deny || event == .cancel(reference: nil)
        }
    }
}

extension BookingState {
    /// The other appointment that was wished for.
    var then: BookingWish? {
        switch self {
        case .idle: nil
        case .collecting(let state): state.then
        case .confirming(let state), .paymentPending(let state): state.then
        case .rescheduleCollecting(let state): state.then
        case .rescheduleConfirm(let state): state.then
        case .cancelConfirm(let state): state.then
        }
    }

    /// The same state with another wish to follow.
    func then(_ wish: BookingWish) -> BookingState {
        switch self {
        case .idle: return .idle
        case .collecting(var state):
            state.then = wish
            return .collecting(state)
        case .confirming(var state):
            state.then = wish
            return .confirming(state)
        case .paymentPending(var state):
            state.then = wish
            return .paymentPending(state)
        case .rescheduleCollecting(var state):
            state.then = wish
            return .rescheduleCollecting(state)
        case .rescheduleConfirm(var state):
            state.then = wish
            return .rescheduleConfirm(state)
        case .cancelConfirm(var state):
            state.then = wish
            return .cancelConfirm(state)
        }
    }
}

extension Availability {
    /// The same once an effect is carried out.
    fileprivate func after(_ effect: BookingEffect) -> Availability {
        switch effect {
        case .cancel(let booking): without(booking.id)
        case .confirm(let booking): without(booking.id).taking(booking, booking.slot)
        case .move(let booking, let slot): without(booking.id).taking(booking, slot)
        case .say, .hold, .release, .requestPayment, .handOff: self
        }
    }

    private func taking(_ booking: Booking, _ slot: Slot) -> Availability {
        guard let service = catalogue.service(slot.service) else { return self }
        let span = BusySpan(
            staff: slot.staff,
            during: Availability.taken(by: service, from: slot.start, to: slot.end),
            booking: booking.id)
        return Availability(catalogue: catalogue, busy: busy + [span], now: now)
    }
}
