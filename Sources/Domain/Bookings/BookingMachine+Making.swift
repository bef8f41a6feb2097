import Base

/// Putting a new appointment together: service, then day, then time, in whatever order they come.
extension BookingMachine {
    /// Asks for what is missing, or holds the slot when nothing is.
    static func collect(
        _ wish: BookingWish, asked: BookingState.Asked?, _ context: BookingContext
    ) -> Outcome {
        guard let service = service(of: wish, context) else {
            return ask(
                .service, .askService(context.catalogue.services.map(\.id)), wish, asked, context)
        }
        var wish = wish
        wish.service = service.id
        if let staff = wish.staff, !service.staff.contains(staff) { wish.staff = nil }
        let offers = SlotOffers(availability: context.availability, service: service)
        guard let day = wish.day else {
            let days = offers.openDays(wish, limit: 3)
            return ask(.day, .askDay(service.id, suggestions: days), wish, asked, context)
        }
        return offer(on: day, offers, wish, asked, context)
    }

    private static func offer(
        on day: DayWish, _ offers: SlotOffers, _ wish: BookingWish, _ asked: BookingState.Asked?,
        _ context: BookingContext
    ) -> Outcome {
        let service = offers.service
        let matching = offers.matching(wish, day: day)
        if let time = wish.time, time.isExact, let slot = matching.first,
            day.single != nil || matching.count == 1
        {
            return hold(slot, wish: wish, context)
        }
        if !matching.isEmpty {
            let shortlist = offers.shortlist(matching)
            return ask(
                .time, .offerTimes(service.id, shortlist), wish, asked, context, offered: shortlist)
        }
        let answer = BookingOffers.unavailable(offers, wish: wish, day: day)
        var open = wish
        if !answer.keepsDay { open.day = nil }
        open.time = answer.keepsDay ? nil : wish.time
        return ask(
            answer.keepsDay ? .time : .day, answer.prompt, open, asked, context,
            offered: answer.slots)
    }

    /// Holds a slot and asks for a confirmation.
    static func hold(_ slot: Slot, wish: BookingWish, _ context: BookingContext) -> Outcome {
        guard let service = context.catalogue.service(slot.service),
            context.availability.isFree(slot)
        else { return taken(slot, wish: wish, context) }
        var wish = wish
        let local = context.catalogue.zone.local(slot.start)
        wish.service = slot.service
        wish.day = .on(local.date)
        wish.time = .at(local.time)
        let until = context.now + context.timeouts.confirming
        let booking = Booking(
            id: context.newBooking, contact: context.contact, slot: slot, status: .hold,
            expiresAt: until, reference: context.newReference)
        let state = BookingState.confirming(
            .init(
                wish: wish, booking: booking, asked: .init(question: .confirmBooking, times: 1),
                until: until))
        let prompt = BookingPrompt.askConfirm(
            slot, priceMin: service.priceMinMinor, priceMax: service.priceMaxMinor)
        return Outcome(state, [.hold(booking), .say(prompt)])
    }

    /// The slot went between offer and choice: the same question with other times.
    private static func taken(
        _ slot: Slot, wish: BookingWish, _ context: BookingContext
    ) -> Outcome {
        let other = alternatives(near: slot, moving: nil, context)
        let local = context.catalogue.zone.local(slot.start)
        var wish = wish
        wish.day = .on(local.date)
        wish.time = nil
        return ask(
            .time, .unavailable(slot.service, wished: local, other), wish, nil, context,
            offered: other)
    }

    /// The customer corrects what they were asked to confirm.
    static func correct(
        _ held: BookingState.Confirming, _ wish: BookingWish, _ context: BookingContext
    ) -> Outcome {
        var free = context
        free.availability = context.availability.without(held.booking.id)
        var whole = merged(held.wish, wish, context)
        // Another day keeps the time; another service or person keeps both.
        if wish.isEmpty { whole.time = nil }
        let next = collect(whole, asked: nil, free)
        return Outcome(next.state, [.release(held.booking.id)] + next.effects)
    }

    /// Confirms what is held, after looking once more whether the time is still free.
    static func book(
        _ held: BookingState.Confirming, _ context: BookingContext
    ) throws(BookingRefusal) -> Outcome {
        guard context.availability.isFree(held.booking.slot, moving: held.booking.id) else {
            throw .slotTaken(
                alternatives: alternatives(
                    near: held.booking.slot, moving: held.booking.id, context))
        }
        if context.depositRequired {
            var waiting = held
            waiting.until = context.now + context.timeouts.payment
            waiting.asked = .init(question: .payment, times: 1)
            waiting.booking.status = .pendingPayment
            waiting.booking.expiresAt = waiting.until
            return Outcome(
                .paymentPending(waiting),
                [.requestPayment(waiting.booking), .say(.askPayment(waiting.booking))])
        }
        return confirmed(held, context)
    }

    static func confirmed(_ held: BookingState.Confirming, _ context: BookingContext) -> Outcome {
        var booking = held.booking
        booking.status = .confirmed
        booking.expiresAt = nil
        let preparation = context.catalogue.service(booking.slot.service)?.preparation ?? ""
        return Outcome(
            .idle, [.confirm(booking), .say(.booked(booking, preparation: preparation))])
    }

    /// Puts a question, counting how often it was put in a row.
    private static func ask(
        _ question: BookingState.Question, _ prompt: BookingPrompt, _ wish: BookingWish,
        _ asked: BookingState.Asked?, _ context: BookingContext, offered: [Slot] = []
    ) -> Outcome {
        let asked = counted(question, asked)
        let state = BookingState.collecting(
            .init(
                wish: wish, offered: offered, asked: asked,
                until: context.now + context.timeouts.collecting))
        return Outcome(state, [.say(prompt)] + personIfStuck(asked))
    }

    static func counted(
        _ question: BookingState.Question, _ asked: BookingState.Asked?
    ) -> BookingState.Asked {
        let again = asked?.question == question
        return .init(question: question, times: again ? (asked?.times ?? 0) + 1 : 1)
    }

    /// After the third time of asking, a person is offered beside the question.
    static func personIfStuck(_ asked: BookingState.Asked) -> [BookingEffect] {
        asked.times >= questionLimit ? [.say(.offerPerson), .handOff] : []
    }

    static func merged(
        _ wish: BookingWish, _ newer: BookingWish, _ context: BookingContext
    ) -> BookingWish {
        wish.corrected(by: newer)
    }

    static func service(of wish: BookingWish, _ context: BookingContext) -> OfferedService? {
        if let id = wish.service { return context.catalogue.service(id) }
        return context.catalogue.services.count == 1 ? context.catalogue.services[0] : nil
    }

    /// The slot, when what the customer said fits exactly one of those offered.
    static func onlyOffered(
        _ offered: [Slot], _ wish: BookingWish, _ context: BookingContext
    ) -> Slot? {
        guard !offered.isEmpty, wish.service == nil, wish.time != nil || wish.day != nil else {
            return nil
        }
        let zone = context.catalogue.zone
        let fitting = offered.filter { slot in
            let local = zone.local(slot.start)
            return (wish.day?.allows(local.date) ?? true) && (wish.time?.allows(local.time) ?? true)
                && (wish.staff == nil || wish.staff == slot.staff)
        }
        return fitting.count == 1 ? fitting[0] : nil
    }

    static func pick(
        _ choice: OfferChoice, from offered: [Slot], _ context: BookingContext
    ) -> Slot? {
        switch choice {
        case .position(let position): return element(position, of: offered)
        case .any: return offered.first
        case .time(let time):
            let fitting = offered.filter { context.catalogue.zone.local($0.start).time == time }
            return fitting.first
        }
    }

    static func pick(
        _ choice: OfferChoice, from appointments: [Booking], _ context: BookingContext
    ) -> Booking? {
        switch choice {
        case .position(let position): return element(position, of: appointments)
        case .any: return nil
        case .time(let time):
            let zone = context.catalogue.zone
            let fitting = appointments.filter { zone.local($0.slot.start).time == time }
            return fitting.count == 1 ? fitting[0] : nil
        }
    }

    private static func element<Element>(_ position: Int, of elements: [Element]) -> Element? {
        if position == -1 { return elements.last }
        return position >= 1 && position <= elements.count ? elements[position - 1] : nil
    }

    /// Other times near a slot that cannot be had.
    static func alternatives(
        near slot: Slot, moving: BookingID?, _ context: BookingContext
    ) -> [Slot] {
        guard let service = context.catalogue.service(slot.service) else { return [] }
        let local = context.catalogue.zone.local(slot.start)
        let wish = BookingWish(
            service: slot.service, staff: slot.staff, day: .on(local.date), time: .at(local.time))
        return SlotOffers(availability: context.availability, service: service, moving: moving)
            .alternatives(to: wish, day: local.date)
    }
}

/// What to say when a wish cannot be met, and what stays open after it.
enum BookingOffers {
    struct Answer {
        var prompt: BookingPrompt
        var slots: [Slot]
        /// Whether the next question is still about a time on the wished day.
        var keepsDay: Bool
    }

    static func unavailable(_ offers: SlotOffers, wish: BookingWish, day: DayWish) -> Answer {
        let availability = offers.availability
        let catalogue = availability.catalogue
        let service = offers.service
        if day.from > catalogue.zone.local(availability.now).date,
            !availability.isWithinHorizon(day.from)
        {
            return Answer(
                prompt: .beyondHorizon(days: catalogue.policy.horizonDays), slots: [],
                keepsDay: false)
        }
        let slots = offers.alternatives(to: wish, day: day.from)
        if slots.isEmpty {
            return Answer(prompt: .nothingFree(service.id, day), slots: [], keepsDay: false)
        }
        if let date = day.single {
            let closed =
                catalogue.closures.contains(date) || !catalogue.hours.isOpen(on: date.weekday)
            if closed {
                return Answer(prompt: .closed(date, slots), slots: slots, keepsDay: false)
            }
        }
        let sameDay = slots.contains { catalogue.zone.local($0.start).date == day.from }
        let wished = day.single.flatMap { date in
            wish.time.flatMap { $0.isExact ? LocalDateTime(date: date, time: $0.earliest) : nil }
        }
        return Answer(
            prompt: .unavailable(service.id, wished: wished, slots), slots: slots,
            keepsDay: sameDay)
    }
}

extension Availability {
    /// The same, with one booking taken out of the way.
    func without(_ booking: BookingID) -> Availability {
        Availability(
            catalogue: catalogue, busy: busy.filter { $0.booking != booking }, now: now)
    }
}
