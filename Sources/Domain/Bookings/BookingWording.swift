package import Base

/// Turns prompts and effects into sentences.
///
/// What is said about a booking is never generated: these are the only sentences, filled with what
/// the machine decided. Times are in the workspace's zone.
package struct BookingWording: Sendable {
    package let catalogue: Catalogue
    /// Today in the workspace's zone, for "today" and "tomorrow".
    package let today: LocalDate

    package init(catalogue: Catalogue, today: LocalDate) {
        self.catalogue = catalogue
        self.today = today
    }

    package func sentence(for prompt: BookingPrompt) -> String {
        switch prompt {
        case .askService, .askDay, .offerTimes, .unavailable, .nothingFree, .closed,
            .beyondHorizon, .askChange:
            collecting(prompt)
        case .askConfirm, .expiredButFree, .expired, .booked, .askPayment, .paymentLapsed,
            .abandoned:
            deciding(prompt)
        case .askWhich, .noAppointment, .askNewTime, .askMove, .moved, .askCancel, .cancelled,
            .kept, .appointments, .offerPerson:
            changing(prompt)
        }
    }

    private func collecting(_ prompt: BookingPrompt) -> String {
        switch prompt {
        case .askService(let services):
            return "Which service would you like? We offer \(list(services.map(service)))."
        case .askDay(let id, let days):
            guard !days.isEmpty else {
                return "Which day would suit you for \(lowered(service(id)))?"
            }
            return "Which day would suit you for \(lowered(service(id)))? "
                + "The next open days are \(list(days.map(day)))."
        case .offerTimes(let id, let slots):
            if slots.count == 1 {
                return "For \(lowered(service(id))) I have \(slot(slots[0])). Would that suit you?"
            }
            return "For \(lowered(service(id))) I have \(offers(slots)). Which would you like?"
        case .unavailable(_, let wished, let slots):
            let missing = wished.map { "\(sentenceCase(day($0.date))) at \(time($0.time))" }
            return "\(missing ?? "That time") isn't free, I'm afraid. "
                + "I could offer \(offers(slots)). Would one of these suit you?"
        case .nothingFree(let id, let wish):
            let when = wish.single.map { "on \(day($0))" } ?? "in that time"
            return "There is nothing free for \(lowered(service(id))) \(when), I'm afraid. "
                + "Which other day would suit you?"
        case .closed(let date, let slots):
            return "We are closed on \(day(date)). "
                + "I could offer \(offers(slots)). Would one of these suit you?"
        case .beyondHorizon(let days):
            return
                "We take bookings up to \(days) days ahead. Which day before then would suit you?"
        case .askChange:
            return "No problem. Which other day or time would suit you?"
        default:
            return ""
        }
    }

    private func deciding(_ prompt: BookingPrompt) -> String {
        switch prompt {
        case .askConfirm(let wished, let low, let high):
            let cost = price(low, high).map { " It costs \($0)." } ?? ""
            return "I can book \(lowered(service(wished.service))) \(slot(wished)).\(cost) "
                + "Shall I book it?"
        case .expiredButFree(let wished):
            return "That offer had expired, but \(slot(wished)) is still free. Shall I book it?"
        case .expired:
            return "That offer has expired. Tell me what you would like and I'll look again."
        case .booked(let booking, let preparation):
            let advice = preparation.isEmpty ? "" : " \(preparation)"
            return "Your \(lowered(service(booking.slot.service))) is booked for "
                + "\(slot(booking.slot)). Your reference is \(booking.reference).\(advice)"
        case .askPayment(let booking):
            return "\(sentenceCase(slot(booking.slot))) is kept for you until the deposit is paid."
        case .paymentLapsed:
            return "The deposit was not paid in time, so the time is free again. "
                + "Tell me if you would like to book another."
        case .abandoned:
            return "All right, I have not booked anything. Is there anything else I can do?"
        default:
            return ""
        }
    }

    private func changing(_ prompt: BookingPrompt) -> String {
        switch prompt {
        case .askWhich(let bookings, let purpose):
            let verb = purpose == .cancel ? "cancel" : "move"
            return "Which appointment would you like to \(verb): \(numbered(bookings))?"
        case .noAppointment:
            return "I can't find an upcoming appointment for your number. "
                + "If you have a booking reference, please send it to me."
        case .askNewTime(let booking):
            return "I can move your \(appointment(booking)). Which day and time would suit you?"
        case .askMove(let booking, let new):
            return "I can move your \(lowered(service(booking.slot.service))) from "
                + "\(slot(booking.slot)) to \(slot(new)). Shall I move it?"
        case .moved(let booking, let new):
            return "Your \(lowered(service(booking.slot.service))) has been moved to \(slot(new)). "
                + "Your reference is still \(booking.reference)."
        case .askCancel(let booking):
            return "Shall I cancel your \(appointment(booking))?"
        case .cancelled(let booking):
            return "Your \(appointment(booking)) has been cancelled."
        case .kept(let booking):
            guard let booking else { return "All right, everything stays as it is." }
            return "All right, your \(appointment(booking)) stays as it is."
        case .appointments(let bookings):
            switch bookings.count {
            case 0: return "You have no upcoming appointments with us."
            case 1:
                return "You have \(lowered(service(bookings[0].slot.service))) "
                    + "\(slot(bookings[0].slot)). Your reference is \(bookings[0].reference)."
            default: return "Your upcoming appointments are: \(numbered(bookings))."
            }
        case .offerPerson:
            return "If it is easier, one of my colleagues can take over. Just say so."
        default:
            return ""
        }
    }

    // MARK: What staff see

    /// What an effect will do, for the person who approves; nil for what is only said.
    package func summary(of effect: BookingEffect) -> String? {
        switch effect {
        case .say: nil
        case .hold(let booking): "holds \(short(booking.slot))"
        case .release: "releases the held time"
        case .confirm(let booking): "books \(short(booking.slot))"
        case .requestPayment(let booking): "asks for a deposit for \(short(booking.slot))"
        case .cancel(let booking): "cancels \(short(booking.slot))"
        case .move(let booking, let slot):
            "moves \(service(booking.slot.service)) from \(when(booking.slot)) to \(when(slot))"
                + " with \(person(slot.staff))"
        case .handOff: "hands the conversation to a person"
        }
    }

    /// "Colour refresh, Tue 24 Nov 15:30 with Ana".
    package func short(_ slot: Slot) -> String {
        "\(service(slot.service)), \(when(slot)) with \(person(slot.staff))"
    }

    private func when(_ slot: Slot) -> String {
        let local = catalogue.zone.local(slot.start)
        return "\(DateWords.short(local.date)) \(local.time)"
    }

    // MARK: Words

    package func service(_ id: ServiceID) -> String {
        catalogue.service(id)?.name ?? "the service"
    }

    package func person(_ id: StaffMemberID) -> String {
        catalogue.member(id)?.name ?? "our team"
    }

    /// Names keep their capitals inside a sentence only when the whole word is one.
    private func lowered(_ name: String) -> String {
        guard let first = name.first, first.isUppercase else { return name }
        let second = name.dropFirst().first
        if let second, second.isUppercase || !second.isLetter { return name }
        return first.lowercased() + name.dropFirst()
    }

    private func sentenceCase(_ text: String) -> String {
        text.prefix(1).uppercased() + text.dropFirst()
    }

    private func appointment(_ booking: Booking) -> String {
        "\(lowered(service(booking.slot.service))) \(slot(booking.slot))"
    }

    /// "on Tuesday 24 November at 15:30 with Ana".
    private func slot(_ slot: Slot) -> String {
        let local = catalogue.zone.local(slot.start)
        return "\(onDay(local.date)) at \(time(local.time)) with \(person(slot.staff))"
    }

    private func onDay(_ date: LocalDate) -> String {
        date == today || date == today.adding(days: 1) ? day(date) : "on \(day(date))"
    }

    private func day(_ date: LocalDate) -> String {
        let name = DateWords.long(date)
        if date == today { return "today, \(name)," }
        if date == today.adding(days: 1) { return "tomorrow, \(name)," }
        return name
    }

    private func time(_ time: LocalTime) -> String { time.description }

    /// Slots grouped by day: "Tuesday 24 November at 15:30 or 16:00 (Ana), or …".
    private func offers(_ slots: [Slot]) -> String {
        var days: [(LocalDate, [Slot])] = []
        for slot in slots {
            let date = catalogue.zone.local(slot.start).date
            if days.last?.0 == date {
                days[days.count - 1].1.append(slot)
            } else {
                days.append((date, [slot]))
            }
        }
        let parts = days.map { date, slots in
            let people = Set(slots.map(\.staff))
            let times = slots.map { slot in
                let clock = time(catalogue.zone.local(slot.start).time)
                return people.count == 1 ? clock : "\(clock) (\(person(slot.staff)))"
            }
            let with = people.count == 1 ? " with \(person(slots[0].staff))" : ""
            return "\(day(date)) at \(list(times, "or"))\(with)"
        }
        return parts.count <= 1 ? parts.joined() : parts.joined(separator: "; or ")
    }

    private func numbered(_ bookings: [Booking]) -> String {
        bookings.enumerated().map { "(\($0 + 1)) \(appointment($1))" }.joined(separator: ", ")
    }

    private func list(_ words: [String], _ last: String = "and") -> String {
        guard words.count > 1 else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " \(last) " + (words.last ?? "")
    }

    private func price(_ low: Int?, _ high: Int?) -> String? {
        guard let low else { return nil }
        let from = MoneyWords.amount(low, currency: catalogue.currency)
        guard let high, high != low else { return from }
        return "\(from) to \(MoneyWords.amount(high, currency: catalogue.currency))"
    }
}

/// Days in words, in English.
package enum DateWords {
    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ]

    /// "Tuesday 24 November".
    package static func long(_ date: LocalDate) -> String {
        "\(date.weekday.rawValue.capitalizedFirst) \(date.day) \(months[date.month - 1])"
    }

    /// "Tue 24 Nov".
    package static func short(_ date: LocalDate) -> String {
        "\(date.weekday.rawValue.capitalizedFirst.prefix(3)) \(date.day) "
            + "\(months[date.month - 1].prefix(3))"
    }
}

/// Amounts of money in words.
package enum MoneyWords {
    /// "£85" or "$120.50"; the code leads where there is no common sign.
    package static func amount(_ minor: Int, currency: String) -> String {
        let sign = ["GBP": "£", "EUR": "€", "USD": "$", "AUD": "$", "CAD": "$"][currency]
        let digits = ["JPY", "KRW", "CLP", "ISK"].contains(currency) ? 0 : 2
        let unit = digits == 0 ? 1 : 100
        let cents = minor % unit
        let tail = cents == 0 ? "" : "." + (cents < 10 ? "0\(cents)" : "\(cents)")
        return "\(sign ?? currency + " ")\(minor / unit)\(tail)"
    }
}

extension String {
    var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
