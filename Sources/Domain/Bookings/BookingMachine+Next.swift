import Base

/// Two wishes in one breath: the second is kept until the first is settled.
extension BookingMachine {
    /// A new appointment is wished for while something else is open: it is noted, and the open
    /// question is put again. Nil where the request belongs to the appointment being made.
    static func queueFollowUp(_ request: BookingRequest, in state: BookingState) -> Outcome? {
        let isOther: Bool
        switch state {
        case .idle, .paymentPending:
            isOther = false
        case .collecting(let collecting):
            isOther = differs(request, from: collecting.request)
        case .confirming(let held):
            isOther = differs(request, from: held.request)
        case .rescheduleCollecting, .rescheduleConfirm, .cancelConfirm:
            isOther = !request.isEmpty
        }
        guard isOther, let asked = state.asked else { return nil }
        let whole = state.followUp.map { $0.corrected(by: request) } ?? request
        let again = AnswerProgress.progressed(after: asked).next(asked.question, asked.prompt)
        return Outcome(
            state.asking(again).withFollowUp(whole),
            spoken(again) + [.say(.afterThis(whole.service))])
    }

    private static func differs(_ request: BookingRequest, from other: BookingRequest) -> Bool {
        guard let service = request.service, let own = other.service else { return false }
        return service != own || request.isAdditional
    }

    /// What was noted is carried on, and turned to as soon as the first request is settled.
    static func resumeFollowUp(
        from state: BookingState, _ event: BookingEvent, _ outcome: Outcome,
        _ context: BookingContext
    ) -> Outcome {
        guard let request = state.followUp else { return outcome }
        guard case .idle = outcome.state else {
            return Outcome(outcome.state.withFollowUp(request), outcome.effects)
        }
        guard settles(state, event), !outcome.effects.contains(.handOff) else { return outcome }
        var after = context
        for effect in outcome.effects { after.availability = after.availability.after(effect) }
        let next = collect(request, .initial, after)
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
    var followUp: BookingRequest? {
        switch self {
        case .idle: nil
        case .collecting(let state): state.followUp
        case .confirming(let state), .paymentPending(let state): state.followUp
        case .rescheduleCollecting(let state): state.followUp
        case .rescheduleConfirm(let state): state.followUp
        case .cancelConfirm(let state): state.followUp
        }
    }

    /// The same state with another request to follow.
    func withFollowUp(_ request: BookingRequest) -> BookingState {
        switch self {
        case .idle: return .idle
        case .collecting(var state):
            state.followUp = request
            return .collecting(state)
        case .confirming(var state):
            state.followUp = request
            return .confirming(state)
        case .paymentPending(var state):
            state.followUp = request
            return .paymentPending(state)
        case .rescheduleCollecting(var state):
            state.followUp = request
            return .rescheduleCollecting(state)
        case .rescheduleConfirm(var state):
            state.followUp = request
            return .rescheduleConfirm(state)
        case .cancelConfirm(var state):
            state.followUp = request
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
