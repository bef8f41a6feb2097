package import Base

/// Turns prompts and effects into sentences.
///
/// What is said about a booking is never generated: these are the only sentences, filled with what
/// the machine decided. Times are in the workspace's zone and written as its locale says.
package struct BookingWording: Sendable {
    package let catalogue: Catalogue
    /// Today in the workspace's zone, for "today" and "tomorrow".
    package let today: LocalDate
    let style: LocaleSettings

    package init(catalogue: Catalogue, today: LocalDate) {
        self.catalogue = catalogue
        self.today = today
        style = catalogue.locale
    }

    package func sentence(for prompt: BookingPrompt) -> String {
        switch prompt {
        case .askService, .suggestServices, .askDay, .offerTimes, .askChange, .afterThis:
            asking(prompt)
        case .unavailable, .nothingFree, .closed, .closedForToday, .away, .doesNotOffer,
            .nobodyElse, .beyondHorizon, .cannotBook, .past, .tooSoon, .outsideHours:
            regretting(prompt)
        case .askConfirm, .expiredButFree, .expired, .booked, .askPayment, .paymentLapsed,
            .abandoned:
            deciding(prompt)
        case .askWhich, .noAppointment, .unknownReference, .appointments, .kept, .offerPerson,
            .handingOver:
            answering(prompt)
        case .askNewTime, .alreadyThen, .askMove, .moved, .askCancel, .askCancelSeveral,
            .cancelled:
            changing(prompt)
        }
    }

    private func asking(_ prompt: BookingPrompt) -> String {
        switch prompt {
        case .askService(let services):
            let offer = services.isEmpty ? "" : " We offer \(list(services.map(service)))."
            return "Which service would you like?" + offer
        case .suggestServices(let services):
            return "Do you mean \(list(services.map { your($0) }, "or"))?"
        case .askDay(let id, let days):
            let question = "Which day would suit you for \(your(id))?"
            switch days.count {
            case 0: return question
            case 1: return "\(question) The next day with a free time is \(day(days[0]))."
            default: return "\(question) The next days with free times are \(list(days.map(day)))."
            }
        case .offerTimes(let id, let slots):
            let suits = slots.count == 1 ? "Would that suit you?" : "Which would you like?"
            return "For \(your(id)) I have \(offers(slots)). \(suits)"
        case .askChange:
            return "No problem. Which other day or time would suit you?"
        case .afterThis(let id):
            return id.map { "After that I'll see to \(your($0))." }
                ?? "After that I'll see to your other appointment."
        default:
            return ""
        }
    }

    private func regretting(_ prompt: BookingPrompt) -> String {
        switch prompt {
        case .unavailable(_, let wished, let slots):
            let missing = wished.map { "\(style.time($0.time)) \(on($0.date))" }
            return "I'm afraid \(missing ?? "that time") isn't free. \(instead(slots))"
        case .nothingFree(let id, let request):
            return "I'm afraid nothing is free for \(your(id)) \(during(request)). "
                + "Which other day would suit you?"
        case .closed(let date, let slots):
            return "We are closed \(on(date)). \(instead(slots))"
        case .closedForToday(let slots):
            return "I'm afraid it is too late to book for today. \(instead(slots))"
        case .away(let staff, let date, let slots):
            return "\(person(staff)) isn't in \(on(date)). \(instead(slots))"
        case .doesNotOffer(let staff, let id):
            let others = (catalogue.service(id)?.staff ?? []).map(person)
            let name = quoted(service(id))
            guard !others.isEmpty else { return "\(person(staff)) doesn't offer \(name)." }
            return "\(person(staff)) doesn't offer \(name), but \(list(others)) "
                + (others.count == 1 ? "does." : "do.")
        case .nobodyElse(let id):
            let people = (catalogue.service(id)?.staff ?? []).map(person)
            guard !people.isEmpty else { return "Nobody offers \(quoted(service(id))) now." }
            return "Only \(list(people)) \(people.count == 1 ? "offers" : "offer") "
                + "\(quoted(service(id)))."
        case .beyondHorizon(let days):
            return
                "We take bookings up to \(days) days ahead. Which day before then would suit you?"
        case .cannotBook, .past, .tooSoon, .outsideHours:
            return explaining(prompt)
        default:
            return ""
        }
    }

    /// Why a time cannot be, where it is not that somebody else has it.
    private func explaining(_ prompt: BookingPrompt) -> String {
        switch prompt {
        case .cannotBook(let id):
            return "I can't book \(id.map(your) ?? "an appointment") myself at the moment, so I am "
                + "passing this on to one of my colleagues."
        case .past(let date, let slots):
            let passed = date < today ? style.day(date) : "that time"
            return "I'm afraid \(passed) has already passed. \(instead(slots))"
        case .tooSoon(let minutes, _, let slots):
            return "I'm afraid that is too soon: we need \(DurationWords.minutes(minutes)) of "
                + "notice. \(instead(slots))"
        case .outsideHours(let id, let staff, let wished, let slots):
            return "\(hours(of: staff, around: wished, id)) \(instead(slots))"
        default:
            return ""
        }
    }

    private func deciding(_ prompt: BookingPrompt) -> String {
        switch prompt {
        case .askConfirm(let slot, let low, let high):
            return "I can book \(your(slot.service)) for \(moment(slot)).\(cost(low, high)) "
                + "Shall I book it?"
        case .expiredButFree(let slot):
            return "That offer had expired, but \(moment(slot)) is still free for "
                + "\(your(slot.service)). Shall I book it?"
        case .expired:
            return "That offer has expired. Tell me what you would like and I'll look again."
        case .booked(let booking, let preparation):
            let advice = preparation.isEmpty ? "" : " \(preparation)"
            return "\(sentenceCase(your(booking.slot.service))) is booked for "
                + "\(moment(booking.slot)). Your reference is \(booking.reference).\(advice)"
        case .askPayment(let booking):
            return "\(sentenceCase(moment(booking.slot))) is kept for you until the deposit is "
                + "paid."
        case .paymentLapsed:
            return "The deposit was not paid in time, so I have not kept the appointment. "
                + "Tell me if you would like to book another."
        case .abandoned:
            return "All right, I have not booked anything. Is there anything else I can do?"
        default:
            return ""
        }
    }

    private func answering(_ prompt: BookingPrompt) -> String {
        switch prompt {
        case .askWhich(let bookings, let purpose):
            let verb = purpose == .cancel ? "cancel" : "move"
            return "Which appointment would you like to \(verb): \(numbered(bookings))?"
        case .noAppointment:
            return "I can't find an upcoming appointment for your number. "
                + "If you have a booking reference, please send it to me."
        case .unknownReference(let reference):
            return "I can't find an upcoming appointment of yours with the reference \(reference)."
        case .appointments(let bookings):
            switch bookings.count {
            case 0: return "You have no upcoming appointments with us."
            case 1:
                return "\(sentenceCase(your(bookings[0].slot.service))) is "
                    + "\(onMoment(bookings[0].slot)). Your reference is \(bookings[0].reference)."
            default: return "Your upcoming appointments are: \(numbered(bookings))."
            }
        case .kept(let booking):
            guard let booking else { return "All right, everything stays as it is." }
            return "All right, \(appointment(booking)) stays as it is."
        case .offerPerson:
            return "If it is easier, one of my colleagues can take over. Just say so."
        case .handingOver:
            return "I don't want to keep asking you the same thing, so one of my colleagues will "
                + "take over from here."
        default:
            return ""
        }
    }

    private func changing(_ prompt: BookingPrompt) -> String {
        switch prompt {
        case .askNewTime(let booking):
            return "I can move \(appointment(booking)). Which day and time would suit you?"
        case .alreadyThen(let booking):
            return "\(sentenceCase(your(booking.slot.service))) is already "
                + "\(onMoment(booking.slot)). Which other day or time would suit you?"
        case .askMove(let booking, let new):
            return "I can move \(your(booking.slot.service)) from \(moment(booking.slot)) to "
                + "\(moment(new)). Shall I move it?"
        case .moved(let booking, let new):
            return "\(sentenceCase(your(booking.slot.service))) has been moved to \(moment(new)). "
                + "Your reference is still \(booking.reference)."
        case .askCancel(let booking):
            return "Shall I cancel \(appointment(booking))?"
        case .askCancelSeveral(let bookings):
            let all = bookings.count == 2 ? "both" : "all"
            return "Shall I cancel \(all) of these: \(numbered(bookings))?"
        case .cancelled(let booking):
            return "\(sentenceCase(appointment(booking))) has been cancelled."
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

    package func service(_ id: ServiceID) -> String {
        catalogue.service(id)?.name ?? "appointment"
    }

    package func person(_ id: StaffMemberID) -> String {
        catalogue.member(id)?.name ?? "our team"
    }
}
