import Base
import Domain
import Language

/// From what was read to commands, by the state of the booking. Pure.
///
/// Rules decide what a text does to a booking; the classifier only says what it is about. What fits
/// no rule changes nothing: the open question is put again. One file for each kind of decision:
/// `+Idle`, `+Making` a new appointment, `+Changing` one that exists, and `+Which` one is meant.
struct CommandPlanner: Sendable {
    let facts: UnderstandingContext

    /// Only a plain yes counts as one; another wording must be understood this surely.
    static let sureOfYes = 0.8
    /// The classifier alone may give up what is being arranged above this.
    static let sureOfNo = 0.6

    /// What one part, or several put together, does to the booking; empty when it does nothing.
    func commands(for part: MessageSegment) -> [Command] {
        switch facts.state {
        case .idle: idle(part)
        case .collecting(let state): collecting(part, state)
        case .confirming(let state): confirming(part, state)
        case .paymentPending: paying(part)
        case .rescheduleCollecting(let state): moving(part, state)
        case .rescheduleConfirm(let state): confirmingMove(part, state)
        case .cancelConfirm(let state): cancelling(part, state)
        }
    }

    /// What a further wish in the same message does: nothing that is open answers to it.
    func commands(forNext part: MessageSegment) -> [Command] {
        switch part.verb {
        case .cancel: cancel(part)
        case .move where !facts.appointments.isEmpty: move(part)
        case .book, .move, nil: start(part)
        }
    }

    func reply(_ part: MessageSegment) -> OpenQuestion.Reply? {
        OpenQuestion(facts).answer(to: part.text, part.reading)
    }

    // MARK: Giving up

    /// Whether the text gives up what is being arranged, `wish` being what it says beside that.
    func dropsOut(_ part: MessageSegment, bringsMore: Bool) -> Bool {
        // "Forget it, make it Friday" and "not Ana, Mei" correct, whatever they sound like.
        if bringsMore { return false }
        if part.words.has(PlannerWords.drop) { return true }
        if part.words.asks(for: PlannerWords.cancel) {
            return !part.asks && !part.words.has(PlannerWords.another)
        }
        return part.intent.best == .bookingCancel && !part.asks && !keepsAll(part)
            && part.intent.confidence > CommandPlanner.sureOfNo && reply(part) == nil
    }

    func wantsCancel(_ part: MessageSegment) -> Bool {
        part.words.asks(for: PlannerWords.cancel)
            || (part.intent.best == .bookingCancel && !part.reading.hasWhen && !keepsAll(part)
                && part.intent.confidence > CommandPlanner.sureOfNo && reply(part) == nil)
    }

    /// "Please don't cancel": what stands shall stay as it is, and nothing else is wished for.
    func keepsAll(_ part: MessageSegment) -> Bool {
        part.verb == nil && !part.reading.hasWhen
            && (part.words.refuses(PlannerWords.cancel) || part.words.refuses(PlannerWords.move))
    }

    func isSureYes(_ part: MessageSegment) -> Bool {
        part.intent.best == .bookingConfirm && !part.asks
            && part.intent.confidence >= CommandPlanner.sureOfYes
    }
}
