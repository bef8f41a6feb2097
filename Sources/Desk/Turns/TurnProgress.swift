import Base
import Domain
import Store

/// What a turn has worked out so far, message after message.
struct TurnProgress: Sendable {
    /// A command that books, moves or cancels, with the state that it answered.
    ///
    /// Until the draft is approved the customer can take it back: nobody has been told of it.
    struct Decision: Sendable {
        fileprivate let index: Int
        /// The state in which the question was open.
        let state: BookingState
    }

    /// One thing that was asked of the business's knowledge.
    struct Question: Sendable {
        var text: String
        var intent: Intent
        var passages: [PassageHit]
        var askedAt: Instant
        /// What is searched for, where it is not the message itself.
        var query: String?
    }

    let snapshot: TurnSnapshot
    let now: Instant
    let world: World
    private var run: BookingReplay
    private(set) var commands: [Command] = []
    /// When each of the commands was written.
    private(set) var times: [Instant] = []
    var questions: [Question] = []
    /// Questions before the newest ones, which a person has to answer.
    private(set) var questionsLeftOut = 0
    /// What was drawn for each of the commands.
    private(set) var identities: [BookingIdentity] = []
    /// The yes that nobody approved yet, while nothing else was said about the booking.
    private(set) var decision: Decision?
    private(set) var intents: [Intent] = []
    private(set) var confidence = 1.0
    private(set) var contactName: String?

    init(snapshot: TurnSnapshot, now: Instant, world: World) {
        self.snapshot = snapshot
        self.now = now
        self.world = world
        run = BookingReplay(from: snapshot)
    }

    /// Takes one understood message; the state moves on a copy, nothing is stored.
    mutating func take(
        _ message: Message, _ understanding: Understanding, _ passages: [PassageHit],
        queries: [String: String] = [:]
    ) {
        intents.append(understanding.intent)
        confidence = min(confidence, understanding.confidence)
        contactName = understanding.contactName ?? contactName
        for command in understanding.commands.prefix(TurnProgress.commandLimit) {
            let identity = BookingIdentity.make(world)
            commands.append(command)
            times.append(message.createdAt)
            identities.append(identity)
            if case .askFAQ(let question) = command {
                questions.append(
                    Question(
                        text: question, intent: understanding.intent, passages: passages,
                        askedAt: message.createdAt, query: queries[question]))
            }
            guard let event = command.bookingEvent else { continue }
            let before = run
            run.take(
                event,
                snapshot.context(at: message.createdAt, now: now, identity: identity))
            // An answer about the booking leaves a yes what it was; anything else comes after it.
            let done = run.effects.count { $0.decides }
            if done > before.effects.count(where: { $0.decides }) {
                decision = Decision(index: commands.count - 1, state: before.state)
            } else if run.state != before.state {
                decision = nil
            }
        }
    }

    /// Takes the customer's last yes back, as if it had not been said.
    mutating func takeBack(_ decision: Decision) {
        commands.remove(at: decision.index)
        times.remove(at: decision.index)
        identities.remove(at: decision.index)
        self.decision = nil
        // What was said since then stays, and must come to what an approval makes of it.
        run = BookingReplay(
            repeating: commands, at: times, identities, snapshot, now: now, world: world)
    }

    /// Commands that one message may cause.
    static let commandLimit = 6
    /// Questions that one reply answers; it has no room for more.
    static let questionLimit = 12

    /// Leaves out all questions but the newest, and counts them.
    mutating func keepNewestQuestions() {
        questionsLeftOut = max(0, questions.count - TurnProgress.questionLimit)
        questions.removeFirst(questionsLeftOut)
    }

    var state: BookingState { run.state }
    var effects: [BookingEffect] { run.effects }
    /// What was meant for the booking and refused by its machine.
    var refusals: [BookingReplay.Refused] { run.refusals }
    /// What is said about the booking, in order.
    var prompts: [BookingPrompt] { run.prompts }

    /// The open question of the present state, for after an answer to something else.
    var openPrompt: BookingPrompt? {
        BookingMachine.prompt(
            for: state, snapshot.context(at: now, now: now, identity: .make(world)))
    }
}
