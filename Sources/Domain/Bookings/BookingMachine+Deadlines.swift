import Base

/// What came too late, and what was paid.
extension BookingMachine {
    /// The customer answered after the state had lapsed: say so, and show the way on.
    static func afterDeadline(
        _ state: BookingState, _ event: BookingEvent, _ context: BookingContext
    ) throws(BookingRefusal) -> Outcome {
        let lapsed = try lapse(state)
        let quiet = lapsed.effects.filter { $0 != .say(.paymentLapsed) }
        switch event {
        case .lapse:
            return lapsed
        case .confirm:
            if case .confirming(let held) = state { return retake(held, quiet, context) }
            return Outcome(.idle, quiet + [.say(.expired)])
        case .deny, .choose:
            return Outcome(.idle, quiet + [.say(.expired)])
        case .paymentSucceeded:
            return try paidLate(state, context)
        case .paymentFailed:
            if case .paymentPending = state { return lapsed }
            throw refusal(event.name, state)
        case .cancel(reference: nil) where !quiet.isEmpty && context.appointments.isEmpty:
            return Outcome(.idle, quiet + [.say(.abandoned)])
        case .start, .set, .cancel, .cancelSeveral, .reschedule, .status:
            let fresh = try beforeDeadline(.idle, event, context)
            return Outcome(fresh.state, quiet + fresh.effects)
        }
    }

    static func lapse(_ state: BookingState) throws(BookingRefusal) -> Outcome {
        switch state {
        case .confirming(let held): Outcome(.idle, [.release(held.booking.id)])
        case .paymentPending(let held):
            Outcome(.idle, [.release(held.booking.id), .say(.paymentLapsed)])
        case .collecting, .rescheduleCollecting, .rescheduleConfirm, .cancelConfirm: Outcome(.idle)
        case .idle: throw refusal("lapse", state)
        }
    }

    /// A late yes: if the time is still free it is held again and asked once more.
    private static func retake(
        _ held: BookingState.Confirming, _ release: [BookingEffect], _ context: BookingContext
    ) -> Outcome {
        var free = context
        free.availability = context.availability.without(held.booking.id)
        guard free.availability.isFree(held.booking.slot) else {
            return Outcome(.idle, release + [.say(.expired)])
        }
        let fresh = hold(held.booking.slot, request: held.request, free)
        let silent = fresh.effects.filter { if case .say = $0 { false } else { true } }
        return Outcome(
            fresh.state, release + silent + [.say(.expiredButFree(held.booking.slot))])
    }

    // MARK: Payment

    static func paymentSucceeded(
        _ state: BookingState, _ context: BookingContext
    ) throws(BookingRefusal) -> Outcome {
        switch state {
        case .paymentPending(let held): confirmed(held, context)
        case .idle, .collecting, .confirming, .rescheduleCollecting, .rescheduleConfirm,
            .cancelConfirm:
            throw refusal("payment_succeeded", state)
        }
    }

    /// Money that arrives after the deadline still buys the time, if nobody took it meanwhile.
    private static func paidLate(
        _ state: BookingState, _ context: BookingContext
    ) throws(BookingRefusal) -> Outcome {
        guard case .paymentPending(let held) = state else {
            throw refusal("payment_succeeded", state)
        }
        guard context.availability.isFree(held.booking.slot, moving: held.booking.id) else {
            throw .slotTaken(
                alternatives: alternatives(
                    near: held.booking.slot, moving: held.booking.id, context))
        }
        return confirmed(held, context)
    }

    static func paymentFailed(_ state: BookingState) throws(BookingRefusal) -> Outcome {
        switch state {
        case .paymentPending(let held):
            Outcome(.idle, [.release(held.booking.id), .say(.paymentLapsed)])
        case .idle, .collecting, .confirming, .rescheduleCollecting, .rescheduleConfirm,
            .cancelConfirm:
            throw refusal("payment_failed", state)
        }
    }
}
