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
    /// The channels that this installation is configured with, beside the desk's own.
    package var channels: [ConnectedChannel]
    package var understander: UnderstandingPort
    package var answerer: AnswerPort

    package init(
        embedder: EmbedderPort, messageEmbedder: EmbedderPort? = nil, blobs: BlobPort,
        extractor: ExtractorPort, channels: [ConnectedChannel], understander: UnderstandingPort,
        answerer: AnswerPort
    ) {
        self.embedder = embedder
        self.messageEmbedder = messageEmbedder
        self.blobs = blobs
        self.extractor = extractor
        self.channels = channels
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
    package let portal: CustomerSignIn
    package let inbox: InboxDesk
    package let contacts: ContactDesk
    package let channels: ChannelRegistry
    package let delivery: MessageDelivery
    package let approvals: ApprovalDesk
    package let bookings: BookingDesk
    package let catalogue: CatalogueDesk
    package let intake: DocumentUpload
    package let knowledge: KnowledgeDesk
    package let turns: TurnDesk
    package let indexCache: VectorIndexCache
    package let answers: IdempotencyDesk
    package let health: HealthDesk
    /// Runs beside the worker: has documents read again when the model changes.
    package let embeddingModelMonitor: EmbeddingModelMonitor
    /// Runs beside the worker: says when the disk is nearly full.
    package let storageWatch: StorageWatch
    private let ingestion: DocumentProcessing
    private let blobs: BlobPort
    private let database: Database

    package init(
        world: World, database: Database, ports: DeskPorts, codeKey: Secret, uploadLimit: Int,
        limits: Limits = Limits(), logger: Logger, metrics: Metrics, indexFolder: String? = nil,
        storage: StoragePolicy = StoragePolicy()
    ) {
        self.world = world
        self.logger = logger
        self.metrics = metrics
        self.database = database
        blobs = ports.blobs
        reading = database.reading
        channels = ChannelRegistry(with: ports.channels)
        delivery = MessageDelivery(
            world: world, database: database, channels: channels, logger: logger)
        let hashing = PasswordHasher()
        signIn = SignInDesk(
            world: world, database: database, hashing: hashing, markerKey: codeKey)
        registration = RegistrationDesk(world: world, database: database, hashing: hashing)
        portal = CustomerSignIn(
            world: world, database: database, channels: channels, delivery: delivery,
            codeKey: codeKey, limits: limits)
        inbox = InboxDesk(
            world: world, database: database, channels: channels, delivery: delivery,
            blobs: ports.blobs, logger: logger)
        contacts = ContactDesk(world: world, database: database)
        approvals = ApprovalDesk(world: world, database: database, delivery: delivery)
        bookings = BookingDesk(world: world, database: database)
        catalogue = CatalogueDesk(world: world, database: database)
        intake = DocumentUpload(
            world: world, database: database, blobs: ports.blobs, sizeLimit: uploadLimit,
            waitingLimit: limits[.documentsWaiting],
            storage: storage)
        let freeBytes = ports.blobs.freeBytes
        indexCache = VectorIndexCache(
            database: database, embedder: ports.embedder, logger: logger,
            files: indexFolder.map {
                IndexFiles(folder: $0, hasRoom: { storage.hasRoom(free: freeBytes()) })
            })
        let search = KnowledgeSearch(
            database: database, embedder: ports.embedder, indexCache: indexCache, logger: logger)
        knowledge = KnowledgeDesk(
            world: world, database: database, search: search, indexCache: indexCache)
        turns = TurnDesk(
            world: world, database: database, retriever: search.retriever,
            understander: UnderstandingMemory().remembering(ports.understander),
            answerer: ports.answerer, logger: logger, metrics: metrics)
        answers = IdempotencyDesk(world: world, database: database, serverKey: codeKey)
        health = HealthDesk(
            world: world, database: database,
            embedders: [ports.embedder] + (ports.messageEmbedder.map { [$0] } ?? []))
        embeddingModelMonitor = EmbeddingModelMonitor(
            world: world, database: database, embedder: ports.embedder, logger: logger)
        ingestion = DocumentProcessing(
            world: world, database: database, blobs: ports.blobs, extractor: ports.extractor,
            embedder: ports.embedder, indexCache: indexCache, logger: logger, storage: storage)
        storageWatch = StorageWatch(
            world: world, blobs: ports.blobs, policy: storage, logger: logger, metrics: metrics)
    }

    /// What the worker does: the jobs of all columns.
    package var jobs: [JobHandler] {
        TurnJobs(world: world, logger: logger, turns: turns).handlers
            + ConversationJobs(
                world: world, database: database, channels: channels, delivery: delivery
            ).handlers
            + DraftJobs(logger: logger, approvals: approvals).handlers
            + KnowledgeJobs(
                world: world, database: database, blobs: blobs, ingestion: ingestion,
                logger: logger
            ).handlers
    }

    /// Seals the log and removes what is too old; in one process of an installation or in several.
    package var eventUpkeep: EventUpkeep {
        EventUpkeep(world: world, database: database, logger: logger)
    }

    /// Those who do something about what was recorded, woken by `listen`.
    package func subscriptions(_ listen: @escaping EventListening) -> EventSubscriptions {
        EventSubscriptions(
            [KnowledgeSubscribers.blobRemoval], database: database, world: world, logger: logger,
            listen: listen)
    }

    /// Work that was given up.
    package var parkedJobs: ParkedJobs {
        ParkedJobs(world: world, database: database, handlers: jobs)
    }

    /// Runs beside the worker, in one process of an installation or in several.
    package var outboxPruning: OutboxPruning {
        OutboxPruning(world: world, database: database, logger: logger)
    }

    /// The same: removes what was kept long enough.
    package var dataRetention: DataRetention {
        DataRetention(world: world, database: database, logger: logger)
    }
}
