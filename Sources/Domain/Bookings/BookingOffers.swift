import Base

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
        let today = catalogue.zone.local(availability.now).date
        if day.from > today, !availability.isWithinHorizon(day.from) {
            return Answer(
                prompt: .beyondHorizon(days: catalogue.policy.horizonDays), slots: [],
                keepsDay: false)
        }
        let slots = offers.alternatives(to: wish, day: max(day.from, today))
        if slots.isEmpty {
            return Answer(
                prompt: .nothingFree(offers.service.id, day), slots: [], keepsDay: false)
        }
        let sameDay = slots.contains { catalogue.zone.local($0.start).date == day.from }
        return Answer(
            prompt: reason(offers, wish: wish, day: day, slots), slots: slots, keepsDay: sameDay)
    }

    /// Why it cannot be: the truest thing that can be said, not always "taken".
    private static func reason(
        _ offers: SlotOffers, wish: BookingWish, day: DayWish, _ slots: [Slot]
    ) -> BookingPrompt {
        let availability = offers.availability
        let catalogue = availability.catalogue
        guard let date = day.single else {
            return .unavailable(offers.service.id, wished: nil, slots)
        }
        if catalogue.closures.contains(date) || !catalogue.hours.isOpen(on: date.weekday) {
            return .closed(date, slots)
        }
        if availability.isPastCutoff(date) { return .closedForToday(slots) }
        if let staff = wish.staff, let member = catalogue.member(staff),
            !availability.works(member, on: date)
        {
            return .away(staff, date, slots)
        }
        let wished = wish.time.flatMap { time in
            time.isExact ? LocalDateTime(date: date, time: time.earliest) : nil
        }
        return .unavailable(offers.service.id, wished: wished, slots)
    }
}
