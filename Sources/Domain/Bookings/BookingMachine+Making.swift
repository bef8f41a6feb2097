import Base

/// Putting a new appointment together: service, then day, then time, in whatever order they come.
extension BookingMachine {
    /// Takes more of a request into an appointment that is being put together.
    static func collect(
        _ state: BookingState.Collecting, adding request: BookingRequest, _ context: BookingContext
    ) -> Outcome {
        let offers = service(of: state.request.corrected(by: request), context)
            .map { SlotOffers(availability: context.availability, service: $0) }
        let whole = heard(request, over: state.request, offered: state.offered, offers, context)
        if let slot = onlyOffered(state.offered, request, context) {
            return hold(slot, request: whole, context)
        }
        return collect(
            whole, AnswerProgress(state.asked, progress: whole != state.request), context)
    }

    /// Asks for what is missing, or holds the slot when nothing is.
    static func collect(
        _ request: BookingRequest, _ heard: AnswerProgress, _ context: BookingContext
    ) -> Outcome {
        guard let service = service(of: request, context) else {
            guard context.catalogue.services.contains(where: context.availability.canEverBook)
            else { return cannotBook(nil) }
            let prompt =
                request.candidateServices.isEmpty
                ? BookingPrompt.askService(context.catalogue.services.map(\.id))
                : .suggestServices(request.candidateServices)
            return ask(.service, prompt, request, heard, context)
        }
        var request = request
        request.service = service.id
        request.candidateServices = []
        if let staff = request.staff, !service.staff.contains(staff) {
            request.staff = nil
            let next = collect(request, heard, context)
            return Outcome(next.state, [.say(.doesNotOffer(staff, service.id))] + next.effects)
        }
        if request.refusesAll(of: service) {
            request.excludedStaff = []
            return collect(request, heard, context).after(.nobodyElse(service.id))
        }
        guard context.availability.canEverBook(service) else { return cannotBook(service.id) }
        let offers = SlotOffers(availability: context.availability, service: service)
        guard let day = request.day else { return askDay(offers, request, heard, context) }
        return offer(on: day, offers, request, heard, context)
    }

    private static func askDay(
        _ offers: SlotOffers, _ request: BookingRequest, _ heard: AnswerProgress,
        _ context: BookingContext
    ) -> Outcome {
        let days = offers.openDays(request, limit: 3)
        if !days.isEmpty || request.time == nil {
            return ask(.day, .askDay(offers.service.id, suggestions: days), request, heard, context)
        }
        // Nobody is ever free at that time of day: the nearest times instead.
        let today = context.catalogue.zone.local(context.availability.now).date
        return unavailable(on: .on(today), offers, request, heard, context)
    }

    private static func offer(
        on day: DayConstraint, _ offers: SlotOffers, _ request: BookingRequest,
        _ heard: AnswerProgress,
        _ context: BookingContext
    ) -> Outcome {
        let matching = offers.matching(request, day: day)
        if matching.count == 1 { return hold(matching[0], request: request, context) }
        if let slot = offers.named(request, day: day, in: matching) {
            return hold(slot, request: request, context)
        }
        if matching.isEmpty { return unavailable(on: day, offers, request, heard, context) }
        let shortlist = offers.shortlist(matching, soonest: request.prefersEarliest)
        return ask(
            .time, .offerTimes(offers.service.id, shortlist), request, heard, context,
            offered: shortlist)
    }

    private static func unavailable(
        on day: DayConstraint, _ offers: SlotOffers, _ request: BookingRequest,
        _ heard: AnswerProgress,
        _ context: BookingContext
    ) -> Outcome {
        let answer = BookingOffers.unavailable(offers, request: request, day: day)
        // The time stays wished for: "anyone is fine" or another day may still give it.
        var open = request
        if !answer.keepsDay { (open.day, open.dayTimePairs) = (nil, []) }
        return ask(
            answer.keepsDay ? .time : .day, answer.prompt, open, heard, context,
            offered: answer.slots)
    }

    /// There is no time that could be offered, so none is: a person takes over.
    static func cannotBook(_ service: ServiceID?) -> Outcome {
        Outcome(.idle, [.say(.cannotBook(service)), .handOff])
    }

    /// Holds a slot and asks for a confirmation.
    static func hold(
        _ chosen: Slot, request: BookingRequest, _ context: BookingContext
    ) -> Outcome {
        let slot = context.availability.current(chosen)
        guard let service = context.catalogue.service(slot.service),
            context.availability.isFree(slot)
        else { return taken(slot, request: request, context) }
        var request = request
        let local = context.catalogue.zone.local(slot.start)
        request.service = slot.service
        request.day = .on(local.date)
        request.time = .at(local.time)
        (request.dayTimePairs, request.isAdditional) = ([], false)
        let until = context.now + context.timeouts.confirming
        let booking = Booking(
            id: context.newBooking, contact: context.contact, slot: slot, status: .hold,
            expiresAt: until, reference: context.newReference)
        let prompt = BookingPrompt.askConfirm(
            slot, priceMin: service.priceMinMinor, priceMax: service.priceMaxMinor)
        let asked = AnswerProgress.initial.next(.confirmBooking, prompt)
        let state = BookingState.confirming(
            .init(request: request, booking: booking, asked: asked, until: until))
        return Outcome(state, [.hold(booking)] + spoken(asked))
    }

    /// The slot went between offer and choice: the same question with other times.
    private static func taken(
        _ slot: Slot, request: BookingRequest, _ context: BookingContext
    ) -> Outcome {
        guard let service = context.catalogue.service(slot.service),
            context.availability.canEverBook(service)
        else { return cannotBook(slot.service) }
        let other = alternatives(near: slot, moving: nil, context)
        let local = context.catalogue.zone.local(slot.start)
        var request = request
        request.service = slot.service
        request.day = .on(local.date)
        (request.time, request.dayTimePairs) = (nil, [])
        let offers = SlotOffers(availability: context.availability, service: service)
        let prompt = BookingOffers.went(slot, offers, other)
        return ask(.time, prompt, request, .initial, context, offered: other)
    }

    /// The customer said no to what was proposed, and may want another time.
    static func askChange(_ request: BookingRequest, _ context: BookingContext) -> Outcome {
        var request = request
        (request.time, request.dayTimePairs) = (nil, [])
        return ask(.time, .askChange, request, .initial, context)
    }

    /// The customer corrects what they were asked to confirm.
    ///
    /// Another day keeps the time of day; another service or person keeps day and time.
    static func correct(
        _ held: BookingState.Confirming, _ request: BookingRequest, _ context: BookingContext
    ) -> Outcome {
        var whole = held.request.corrected(by: request)
        if request.isEmpty { whole.time = nil }
        var free = context
        free.availability = context.availability.without(held.booking.id)
        let next = collect(whole, .initial, free)
        guard case .confirming(let new) = next.state, new.booking.slot == held.booking.slot else {
            return Outcome(next.state, [.release(held.booking.id)] + next.effects)
        }
        // "Yes, Tuesday at 3" without a yes: nothing changes, and the question stands.
        var same = held
        same.request = new.request
        same.asked = AnswerProgress.stalled(after: held.asked).next(
            .confirmBooking, new.asked.prompt)
        let aside = next.effects.filter { effect in
            switch effect {
            case .say(.doesNotOffer), .say(.nobodyElse): true
            default: false
            }
        }
        return Outcome(.confirming(same), aside + spoken(same.asked))
    }

    /// Confirms what is held, after looking once more whether the time is still free.
    static func book(_ held: BookingState.Confirming, _ context: BookingContext) -> Outcome {
        guard context.availability.staysFree(held.booking.slot, for: held.booking.id) else {
            var free = context
            free.availability = context.availability.without(held.booking.id)
            let next = taken(held.booking.slot, request: held.request, free)
            return Outcome(next.state, [.release(held.booking.id)] + next.effects)
        }
        guard context.depositRequired else { return confirmed(held, context) }
        var waiting = held
        waiting.until = context.now + context.timeouts.payment
        waiting.booking.status = .pendingPayment
        waiting.booking.expiresAt = waiting.until
        waiting.asked = AnswerProgress.initial.next(.payment, .askPayment(waiting.booking))
        return Outcome(
            .paymentPending(waiting),
            [.requestPayment(waiting.booking)] + spoken(waiting.asked))
    }

    static func confirmed(_ held: BookingState.Confirming, _ context: BookingContext) -> Outcome {
        var booking = held.booking
        booking.status = .confirmed
        booking.expiresAt = nil
        let preparation = context.catalogue.service(booking.slot.service)?.preparation ?? ""
        return Outcome(
            .idle, [.confirm(booking), .say(.booked(booking, preparation: preparation))])
    }

    private static func ask(
        _ question: BookingState.Question, _ prompt: BookingPrompt, _ request: BookingRequest,
        _ heard: AnswerProgress, _ context: BookingContext, offered: [Slot] = []
    ) -> Outcome {
        let asked = heard.next(question, prompt)
        let state = BookingState.collecting(
            .init(
                request: request, offered: offered, asked: asked,
                until: context.now + context.timeouts.collecting))
        return Outcome(state, spoken(asked))
    }

    static func service(of request: BookingRequest, _ context: BookingContext) -> OfferedService? {
        if let id = request.service { return context.catalogue.service(id) }
        return context.catalogue.services.count == 1 ? context.catalogue.services[0] : nil
    }

    /// Other times near a slot that cannot be had.
    static func alternatives(
        near slot: Slot, moving: BookingID?, _ context: BookingContext
    ) -> [Slot] {
        guard let service = context.catalogue.service(slot.service) else { return [] }
        let local = context.catalogue.zone.local(slot.start)
        let request = BookingRequest(
            service: slot.service, staff: slot.staff, day: .on(local.date), time: .at(local.time))
        return SlotOffers(availability: context.availability, service: service, moving: moving)
            .alternatives(to: request, day: local.date)
    }
}

extension Availability {
    /// The same, with one booking taken out of the way.
    func without(_ booking: BookingID) -> Availability {
        Availability(
            catalogue: catalogue, busy: busy.filter { $0.booking != booking }, now: now)
    }
}
