import Domain

/// Whether a message takes back the yes before it, of which nobody has been told yet.
enum SecondThought {
    /// - Parameters:
    ///   - commands: what the message says as an answer to the question that the yes answered.
    ///   - facts: with the state in which that question was open.
    static func takesBack(
        _ message: String, _ commands: [Command], _ facts: UnderstandingContext
    ) -> Bool {
        let words = PhraseText(message)
        if words.has(aside) { return false }
        return commands.contains { command in
            switch command {
            case .deny, .chooseOffer: true
            // Giving up what is being arranged; a reference is about an appointment that stands,
            // and where cancelling was the question this is the same yes again.
            case .cancel(nil): !facts.state.isCancelling
            case .setSlot(let wish), .correctSlot(let wish): changes(wish, facts, words)
            // Moved instead of being cancelled, or moved elsewhere.
            case .reschedule(_, let wish):
                facts.state.isCancelling || changes(wish, facts, words)
            case .startBooking, .confirm, .cancel, .cancelSeveral, .askFAQ, .status, .handOff,
                .none:
                false
            }
        }
    }

    /// Another time for the same service; another service is a wish of its own, unless the words
    /// say that it takes the first one's place.
    private static func changes(
        _ wish: BookingRequest, _ facts: UnderstandingContext, _ words: PhraseText
    ) -> Bool {
        if wish.isEmpty || words.has(besides) { return false }
        // "See you on Friday at 3, then" says no more than what was agreed.
        if let slot = facts.state.proposed, CommandPlanner(facts: facts).repeats(wish, slot) {
            return false
        }
        guard let service = wish.service, service != facts.state.service else { return true }
        return words.has(instead)
    }

    private static let instead =
        "instead|rather|actually|wait|sorry|i meant|i mean|change|switch|no|not"
    private static let besides = "another|as well|too|also|second|one more|in addition|on top"
    /// Begins like a no and is none.
    private static let aside =
        "no rush|no hurry|no worries|no problem|no need to reply|no need to answer|no bother"
}

extension BookingState {
    fileprivate var isCancelling: Bool {
        if case .cancelConfirm = self { true } else { false }
    }

    /// The slot that a yes would take.
    fileprivate var proposed: Slot? {
        switch self {
        case .confirming(let held), .paymentPending(let held): held.booking.slot
        case .rescheduleConfirm(let moving): moving.slot
        case .idle, .collecting, .rescheduleCollecting, .cancelConfirm: nil
        }
    }
}
