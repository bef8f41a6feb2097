import Base

/// Moving and cancelling appointments that exist.
extension BookingMachine {
    // MARK: Cancelling

    static func askCancel(
        _ reference: String?, asked: BookingState.Asked?, _ context: BookingContext
    ) -> Outcome {
        guard let target = target(reference, context) else {
            return Outcome(.idle, [.say(.noAppointment)])
        }
        return askCancel(target, asked: asked, context)
    }

    static func askCancel(
        _ target: BookingState.Target, asked: BookingState.Asked?, _ context: BookingContext
    ) -> Outcome {
        let question: BookingState.Question
        let prompt: BookingPrompt
        switch target {
        case .one(let appointment): (question, prompt) = (.confirmCancel, .askCancel(appointment))
        case .oneOf(let several): (question, prompt) = (.which, .askWhich(several, .cancel))
        }
        let asked = counted(question, asked)
        let state = BookingState.cancelConfirm(
            .init(
                target: target, asked: asked, until: context.now + context.timeouts.cancelling))
        return Outcome(state, [.say(prompt)] + personIfStuck(asked))
    }

    /// The appointments that are still meant after the customer said more about them.
    static func narrowed(
        _ target: BookingState.Target, by wish: BookingWish, _ context: BookingContext
    ) -> BookingState.Target? {
        guard case .oneOf(let several) = target else { return nil }
        let zone = context.catalogue.zone
        let fitting = several.filter { appointment in
            let local = zone.local(appointment.slot.start)
            return (wish.service == nil || wish.service == appointment.slot.service)
                && (wish.staff == nil || wish.staff == appointment.slot.staff)
                && (wish.day?.allows(local.date) ?? true)
                && (wish.time?.allows(local.time) ?? true)
        }
        switch fitting.count {
        case 0: return target
        case 1: return .one(fitting[0])
        default: return .oneOf(fitting)
        }
    }

    // MARK: Moving

    static func findNewTime(
        _ reference: String?, _ wish: BookingWish, _ context: BookingContext
    ) -> Outcome {
        guard let target = target(reference, context) else {
            return Outcome(.idle, [.say(.noAppointment)])
        }
        return findNewTime(target, wish, asked: nil, context)
    }

    static func findNewTime(
        _ target: BookingState.Target, _ wish: BookingWish, asked: BookingState.Asked?,
        _ context: BookingContext
    ) -> Outcome {
        guard let appointment = target.one else {
            let several: [Booking] = if case .oneOf(let all) = target { all } else { [] }
            return askMoving(
                .which, .askWhich(several, .reschedule), target, wish, asked, context)
        }
        guard let service = context.catalogue.service(appointment.slot.service) else {
            return Outcome(.idle, [.say(.noAppointment), .handOff])
        }
        let own = context.catalogue.zone.local(appointment.slot.start)
        var wish = wish
        wish.service = service.id
        wish.staff = wish.staff ?? appointment.slot.staff
        if wish.day == nil {
            guard wish.time != nil else {
                return askMoving(.day, .askNewTime(appointment), target, wish, asked, context)
            }
            wish.day = .on(own.date)
        }
        let offers = SlotOffers(
            availability: context.availability, service: service, moving: appointment.id)
        return offerMove(offers, target, appointment, wish, asked, context)
    }

    private static func offerMove(
        _ offers: SlotOffers, _ target: BookingState.Target, _ appointment: Booking,
        _ wish: BookingWish, _ asked: BookingState.Asked?, _ context: BookingContext
    ) -> Outcome {
        let day = wish.day ?? .on(context.catalogue.zone.local(appointment.slot.start).date)
        let matching = offers.matching(wish, day: day).filter { slot in
            slot.start != appointment.slot.start || slot.staff != appointment.slot.staff
        }
        if let time = wish.time, time.isExact, let slot = matching.first,
            day.single != nil || matching.count == 1
        {
            return askMove(appointment, to: slot, wish: wish, context)
        }
        if !matching.isEmpty {
            let shortlist = offers.shortlist(matching)
            return askMoving(
                .time, .offerTimes(offers.service.id, shortlist), target, wish, asked, context,
                offered: shortlist)
        }
        let answer = BookingOffers.unavailable(offers, wish: wish, day: day)
        var open = wish
        if !answer.keepsDay { open.day = nil }
        open.time = nil
        return askMoving(
            answer.keepsDay ? .time : .day, answer.prompt, target, open, asked, context,
            offered: answer.slots)
    }

    static func askMove(
        _ moving: BookingState.Rescheduling, to slot: Slot, wish: BookingWish,
        _ context: BookingContext
    ) -> Outcome {
        guard let appointment = moving.target.one else {
            return findNewTime(moving.target, wish, asked: moving.asked, context)
        }
        return askMove(appointment, to: slot, wish: moving.wish.corrected(by: wish), context)
    }

    private static func askMove(
        _ appointment: Booking, to slot: Slot, wish: BookingWish, _ context: BookingContext
    ) -> Outcome {
        let state = BookingState.rescheduleConfirm(
            .init(
                appointment: appointment, wish: wish, slot: slot,
                asked: .init(question: .confirmMove, times: 1),
                until: context.now + context.timeouts.rescheduling))
        return Outcome(state, [.say(.askMove(appointment, slot))])
    }

    private static func askMoving(
        _ question: BookingState.Question, _ prompt: BookingPrompt, _ target: BookingState.Target,
        _ wish: BookingWish, _ asked: BookingState.Asked?, _ context: BookingContext,
        offered: [Slot] = []
    ) -> Outcome {
        let asked = counted(question, asked)
        let state = BookingState.rescheduleCollecting(
            .init(
                target: target, wish: wish, offered: offered, asked: asked,
                until: context.now + context.timeouts.rescheduling))
        return Outcome(state, [.say(prompt)] + personIfStuck(asked))
    }

    // MARK: Which appointment

    /// The appointment of that reference; without one, the only one or all of them.
    private static func target(
        _ reference: String?, _ context: BookingContext
    ) -> BookingState.Target? {
        if let reference {
            let wanted = normalised(reference)
            return context.appointments.first { normalised($0.reference) == wanted }
                .map { .one($0) }
        }
        switch context.appointments.count {
        case 0: return nil
        case 1: return .one(context.appointments[0])
        default: return .oneOf(context.appointments)
        }
    }

    private static func normalised(_ reference: String) -> String {
        String(reference.uppercased().filter { $0.isLetter || $0.isNumber })
    }

    // MARK: Asking again

    /// The open question of a state, put again after something else was answered.
    package static func prompt(
        for state: BookingState, _ context: BookingContext
    ) -> BookingPrompt? {
        switch state {
        case .idle:
            return nil
        case .collecting(let state):
            if !state.offered.isEmpty, let service = state.wish.service {
                return .offerTimes(service, state.offered)
            }
            let again = collect(state.wish, asked: nil, context)
            return firstPrompt(again.effects)
        case .confirming(let held):
            let service = context.catalogue.service(held.booking.slot.service)
            return .askConfirm(
                held.booking.slot, priceMin: service?.priceMinMinor,
                priceMax: service?.priceMaxMinor)
        case .paymentPending(let held):
            return .askPayment(held.booking)
        case .rescheduleCollecting(let moving):
            if !moving.offered.isEmpty, let service = moving.wish.service {
                return .offerTimes(service, moving.offered)
            }
            return firstPrompt(
                findNewTime(moving.target, moving.wish, asked: nil, context).effects)
        case .rescheduleConfirm(let moving):
            return .askMove(moving.appointment, moving.slot)
        case .cancelConfirm(let cancelling):
            return firstPrompt(askCancel(cancelling.target, asked: nil, context).effects)
        }
    }

    private static func firstPrompt(_ effects: [BookingEffect]) -> BookingPrompt? {
        for case .say(let prompt) in effects { return prompt }
        return nil
    }
}
