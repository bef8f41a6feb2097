package import Base
import Documents
package import Domain
package import Store

/// Makes a document searchable: read it in a confined process, cut it into passages, embed them,
/// and swap the new generation in at once.
///
/// A lost worker loses nothing that was acknowledged: the job is claimed again and begins anew; the
/// generation in progress is invisible until it is whole.
package struct Ingestion: Sendable {
    private let world: World
    private let database: Database
    private let blobs: BlobPort
    private let extractor: ExtractorPort
    private let embedder: EmbedderPort
    private let keeper: IndexKeeper
    private let logger: Logger

    /// Passages that are embedded and stored at a time.
    package static let batchSize = 64

    package init(
        world: World, database: Database, blobs: BlobPort, extractor: ExtractorPort,
        embedder: EmbedderPort, keeper: IndexKeeper, logger: Logger
    ) {
        self.world = world
        self.database = database
        self.blobs = blobs
        self.extractor = extractor
        self.embedder = embedder
        self.keeper = keeper
        self.logger = logger
    }

    /// Runs the job of a document; `finish` completes it with the last step.
    ///
    /// A document that cannot be read ends as failed with a reason; a fault of the world is thrown
    /// and the job is tried again.
    package func run(
        _ id: DocumentID, in workspace: WorkspaceID,
        finish: @escaping @Sendable (Transaction) throws -> Void
    ) async throws {
        guard let document = try await begin(id, in: workspace) else {
            return try await database.write(workspace) { try finish($0) }
        }
        guard let type = FileType(rawValue: document.fileType) else {
            return try await fail(id, .binary, in: workspace, finish)
        }
        let result = try await extractor.extract(
            blobs.path(document.sha256), type, document.fileName)
        switch result {
        case .refused(let refusal):
            try await fail(id, refusal, in: workspace, finish)
        case .text(let text):
            let passages = Chunker().passages(of: text)
            guard !passages.isEmpty else {
                return try await fail(id, .noText, in: workspace, finish)
            }
            try await embed(passages, of: id, in: workspace, finish)
        }
    }

    /// Gives up on a document whose job was tried too often, with words for the owner.
    package func giveUp(_ id: DocumentID, in workspace: WorkspaceID) async throws {
        let now = world.now()
        try await database.write(workspace) { transaction in
            _ = try DocumentStore.apply(
                .failed(
                    code: "document.interrupted",
                    reason: "Reading was interrupted too often. Press “Try again”."),
                to: id, at: now, transaction)
        }
    }

    /// Nil when the document was deleted or is done.
    private func begin(
        _ id: DocumentID, in workspace: WorkspaceID
    ) async throws -> DocumentStore.Listed? {
        let now = world.now()
        return try await database.write(workspace) { transaction in
            guard let document = try DocumentStore.find(id, transaction.reader),
                [.received, .extracting, .embedding].contains(document.status)
            else { return nil }
            _ = try DocumentStore.apply(.extractionStarted, to: id, at: now, transaction)
            return document
        }
    }

    private func embed(
        _ passages: [Passage], of id: DocumentID, in workspace: WorkspaceID,
        _ finish: @escaping @Sendable (Transaction) throws -> Void
    ) async throws {
        let generation: GenerationID = world.id()
        let now = world.now()
        try await database.write(workspace) { transaction in
            _ = try DocumentStore.apply(
                .extracted(passages: passages.count), to: id, at: now, transaction)
        }
        let model = try await embedder.modelID()
        var done = 0
        while done < passages.count {
            let batch = Array(passages[done..<min(done + Ingestion.batchSize, passages.count)])
            try await store(batch, of: id, generation, model, from: done, in: workspace)
            done += batch.count
        }
        let ended = world.now()
        try await database.write(workspace) { transaction in
            _ = try DocumentStore.apply(.embedded, to: id, at: ended, transaction)
            try PassageStore.swap(to: generation, document: id, at: ended, transaction)
            try finish(transaction)
        }
        await keeper.refresh(id, in: workspace)
        logger.info("document ready", ["passages": .integer(passages.count)])
    }

    private func store(
        _ batch: [Passage], of id: DocumentID, _ generation: GenerationID, _ model: String,
        from done: Int, in workspace: WorkspaceID
    ) async throws {
        let vectors = try await embedder.embed(batch.map(\.text), .passage)
        guard vectors.count == batch.count, Set(vectors.map(\.count)).count == 1 else {
            throw KnowledgeFault.wrongVectors
        }
        let world = world
        try await database.write(workspace) { transaction in
            // The document may have been deleted meanwhile; its row then refuses the passages.
            guard try DocumentStore.find(id, transaction.reader) != nil else {
                throw KnowledgeRefusal.unknownDocument
            }
            try PassageStore.insert(
                zip(batch, vectors).map { passage, vector in
                    .init(
                        id: world.id(), ordinal: passage.ordinal, page: passage.page,
                        heading: passage.headings.last, text: passage.quote,
                        startOffset: passage.start, endOffset: passage.end,
                        embeddedText: passage.text, embedding: vector)
                },
                document: id, generation: generation, model: model, transaction)
            try DocumentStore.noteProgress(done + batch.count, of: id, transaction)
        }
    }

    private func fail(
        _ id: DocumentID, _ refusal: ExtractionRefusal, in workspace: WorkspaceID,
        _ finish: @escaping @Sendable (Transaction) throws -> Void
    ) async throws {
        let now = world.now()
        try await database.write(workspace) { transaction in
            _ = try DocumentStore.apply(
                .failed(code: refusal.code, reason: refusal.detail), to: id, at: now, transaction)
            try PassageStore.removeAll(of: id, transaction)
            try finish(transaction)
        }
    }
}
