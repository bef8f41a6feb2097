package import Base
package import Domain
package import Store

/// Notices that passages are embedded by another model than before, and has every document read
/// again for it, a few at a time.
///
/// Vectors of two models are never compared: each passage is stored with the model's id, and a search
/// sees only those of the present one. Until a document's turn comes it is found by its words.
package struct EmbeddingModelMonitor: Service {
    package let name = "embedding model monitor"
    private let world: World
    private let database: Database
    private let embedder: EmbedderPort
    private let logger: Logger

    package static let interval = Duration.minutes(1)
    /// Documents of one workspace that are sent on their way in one round.
    package static let batch = 16

    package init(world: World, database: Database, embedder: EmbedderPort, logger: Logger) {
        self.world = world
        self.database = database
        self.embedder = embedder
        self.logger = logger
    }

    package func run() async throws {
        while !Task.isCancelled {
            do {
                _ = try await reembedStaleDocuments()
            } catch let fault as any Fault {
                // The model or the database is away; so nothing can be said, and it is asked again.
                logger.debug("documents are not compared", ["cause": .failure(fault)])
            }
            try await world.sleep(EmbeddingModelMonitor.interval)
        }
    }

    /// One round over all workspaces; gives how many documents will be read again.
    package func reembedStaleDocuments() async throws -> Int {
        let model = try await embedder.modelID()
        var count = 0
        for workspace in try await database.beforeTenant({ try $0.allWorkspaces() }) {
            let documents = try await database.read(workspace) { reader in
                try PassageStore.documents(notOf: model, limit: EmbeddingModelMonitor.batch, reader)
            }
            for document in documents {
                if try await renew(document, in: workspace) { count += 1 }
            }
        }
        if count > 0 {
            logger.notice(
                "documents are embedded again for another model", ["documents": .integer(count)])
        }
        return count
    }

    /// False when somebody else was faster, or it is gone.
    private func renew(_ id: DocumentID, in workspace: WorkspaceID) async throws -> Bool {
        let now = world.now()
        let world = world
        return try await database.write(workspace, by: .machine("embedding model")) { transaction in
            guard let document = try DocumentStore.lock(id, transaction),
                document.status == .ready
            else { return false }
            _ = try DocumentStore.apply(.retried, to: id, at: now, transaction)
            try KnowledgeJobs.ingest.enqueue(
                IngestJob(document: id), world,
                key: IngestJob.key(id, version: document.version + 1), transaction)
            return true
        }
    }
}
