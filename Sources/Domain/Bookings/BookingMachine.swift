import Base

/// The booking part of a conversation as a total, pure function.
///
/// `next` switches on the event and calls one function for each; each of these switches over every
/// state, so a new state or event does not compile until every combination was decided. An event
/// that has no meaning in a state is a typed refusal; nothing traps on what a customer can say.
package enum BookingMachine {
    package typealias Outcome = Transition<BookingState, BookingEffect>

    /// How often the same question may be put in a row; then a person takes over.
    package static let questionLimit = 3

    package static func next(
        _ state: BookingState, _ event: BookingEvent, _ context: BookingContext
    ) throws(BookingRefusal) -> Outcome {
        guard let deadline = state.deadline else {
            return try beforeDeadline(state, event, context)
        }
        if context.at >= deadline { return try afterDeadline(state, event, context) }
        // A lapse that was due for an earlier visit to this state must not end this one.
        if event == .lapse { throw refusal(event.name, state) }
        if case .start(let request) = event, let noted = queueFollowUp(request, in: state) {
            return noted
        }
        let outcome = try beforeDeadline(state, event, context)
        return countRepeats(resumeFollowUp(from: state, event, outcome, context), after: state)
    }

    static func beforeDeadline(
        _ state: BookingState, _ event: BookingEvent, _ context: BookingContext
    ) throws(BookingRefusal) -> Outcome {
        switch event {
        case .start(let request): try start(state, request, context)
        case .set(let request): try set(state, request, context)
        case .choose(let choice): try choose(state, choice, context)
        case .confirm: try confirm(state, context)
        case .deny: try deny(state, context)
        case .cancel(let reference): try cancel(state, reference, context)
        case .cancelSeveral(let references): cancelSeveral(state, references, context)
        case .reschedule(let reference, let request):
            try reschedule(state, reference, request, context)
        case .status: status(state, context)
        case .lapse: try lapse(state)
        case .paymentSucceeded: try paymentSucceeded(state, context)
        case .paymentFailed: try paymentFailed(state)
        }
    }

    // MARK: A new appointment

    private static func start(
        _ state: BookingState, _ request: BookingRequest, _ context: BookingContext
    ) throws(BookingRefusal) -> Outcome {
        switch state {
        case .idle, .cancelConfirm, .rescheduleCollecting, .rescheduleConfirm:
            return collect(request, .initial, context)
        case .collecting(let collecting):
            return collect(collecting, adding: request, context)
        case .confirming(let held):
            return correct(held, request, context)
        case .paymentPending:
            throw refusal("start", state)
        }
    }

    private static func set(
        _ state: BookingState, _ request: BookingRequest, _ context: BookingContext
    ) throws(BookingRefusal) -> Outcome {
        switch state {
        case .idle: return collect(request, .initial, context)
        case .collecting(let collecting): return collect(collecting, adding: request, context)
        case .confirming(let held): return correct(held, request, context)
        case .rescheduleCollecting(let moving): return findNewTime(moving, adding: request, context)
        case .rescheduleConfirm(let moving): return correct(moving, request, context)
        case .cancelConfirm(let cancelling): return narrow(cancelling, by: request, context)
        case .paymentPending: throw refusal("set", state)
        }
    }

    private static func choose(
        _ state: BookingState, _ choice: OfferChoice, _ context: BookingContext
    ) throws(BookingRefusal) -> Outcome {
        switch state {
        case .collecting(let collecting):
            if let slot = pick(choice, from: collecting.offered, collecting.request, context) {
                return hold(slot, request: collecting.request, context)
            }
            if let service = suggestion(choice, in: collecting) {
                return collect(collecting, adding: BookingRequest(service: service), context)
            }
            return collect(collecting, adding: choice.asRequest, context)
        case .rescheduleCollecting(let moving):
            return choose(moving, choice, context)
        case .cancelConfirm(let cancelling):
            guard let appointments = cancelling.target.several else {
                throw refusal("choose", state)
            }
            guard let chosen = pick(choice, from: appointments, context) else {
                return askCancel(cancelling.target, .stalled(after: cancelling.asked), context)
            }
            return askCancel(.one(chosen), .initial, context)
        case .confirming(let held):
            // "3 is better" is a correction; "the second one" no longer has a meaning.
            guard case .time = choice else { throw refusal("choose", state) }
            return correct(held, choice.asRequest, context)
        case .rescheduleConfirm(let moving):
            guard case .time = choice else { throw refusal("choose", state) }
            return correct(moving, choice.asRequest, context)
        case .idle, .paymentPending:
            throw refusal("choose", state)
        }
    }

    private static func confirm(
        _ state: BookingState, _ context: BookingContext
    ) throws(BookingRefusal) -> Outcome {
        switch state {
        case .confirming(let held):
            return book(held, context)
        case .rescheduleConfirm(let moving):
            return move(moving, context)
        case .cancelConfirm(let cancelling):
            return cancel(cancelling, context)
        case .collecting(let collecting):
            // "Yes" to a single offered time takes it; otherwise the question stands.
            if collecting.offered.count == 1 {
                return hold(collecting.offered[0], request: collecting.request, context)
            }
            if let service = suggestion(.position(1), in: collecting),
                collecting.request.candidateServices.count == 1
            {
                return collect(collecting, adding: BookingRequest(service: service), context)
            }
            return collect(collecting, adding: BookingRequest(), context)
        case .rescheduleCollecting(let moving):
            if moving.offered.count == 1, let appointment = moving.target.one {
                return askMove(appointment, to: moving.offered[0], request: moving.request, context)
            }
            return findNewTime(moving, adding: BookingRequest(), context)
        case .idle, .paymentPending:
            throw refusal("confirm", state)
        }
    }

    private static func deny(
        _ state: BookingState, _ context: BookingContext
    ) throws(BookingRefusal) -> Outcome {
        switch state {
        case .confirming(let held):
            let next = askChange(held.request, context)
            return Outcome(next.state, [.release(held.booking.id)] + next.effects)
        case .collecting(let collecting):
            if case .suggestServices = collecting.asked.prompt {
                return withoutSuggestions(collecting, context)
            }
            // "No" to times that were offered asks for others; "no" to a question is the end.
            if collecting.offered.isEmpty { return Outcome(.idle, [.say(.abandoned)]) }
            return askChange(collecting.request, context)
        case .rescheduleCollecting(let moving):
            if moving.offered.isEmpty { return Outcome(.idle, [.say(.kept(moving.target.one))]) }
            return askOtherMove(moving, context)
        case .rescheduleConfirm(let moving):
            return findNewTime(
                .one(moving.appointment), BookingRequest(staff: moving.request.staff), .initial,
                context)
        case .cancelConfirm(let cancelling):
            return Outcome(.idle, [.say(.kept(cancelling.target.one))])
        case .paymentPending(let held):
            return Outcome(.idle, [.release(held.booking.id), .say(.abandoned)])
        case .idle:
            throw refusal("deny", state)
        }
    }

    // MARK: An appointment that exists

    private static func cancel(
        _ state: BookingState, _ reference: String?, _ context: BookingContext
    ) throws(BookingRefusal) -> Outcome {
        switch state {
        case .idle:
            return askCancel(reference, .initial, context)
        case .cancelConfirm(let cancelling):
            if reference != nil {
                return askCancel(reference, .progressed(after: cancelling.asked), context)
            }
            // Saying it again is a yes only to the question that was asked about one appointment.
            return cancel(cancelling, context)
        case .collecting(let collecting):
            if reference == nil { return Outcome(.idle, [.say(.abandoned)]) }
            let next = askCancel(reference, .initial, context)
            return Outcome(next.state.withFollowUp(collecting.request), next.effects)
        case .confirming(let held), .paymentPending(let held):
            let release = BookingEffect.release(held.booking.id)
            if reference == nil { return Outcome(.idle, [release, .say(.abandoned)]) }
            let next = askCancel(reference, .initial, context)
            return Outcome(next.state.withFollowUp(held.request), [release] + next.effects)
        case .rescheduleCollecting(let moving):
            if reference == nil { return askCancel(moving.target, .initial, context) }
            return askCancel(reference, .initial, context)
        case .rescheduleConfirm(let moving):
            if reference == nil {
                return askCancel(.one(moving.appointment), .initial, context)
            }
            return askCancel(reference, .initial, context)
        }
    }

    private static func reschedule(
        _ state: BookingState, _ reference: String?, _ request: BookingRequest,
        _ context: BookingContext
    ) throws(BookingRefusal) -> Outcome {
        switch state {
        case .idle:
            return findNewTime(reference, request, .initial, context)
        case .collecting(let collecting):
            // Without an appointment to move, "move it to Friday" changes the one being made.
            if reference == nil, collecting.request.service != nil || context.appointments.isEmpty {
                return collect(collecting, adding: request, context)
            }
            return findNewTime(reference, request, .initial, context)
        case .confirming(let held):
            if reference == nil { return correct(held, request, context) }
            let next = findNewTime(reference, request, .initial, context)
            return Outcome(next.state, [.release(held.booking.id)] + next.effects)
        case .rescheduleCollecting(let moving):
            if reference != nil {
                return findNewTime(reference, request, .progressed(after: moving.asked), context)
            }
            return findNewTime(moving, adding: request, context)
        case .rescheduleConfirm(let moving):
            if reference != nil {
                return findNewTime(reference, request, .progressed(after: moving.asked), context)
            }
            return correct(moving, request, context)
        case .cancelConfirm(let cancelling):
            if reference != nil { return findNewTime(reference, request, .initial, context) }
            return findNewTime(cancelling.target, request, .initial, context)
        case .paymentPending:
            throw refusal("reschedule", state)
        }
    }

    /// Answers, and puts the open question again while it was not put too often.
    private static func status(_ state: BookingState, _ context: BookingContext) -> Outcome {
        let answer = BookingEffect.say(.appointments(context.appointments))
        switch state {
        case .idle, .collecting, .confirming, .paymentPending, .rescheduleCollecting,
            .rescheduleConfirm, .cancelConfirm:
            guard let asked = state.asked, let again = prompt(for: state, context) else {
                return Outcome(state, [answer])
            }
            let next = AnswerProgress.progressed(after: asked).next(asked.question, again)
            guard next.times <= questionLimit else { return Outcome(state, [answer]) }
            return Outcome(state.asking(next), [answer, .say(again)])
        }
    }

    static func refusal(_ event: String, _ state: BookingState) -> BookingRefusal {
        .notAllowedHere(event: event, state: state.name.rawValue)
    }
}

extension BookingState.Target {
    /// The appointment, when there is no doubt which one is meant.
    package var one: Booking? {
        switch self {
        case .one(let booking): booking
        case .oneOf, .every: nil
        }
    }

    /// The appointments, when it is about more than one or may be.
    package var several: [Booking]? {
        switch self {
        case .one: nil
        case .oneOf(let bookings), .every(let bookings): bookings
        }
    }

    /// Whether all of the appointments are meant.
    package var isEvery: Bool {
        if case .every = self { true } else { false }
    }
}

extension OfferChoice {
    /// A time that was not among those offered is a request like any other.
    var asRequest: BookingRequest {
        switch self {
        case .time(let time): BookingRequest(time: .at(time))
        case .position, .any: BookingRequest()
        }
    }
}
