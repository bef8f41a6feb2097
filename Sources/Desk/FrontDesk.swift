package import Base
package import Domain
package import Jobs
package import Store

/// Everything that outside services and models bring to the desk.
package struct DeskPorts: Sendable {
    package var embedder: EmbedderPort
    /// What reads messages where passages are embedded elsewhere; nil where it is the same.
    package var messageEmbedder: EmbedderPort?
    package var blobs: BlobPort
    package var extractor: ExtractorPort
    /// Nil while no provider is configured: texts then go to the message console.
    package var messages: MessagePort?
    package var understander: Understander
    package var answerer: Answerer

    package init(
        embedder: EmbedderPort, messageEmbedder: EmbedderPort? = nil, blobs: BlobPort,
        extractor: ExtractorPort, messages: MessagePort?, understander: Understander,
        answerer: Answerer
    ) {
        self.embedder = embedder
        self.messageEmbedder = messageEmbedder
        self.blobs = blobs
        self.extractor = extractor
        self.messages = messages
        self.understander = understander
        self.answerer = answerer
    }
}

/// The whole desk, put together once from a database and ports.
package struct FrontDesk: Sendable {
    package let world: World
    package let logger: Logger
    package let metrics: Metrics
    /// For pages and routes, which may read by themselves.
    package let reading: ReadingDatabase
    package let signIn: SignInDesk
    package let registration: RegistrationDesk
    package let portal: PortalDesk
    package let inbox: InboxDesk
    package let approvals: Approvals
    package let bookings: BookingDesk
    package let catalogue: CatalogueDesk
    package let intake: KnowledgeIntake
    package let knowledge: KnowledgeDesk
    package let reception: Reception
    package let keeper: IndexKeeper
    package let answers: IdempotencyDesk
    package let health: HealthDesk
    /// Whether texts go to the message console, because nobody else would deliver them.
    package let usesConsole: Bool
    /// Runs beside the worker: has documents read again when the model changes.
    package let modelWatch: ModelWatch
    /// Runs beside the worker: says when the disk is nearly full.
    package let storageWatch: StorageWatch
    private let ingestion: Ingestion
    private let texts: TextSender
    private let blobs: BlobPort
    private let database: Database

    package init(
        world: World, database: Database, ports: DeskPorts, codeKey: Secret, uploadLimit: Int,
        logger: Logger, metrics: Metrics, indexFolder: String? = nil,
        storage: StoragePolicy = StoragePolicy()
    ) {
        self.world = world
        self.logger = logger
        self.metrics = metrics
        self.database = database
        blobs = ports.blobs
        reading = database.reading
        usesConsole = ports.messages == nil
        let hashing = PasswordHasher()
        signIn = SignInDesk(
            world: world, database: database, hashing: hashing, markerKey: codeKey)
        registration = RegistrationDesk(world: world, database: database, hashing: hashing)
        portal = PortalDesk(world: world, database: database, codeKey: codeKey)
        inbox = InboxDesk(world: world, database: database)
        approvals = Approvals(world: world, database: database)
        bookings = BookingDesk(world: world, database: database)
        catalogue = CatalogueDesk(world: world, database: database)
        intake = KnowledgeIntake(
            world: world, database: database, blobs: ports.blobs, sizeLimit: uploadLimit,
            storage: storage)
        let freeBytes = ports.blobs.freeBytes
        keeper = IndexKeeper(
            database: database, embedder: ports.embedder, logger: logger,
            files: indexFolder.map {
                IndexFiles(folder: $0, hasRoom: { storage.hasRoom(free: freeBytes()) })
            })
        let search = KnowledgeSearch(
            database: database, embedder: ports.embedder, keeper: keeper, logger: logger)
        knowledge = KnowledgeDesk(
            world: world, database: database, search: search, keeper: keeper)
        reception = Reception(
            world: world, database: database, retriever: search.retriever,
            understander: UnderstandingMemory().remembering(ports.understander),
            answerer: ports.answerer, logger: logger, metrics: metrics)
        answers = IdempotencyDesk(world: world, database: database, serverKey: codeKey)
        health = HealthDesk(
            world: world, database: database,
            embedders: [ports.embedder] + (ports.messageEmbedder.map { [$0] } ?? []))
        modelWatch = ModelWatch(
            world: world, database: database, embedder: ports.embedder, logger: logger)
        ingestion = Ingestion(
            world: world, database: database, blobs: ports.blobs, extractor: ports.extractor,
            embedder: ports.embedder, keeper: keeper, logger: logger, storage: storage)
        storageWatch = StorageWatch(
            world: world, blobs: ports.blobs, policy: storage, logger: logger, metrics: metrics)
        texts = TextSender(world: world, database: database, port: ports.messages)
    }

    /// The lanes of the worker, each with its own concurrency.
    ///
    /// A model or a provider may be away for hours: what was accepted is tried until it is back.
    package var lanes: [Lane] {
        [
            Lane(
                DeskJob.Lane.turn.rawValue, concurrency: 4, attempts: FrontDesk.attempts,
                backoff: Backoff(longest: .seconds(30)), handle: handle),
            Lane(
                DeskJob.Lane.ingest.rawValue, concurrency: 2, lease: .minutes(2),
                attempts: FrontDesk.attempts, backoff: Backoff(longest: .minutes(2)),
                handle: handle),
            Lane(
                DeskJob.Lane.send.rawValue, concurrency: 4, attempts: FrontDesk.attempts,
                backoff: Backoff(longest: .minutes(2)), handle: handle),
            // A reply whose time has come waits for nothing else.
            Lane(
                DeskJob.Lane.reply.rawValue, concurrency: 2, lease: .seconds(30),
                attempts: FrontDesk.attempts, backoff: Backoff(longest: .seconds(30)),
                handle: handle),
            Lane(DeskJob.Lane.upkeep.rawValue, concurrency: 1, handle: handle),
        ]
    }

    /// How often a job is begun before a person must look: some hours of trying.
    package static let attempts = 500
    /// How long a document waits for room before the disk is asked again.
    package static let diskPause = Duration.seconds(30)
    /// How long the removal of bytes waits while a backup copies them.
    package static let backupPause = Duration.seconds(10)

    /// Runs beside the worker, in one process of an installation or in several.
    package var upkeep: Upkeep { Upkeep(world: world, database: database, logger: logger) }

    private func handle(_ job: Job, _ lease: Lease) async throws {
        let workspace = WorkspaceID(job.workspace)
        switch try job.decodePayload(as: DeskJob.self) {
        case .turn(let conversation):
            try await turn(conversation, in: workspace, job, lease)
        case .ingest(let document):
            try await ingest(document, in: workspace, job, lease)
        case .sendText(let text):
            try await texts.send(text, for: workspace)
        case .sendReply(let draft, let version):
            try await reply(draft, version, in: workspace, job, lease)
        case .removeBlob(let sha256):
            let blobs = blobs
            do {
                try await database.beforeTenant { directory in
                    try directory.ifUnused(blob: sha256) { try blobs.delete(sha256) }
                }
            } catch StoreFault.documentsHeld {
                // A backup copies what the database named when it began, however long that takes.
                throw Postponement(until: world.now() + FrontDesk.backupPause)
            }
        }
    }

    /// A turn that meets what time alone will not mend is tried a few times (somebody may be
    /// mending it) and then parked, which shows on `/health`, while the conversation waits for a
    /// person. The customer's next message and the next start make another attempt.
    private func turn(
        _ conversation: ConversationID, in workspace: WorkspaceID, _ job: Job, _ lease: Lease
    ) async throws {
        do {
            try await reception.turn(conversation, in: workspace) { transaction in
                try lease.finish(in: transaction.connection)
            }
        } catch {
            if error is LeaseLost || error is CancellationError { throw error }
            guard FrontDesk.isLasting(error) else {
                // It is tried on; meanwhile the customer waits for longer than anybody should.
                if job.attempts == FrontDesk.callingAttempts {
                    try await reception.giveUp(conversation, in: workspace)
                }
                throw error
            }
            if job.attempts < FrontDesk.lastingAttempts { throw TurnPutOff(cause: error) }
            logger.error(
                "a turn was given up", ["cause": .text(String(describing: type(of: error)))])
            try await reception.giveUp(conversation, in: workspace)
            throw error
        }
    }

    /// Lets every job that was parked run again, as at a start: by then its cause may be mended.
    package func retryParked() async throws {
        let now = world.now()
        try await database.beforeTenant { directory in
            try Outbox.retryParked(at: now, in: directory.connection)
        }
    }

    /// How often a turn is begun that fails in a way that time alone does not mend.
    package static let lastingAttempts = 5
    /// After so many attempts, some minutes, a person is called to a turn that is still tried.
    package static let callingAttempts = 15

    private static func isLasting(_ error: any Error) -> Bool {
        switch error {
        case let fault as any Fault: !fault.retryable
        default: error is DecodingError || error is any Refusal
        }
    }

    /// A reply that cannot be sent does not stay approved for ever: a new draft says so.
    private func reply(
        _ draft: DraftID, _ version: Int, in workspace: WorkspaceID, _ job: Job, _ lease: Lease
    ) async throws {
        let finish: @Sendable (Transaction) throws -> Void = { transaction in
            try lease.finish(in: transaction.connection)
        }
        do {
            try await approvals.send(draft, version: version, in: workspace, finish: finish)
        } catch {
            if error is LeaseLost || error is CancellationError { throw error }
            let retryable = (error as? any Fault)?.retryable ?? false
            if retryable, job.attempts < FrontDesk.attempts { throw error }
            logger.warning("an approved reply was given up", ["cause": .failure(error)])
            try await approvals.giveUp(draft, version: version, in: workspace, finish: finish)
        }
    }

    /// A document that waits says why; one whose last attempt failed says how to go on.
    private func ingest(
        _ document: DocumentID, in workspace: WorkspaceID, _ job: Job, _ lease: Lease
    ) async throws {
        let hold = Ingestion.Hold(
            check: { try lease.hold(in: $0.connection) },
            finish: { try lease.finish(in: $0.connection) })
        do {
            try await ingestion.run(document, in: workspace, hold: hold)
        } catch {
            let retryable = (error as? any Fault)?.retryable ?? !(error is any Refusal)
            if error is LeaseLost || error is CancellationError { throw error }
            let isDiskFull = error as? KnowledgeFault == .diskFull
            if !isDiskFull, job.attempts >= FrontDesk.attempts || !retryable {
                // The document tells what happened, so the job is done with.
                logger.warning("a document was given up", ["cause": .failure(error)])
                return try await ingestion.giveUp(
                    document, in: workspace, after: error, hold: hold)
            }
            // Words that cannot be stored now are stored with the next attempt.
            try? await ingestion.putOff(document, in: workspace, after: error, hold: hold)
            if isDiskFull {
                // Somebody has to make room, however long that takes: no attempt is used up.
                throw Postponement(until: world.now() + FrontDesk.diskPause)
            }
            throw error
        }
    }
}

/// A turn met an error that will not go away by itself; somebody is expected to mend it.
struct TurnPutOff: Fault {
    let cause: any Error

    var retryable: Bool { true }
}
