import Domain
import Store

/// Events run through the booking machine one after the other, on a copy.
///
/// The turn previews with it and the approval runs for good with it, so both come to the same end
/// as long as the world is the same. An event that has no meaning in its state changes nothing.
struct BookingRun: Sendable {
    private(set) var state: BookingState
    private(set) var effects: [BookingEffect] = []

    init(from situation: Situation) {
        state = situation.session.state
    }

    mutating func take(_ event: BookingEvent, _ context: BookingContext) {
        // A yes to nothing, for example: the machine says no, and the reply is made without it.
        guard let outcome = try? BookingMachine.next(state, event, context) else { return }
        state = outcome.state
        // What was to be asked before is out of date once the state has moved on; what was done
        // is still to be told.
        effects = effects.filter { $0.prompt?.tellsOfSomethingDone ?? true } + outcome.effects
    }

    /// What is said in the end, in order.
    var prompts: [BookingPrompt] { effects.compactMap(\.prompt) }
}

extension BookingEffect {
    fileprivate var prompt: BookingPrompt? {
        if case .say(let prompt) = self { prompt } else { nil }
    }
}
