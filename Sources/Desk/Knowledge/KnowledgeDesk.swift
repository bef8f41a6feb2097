package import Base
package import Domain
package import Store

/// What staff do with documents once they are there: delete, read again, search.
package struct KnowledgeDesk: Sendable {
    private let world: World
    private let database: Database
    private let search: KnowledgeSearch
    private let indexCache: VectorIndexCache

    package static let queryLimit = 2_000
    package static let resultLimit = 50

    package init(
        world: World, database: Database, search: KnowledgeSearch, indexCache: VectorIndexCache
    ) {
        self.world = world
        self.database = database
        self.search = search
        self.indexCache = indexCache
    }

    /// Removes a document. When this returns, no answer finds it.
    package func delete(
        _ id: DocumentID, by staff: Staff, receipt: Receipt<Void>? = nil
    ) async throws {
        try staff.require(.manageKnowledge)
        let now = world.now()
        try await database.write(staff.workspace, by: staff.origin, receipt) { transaction in
            guard try DocumentStore.lock(id, transaction) != nil else {
                throw KnowledgeRefusal.unknownDocument
            }
            _ = try DocumentStore.apply(.deleted, to: id, at: now, transaction)
            try PassageStore.removeAll(of: id, transaction)
        }
        await indexCache.refresh(id, in: staff.workspace)
    }

    /// Reads a document again, for example after it failed.
    package func retry(
        _ id: DocumentID, by staff: Staff, receipt: Receipt<Void>? = nil
    ) async throws {
        try staff.require(.manageKnowledge)
        let now = world.now()
        let world = world
        try await database.write(staff.workspace, by: staff.origin, receipt) { transaction in
            guard let document = try DocumentStore.lock(id, transaction) else {
                throw KnowledgeRefusal.unknownDocument
            }
            // One that waits for its next attempt need not wait any longer. One that is under way
            // is only given another job: it comes after the present one, and finds nothing to do
            // unless that one was parked.
            if document.status == .failed || document.status == .ready {
                _ = try DocumentStore.apply(.retried, to: id, at: now, transaction)
            } else {
                try transaction.record(DocumentEvents.retried, of: id, at: now)
            }
            let job = IngestJob(document: id)
            if try KnowledgeJobs.ingest.runNow(job, world, transaction) { return }
            try KnowledgeJobs.ingest.enqueue(
                job, world, key: IngestJob.key(id, version: document.version + 1), transaction)
        }
    }

    /// The passages nearest to a question, best first.
    package func search(_ query: String, limit: Int, by staff: Staff) async throws -> [PassageHit] {
        let query = query.trimmingWhitespace
        guard !query.isEmpty else { throw KnowledgeRefusal.emptyQuery }
        guard query.unicodeScalars.count <= KnowledgeDesk.queryLimit else {
            throw KnowledgeRefusal.queryTooLong(limit: KnowledgeDesk.queryLimit)
        }
        let limit = min(max(1, limit), KnowledgeDesk.resultLimit)
        return try await search.search(staff.workspace, query, limit: limit)
    }
}
