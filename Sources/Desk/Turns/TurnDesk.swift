package import Base
package import Domain
import Jobs
package import Store

/// The turn of a conversation: read, recall, understand, decide, draft.
///
/// A turn holds no transaction while it asks models, and stores nothing but a draft. It answers
/// everything since the last reply that was sent, from the booking state of that time; so a turn
/// can be repeated, or be overtaken by the next message, without harm.
package struct TurnDesk: Sendable {
    private let world: World
    private let database: Database
    private let retriever: RetrievalPort
    private let understander: UnderstandingPort
    var composer: ReplyComposer
    private let logger: Logger
    private let metrics: Metrics

    /// Passages that a turn reads.
    package static let passageLimit = 8

    package init(
        world: World, database: Database, retriever: RetrievalPort, understander: UnderstandingPort,
        answerer: AnswerPort, logger: Logger, metrics: Metrics
    ) {
        self.world = world
        self.database = database
        self.retriever = retriever
        self.understander = understander
        self.composer = ReplyComposer(answerer: answerer)
        self.logger = logger
        self.metrics = metrics
    }

    /// Writes the draft for what the customer wrote last; `finish` completes the job with it.
    ///
    /// Nothing is written when there is nothing to answer, or when a person has taken over.
    package func answer(
        _ id: ConversationID, in workspace: WorkspaceID,
        finish: @escaping @Sendable (Transaction) throws -> Void
    ) async throws {
        let started = world.now()
        guard let snapshot = try await read(id, in: workspace) else {
            try await database.write(workspace, by: .assistant) { try finish($0) }
            return
        }
        var turn = TurnProgress(snapshot: snapshot, now: started, world: world)
        for (place, message) in snapshot.unanswered.enumerated() {
            // Whoever has written again meanwhile has a turn of their own coming, which answers all.
            if place > 0, try await isOvertaken(snapshot) {
                metrics.count("turns_overtaken_total")
                try await database.write(workspace, by: .assistant) { try finish($0) }
                return
            }
            try await take(message, &turn, workspace)
        }
        try await recallQuestions(&turn, workspace)
        let draft = try await composer.draft(for: turn, id: world.id(), at: world.now())
        try await store(draft, snapshot: snapshot, finish: finish)
        metrics.observe("turn_seconds", world.now() - started)
        logger.info("draft ready", ["confidence": .number(draft.confidence)])
    }

    /// One message: what it may be about, what was meant, and what the machine makes of it.
    private func take(
        _ message: Message, _ turn: inout TurnProgress, _ workspace: WorkspaceID
    ) async throws {
        let recalled = try await recall(message.content, workspace)
        var facts = UnderstandingContext(
            state: turn.state, catalogue: turn.snapshot.availability.catalogue,
            now: turn.snapshot.availability.catalogue.zone.local(message.createdAt),
            appointments: turn.snapshot.appointments, embedding: recalled.embedding,
            passages: recalled.passages)
        var understanding = try await understander.understand(message.content, facts)
        if let decision = turn.decision {
            // Nobody has heard of the yes yet: read as an answer to the same question, this may
            // take it back.
            var earlier = facts
            earlier.state = decision.state
            let again = try await understander.understand(message.content, earlier)
            if SecondThought.takesBack(message.content, again.commands, earlier) {
                turn.takeBack(decision)
                (facts, understanding) = (earlier, again)
                facts.state = turn.state
            }
        }
        var queries: [String: String] = [:]
        for case .askFAQ(let question) in understanding.commands.prefix(TurnProgress.commandLimit) {
            let query = QuestionContext.query(
                question, service: facts.state.service, in: facts.catalogue)
            if query != message.content { queries[question] = query }
        }
        turn.take(message, understanding, recalled.passages, queries: queries)
    }

    /// Passages for the questions that a reply has room for; each costs a search.
    private func recallQuestions(
        _ turn: inout TurnProgress, _ workspace: WorkspaceID
    ) async throws {
        turn.keepNewestQuestions()
        for place in turn.questions.indices {
            guard let query = turn.questions[place].query else { continue }
            turn.questions[place].passages = try await recall(query, workspace).passages
        }
    }

    /// Whether the customer has written since the snapshot was read.
    private func isOvertaken(_ snapshot: TurnSnapshot) async throws -> Bool {
        let id = snapshot.conversation.id
        let seen = snapshot.conversation.lastInboundNumber
        return try await database.read(snapshot.workspace.id) { reader in
            try ConversationStore.find(id, reader)?.lastInboundNumber != seen
        }
    }

    /// Nothing found is an answer too; a model that is away is not: the turn is tried again.
    private func recall(_ text: String, _ workspace: WorkspaceID) async throws
        -> RetrievalPort.Result
    {
        try await retriever.retrieve(workspace, text, TurnDesk.passageLimit)
    }

    /// Has a person see to a conversation whose turn fails whatever is tried.
    func giveUp(_ id: ConversationID, in workspace: WorkspaceID) async throws {
        let now = world.now()
        try await database.write(workspace, by: .assistant) { transaction in
            guard let conversation = try ConversationStore.lock(id, transaction),
                conversation.owner == .assistant, conversation.status != .closed,
                try TurnDesk.isDue(conversation, at: now, transaction.reader)
            else { return }
            try ConversationStore.needPerson(.notDrafted, in: id, at: now, transaction)
        }
    }

    /// Whether the assistant owes the customer something: an answer, or word of a change.
    static func isDue(
        _ conversation: Conversation, at now: Instant, _ reader: Reader
    ) throws -> Bool {
        if conversation.isWaiting { return true }
        return try !BookingNoticeStore.pending(of: conversation.contact, at: now, reader).isEmpty
    }

    /// Has a customer told of what staff changed about an appointment: in the reply that is drafted
    /// next, or by the person who answers here.
    ///
    /// Whoever has never written has no conversation to be told in; the change stays noted, and is
    /// told as soon as there is one.
    func tellCustomer(
        of booking: BookingID, in workspace: WorkspaceID,
        finish: @escaping @Sendable (Transaction) throws -> Void
    ) async throws {
        let now = world.now()
        let world = world
        try await database.write(workspace, by: .machine("booking notices")) { transaction in
            if let contact = try BookingStore.find(booking, transaction.reader)?.contact,
                let conversation = try ConversationStore.lockNewest(of: contact, transaction)
            {
                let notices = try BookingNoticeStore.pending(
                    of: contact, at: now, transaction.reader)
                if conversation.status == .closed, !notices.isEmpty {
                    try ConversationStore.setStatus(
                        try ConversationMachine.next(conversation.status, .needed),
                        of: conversation.id, at: now, transaction)
                }
                try TurnDesk.tell(notices, in: conversation, at: now, world, transaction)
            }
            try finish(transaction)
        }
    }

    private static func tell(
        _ notices: [BookingNotice], in conversation: Conversation, at now: Instant, _ world: World,
        _ transaction: Transaction
    ) throws {
        if conversation.owner == .staff {
            guard !notices.isEmpty else { return }
            return try ConversationStore.needPerson(
                .bookingChanged, in: conversation.id, at: now, transaction)
        }
        // What waits for approval says nothing of the change, or says what is no longer so.
        let standing = try DraftStore.standing(in: conversation.id, transaction.reader)
        guard standing.map({ !NoticeEffects.tell($0, notices) }) ?? !notices.isEmpty else { return }
        try DraftStore.supersedeOpen(
            of: conversation.id, cause: DraftRefusal.bookingChanged.cause, at: now, transaction)
        try TurnJobs.turn.enqueue(TurnJob(conversation: conversation.id), world, transaction)
    }

    /// One consistent reading of everything the turn rests on; nil when there is nothing to do.
    private func read(
        _ id: ConversationID, in workspace: WorkspaceID
    ) async throws -> TurnSnapshot? {
        let now = world.now()
        return try await database.read(workspace) { reader in
            guard let conversation = try ConversationStore.find(id, reader),
                conversation.owner == .assistant, conversation.status != .closed,
                // A new message supersedes the draft that stands, so one that does answers
                // everything; somebody may be looking at it, or have said yes to it.
                try DraftStore.standing(in: id, reader) == nil
            else { return nil }
            guard let snapshot = try TurnSnapshot.read(conversation, at: now, reader),
                conversation.isWaiting || !snapshot.notices.isEmpty
            else { return nil }
            return snapshot
        }
    }

    /// Stores the draft, unless the customer wrote again meanwhile: then the next turn answers.
    private func store(
        _ draft: Draft, snapshot: TurnSnapshot,
        finish: @escaping @Sendable (Transaction) throws -> Void
    ) async throws {
        let now = world.now()
        let origin = EventOrigin(
            .assistant, because: snapshot.unanswered.last.map { .message($0.id) })
        try await database.write(snapshot.workspace.id, by: origin) { transaction in
            let current = try ConversationStore.lock(draft.conversation, transaction)
            if let current, current.owner == .assistant, current.status != .closed,
                current.lastInboundNumber == draft.basis.lastInboundNumber,
                current.isWaiting || !snapshot.notices.isEmpty,
                try DraftStore.standing(in: current.id, transaction.reader) == nil
            {
                var draft = draft
                let cause = try DraftStore.notSent(
                    in: current.id, after: current.answeredThrough, transaction.reader)
                if let cause {
                    draft.warnings.insert(
                        "The approved reply was not sent because \(cause).", at: 0)
                }
                try DraftStore.insert(draft, at: now, transaction)
                if current.need == .notDrafted {
                    try ConversationStore.clearNeed(in: current.id, at: now, transaction)
                }
                // The machine begins at idle and cannot know what was promised before: whatever
                // becomes of the draft, a person looks at what was being booked.
                if !snapshot.session.isReadable {
                    try ConversationStore.needPerson(
                        .sessionUnreadable, in: current.id, at: now, transaction)
                }
            }
            try finish(transaction)
        }
    }
}
