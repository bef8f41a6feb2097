package import Base
package import Domain
package import Store

/// Retrieval: nearest vectors and shared words, fused by reciprocal rank.
///
/// Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual rank
/// learning methods" (SIGIR 2009). Every hit is read again from the tables under the workspace, so
/// nothing that was deleted, and nothing of others, can appear, whatever the index says.
package struct KnowledgeSearch: Sendable {
    private let database: Database
    private let embedder: EmbedderPort
    private let keeper: IndexKeeper
    private let logger: Logger

    /// Candidates that each way of searching puts forward.
    static let candidates = 30
    /// The constant of the paper.
    static let rankConstant = 60.0
    /// What a rank by shared words counts beside one by meaning.
    static let wordWeight = 0.5

    package init(
        database: Database, embedder: EmbedderPort, keeper: IndexKeeper, logger: Logger
    ) {
        self.database = database
        self.embedder = embedder
        self.keeper = keeper
        self.logger = logger
    }

    /// For turns, which need the embedding too: an embedder that is away is thrown.
    package var retriever: Retriever {
        Retriever { workspace, query, limit in
            let vector = try await embed(query)
            let near = try await nearest(workspace, vector)
            let hits = try await fused(workspace, query, vector, near, limit: limit)
            return Retriever.Result(embedding: vector, passages: hits)
        }
    }

    /// For people: when the embedder is away, shared words alone still find something.
    package func search(
        _ workspace: WorkspaceID, _ query: String, limit: Int
    ) async throws -> [PassageHit] {
        var vector: [Float] = []
        var near: [(key: Int64, similarity: Double)] = []
        do {
            vector = try await embed(query)
            near = try await nearest(workspace, vector)
        } catch let fault as any Fault {
            logger.warning("searching by words only", ["cause": .failure(fault)])
        }
        return try await fused(workspace, query, vector, near, limit: limit)
    }

    private func embed(_ query: String) async throws -> [Float] {
        guard let vector = try await embedder.embed([query], .query).first, !vector.isEmpty else {
            throw KnowledgeFault.wrongVectors
        }
        return vector
    }

    private func fused(
        _ workspace: WorkspaceID, _ query: String, _ vector: [Float],
        _ near: [(key: Int64, similarity: Double)], limit: Int
    ) async throws -> [PassageHit] {
        let (byWords, rows) = try await database.read(workspace) { reader in
            let ids = try PassageStore.matching(
                query, limit: KnowledgeSearch.candidates, reader)
            let byKey = try PassageStore.find(keys: near.map(\.key), reader)
            let known = Set(byKey.map(\.passage))
            let more = try PassageStore.find(ids: ids.filter { !known.contains($0) }, reader)
            return (ids, byKey + more)
        }
        var points: [PassageID: Double] = [:]
        let byKey = Dictionary(rows.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        var similarity: [PassageID: Double] = [:]
        for (rank, hit) in near.enumerated() {
            guard let row = byKey[hit.key] else { continue }
            points[row.passage, default: 0] += 1 / (KnowledgeSearch.rankConstant + Double(rank))
            similarity[row.passage] = hit.similarity
        }
        for (rank, id) in byWords.enumerated() {
            points[id, default: 0] +=
                KnowledgeSearch.wordWeight / (KnowledgeSearch.rankConstant + Double(rank))
        }
        let best = rows.sorted { left, right in
            let (first, second) = (points[left.passage] ?? 0, points[right.passage] ?? 0)
            return first == second ? left.key < right.key : first > second
        }
        return best.prefix(limit).map { row in
            PassageHit(
                passage: row.passage, document: row.document, title: row.title, page: row.page,
                heading: row.heading, text: row.text,
                score: similarity[row.passage]
                    ?? keeper.similarity(of: row.key, to: vector, in: workspace) ?? 0)
        }
    }

    /// From the index; from pgvector, exactly, while the index is cold or being rebuilt.
    ///
    /// A vector that no stored one of its model can be compared with is thrown: the answer would be
    /// "nothing is known", and that is not true.
    private func nearest(
        _ workspace: WorkspaceID, _ vector: [Float]
    ) async throws -> [(key: Int64, similarity: Double)] {
        let model = try await embedder.modelID()
        if let hits = keeper.nearest(
            to: vector, model: model, limit: KnowledgeSearch.candidates, in: workspace)
        {
            return hits
        }
        let embedder = embedder
        return try await database.read(workspace) { reader in
            let hits = try PassageStore.nearest(
                to: vector, model: model, limit: KnowledgeSearch.candidates, reader)
            guard try !hits.isEmpty || PassageStore.fits(vector.count, model: model, reader) else {
                embedder.forget()
                throw KnowledgeFault.otherLength(vector.count)
            }
            return hits
        }
    }
}
