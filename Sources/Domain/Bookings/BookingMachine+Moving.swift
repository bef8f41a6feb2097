import Base

/// Moving appointments that exist.
extension BookingMachine {
    static func findNewTime(
        _ reference: String?, _ request: BookingRequest, _ heard: AnswerProgress,
        _ context: BookingContext
    ) -> Outcome {
        switch found(reference, context) {
        case .nothing(let quoted): notFound(quoted)
        case .target(let target):
            findNewTime(named(target, request, context), request, heard, context)
        case .instead(let unknown, let target):
            findNewTime(target, request, heard, context).after(.unknownReference(unknown))
        }
    }

    /// "Move my colour to Friday" names the appointment by its service; Friday is the new day.
    private static func named(
        _ target: BookingState.Target, _ request: BookingRequest, _ context: BookingContext
    ) -> BookingState.Target {
        guard case .oneOf(let all) = target, request.service != nil else { return target }
        let same = fitting(all, BookingRequest(service: request.service), context)
        return BookingState.Target(same) ?? target
    }

    /// Takes more of a request into a move: which appointment first, then the new time.
    static func findNewTime(
        _ moving: BookingState.Rescheduling, adding request: BookingRequest,
        _ context: BookingContext
    ) -> Outcome {
        if case .oneOf(let several) = moving.target {
            let which = request.isEmpty ? [] : fitting(several, request, context)
            if let target = BookingState.Target(which), target != moving.target {
                return findNewTime(
                    target, moving.request, .progressed(after: moving.asked), context)
            }
            let whole = moving.request.corrected(by: request)
            let heard = AnswerProgress(moving.asked, progress: whole != moving.request)
            return findNewTime(moving.target, whole, heard, context)
        }
        guard let appointment = moving.target.one else {
            return findNewTime(
                moving.target, moving.request, .stalled(after: moving.asked), context)
        }
        let offers = context.catalogue.service(appointment.slot.service).map {
            SlotOffers(availability: context.availability, service: $0, moving: appointment.id)
        }
        let whole = heard(request, over: moving.request, offered: moving.offered, offers, context)
        if let slot = onlyOffered(moving.offered, request, context) {
            return askMove(appointment, to: slot, request: whole, context)
        }
        let heard = AnswerProgress(moving.asked, progress: whole != moving.request)
        return findNewTime(moving.target, whole, heard, context)
    }

    static func choose(
        _ moving: BookingState.Rescheduling, _ choice: OfferChoice, _ context: BookingContext
    ) -> Outcome {
        switch moving.target {
        case .oneOf(let appointments), .every(let appointments):
            guard let chosen = pick(choice, from: appointments, context) else {
                return findNewTime(
                    moving.target, moving.request, .stalled(after: moving.asked), context)
            }
            return findNewTime(.one(chosen), moving.request, .initial, context)
        case .one(let appointment):
            guard let slot = pick(choice, from: moving.offered, moving.request, context) else {
                return findNewTime(moving, adding: choice.asRequest, context)
            }
            return askMove(appointment, to: slot, request: moving.request, context)
        }
    }

    static func findNewTime(
        _ target: BookingState.Target, _ request: BookingRequest, _ heard: AnswerProgress,
        _ context: BookingContext
    ) -> Outcome {
        let appointment: Booking
        switch target {
        case .one(let one): appointment = one
        case .oneOf(let several), .every(let several):
            return askMoving(
                .which, .askWhich(several, .reschedule), target, request, heard, context)
        }
        guard let service = context.catalogue.service(appointment.slot.service) else {
            return Outcome(.idle, [.say(.handingOver), .handOff])
        }
        guard context.availability.canEverBook(service) else { return cannotBook(service.id) }
        var request = request
        request.service = service.id
        if let staff = request.staff, !service.staff.contains(staff) {
            request.staff = nil
            return findNewTime(target, request, heard, context)
                .after(.doesNotOffer(staff, service.id))
        }
        if request.refusesAll(of: service) {
            request.excludedStaff = []
            return findNewTime(target, request, heard, context).after(.nobodyElse(service.id))
        }
        if request.day == nil {
            guard request.time != nil else {
                return askMoving(.day, .askNewTime(appointment), target, request, heard, context)
            }
            request.day = .on(context.catalogue.zone.local(appointment.slot.start).date)
        }
        let offers = SlotOffers(
            availability: context.availability, service: service, moving: appointment.id)
        return offerMove(offers, appointment, request, heard, context)
    }

    /// The person of the appointment is preferred, and only insisted on when the customer did.
    private static func offerMove(
        _ offers: SlotOffers, _ appointment: Booking, _ request: BookingRequest,
        _ heard: AnswerProgress,
        _ context: BookingContext
    ) -> Outcome {
        let target = BookingState.Target.one(appointment)
        let own = context.catalogue.zone.local(appointment.slot.start)
        let day = request.day ?? .on(own.date)
        var preferred = request
        preferred.staff = request.staff ?? usual(appointment, request)
        if day.single == own.date, request.time == .at(own.time),
            preferred.staff == appointment.slot.staff
        {
            var open = request
            (open.day, open.time, open.dayTimePairs) = (nil, nil, [])
            return askMoving(.day, .alreadyThen(appointment), target, open, heard, context)
        }
        var matching = offers.matching(preferred, day: day)
        if matching.isEmpty { matching = offers.matching(request, day: day) }
        matching.removeAll {
            $0.start == appointment.slot.start && $0.staff == appointment.slot.staff
        }
        let named = offers.named(request, day: day, in: matching)
        if let slot = matching.count == 1 ? matching[0] : named {
            return askMove(appointment, to: slot, request: request, context)
        }
        if !matching.isEmpty {
            let shortlist = offers.shortlist(matching, soonest: request.prefersEarliest)
            return askMoving(
                .time, .offerTimes(offers.service.id, shortlist), target, request, heard, context,
                offered: shortlist)
        }
        let answer = BookingOffers.unavailable(offers, request: preferred, day: day)
        var open = request
        if !answer.keepsDay { (open.day, open.dayTimePairs) = (nil, []) }
        return askMoving(
            answer.keepsDay ? .time : .day, answer.prompt, target, open, heard, context,
            offered: answer.slots)
    }

    private static func usual(_ appointment: Booking, _ request: BookingRequest) -> StaffMemberID? {
        let staff = appointment.slot.staff
        return request.excludedStaff.contains(staff) ? nil : staff
    }

    static func askMove(
        _ appointment: Booking, to chosen: Slot, request: BookingRequest, _ context: BookingContext
    ) -> Outcome {
        let slot = context.availability.current(chosen)
        guard context.availability.isFree(slot, moving: appointment.id) else {
            return slotWent(appointment, slot, request, context)
        }
        var request = request
        let local = context.catalogue.zone.local(slot.start)
        (request.day, request.time, request.dayTimePairs) = (.on(local.date), .at(local.time), [])
        let asked = AnswerProgress.initial.next(.confirmMove, .askMove(appointment, slot))
        let state = BookingState.rescheduleConfirm(
            .init(
                appointment: appointment, request: request, slot: slot, asked: asked,
                until: context.now + context.timeouts.rescheduling))
        return Outcome(state, spoken(asked))
    }

    /// Another time than the one that was proposed for a move.
    static func correct(
        _ moving: BookingState.RescheduleConfirming, _ request: BookingRequest,
        _ context: BookingContext
    ) -> Outcome {
        var open = moving.request.corrected(by: request)
        if request.isEmpty { open.time = nil }
        let next = findNewTime(.one(moving.appointment), open, .initial, context)
        guard case .rescheduleConfirm(var same) = next.state, same.slot == moving.slot else {
            return next
        }
        // "Yes, Tuesday at 3" without a yes: nothing changes, and the question stands.
        same.asked = AnswerProgress.stalled(after: moving.asked).next(
            .confirmMove, same.asked.prompt)
        return Outcome(.rescheduleConfirm(same), spoken(same.asked))
    }

    /// A yes to moving; both the appointment and the new time are looked at once more.
    static func move(
        _ moving: BookingState.RescheduleConfirming, _ context: BookingContext
    ) -> Outcome {
        guard let current = context.appointments.first(where: { $0.id == moving.appointment.id })
        else { return Outcome(.idle, [.say(.noAppointment)]) }
        guard context.availability.staysFree(moving.slot, for: current.id) else {
            return slotWent(current, moving.slot, moving.request, context)
        }
        guard current.slot == moving.appointment.slot else {
            return askMove(current, to: moving.slot, request: moving.request, context)
        }
        return Outcome(
            .idle, [.move(current, to: moving.slot), .say(.moved(current, moving.slot))])
    }

    /// The new time went between question and yes.
    private static func slotWent(
        _ appointment: Booking, _ slot: Slot, _ request: BookingRequest, _ context: BookingContext
    ) -> Outcome {
        guard let service = context.catalogue.service(slot.service),
            context.availability.canEverBook(service)
        else { return cannotBook(slot.service) }
        let other = alternatives(near: slot, moving: appointment.id, context)
        let local = context.catalogue.zone.local(slot.start)
        var open = request
        (open.day, open.time, open.dayTimePairs) = (.on(local.date), nil, [])
        let offers = SlotOffers(
            availability: context.availability, service: service, moving: appointment.id)
        return askMoving(
            .time, BookingOffers.went(slot, offers, other), .one(appointment), open,
            .initial, context, offered: other)
    }

    /// None of the offered times suits.
    static func askOtherMove(
        _ moving: BookingState.Rescheduling, _ context: BookingContext
    ) -> Outcome {
        var open = moving.request
        (open.time, open.dayTimePairs) = (nil, [])
        return askMoving(.day, .askChange, moving.target, open, .initial, context)
    }

    private static func askMoving(
        _ question: BookingState.Question, _ prompt: BookingPrompt, _ target: BookingState.Target,
        _ request: BookingRequest, _ heard: AnswerProgress, _ context: BookingContext,
        offered: [Slot] = []
    ) -> Outcome {
        let asked = heard.next(question, prompt)
        let state = BookingState.rescheduleCollecting(
            .init(
                target: target, request: request, offered: offered, asked: asked,
                until: context.now + context.timeouts.rescheduling))
        return Outcome(state, spoken(asked))
    }
}
