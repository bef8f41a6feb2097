import Base

/// Cancelling appointments that exist, and finding out which one is meant.
extension BookingMachine {
    static func askCancel(
        _ reference: String?, _ heard: AnswerProgress, _ context: BookingContext
    ) -> Outcome {
        switch found(reference, context) {
        case .nothing(let quoted): notFound(quoted)
        case .target(let target): askCancel(target, heard, context)
        case .instead(let unknown, let target):
            askCancel(target, heard, context).after(.unknownReference(unknown))
        }
    }

    static func askCancel(
        _ target: BookingState.Target, _ heard: AnswerProgress, _ context: BookingContext
    ) -> Outcome {
        let asked =
            switch target {
            case .one(let appointment): heard.next(.confirmCancel, .askCancel(appointment))
            case .oneOf(let several): heard.next(.which, .askWhich(several, .cancel))
            case .every(let several): heard.next(.confirmCancel, .askCancelSeveral(several))
            }
        let state = BookingState.cancelConfirm(
            .init(
                target: target, asked: asked, until: context.now + context.timeouts.cancelling))
        return Outcome(state, spoken(asked))
    }

    /// A yes to cancelling; an appointment that changed meanwhile is asked about again.
    static func cancel(
        _ cancelling: BookingState.Cancelling, _ context: BookingContext
    ) -> Outcome {
        if case .every(let several) = cancelling.target { return cancelAll(several, context) }
        guard let appointment = cancelling.target.one else {
            return askCancel(cancelling.target, .stalled(after: cancelling.asked), context)
        }
        guard let current = context.appointments.first(where: { $0.id == appointment.id }) else {
            return Outcome(.idle, [.say(.noAppointment)])
        }
        guard current.slot == appointment.slot else {
            return askCancel(.one(current), .initial, context)
        }
        return Outcome(.idle, [.cancel(current), .say(.cancelled(current))])
    }

    /// The customer says more about what to cancel, or would rather come at another time.
    static func narrow(
        _ cancelling: BookingState.Cancelling, by request: BookingRequest, _ context: BookingContext
    ) -> Outcome {
        let before = cancelling.target
        let candidates = before.several ?? context.appointments
        let fitting = request.isEmpty ? [] : fitting(candidates, request, context)
        let rather = request.day != nil || request.time != nil
        if fitting.isEmpty, before.one != nil, rather {
            return findNewTime(before, request, .initial, context)
        }
        let target = BookingState.Target(fitting) ?? before
        return askCancel(
            target, AnswerProgress(cancelling.asked, progress: target != before), context)
    }

    /// The appointments that everything in `request` is true of.
    static func fitting(
        _ appointments: [Booking], _ request: BookingRequest, _ context: BookingContext
    ) -> [Booking] {
        let zone = context.catalogue.zone
        return appointments.filter { appointment in
            let local = zone.local(appointment.slot.start)
            return (request.service == nil || request.service == appointment.slot.service)
                && (request.staff == nil || request.staff == appointment.slot.staff)
                && (request.day?.allows(local.date) ?? true)
                && (request.time?.allows(local.time) ?? true)
        }
    }

    // MARK: Several at once

    /// Asks whether all of these shall be cancelled; without references, all there are.
    static func cancelSeveral(
        _ state: BookingState, _ references: [String], _ context: BookingContext
    ) -> Outcome {
        let wanted = Set(references.map(normalised))
        let chosen = context.appointments.filter {
            wanted.isEmpty || wanted.contains(normalised($0.reference))
        }
        let next: Outcome
        switch chosen.count {
        case 0: next = askCancel(references.first, .initial, context)
        case 1: next = askCancel(.one(chosen[0]), .initial, context)
        default: next = askCancel(.every(chosen), .initial, context)
        }
        switch state {
        case .idle, .cancelConfirm, .rescheduleCollecting, .rescheduleConfirm:
            return next
        case .collecting(let collecting):
            return Outcome(next.state.withFollowUp(collecting.request), next.effects)
        case .confirming(let held), .paymentPending(let held):
            return Outcome(
                next.state.withFollowUp(held.request), [.release(held.booking.id)] + next.effects)
        }
    }

    /// A yes to cancelling several; those that changed meanwhile are asked about again.
    private static func cancelAll(_ several: [Booking], _ context: BookingContext) -> Outcome {
        let current = context.appointments.filter { now in several.contains { $0.id == now.id } }
        guard !current.isEmpty else { return Outcome(.idle, [.say(.noAppointment)]) }
        guard current.allSatisfy({ now in several.contains { $0.slot == now.slot } }) else {
            return askCancel(
                BookingState.Target(current).map(\.whole) ?? .every(current), .initial,
                context)
        }
        return Outcome(
            .idle, current.map { .cancel($0) } + current.map { .say(.cancelled($0)) })
    }

    // MARK: Which appointment

    enum Found {
        /// No appointments at all; what was quoted, if anything was.
        case nothing(quoted: String?)
        case target(BookingState.Target)
        /// Nothing has that reference, but there are these.
        case instead(unknown: String, BookingState.Target)
    }

    /// The appointment of that reference; without one, the only one or all of them.
    static func found(_ reference: String?, _ context: BookingContext) -> Found {
        let all = BookingState.Target(context.appointments)
        guard let reference else { return all.map { .target($0) } ?? .nothing(quoted: nil) }
        let wanted = normalised(reference)
        if let match = context.appointments.first(where: { normalised($0.reference) == wanted }) {
            return .target(.one(match))
        }
        return all.map { .instead(unknown: wanted, $0) } ?? .nothing(quoted: wanted)
    }

    static func notFound(_ quoted: String?) -> Outcome {
        Outcome(.idle, [.say(quoted.map { .unknownReference($0) } ?? .noAppointment)])
    }

    /// Letters and digits only, and few: it is said back to the customer.
    private static func normalised(_ reference: String) -> String {
        String(reference.uppercased().filter { $0.isLetter || $0.isNumber }.prefix(12))
    }
}

extension BookingState.Target {
    /// Nil for none.
    init?(_ appointments: [Booking]) {
        switch appointments.count {
        case 0: return nil
        case 1: self = .one(appointments[0])
        default: self = .oneOf(appointments)
        }
    }

    /// All of them, where it was one of them.
    var whole: BookingState.Target { several.map { .every($0) } ?? self }
}

extension Transition where State == BookingState, Effect == BookingEffect {
    /// The same, with something said first.
    func after(_ prompt: BookingPrompt) -> BookingMachine.Outcome {
        BookingMachine.Outcome(state, [.say(prompt)] + effects)
    }
}
