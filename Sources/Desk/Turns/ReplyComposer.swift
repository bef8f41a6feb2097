import Base
import Domain
import Store

/// Puts a reply together: answers in the business's words, then what the machine has to say.
struct ReplyComposer: Sendable {
    let answerer: AnswerPort
    var columns = EffectColumn.all

    /// Unicode scalars in a reply.
    static let lengthLimit = 2_000
    /// Below this a person is told to look twice.
    static let sureEnough = 0.6

    func draft(for turn: TurnProgress, id: DraftID, at now: Instant) async throws -> Draft {
        let answers = try await answers(to: turn)
        let today = turn.snapshot.availability.catalogue.zone.local(now).date
        let wording = BookingWording(
            catalogue: turn.snapshot.availability.catalogue, today: today)
        let reply = ComposedReply(
            sentences: sentences(turn, answers: answers, wording), wording: wording)
        let answerConfidence = answers.map(\.confidence).min() ?? 1
        let confidence = min(turn.confidence, answerConfidence)
        return Draft(
            id: id, conversation: turn.snapshot.conversation.id, status: .ready,
            text: String(
                reply.sentences.map(\.text).joined(separator: "\n\n")
                    .prefix(ReplyComposer.lengthLimit)),
            citations: answers.flatMap(\.citations), commands: turn.commands,
            effects: columns.propose(turn, reply),
            warnings: warnings(turn, answers: answers, confidence: confidence),
            intent: turn.intents.last ?? .bookingStatus, confidence: confidence,
            basis: DraftBasis(
                lastInboundNumber: turn.snapshot.conversation.lastInboundNumber,
                sessionVersion: turn.snapshot.session.version, expectedState: turn.state.name,
                commandTimes: turn.times, identities: turn.identities, effects: turn.effects,
                today: today),
            version: 1, createdAt: now)
    }

    /// The paragraphs of the reply in their order.
    private func sentences(
        _ turn: TurnProgress, answers: [Answer], _ wording: BookingWording
    ) -> [ReplySentence] {
        var sentences = opening(turn, answers: answers)
        sentences += turn.snapshot.notices.map { ReplySentence(wording.sentence(for: $0)) }
        sentences += answers.filter { !$0.isAbstention }.map { ReplySentence($0.text) }
        if answers.contains(where: \.isAbstention) || turn.questionsLeftOut > 0 {
            sentences.append(.promising(.question))
        }
        sentences += spoken(turn, answers: answers).map { prompt in
            ReplySentence(
                wording.sentence(for: prompt),
                promise: prompt.promisesPerson ? .repeated : nil)
        }
        return sentences.isEmpty ? [ReplySentence(fallback(turn))] : sentences
    }

    private func answers(to turn: TurnProgress) async throws -> [Answer] {
        var answers: [Answer] = []
        for question in turn.questions {
            let answer = try await answerer.answer(
                AnswerContext(
                    question: question.text, intent: question.intent,
                    passages: question.passages, workspace: turn.snapshot.workspace,
                    catalogue: turn.snapshot.availability.catalogue,
                    service: turn.state.service,
                    askedAt: turn.snapshot.availability.catalogue.zone.local(question.askedAt)))
            if !answers.contains(answer) { answers.append(answer) }
        }
        return answers
    }

    /// A greeting, thanks and the like; said before everything else.
    private func opening(_ turn: TurnProgress, answers: [Answer]) -> [ReplySentence] {
        let more =
            !turn.prompts.isEmpty || !answers.isEmpty || !turn.snapshot.notices.isEmpty
        let said = turn.snapshot.unanswered.map { PhraseText($0.content) }
        let asksWho = said.contains { $0.has(Phrases.whoAreYou) }
        let introduction = ReplySentence(introduction(turn))
        if let wanted = turn.personWanted {
            return (asksWho ? [introduction] : []) + [.promising(wanted)]
        }
        switch turn.intents.last {
        case .greeting where !more && !asksWho: return [ReplySentence(greeting(turn))]
        case .thanks where !more: return [ReplySentence(Phrases.welcome)]
        default: break
        }
        if asksWho { return [introduction] }
        let greets = said.contains { $0.begins(Phrases.greetings) }
        guard more, greets else { return [] }
        let name = turn.snapshot.contact.name?.split(separator: " ").first.map { " \($0)" } ?? ""
        return [ReplySentence("Hello\(name)!")]
    }

    /// Says what it is, without pretending to be a person.
    private func introduction(_ turn: TurnProgress) -> String {
        let workspace = turn.snapshot.workspace
        return "I'm \(workspace.assistantName), the assistant at \(workspace.name). "
            + "The team reads what I write before it is sent."
    }

    private func greeting(_ turn: TurnProgress) -> String {
        let workspace = turn.snapshot.workspace
        if !workspace.greeting.isEmpty { return workspace.greeting }
        return "Hello, this is \(workspace.assistantName) at \(workspace.name). "
            + "How can I help you?"
    }

    /// What the machine says; after an answer to a question, the open question is put again.
    private func spoken(_ turn: TurnProgress, answers: [Answer]) -> [BookingPrompt] {
        if !turn.prompts.isEmpty { return turn.prompts }
        // Who wrote nothing is told something, and asked nothing again.
        if turn.snapshot.unanswered.isEmpty { return [] }
        // Thanks and a person's help need no question behind them.
        if turn.intents.last == .thanks, answers.isEmpty { return [] }
        if turn.personWanted == .asked || turn.personWanted == .complaint { return [] }
        guard let open = turn.openPrompt else { return [] }
        return [open]
    }

    private func fallback(_ turn: TurnProgress) -> String {
        switch turn.intents.last {
        case .bookingConfirm, .bookingCancel, .bookingModify: Phrases.nothingOpen
        default: Phrases.notUnderstood
        }
    }

    private func warnings(_ turn: TurnProgress, answers: [Answer], confidence: Double) -> [String] {
        var warnings = answers.flatMap(\.warnings)
        if answers.contains(where: \.isAbstention) {
            warnings.append("Nothing in the documents answers this question.")
        }
        if confidence < ReplyComposer.sureEnough {
            warnings.append("The assistant is not sure what was meant.")
        }
        if let wanted = turn.personWanted, let reason = wanted.commandReason {
            warnings.append(reason)
        }
        if !turn.snapshot.session.isReadable {
            warnings.append(
                "What was being booked in this conversation cannot be read, so the assistant began "
                    + "anew. Look at the customer's appointments first.")
        }
        warnings += turn.refusals.map(\.warning)
        if turn.questionsLeftOut > 0 {
            warnings.append(
                "The customer asks more than one reply can answer: "
                    + "\(turn.questionsLeftOut) earlier questions are not answered here.")
        }
        let catalogue = turn.snapshot.availability.catalogue
        if turn.prompts.contains(where: \.saysNothingCanBeBooked) {
            warnings += catalogue.setupGaps.map(\.advice)
            warnings.append("Nothing could be offered. Consider taking over.")
        } else if turn.prompts.contains(.handingOver) {
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
    static let notUnderstood =
        "I'm not sure I understood that. I can answer questions about us, or book, move or cancel "
        + "an appointment. If you would rather speak to a person, just say so."
    static let nothingOpen =
        "There is nothing waiting for your answer at the moment. Would you like to book an "
        + "appointment, or ask something?"
    static let welcome = "You're welcome! Is there anything else I can do for you?"

    /// What is said as it stands; none of it promises a person, which `ReplySentence` does.
    static let fixed = [notUnderstood, nothingOpen, welcome]
}

/// A paragraph of a reply, with the promise of a person that it makes.
///
/// Promises are made here and nowhere else: a sentence that says that somebody will see to it is
/// made by `promising`, or comes from a prompt that says so of itself, and the draft then carries
/// the hand-over that approving it carries out.
struct ReplySentence: Sendable {
    let text: String
    let promise: PersonNeed?

    init(_ text: String, promise: PersonNeed? = nil) {
        self.text = text
        self.promise = promise
    }

    static func promising(_ need: PersonNeed) -> ReplySentence {
        ReplySentence(need.promise, promise: need)
    }
}

extension PersonNeed {
    /// What the customer is told.
    var promise: String {
        switch self {
        case .asked: "Of course. One of my colleagues will take over here shortly."
        case .complaint:
            "I'm sorry to hear that. I have told my colleagues, and somebody will look into it "
                + "personally."
        case .question:
            "I don't have that information here, so I have passed your question on to my "
                + "colleagues."
        case .late: "Thank you for letting us know. I have passed it on to my colleagues."
        case .repeated, .wroteAgain, .takenOver, .rejected, .notDrafted, .notDelivered,
            .bookingChanged, .sessionUnreadable:
            "One of my colleagues will get back to you here."
        }
    }

    /// The reason of the command that asks for it; nil for what no message asks for.
    var commandReason: String? {
        switch self {
        case .asked: Command.personReason
        case .complaint: Command.complaintReason
        case .late: Command.lateReason
        case .repeated, .question, .wroteAgain, .takenOver, .rejected, .notDrafted,
            .notDelivered, .bookingChanged, .sessionUnreadable:
            nil
        }
    }

    /// Which of several reasons stands on the list; the lowest does.
    var urgency: Int { PersonNeed.allCases.firstIndex(of: self) ?? 0 }
}

extension TurnProgress {
    /// Why the customer's own words ask for a person; nil when they do not.
    ///
    /// Whatever came after it: a complaint is not made good by a thank-you.
    var personWanted: PersonNeed? {
        var wanted: Set<PersonNeed> = []
        if intents.contains(.talkToHuman) { wanted.insert(.asked) }
        if intents.contains(.complaint) { wanted.insert(.complaint) }
        for case .handOff(let reason) in commands {
            // Whatever else a model gives as its reason, it asks for a person.
            wanted.insert(PersonNeed.allCases.first { $0.commandReason == reason } ?? .asked)
        }
        return wanted.min { $0.urgency < $1.urgency }
    }
}

extension BookingReplay.Refused {
    /// For the person who approves: the reply was made as if this had not been said.
    fileprivate var warning: String {
        let said =
            switch event {
            case .confirm: "The customer says yes"
            case .deny: "The customer says no"
            case .choose: "The customer chooses something"
            case .start, .set, .cancel, .cancelSeveral, .reschedule, .status:
                "The customer asks for something about an appointment"
            case .lapse, .paymentSucceeded, .paymentFailed: "Something happened to the booking"
            }
        return "\(said), and at this point of the conversation that cannot be carried out: "
            + "\(refusal.detail)"
    }
}
