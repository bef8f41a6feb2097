import Base

/// What the customer's words did to the question that was open.
enum AnswerProgress {
    case initial
    /// They said something new; only the very same words again count as a repetition.
    case progressed(after: BookingState.Asked)
    /// They said nothing that helps: putting the same question again is a repetition.
    case stalled(after: BookingState.Asked)

    /// Compares what is known before and after.
    init(_ asked: BookingState.Asked, progress: Bool) {
        self = progress ? .progressed(after: asked) : .stalled(after: asked)
    }

    func next(_ question: BookingState.Question, _ prompt: BookingPrompt) -> BookingState.Asked {
        let before: BookingState.Asked? =
            switch self {
            case .initial: nil
            case .progressed(let asked): asked.prompt == prompt ? asked : nil
            case .stalled(let asked):
                asked.question == question || asked.prompt == prompt ? asked : nil
            }
        let times = min((before?.times ?? 0) + 1, BookingMachine.questionLimit + 1)
        return BookingState.Asked(question: question, prompt: prompt, times: times)
    }
}

/// Questions: put, counted, and put again.
extension BookingMachine {
    /// The third time a person is offered beside the question; the fourth time a person takes over.
    static func spoken(_ asked: BookingState.Asked) -> [BookingEffect] {
        if asked.times < questionLimit { return [.say(asked.prompt)] }
        if asked.times == questionLimit { return [.say(asked.prompt), .say(.offerPerson)] }
        return [.say(.handingOver), .handOff]
    }

    /// The outcome, with the count of a question that stays the very same carried on.
    ///
    /// Whatever led to it: the same words a fourth time help nobody.
    static func countRepeats(_ outcome: Outcome, after state: BookingState) -> Outcome {
        guard let old = state.asked, var new = outcome.state.asked,
            state.name == outcome.state.name, old.prompt == new.prompt, new.times <= old.times,
            old.times <= questionLimit,
            let place = outcome.effects.firstIndex(of: .say(new.prompt))
        else { return outcome }
        new.times = old.times + 1
        var effects = outcome.effects.filter { $0 != .say(.offerPerson) }
        effects.replaceSubrange(place...place, with: spoken(new))
        return Outcome(outcome.state.asking(new), effects)
    }

    /// The open question of a state, put again after something else was answered.
    ///
    /// What was bad news the first time is not told again, only asked again.
    package static func prompt(
        for state: BookingState, _ context: BookingContext
    ) -> BookingPrompt? {
        guard let asked = state.asked else { return nil }
        switch asked.prompt {
        case .unavailable, .nothingFree, .closed, .closedForToday, .away, .beyondHorizon,
            .past, .tooSoon, .outsideHours, .askChange, .alreadyThen:
            return plainQuestion(of: state) ?? asked.prompt
        default:
            return asked.prompt
        }
    }

    /// The service that a choice takes from those that were suggested.
    static func suggestion(
        _ choice: OfferChoice, in collecting: BookingState.Collecting
    ) -> ServiceID? {
        guard case .suggestServices = collecting.asked.prompt,
            case .position(let position) = choice
        else { return nil }
        return element(position, of: collecting.request.candidateServices)
    }

    /// None of what was suggested: the plain question, with everything that can be booked.
    static func withoutSuggestions(
        _ collecting: BookingState.Collecting, _ context: BookingContext
    ) -> Outcome {
        var request = collecting.request
        request.candidateServices = []
        return collect(request, .initial, context)
    }

    private static func plainQuestion(of state: BookingState) -> BookingPrompt? {
        switch state {
        case .collecting(let collecting):
            guard let service = collecting.request.service else { return nil }
            return collecting.offered.isEmpty
                ? .askDay(service, suggestions: []) : .offerTimes(service, collecting.offered)
        case .rescheduleCollecting(let moving):
            guard let appointment = moving.target.one else { return nil }
            return moving.offered.isEmpty
                ? .askNewTime(appointment)
                : .offerTimes(appointment.slot.service, moving.offered)
        case .idle, .confirming, .paymentPending, .rescheduleConfirm, .cancelConfirm:
            return nil
        }
    }

    // MARK: Answers to what was offered

    /// The slot, when what the customer said fits exactly one of those offered.
    ///
    /// A day alone picks nothing while that day has other free times that were not offered.
    static func onlyOffered(
        _ offered: [Slot], _ request: BookingRequest, _ context: BookingContext
    ) -> Slot? {
        guard !offered.isEmpty, request.service == nil, request.time != nil else { return nil }
        let zone = context.catalogue.zone
        let fitting = offered.filter { slot in
            let local = zone.local(slot.start)
            return (request.day?.allows(local.date) ?? true)
                && (request.time?.allows(local.time) ?? true)
                && (request.staff == nil || request.staff == slot.staff)
        }
        return fitting.count == 1 ? fitting[0] : nil
    }

    /// The request with what is said now, read in the light of what was offered.
    static func heard(
        _ newer: BookingRequest, over request: BookingRequest, offered: [Slot],
        _ offers: SlotOffers?,
        _ context: BookingContext
    ) -> BookingRequest {
        var whole = request.corrected(by: newer)
        let zone = context.catalogue.zone
        let days = Set(offered.map { zone.local($0.start).date })
        // "11 then", when all that was offered was on one day, means that day.
        if whole.day == nil, newer.time != nil, days.count == 1 {
            whole.day = days.first.map { .on($0) }
        }
        // Colleagues were offered beside the person wished for: any of them will do now.
        if newer.staff == nil, let staff = whole.staff,
            offered.contains(where: { $0.staff != staff }),
            let day = whole.day, let offers, offers.matching(whole, day: day).isEmpty
        {
            whole.staff = nil
        }
        return whole
    }

    static func pick(
        _ choice: OfferChoice, from offered: [Slot], _ request: BookingRequest,
        _ context: BookingContext
    ) -> Slot? {
        switch choice {
        case .position(let position): return element(position, of: offered)
        case .any: return offered.first
        case .time(let time):
            let zone = context.catalogue.zone
            let fitting = offered.filter { zone.local($0.start).time == time }
            if fitting.count <= 1 { return fitting.first }
            let onDay = fitting.filter { request.day?.single == zone.local($0.start).date }
            return onDay.count == 1 ? onDay[0] : nil
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
}
