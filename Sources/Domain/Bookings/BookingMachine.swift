import Base

/// The booking part of a conversation as a total, pure function.
///
/// `next` switches on the event and calls one function for each; each of these switches over every
/// state, so a new state or event does not compile until every combination was decided. An event
/// that has no meaning in a state is a typed refusal; nothing traps on what a customer can say.
package enum BookingMachine {
    package typealias Outcome = Transition<BookingState, BookingEffect>

    /// How often the same question may be put in a row before a person is offered.
    package static let questionLimit = 3

    package static func next(
        _ state: BookingState, _ event: BookingEvent, _ context: BookingContext
    ) throws(BookingRefusal) -> Outcome {
        if event != .lapse, let deadline = state.deadline, context.at >= deadline {
            return try afterDeadline(state, event, context)
        }
        return try withinDeadline(state, event, context)
    }

    private static func withinDeadline(
        _ state: BookingState, _ event: BookingEvent, _ context: BookingContext
    ) throws(BookingRefusal) -> Outcome {
        switch event {
        case .start(let wish): try start(state, wish, context)
        case .set(let wish): try set(state, wish, context)
        case .choose(let choice): try choose(state, choice, context)
        case .confirm: try confirm(state, context)
        case .deny: try deny(state, context)
        case .cancel(let reference): try cancel(state, reference, context)
        case .reschedule(let reference, let wish):
            try reschedule(state, reference, wish, context)
        case .status: status(state, context)
        case .lapse: try lapse(state, context)
        case .paymentSucceeded: try paymentSucceeded(state, context)
        case .paymentFailed: try paymentFailed(state, context)
        }
    }

    // MARK: Deadlines

    /// The customer answered after the state had lapsed: say so, and show the way on.
    private static func afterDeadline(
        _ state: BookingState, _ event: BookingEvent, _ context: BookingContext
    ) throws(BookingRefusal) -> Outcome {
        let lapsed = try lapse(state, context)
        let quiet = lapsed.effects.filter { $0 != .say(.paymentLapsed) }
        if case .confirming(let held) = state, event == .confirm {
            return retake(held, releasing: quiet, context)
        }
        switch event {
        case .confirm, .deny, .choose:
            return Outcome(.idle, quiet + [.say(.expired)])
        case .start, .set, .cancel, .reschedule, .status, .paymentSucceeded, .paymentFailed, .lapse:
            let fresh = try withinDeadline(.idle, event, context)
            return Outcome(fresh.state, quiet + fresh.effects)
        }
    }

    /// A late yes: if the time is still free it is held again and asked once more.
    private static func retake(
        _ held: BookingState.Confirming, releasing effects: [BookingEffect],
        _ context: BookingContext
    ) -> Outcome {
        guard context.availability.isFree(held.booking.slot, moving: held.booking.id) else {
            return Outcome(.idle, effects + [.say(.expired)])
        }
        let fresh = hold(held.booking.slot, wish: held.wish, context)
        guard case .confirming = fresh.state else { return fresh }
        let silent = fresh.effects.filter { if case .say = $0 { false } else { true } }
        return Outcome(
            fresh.state, effects + silent + [.say(.expiredButFree(held.booking.slot))])
    }

    private static func lapse(
        _ state: BookingState, _ context: BookingContext
    ) throws(BookingRefusal) -> Outcome {
        switch state {
        case .confirming(let held): Outcome(.idle, [.release(held.booking.id)])
        case .paymentPending(let held):
            Outcome(.idle, [.release(held.booking.id), .say(.paymentLapsed)])
        case .collecting, .rescheduleCollecting, .rescheduleConfirm, .cancelConfirm: Outcome(.idle)
        case .idle: throw refusal("lapse", state)
        }
    }

    // MARK: A new appointment

    private static func start(
        _ state: BookingState, _ wish: BookingWish, _ context: BookingContext
    ) throws(BookingRefusal) -> Outcome {
        switch state {
        case .idle, .cancelConfirm, .rescheduleCollecting, .rescheduleConfirm:
            return collect(wish, asked: nil, context)
        case .collecting(let state):
            return collect(merged(state.wish, wish, context), asked: state.asked, context)
        case .confirming(let held):
            return correct(held, wish, context)
        case .paymentPending:
            throw refusal("start", state)
        }
    }

    private static func set(
        _ state: BookingState, _ wish: BookingWish, _ context: BookingContext
    ) throws(BookingRefusal) -> Outcome {
        switch state {
        case .idle:
            return collect(wish, asked: nil, context)
        case .collecting(let collecting):
            if let slot = onlyOffered(collecting.offered, wish, context) {
                return hold(slot, wish: merged(collecting.wish, wish, context), context)
            }
            return collect(
                merged(collecting.wish, wish, context), asked: collecting.asked, context)
        case .confirming(let held):
            return correct(held, wish, context)
        case .rescheduleCollecting(let state):
            if let slot = onlyOffered(state.offered, wish, context) {
                return askMove(state, to: slot, wish: wish, context)
            }
            return findNewTime(
                state.target, state.wish.corrected(by: wish), asked: state.asked, context)
        case .rescheduleConfirm(let state):
            return findNewTime(
                .one(state.appointment), state.wish.corrected(by: wish), asked: nil, context)
        case .cancelConfirm(let cancelling):
            guard let target = narrowed(cancelling.target, by: wish, context) else {
                throw refusal("set", state)
            }
            return askCancel(target, asked: cancelling.asked, context)
        case .paymentPending:
            throw refusal("set", state)
        }
    }

    private static func choose(
        _ state: BookingState, _ choice: OfferChoice, _ context: BookingContext
    ) throws(BookingRefusal) -> Outcome {
        switch state {
        case .collecting(let collecting):
            guard let slot = pick(choice, from: collecting.offered, context) else {
                return collect(collecting.wish, asked: collecting.asked, context)
            }
            return hold(slot, wish: collecting.wish, context)
        case .rescheduleCollecting(let moving):
            if case .oneOf(let appointments) = moving.target {
                guard let chosen = pick(choice, from: appointments, context) else {
                    return findNewTime(moving.target, moving.wish, asked: moving.asked, context)
                }
                return findNewTime(.one(chosen), moving.wish, asked: nil, context)
            }
            guard let slot = pick(choice, from: moving.offered, context) else {
                return findNewTime(moving.target, moving.wish, asked: moving.asked, context)
            }
            return askMove(moving, to: slot, wish: moving.wish, context)
        case .cancelConfirm(let cancelling):
            guard case .oneOf(let appointments) = cancelling.target else {
                throw refusal("choose", state)
            }
            let chosen = pick(choice, from: appointments, context)
            return askCancel(
                chosen.map { .one($0) } ?? cancelling.target, asked: cancelling.asked, context)
        case .idle, .confirming, .paymentPending, .rescheduleConfirm:
            throw refusal("choose", state)
        }
    }

    private static func confirm(
        _ state: BookingState, _ context: BookingContext
    ) throws(BookingRefusal) -> Outcome {
        switch state {
        case .confirming(let held):
            return try book(held, context)
        case .rescheduleConfirm(let moving):
            guard context.availability.isFree(moving.slot, moving: moving.appointment.id) else {
                throw .slotTaken(
                    alternatives: alternatives(
                        near: moving.slot, moving: moving.appointment.id, context))
            }
            return Outcome(
                .idle,
                [
                    .move(moving.appointment, to: moving.slot),
                    .say(.moved(moving.appointment, moving.slot)),
                ])
        case .cancelConfirm(let cancelling):
            guard case .one(let appointment) = cancelling.target else {
                return askCancel(cancelling.target, asked: cancelling.asked, context)
            }
            return Outcome(.idle, [.cancel(appointment), .say(.cancelled(appointment))])
        case .collecting(let collecting):
            // "Yes" to a single offered time takes it; otherwise the question stands.
            if collecting.offered.count == 1 {
                return hold(collecting.offered[0], wish: collecting.wish, context)
            }
            return collect(collecting.wish, asked: collecting.asked, context)
        case .rescheduleCollecting(let moving):
            if moving.offered.count == 1 {
                return askMove(moving, to: moving.offered[0], wish: moving.wish, context)
            }
            return findNewTime(moving.target, moving.wish, asked: moving.asked, context)
        case .idle, .paymentPending:
            throw refusal("confirm", state)
        }
    }

    private static func deny(
        _ state: BookingState, _ context: BookingContext
    ) throws(BookingRefusal) -> Outcome {
        switch state {
        case .confirming(let held):
            var wish = held.wish
            wish.time = nil
            let next = BookingState.collecting(
                .init(
                    wish: wish, offered: [], asked: .init(question: .time, times: 1),
                    until: context.now + context.timeouts.collecting))
            return Outcome(next, [.release(held.booking.id), .say(.askChange)])
        case .collecting:
            return Outcome(.idle, [.say(.abandoned)])
        case .rescheduleCollecting(let moving):
            return Outcome(.idle, [.say(.kept(moving.target.one))])
        case .rescheduleConfirm(let moving):
            return findNewTime(
                .one(moving.appointment), BookingWish(staff: moving.wish.staff), asked: nil,
                context)
        case .cancelConfirm(let cancelling):
            return Outcome(.idle, [.say(.kept(cancelling.target.one))])
        case .paymentPending(let held):
            return Outcome(.idle, [.release(held.booking.id), .say(.abandoned)])
        case .idle:
            throw refusal("deny", state)
        }
    }

    // MARK: An appointment that exists

    private static func cancel(
        _ state: BookingState, _ reference: String?, _ context: BookingContext
    ) throws(BookingRefusal) -> Outcome {
        switch state {
        case .idle:
            return askCancel(reference, asked: nil, context)
        case .cancelConfirm(let cancelling):
            // Saying it again is a yes only to the question that was asked about one appointment.
            if reference == nil, case .one = cancelling.target {
                return try confirm(state, context)
            }
            return askCancel(reference, asked: cancelling.asked, context)
        case .collecting:
            if reference == nil { return Outcome(.idle, [.say(.abandoned)]) }
            return askCancel(reference, asked: nil, context)
        case .confirming(let held), .paymentPending(let held):
            let release = BookingEffect.release(held.booking.id)
            if reference == nil { return Outcome(.idle, [release, .say(.abandoned)]) }
            let next = askCancel(reference, asked: nil, context)
            return Outcome(next.state, [release] + next.effects)
        case .rescheduleCollecting(let moving):
            if reference == nil { return askCancel(moving.target, asked: nil, context) }
            return askCancel(reference, asked: nil, context)
        case .rescheduleConfirm(let moving):
            if reference == nil { return askCancel(.one(moving.appointment), asked: nil, context) }
            return askCancel(reference, asked: nil, context)
        }
    }

    private static func reschedule(
        _ state: BookingState, _ reference: String?, _ wish: BookingWish,
        _ context: BookingContext
    ) throws(BookingRefusal) -> Outcome {
        switch state {
        case .idle:
            return findNewTime(reference, wish, context)
        case .collecting(let collecting):
            // Without an appointment to move, "move it to Friday" changes the one being made.
            if context.appointments.isEmpty { return try set(state, wish, context) }
            return collecting.wish.service == nil || reference != nil
                ? findNewTime(reference, wish, context) : try set(state, wish, context)
        case .confirming(let held):
            if reference == nil { return correct(held, wish, context) }
            let next = findNewTime(reference, wish, context)
            return Outcome(next.state, [.release(held.booking.id)] + next.effects)
        case .rescheduleCollecting(let moving):
            if reference != nil { return findNewTime(reference, wish, context) }
            return findNewTime(
                moving.target, moving.wish.corrected(by: wish), asked: moving.asked, context)
        case .rescheduleConfirm(let moving):
            if reference != nil { return findNewTime(reference, wish, context) }
            return findNewTime(
                .one(moving.appointment), moving.wish.corrected(by: wish), asked: nil, context)
        case .cancelConfirm(let cancelling):
            if reference != nil { return findNewTime(reference, wish, context) }
            return findNewTime(cancelling.target, wish, asked: nil, context)
        case .paymentPending:
            throw refusal("reschedule", state)
        }
    }

    /// Answers, and puts the open question again.
    private static func status(_ state: BookingState, _ context: BookingContext) -> Outcome {
        let answer = BookingEffect.say(.appointments(context.appointments))
        let again = prompt(for: state, context).map { [BookingEffect.say($0)] } ?? []
        return switch state {
        case .idle, .collecting, .confirming, .paymentPending, .rescheduleCollecting,
            .rescheduleConfirm, .cancelConfirm:
            Outcome(state, [answer] + again)
        }
    }

    // MARK: Payment

    private static func paymentSucceeded(
        _ state: BookingState, _ context: BookingContext
    ) throws(BookingRefusal) -> Outcome {
        switch state {
        case .paymentPending(let held): confirmed(held, context)
        case .idle, .collecting, .confirming, .rescheduleCollecting, .rescheduleConfirm,
            .cancelConfirm:
            throw refusal("payment_succeeded", state)
        }
    }

    private static func paymentFailed(
        _ state: BookingState, _ context: BookingContext
    ) throws(BookingRefusal) -> Outcome {
        switch state {
        case .paymentPending(let held):
            Outcome(.idle, [.release(held.booking.id), .say(.paymentLapsed)])
        case .idle, .collecting, .confirming, .rescheduleCollecting, .rescheduleConfirm,
            .cancelConfirm:
            throw refusal("payment_failed", state)
        }
    }

    static func refusal(_ event: String, _ state: BookingState) -> BookingRefusal {
        .notAllowedHere(event: event, state: state.name.rawValue)
    }
}

extension BookingState.Target {
    /// The appointment, when there is no doubt which one is meant.
    package var one: Booking? {
        switch self {
        case .one(let booking): booking
        case .oneOf: nil
        }
    }
}
