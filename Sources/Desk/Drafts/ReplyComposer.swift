import Base
import Domain
import Store

/// Puts a reply together: answers in the business's words, then what the machine has to say.
struct ReplyComposer: Sendable {
    let answerer: Answerer

    /// Unicode scalars in a reply.
    static let lengthLimit = 2_000
    /// Below this a person is told to look twice.
    static let sureEnough = 0.6

    func draft(for turn: TurnState, id: DraftID, at now: Instant) async throws -> Draft {
        let answers = try await answers(to: turn)
        let wording = BookingWording(
            catalogue: turn.situation.availability.catalogue,
            today: turn.situation.availability.catalogue.zone.local(now).date)
        var paragraphs: [String] = opening(turn, answers: answers)
        paragraphs += answers.filter { !$0.isAbstention }.map(\.text)
        if answers.contains(where: \.isAbstention) { paragraphs.append(Phrases.notKnown) }
        paragraphs += spoken(turn, answers: answers).map(wording.sentence)
        if paragraphs.isEmpty { paragraphs = [fallback(turn)] }
        let answerConfidence = answers.map(\.confidence).min() ?? 1
        let confidence = min(turn.confidence, answerConfidence)
        return Draft(
            id: id, conversation: turn.situation.conversation.id, status: .ready,
            text: String(paragraphs.joined(separator: "\n\n").prefix(ReplyComposer.lengthLimit)),
            citations: answers.flatMap(\.citations), commands: turn.commands,
            effects: turn.effects.compactMap(wording.preview),
            warnings: warnings(turn, answers: answers, confidence: confidence),
            intent: turn.intents.last ?? .fallback, confidence: confidence,
            basis: DraftBasis(
                lastInbound: turn.situation.conversation.lastInbound,
                session: turn.situation.session.version, outcome: turn.state.name,
                spoken: turn.prompts.map(wording.sentence), times: turn.times),
            version: 1, createdAt: now)
    }

    private func answers(to turn: TurnState) async throws -> [Answer] {
        var answers: [Answer] = []
        for question in turn.questions {
            let answer = try await answerer.answer(
                AnswerFacts(
                    question: question.text, intent: question.intent,
                    passages: question.passages, workspace: turn.situation.workspace,
                    catalogue: turn.situation.availability.catalogue,
                    service: turn.state.service,
                    askedAt: turn.situation.availability.catalogue.zone.local(question.askedAt)))
            if !answers.contains(answer) { answers.append(answer) }
        }
        return answers
    }

    /// A greeting, thanks and the like; said before everything else.
    private func opening(_ turn: TurnState, answers: [Answer]) -> [String] {
        let more = !turn.prompts.isEmpty || !answers.isEmpty
        let said = turn.situation.unanswered.map { Words($0.content) }
        if turn.commands.contains(.handOff(reason: Command.lateReason)) {
            return [Phrases.passedOn]
        }
        let asksWho = said.contains { $0.has(Phrases.whoAreYou) }
        switch turn.intents.last {
        case .complaint: return [Phrases.sorry]
        case .talkToHuman: return [(asksWho ? introduction(turn) + " " : "") + Phrases.personComing]
        case .greeting where !more && !asksWho: return [greeting(turn)]
        case .thanks where !more: return [Phrases.welcome]
        default: break
        }
        if asksWho { return [introduction(turn)] }
        let greets = said.contains { $0.begins(Phrases.greetings) }
        guard more, greets else { return [] }
        let name = turn.situation.contact.name?.split(separator: " ").first.map { " \($0)" } ?? ""
        return ["Hello\(name)!"]
    }

    /// Says what it is, without pretending to be a person.
    private func introduction(_ turn: TurnState) -> String {
        let workspace = turn.situation.workspace
        return "I'm \(workspace.assistantName), the assistant at \(workspace.name). "
            + "The team reads what I write before it is sent."
    }

    private func greeting(_ turn: TurnState) -> String {
        let workspace = turn.situation.workspace
        if !workspace.greeting.isEmpty { return workspace.greeting }
        return "Hello, this is \(workspace.assistantName) at \(workspace.name). "
            + "How can I help you?"
    }

    /// What the machine says; after an answer to a question, the open question is put again.
    private func spoken(_ turn: TurnState, answers: [Answer]) -> [BookingPrompt] {
        if !turn.prompts.isEmpty { return turn.prompts }
        // Thanks and a person's help need no question behind them.
        switch turn.intents.last {
        case .thanks where answers.isEmpty, .talkToHuman, .complaint: return []
        default: break
        }
        guard let open = turn.openPrompt else { return [] }
        return [open]
    }

    private func fallback(_ turn: TurnState) -> String {
        switch turn.intents.last {
        case .bookingConfirm, .bookingCancel, .bookingModify: Phrases.nothingOpen
        default: Phrases.notUnderstood
        }
    }

    private func warnings(_ turn: TurnState, answers: [Answer], confidence: Double) -> [String] {
        var warnings = answers.flatMap(\.warnings)
        if answers.contains(where: \.isAbstention) {
            warnings.append("Nothing in the documents answers this question.")
        }
        if confidence < ReplyComposer.sureEnough {
            warnings.append("The assistant is not sure what was meant.")
        }
        switch turn.intents.last {
        case .complaint: warnings.append("The customer is complaining.")
        case .talkToHuman: warnings.append("The customer asks for a person.")
        default: break
        }
        if turn.commands.contains(.handOff(reason: Command.lateReason)) {
            warnings.append(Command.lateReason)
        }
        if !turn.situation.session.isReadable {
            warnings.append(
                "What was being booked in this conversation cannot be read, so the assistant began "
                    + "anew. Look at the customer's appointments first.")
        }
        if turn.questionsLeftOut > 0 {
            warnings.append(
                "The customer asks more than one reply can answer: "
                    + "\(turn.questionsLeftOut) earlier questions are not answered here.")
        }
        let catalogue = turn.situation.availability.catalogue
        if turn.prompts.contains(where: \.saysNothingCanBeBooked) {
            warnings += catalogue.setupGaps.map(\.advice)
            warnings.append("Nothing could be offered. Consider taking over.")
        } else if turn.effects.contains(.handOff) {
            warnings.append("The same question was asked three times. Consider taking over.")
        }
        return warnings
    }
}

/// Fixed sentences that no machine state needs.
enum Phrases {
    static let greetings =
        "hi|hello|hey|hiya|good morning|good afternoon|good evening|morning|dear"
    static let whoAreYou =
        "who are you|who is this|whos this|are you a bot|are you human|are you a human|are you real|"
        + "are you a real person|am i talking to|whats your name|what is your name|are you an ai"
    static let notKnown =
        "I don't have that information here, so I have passed your question on to my colleagues."
    static let notUnderstood =
        "I'm not sure I understood that. I can answer questions about us, or book, move or cancel "
        + "an appointment. If you would rather speak to a person, just say so."
    static let nothingOpen =
        "There is nothing waiting for your answer at the moment. Would you like to book an "
        + "appointment, or ask something?"
    static let welcome = "You're welcome! Is there anything else I can do for you?"
    static let sorry =
        "I'm sorry to hear that. I have told my colleagues, and somebody will look into it "
        + "personally."
    static let passedOn =
        "Thank you for letting us know. I have passed it on to my colleagues."
    static let personComing = "Of course. One of my colleagues will take over here shortly."
}

extension BookingState {
    /// The service that is being talked about.
    var service: ServiceID? {
        switch self {
        case .idle: nil
        case .collecting(let state): state.wish.service
        case .confirming(let state), .paymentPending(let state): state.booking.slot.service
        case .rescheduleCollecting(let state): state.target.one?.slot.service
        case .rescheduleConfirm(let state): state.appointment.slot.service
        case .cancelConfirm(let state): state.target.one?.slot.service
        }
    }
}
