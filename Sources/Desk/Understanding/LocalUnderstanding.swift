import Base
package import Domain
import Language

/// Understanding without any outside model: a classifier for what a text is about, and rules for
/// what it does to a booking.
///
/// A message is cut into parts; a question in the middle of a booking is asked, the rest goes to
/// the booking. What is not sure is left alone: no command with an effect, and the open question
/// is put again.
package struct LocalUnderstanding: Sendable {
    private let model: IntentModel

    package init(model: IntentModel) {
        self.model = model
    }

    /// A text that is to be looked at by itself, with its vector.
    package struct Part: Sendable {
        package var text: String
        package var embedding: [Float]

        package init(text: String, embedding: [Float]) {
            self.text = text
            self.embedding = embedding
        }
    }

    /// The texts that `understand` wants vectors for, beside the whole message; often none.
    package static func parts(of message: String) -> [String] {
        let parts = MessageSegmenter.of(message)
        return parts.count > 1 ? parts : []
    }

    /// Pure: the same message, vectors and facts give the same answer.
    package func understand(
        _ message: String, parts: [Part], facts: UnderstandingContext
    ) -> Understanding {
        understand(message, parts: parts, described: .none, facts: facts)
    }

    func understand(
        _ message: String, parts: [Part], described: DescribedService, facts: UnderstandingContext
    ) -> Understanding {
        let names = CatalogueMatcher(facts.catalogue)
        func read(_ text: String, _ embedding: [Float]) -> MessageSegment {
            MessageSegment(
                text, intent: intent(text, embedding),
                reading: ParsedMessage(text, names: names, facts: facts, described: described),
                facts: facts)
        }
        let whole = read(message, facts.embedding)
        let name = PersonalName.read(message)?.text
        // Orders to the assistant colour the whole message: nothing in it is carried out.
        if PromptInjection.areIn(message, whole.words) {
            return Understanding(
                intent: .fallback, confidence: max(0.9, whole.intent.confidence),
                commands: [.none], contactName: nil)
        }
        let pieces = MessageSegment.together(
            parts.count > 1 ? parts.map { read($0.text, $0.embedding) } : [whole], whole: whole)
        var found = understanding(of: pieces, whole: whole, names: names, facts: facts)
        found.contactName = name
        return found
    }

    private func intent(_ text: String, _ embedding: [Float]) -> IntentReading {
        // A vector of another model says nothing: the words alone must do.
        (try? model.read(text, embedding: embedding)) ?? .unknown
    }

    private func understanding(
        of pieces: [MessageSegment], whole: MessageSegment, names: CatalogueMatcher,
        facts: UnderstandingContext
    ) -> Understanding {
        var commands: [Command] = []
        var intents: [(intent: Intent, confidence: Double)] = []
        let actions = pieces.filter { $0.kind == .action }
        let wishes = RequestGroups(actions).groups.map { group in
            joined(group, whole: whole, of: pieces, names: names, facts: facts)
        }
        let planner = CommandPlanner(facts: facts)
        for (place, wish) in wishes.enumerated() {
            let planned =
                place == 0 || wishes.count == 1
                ? planner.commands(for: wish) : planner.commands(forNext: wish)
            if let first = planned.first {
                commands += planned.map { aboutWhatWasAsked($0, pieces) }
                intents.append((meaning(of: first, wish), wish.certainty))
            } else if wishes.count == 1, pieces.count == 1 || actions.count == pieces.count {
                intents.append((wish.intent.best, min(wish.intent.confidence, 0.5)))
            }
        }
        for part in pieces {
            switch part.kind {
            case .question:
                commands.append(.askFAQ(question: part.text))
                intents.append((questionIntent(part), part.intent.confidence))
            case .person:
                commands.append(.handOff(reason: Command.personReason))
                intents.append((.talkToHuman, part.intent.confidence))
            case .complaint:
                commands.append(.handOff(reason: Command.complaintReason))
                intents.append((.complaint, part.intent.confidence))
            case .late:
                commands.append(.handOff(reason: Command.lateReason))
                intents.append((.inquiry, max(part.intent.confidence, 0.8)))
            case .action, .social, .strange: break
            }
        }
        guard let main = intents.first else { return quiet(whole, pieces) }
        return Understanding(
            intent: main.intent, confidence: intents.map(\.confidence).min() ?? main.confidence,
            commands: commands.isEmpty ? [.none] : commands)
    }

    /// "How much is a colour refresh, and can I come on Tuesday?" books what the question names.
    private func aboutWhatWasAsked(_ command: Command, _ pieces: [MessageSegment]) -> Command {
        guard case .startBooking(var wish) = command, wish.service == nil else { return command }
        let named = Set(pieces.compactMap { $0.reading.service })
        guard named.count == 1 else { return command }
        wish.service = named.first
        return .startBooking(wish)
    }

    /// A greeting, thanks, or something that is not for us.
    private func quiet(_ whole: MessageSegment, _ pieces: [MessageSegment]) -> Understanding {
        let social = pieces.first { $0.kind == .social }
        let strange = pieces.contains { $0.kind == .strange }
        let intent = social.map { $0.intent.best } ?? .fallback
        return Understanding(
            intent: strange && social == nil ? .fallback : intent,
            confidence: (social ?? whole).intent.confidence, commands: [.none])
    }

    /// The parts that are about the booking, read together again when something lay between.
    private func joined(
        _ actions: [MessageSegment], whole: MessageSegment, of pieces: [MessageSegment],
        names: CatalogueMatcher, facts: UnderstandingContext
    ) -> MessageSegment {
        if actions.count == 1 { return actions[0] }
        if actions.count == pieces.count {
            return whole.kind == .action ? whole : strongest(actions)
        }
        let text = actions.map(\.text).joined(separator: ". ")
        return MessageSegment(
            text, intent: strongest(actions).intent,
            reading: ParsedMessage(
                text, names: names, facts: facts, described: whole.reading.described),
            facts: facts)
    }

    private func strongest(_ parts: [MessageSegment]) -> MessageSegment {
        parts.max { $0.intent.confidence < $1.intent.confidence } ?? parts[0]
    }

    private func questionIntent(_ part: MessageSegment) -> Intent {
        part.intent.best.asksKnowledge ? part.intent.best : .inquiry
    }

    /// What a person would call what the command does.
    private func meaning(of command: Command, _ part: MessageSegment) -> Intent {
        switch command {
        case .startBooking: .bookingRequest
        case .setSlot: part.intent.best == .bookingModify ? .bookingModify : .bookingRequest
        case .correctSlot: .bookingModify
        case .chooseOffer, .confirm: .bookingConfirm
        case .deny, .cancel, .cancelSeveral: .bookingCancel
        case .reschedule: .bookingReschedule
        case .status: .bookingStatus
        case .askFAQ, .handOff, .none: part.intent.best
        }
    }
}

extension MessageSegment {
    /// How sure it is that the commands are meant: plain words are surer than the classifier.
    var certainty: Double {
        let spoken = reading.hasWhen || reading.service != nil || words.count <= 4
        return max(intent.confidence, spoken ? 0.8 : 0.6)
    }
}
