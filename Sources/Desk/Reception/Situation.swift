import Base
package import Domain
package import Store

/// Everything a turn, or an approval, rests on, read at once.
package struct Situation: Sendable {
    package var workspace: Workspace
    package var conversation: Conversation
    package var contact: Contact
    /// The customer's messages since the last reply, oldest first.
    package var unanswered: [Message]
    package var session: BookingSessionStore.Session
    package var appointments: [Booking]
    package var availability: Availability

    static func read(
        _ conversation: Conversation, at now: Instant, _ reader: Reader
    ) throws -> Situation? {
        guard let workspace = try WorkspaceStore.find(reader),
            let contact = try ContactStore.find(conversation.contact, reader)
        else { return nil }
        return Situation(
            workspace: workspace, conversation: conversation, contact: contact,
            unanswered: try ConversationStore.unanswered(
                in: conversation.id, since: conversation.answered,
                limit: ConversationLimits.unansweredMessages, reader),
            session: try BookingSessionStore.find(conversation.id, reader),
            appointments: try BookingStore.upcoming(of: contact.id, at: now, reader),
            availability: try BookingDesk.availability(at: now, reader))
    }

    /// The same with the appointments, the catalogue and the taken spans as they are now, for after
    /// the people were locked: what is decided and what is written rest on one reading.
    func refreshed(at now: Instant, _ reader: Reader) throws -> Situation {
        var fresh = self
        fresh.appointments = try BookingStore.upcoming(of: contact.id, at: now, reader)
        fresh.availability = try BookingDesk.availability(at: now, reader)
        return fresh
    }

    func context(at: Instant, now: Instant, world: World) -> BookingContext {
        BookingContext(
            at: at, now: now, contact: contact.id, appointments: appointments,
            availability: availability, newBooking: world.id(),
            newReference: BookingReference.make(world))
    }
}

/// What a turn has worked out so far, message after message.
struct TurnState: Sendable {
    /// One thing that was asked of the business's knowledge.
    struct Question: Sendable {
        var text: String
        var intent: Intent
        var passages: [PassageHit]
        var askedAt: Instant
        /// What is searched for, where it is not the message itself.
        var query: String?
    }

    let situation: Situation
    let now: Instant
    let world: World
    private var run: BookingRun
    private(set) var commands: [Command] = []
    /// When each of the commands was written.
    private(set) var times: [Instant] = []
    var questions: [Question] = []
    /// Questions before the newest ones, which a person has to answer.
    private(set) var questionsLeftOut = 0
    private(set) var intents: [Intent] = []
    private(set) var confidence = 1.0
    private(set) var contactName: String?

    init(situation: Situation, now: Instant, world: World) {
        self.situation = situation
        self.now = now
        self.world = world
        run = BookingRun(from: situation)
    }

    /// Takes one understood message; the state moves on a copy, nothing is stored.
    mutating func take(
        _ message: Message, _ understanding: Understanding, _ passages: [PassageHit],
        queries: [String: String] = [:]
    ) {
        intents.append(understanding.intent)
        confidence = min(confidence, understanding.confidence)
        contactName = understanding.contactName ?? contactName
        for command in understanding.commands.prefix(TurnState.commandLimit) {
            commands.append(command)
            times.append(message.createdAt)
            if case .askFAQ(let question) = command {
                questions.append(
                    Question(
                        text: question, intent: understanding.intent, passages: passages,
                        askedAt: message.createdAt, query: queries[question]))
            }
            guard let event = command.bookingEvent else { continue }
            run.take(
                event, situation.context(at: message.createdAt, now: now, world: world))
        }
    }

    /// Commands that one message may cause.
    static let commandLimit = 6
    /// Questions that one reply answers; it has no room for more.
    static let questionLimit = 12

    /// Leaves out all questions but the newest, and counts them.
    mutating func keepNewestQuestions() {
        questionsLeftOut = max(0, questions.count - TurnState.questionLimit)
        questions.removeFirst(questionsLeftOut)
    }

    var state: BookingState { run.state }
    var effects: [BookingEffect] { run.effects }
    /// What is said about the booking, in order.
    var prompts: [BookingPrompt] { run.prompts }

    /// The open question of the present state, for after an answer to something else.
    var openPrompt: BookingPrompt? {
        BookingMachine.prompt(
            for: state, situation.context(at: now, now: now, world: world))
    }
}
