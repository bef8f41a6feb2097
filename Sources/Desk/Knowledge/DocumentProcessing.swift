package import Base
import Documents
package import Domain
package import Store

/// Makes a document searchable: read it in a confined process, cut it into passages, embed them,
/// and swap the new generation in at once.
///
/// A lost worker loses nothing that was acknowledged: the job is claimed again and begins anew; the
/// generation in progress is invisible until it is whole.
package struct DocumentProcessing: Sendable {
    private let world: World
    private let database: Database
    private let blobs: BlobPort
    private let extractor: ExtractorPort
    private let embedder: EmbedderPort
    private let indexCache: VectorIndexCache
    private let logger: Logger
    private let storage: StoragePolicy

    private static let origin = EventOrigin.machine("documents")

    /// Passages that are embedded and stored at a time.
    package static let batchSize = 64

    package init(
        world: World, database: Database, blobs: BlobPort, extractor: ExtractorPort,
        embedder: EmbedderPort, indexCache: VectorIndexCache, logger: Logger,
        storage: StoragePolicy = StoragePolicy()
    ) {
        self.world = world
        self.database = database
        self.blobs = blobs
        self.extractor = extractor
        self.embedder = embedder
        self.indexCache = indexCache
        self.logger = logger
        self.storage = storage
    }

    /// Runs the job of a document; the job is completed with the last step.
    ///
    /// A document that cannot be read ends as failed with a reason; a fault of the world is thrown
    /// and the job is tried again. One that was deleted meanwhile is left alone.
    package func run(
        _ id: DocumentID, in workspace: WorkspaceID, lease: LeaseGuard
    ) async throws {
        do {
            try await make(id, in: workspace, lease)
        } catch KnowledgeRefusal.unknownDocument {
            try await database.write(workspace, by: DocumentProcessing.origin) {
                try lease.finish($0)
            }
        }
    }

    private func make(
        _ id: DocumentID, in workspace: WorkspaceID, _ lease: LeaseGuard
    ) async throws {
        guard let document = try await begin(id, in: workspace, lease) else {
            return try await database.write(workspace, by: DocumentProcessing.origin) {
                try lease.finish($0)
            }
        }
        guard let type = FileType(rawValue: document.fileType) else {
            return try await fail(id, .binary, in: workspace, lease)
        }
        try refuseFullDisk()
        let result = try await extractor.extract(
            blobs.path(document.sha256), type, document.fileName)
        switch result {
        case .refused(let refusal):
            try await fail(id, refusal, in: workspace, lease)
        case .text(let text):
            let passages = Chunker().passages(of: text)
            guard !passages.isEmpty else {
                return try await fail(id, .noText, in: workspace, lease)
            }
            try await embed(passages, of: document, in: workspace, lease)
        }
    }

    private func refuseFullDisk() throws(KnowledgeFault) {
        guard storage.hasRoom(free: blobs.freeBytes()) else { throw .diskFull }
    }

    /// Gives up on a document and completes its job, with words for the owner.
    package func giveUp(
        _ id: DocumentID, in workspace: WorkspaceID, after error: any Error, lease: LeaseGuard
    ) async throws {
        let now = world.now()
        let cause = DocumentProcessing.explanation(of: error)
        try await database.write(workspace, by: DocumentProcessing.origin) { transaction in
            try lease.check(transaction)
            if let document = try DocumentStore.lock(id, transaction), document.isUnderWay {
                _ = try DocumentStore.apply(
                    .failed(
                        code: "document.interrupted",
                        reason: (cause ?? "Reading was interrupted too often.")
                            + " Press “Try again” once this is mended."),
                    to: id, at: now, transaction)
            }
            try lease.finish(transaction)
        }
    }

    /// Says on a document why it waits; without words for the error nothing is said.
    package func explainDelay(
        of id: DocumentID, in workspace: WorkspaceID, after error: any Error, lease: LeaseGuard
    ) async throws {
        guard let cause = DocumentProcessing.explanation(of: error) else { return }
        let now = world.now()
        try await database.write(workspace, by: DocumentProcessing.origin) { transaction in
            try lease.check(transaction)
            guard let document = try DocumentStore.lock(id, transaction), document.isUnderWay
            else { return }
            try DocumentStore.noteDelay(
                code: "document.delayed", reason: cause + " It is tried again by itself.",
                of: id, at: now, transaction)
        }
    }

    private static func explanation(of error: any Error) -> String? {
        (error as? any ExplainedFault)?.explanation
    }

    /// Nil when the document was deleted or is done.
    private func begin(
        _ id: DocumentID, in workspace: WorkspaceID, _ lease: LeaseGuard
    ) async throws -> DocumentStore.Listed? {
        let now = world.now()
        return try await database.write(workspace, by: DocumentProcessing.origin) { transaction in
            try lease.check(transaction)
            guard let document = try DocumentStore.lock(id, transaction), document.isUnderWay
            else { return nil }
            _ = try DocumentStore.apply(.extractionStarted, to: id, at: now, transaction)
            return document
        }
    }

    private func embed(
        _ passages: [Passage], of document: DocumentStore.Listed, in workspace: WorkspaceID,
        _ lease: LeaseGuard
    ) async throws {
        let id = document.id
        let generation: GenerationID = world.id()
        let now = world.now()
        try await database.write(workspace, by: DocumentProcessing.origin) { transaction in
            try lease.check(transaction)
            _ = try DocumentStore.lock(id, transaction)
                .orThrow(KnowledgeRefusal.unknownDocument)
            _ = try DocumentStore.apply(
                .extracted(passages: passages.count), to: id, at: now, transaction)
        }
        let model = try await embedder.modelID()
        var done = 0
        var dimension: Int?
        while done < passages.count {
            // Vectors take several times the room of their text.
            try refuseFullDisk()
            let batch = Array(
                passages[done..<min(done + DocumentProcessing.batchSize, passages.count)])
            let vectors = try await vectors(of: batch, dimension: &dimension)
            if done == 0, document.liveGeneration == nil, let dimension {
                try await check(dimension, model, in: workspace)
            }
            try await store(
                Array(zip(batch, vectors)), of: id, generation, model, from: done, in: workspace,
                lease)
            done += batch.count
        }
        // The service may have been given another model while it answered: then nothing of this is
        // kept, and the next attempt is all of the new one.
        guard try await embedder.modelID() == model else { throw KnowledgeFault.otherModel }
        // In memory before it is live: who sees `ready` finds the document at once.
        await indexCache.prepare(id, generation: generation, model: model, in: workspace)
        let ended = world.now()
        do {
            try await database.write(workspace, by: DocumentProcessing.origin) { transaction in
                try lease.check(transaction)
                _ = try DocumentStore.lock(id, transaction)
                    .orThrow(KnowledgeRefusal.unknownDocument)
                _ = try DocumentStore.apply(.embedded, to: id, at: ended, transaction)
                try PassageStore.swap(to: generation, document: id, at: ended, transaction)
                try lease.finish(transaction)
            }
        } catch {
            await indexCache.refresh(id, in: workspace)
            throw error
        }
        await indexCache.refresh(id, in: workspace)
        logger.info("document ready", ["passages": .integer(passages.count)])
    }

    /// The vectors of a batch, all of one length through the whole document, and of real numbers.
    private func vectors(
        of batch: [Passage], dimension: inout Int?
    ) async throws -> [[Float]] {
        let vectors = try await embedder.embed(batch.map(\.text), .passage)
        guard vectors.count == batch.count, let length = vectors.first?.count, length > 0,
            vectors.allSatisfy({ $0.count == (dimension ?? length) && $0.allSatisfy(\.isFinite) })
        else { throw KnowledgeFault.wrongVectors }
        dimension = length
        return vectors
    }

    /// A new document must be comparable with those that are there. One that is read again need
    /// not be: so all can be brought to another length, one after the other.
    private func check(
        _ dimension: Int, _ model: String, in workspace: WorkspaceID
    ) async throws {
        let fits = try await database.read(workspace) { reader in
            try PassageStore.fits(dimension, model: model, reader)
        }
        guard fits else {
            embedder.forget()
            throw KnowledgeFault.otherLength(dimension)
        }
    }

    private func store(
        _ batch: [(Passage, [Float])], of id: DocumentID, _ generation: GenerationID,
        _ model: String, from done: Int, in workspace: WorkspaceID, _ lease: LeaseGuard
    ) async throws {
        let world = world
        try await database.write(workspace, by: DocumentProcessing.origin) { transaction in
            try lease.check(transaction)
            // Locked: a deletion either waits for these passages and takes them along, or is seen.
            _ = try DocumentStore.lock(id, transaction)
                .orThrow(KnowledgeRefusal.unknownDocument)
            try PassageStore.insert(
                batch.map { passage, vector in
                    .init(
                        id: world.id(), ordinal: passage.ordinal, page: passage.page,
                        heading: passage.headings.last, text: passage.quote,
                        startOffset: passage.start, endOffset: passage.end,
                        embeddedText: passage.text, embedding: vector)
                },
                document: id, generation: generation, model: model, transaction)
            try DocumentStore.noteProgress(
                done + batch.count, of: id, at: world.now(), transaction)
        }
    }

    private func fail(
        _ id: DocumentID, _ refusal: ExtractionRefusal, in workspace: WorkspaceID,
        _ lease: LeaseGuard
    ) async throws {
        let now = world.now()
        try await database.write(workspace, by: DocumentProcessing.origin) { transaction in
            try lease.check(transaction)
            _ = try DocumentStore.lock(id, transaction)
                .orThrow(KnowledgeRefusal.unknownDocument)
            _ = try DocumentStore.apply(
                .failed(code: refusal.code, reason: refusal.detail), to: id, at: now, transaction)
            try PassageStore.removeAll(of: id, transaction)
            try lease.finish(transaction)
        }
        await indexCache.refresh(id, in: workspace)
    }
}

extension DocumentStore.Listed {
    fileprivate var isUnderWay: Bool {
        [.received, .extracting, .embedding].contains(status)
    }
}

extension Optional {
    fileprivate func orThrow(_ error: some Error) throws -> Wrapped {
        guard let self else { throw error }
        return self
    }
}
