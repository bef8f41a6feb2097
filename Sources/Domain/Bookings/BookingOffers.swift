import Base

/// What to say when a request cannot be met, and what stays open after it.
enum BookingOffers {
    struct Answer {
        var prompt: BookingPrompt
        var slots: [Slot]
        /// Whether the next question is still about a time on the wished day.
        var keepsDay: Bool
    }

    static func unavailable(_ offers: SlotOffers, request: BookingRequest, day: DayConstraint)
        -> Answer
    {
        let availability = offers.availability
        let catalogue = availability.catalogue
        let today = catalogue.zone.local(availability.now).date
        if day.from > today, !availability.isWithinHorizon(day.from) {
            return Answer(
                prompt: .beyondHorizon(days: catalogue.policy.horizonDays), slots: [],
                keepsDay: false)
        }
        let slots = offers.alternatives(to: request, day: max(day.from, today))
        let reason = reason(offers, request: request, day: day, slots)
        if slots.isEmpty {
            let prompt = reason ?? .nothingFree(offers.service.id, day)
            return Answer(prompt: prompt, slots: [], keepsDay: false)
        }
        let sameDay = slots.contains { catalogue.zone.local($0.start).date == day.from }
        let prompt =
            reason
            ?? .unavailable(offers.service.id, wished: request.moment(on: day.single), slots)
        return Answer(prompt: prompt, slots: slots, keepsDay: sameDay)
    }

    /// What to say of a time that was offered, or held, and cannot be had any more.
    static func went(_ slot: Slot, _ offers: SlotOffers, _ other: [Slot]) -> BookingPrompt {
        let local = offers.availability.catalogue.zone.local(slot.start)
        let request = BookingRequest(
            service: slot.service, staff: slot.staff, day: .on(local.date), time: .at(local.time))
        if let reason = reason(offers, request: request, day: .on(local.date), other) {
            return reason
        }
        return other.isEmpty
            ? .nothingFree(slot.service, .on(local.date))
            : .unavailable(slot.service, wished: local, other)
    }

    /// Why it cannot be, where it is not that the times are taken: the truest thing to say.
    private static func reason(
        _ offers: SlotOffers, request: BookingRequest, day: DayConstraint, _ slots: [Slot]
    ) -> BookingPrompt? {
        let availability = offers.availability
        let catalogue = availability.catalogue
        guard let date = day.single else { return nil }
        if date < catalogue.zone.local(availability.now).date { return .past(date, slots) }
        if catalogue.isClosed(on: date) { return .closed(date, slots) }
        if availability.isPastCutoff(date) { return .closedForToday(slots) }
        if let staff = request.staff, let member = catalogue.member(staff),
            !availability.works(member, on: date)
        {
            return .away(staff, date, slots)
        }
        guard let wished = request.moment(on: date) else { return nil }
        let reason = availability.unavailability(
            of: offers.service, staff: request.staff, at: catalogue.zone.instant(of: wished),
            moving: offers.moving)
        switch reason {
        case .past: return .past(date, slots)
        case .tooSoon(let minutes): return .tooSoon(minutes: minutes, wished: wished, slots)
        case .outsideHours:
            return .outsideHours(offers.service.id, nil, wished: wished, slots)
        case .nobodyWorks where request.staff != nil:
            return .outsideHours(offers.service.id, request.staff, wished: wished, slots)
        case .noHours, .nobodyOffers, .personDoesNotOffer, .tooLateToday, .tooFarAhead, .closed,
            .nobodyWorks, .betweenStarts, .taken, nil:
            return nil
        }
    }
}

extension BookingRequest {
    /// The one moment that is wished for on a day, where it is one.
    fileprivate func moment(on date: LocalDate?) -> LocalDateTime? {
        guard let date, let time, time.isExact else { return nil }
        return LocalDateTime(date: date, time: time.earliest)
    }
}
