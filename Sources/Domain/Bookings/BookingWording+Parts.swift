import Base

/// The parts that sentences are put together from.
extension BookingWording {
    // MARK: Days and times

    /// "Tue 24 Nov 15:30".
    func when(_ slot: Slot) -> String {
        let local = catalogue.zone.local(slot.start)
        return "\(style.shortDay(local.date)) \(style.time(local.time))"
    }

    /// "Tuesday 24 November at 15:30 with Ana"; today and tomorrow keep their date beside the word,
    /// because a reply is often read later than it was written.
    func moment(_ slot: Slot) -> String {
        let local = catalogue.zone.local(slot.start)
        let near = relative(local.date).map { "\($0) (\(style.day(local.date)))" }
        return "\(near ?? style.day(local.date)) at \(style.time(local.time)) "
            + "with \(person(slot.staff))"
    }

    /// "on Tuesday 24 November at 15:30 with Ana", "today (Friday 20 November) at 15:30 with Ana".
    func onMoment(_ slot: Slot) -> String {
        let date = catalogue.zone.local(slot.start).date
        return relative(date) == nil ? "on \(moment(slot))" : moment(slot)
    }

    /// "today", "tomorrow", "Tuesday 24 November".
    func day(_ date: LocalDate) -> String { relative(date) ?? style.day(date) }

    /// "today", "tomorrow", "on Tuesday 24 November".
    func on(_ date: LocalDate) -> String { relative(date) ?? "on \(style.day(date))" }

    /// "on Monday 23 November", "between Monday 23 November and Friday 27 November".
    func during(_ request: DayConstraint) -> String {
        if let date = request.single { return on(date) }
        return "between \(style.day(request.from)) and \(style.day(request.to))"
    }

    private func relative(_ date: LocalDate) -> String? {
        if date == today { return "today" }
        return date == today.adding(days: 1) ? "tomorrow" : nil
    }

    /// "On Tuesday 24 November we are open from 09:00 to 18:00, and your colour refresh takes 1 hour
    /// and 30 minutes." The length is said where the start alone would have been possible.
    func hours(
        of staff: StaffMemberID?, around wished: LocalDateTime, _ id: ServiceID
    ) -> String {
        let day = wished.date.weekday
        let business = catalogue.hours.periods(on: day)
        let own = staff.flatMap(catalogue.member)?.hours.periods(on: day)
        let periods = WeeklyHours.merged(own ?? business)
        let spans = periods.map { "from \(style.time($0.open)) to \(style.time($0.close))" }
        let who = staff.map { "\(person($0)) is in" } ?? "we are open"
        let starts = periods.contains { $0.open <= wished.time && wished.time < $0.close }
        var length = ""
        if starts, let minutes = catalogue.service(id)?.durationMinutes {
            length = ", and \(your(id)) takes \(DurationWords.minutes(minutes))"
        }
        return "\(sentenceCase(on(wished.date))) \(who) \(list(spans))\(length)."
    }

    // MARK: Offers and appointments

    /// "I could offer … Would one of these suit you?"
    func instead(_ slots: [Slot]) -> String {
        if slots.isEmpty { return "Which other day would suit you?" }
        let suits = slots.count == 1 ? "Would that suit you?" : "Would one of these suit you?"
        return "I could offer \(offers(slots)). \(suits)"
    }

    /// Slots grouped by day: "Tuesday 24 November at 15:30 or 16:00 with Ana; or tomorrow at …".
    func offers(_ slots: [Slot]) -> String {
        var days: [(date: LocalDate, slots: [Slot])] = []
        for slot in slots {
            let date = catalogue.zone.local(slot.start).date
            if days.last?.date == date {
                days[days.count - 1].slots.append(slot)
            } else {
                days.append((date, [slot]))
            }
        }
        let parts = days.map { date, slots in
            let onePerson = Set(slots.map(\.staff)).count == 1
            let times = slots.map { slot in
                let clock = style.time(catalogue.zone.local(slot.start).time)
                return onePerson ? clock : "\(clock) with \(person(slot.staff))"
            }
            let with = onePerson ? " with \(person(slots[0].staff))" : ""
            return "\(day(date)) at \(list(times, "or"))\(with)"
        }
        return parts.count <= 1 ? parts.joined() : parts.joined(separator: "; or ")
    }

    /// "your colour refresh on Tuesday 24 November at 15:30 with Ana".
    func appointment(_ booking: Booking) -> String {
        "\(your(booking.slot.service)) \(onMoment(booking.slot))"
    }

    func numbered(_ bookings: [Booking]) -> String {
        bookings.enumerated().map { index, booking in
            "(\(index + 1)) \(quoted(service(booking.slot.service))) \(onMoment(booking.slot))"
        }.joined(separator: ", ")
    }

    // MARK: Names and money

    func your(_ id: ServiceID) -> String { "your \(quoted(service(id)))" }

    /// A name inside a sentence: "colour refresh", but "Botox", "HydraFacial" and "IPL facial".
    ///
    /// Several words with one capital in front are plain words; everything else may be a name.
    func quoted(_ name: String) -> String {
        let rest = name.dropFirst()
        guard rest.contains(" ") || rest.contains("-"), !rest.contains(where: \.isUppercase),
            rest.first?.isLetter == true
        else { return name }
        return name.prefix(1).lowercased() + rest
    }

    func sentenceCase(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

    func list(_ words: [String], _ last: String = "and") -> String {
        guard words.count > 1 else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " \(last) " + (words.last ?? "")
    }

    /// " It costs £72 to £95." or nothing when no price is known.
    func cost(_ low: Int?, _ high: Int?) -> String {
        let amount = { (minor: Int) in
            MoneyWords.amount(minor, currency: catalogue.currency, in: catalogue.region)
        }
        switch (low, high) {
        case (nil, nil): return ""
        case (let low?, nil): return low == 0 ? " There is no charge." : " It costs \(amount(low))."
        case (nil, let high?): return " It costs up to \(amount(high))."
        case (let low?, let high?):
            if high == 0 { return " There is no charge." }
            if low == 0 { return " It costs up to \(amount(high))." }
            return low == high
                ? " It costs \(amount(low))." : " It costs \(amount(low)) to \(amount(high))."
        }
    }
}
