package import Base
import Documents
package import Domain
package import Store
import VectorIndex

/// Retrieval: nearest vectors and full text put candidates forward, `PassageRanking` orders them.
///
/// Every hit is read again from the tables under the workspace, so nothing that was deleted, and
/// nothing of others, can appear, whatever the index says.
package struct KnowledgeSearch: Sendable {
    private let database: Database
    private let embedder: EmbedderPort
    private let indexCache: VectorIndexCache
    private let logger: Logger

    /// Candidates by meaning, and those that full text adds.
    static let near = 20
    static let worded = 10
    /// Sentences of one search that are compared; the rest of the shortlist goes without.
    static let sentenceLimit = 32

    package init(
        database: Database, embedder: EmbedderPort, indexCache: VectorIndexCache, logger: Logger
    ) {
        self.database = database
        self.embedder = embedder
        self.indexCache = indexCache
        self.logger = logger
    }

    /// For turns, which need the embedding too: an embedder that is away is thrown.
    package var retriever: RetrievalPort {
        RetrievalPort { workspace, query, limit in
            let vector = try await embed(query)
            let found = try await ranked(workspace, query, vector)
            return RetrievalPort.Result(embedding: vector, passages: found.prefix(limit).map(\.hit))
        }
    }

    /// For people: when the embedder is away, shared words alone still find something.
    package func search(
        _ workspace: WorkspaceID, _ query: String, limit: Int
    ) async throws -> [PassageHit] {
        do {
            return try await ranked(workspace, query, embed(query)).prefix(limit).map(\.hit)
        } catch let fault as any Fault {
            logger.warning("searching by words only", ["cause": .failure(fault)])
            return try await ranked(workspace, query, []).prefix(limit).map(\.hit)
        }
    }

    /// A passage with the numbers that placed it, for fitting the weights.
    package struct Ranked: Sendable {
        package let hit: PassageHit
        /// See `PassageRanking.names`; the sentence is 0 when its sentences were not looked at.
        package let values: [Double]
        package let isRead: Bool
    }

    /// All candidates, best first. An empty vector ranks by words alone.
    package func ranked(
        _ workspace: WorkspaceID, _ query: String, _ vector: [Float]
    ) async throws -> [Ranked] {
        let (rows, cosines) = try await candidates(workspace, query, vector)
        let ranking = PassageRanking(
            question: query,
            candidates: rows.map { row in
                .init(
                    text: row.text, heading: row.heading, title: row.title,
                    cosine: cosines[row.key] ?? 0)
            })
        let order = ranking.first
        let best = Array(order.prefix(PassageRanking.shortlisted))
        let sentences = try await sentenceCosines(best.map { rows[$0] }, vector)
        var relevance: [Int: Double] = [:]
        for (index, cosine) in zip(best, sentences) {
            relevance[index] = ranking.relevance(index, sentence: cosine)
        }
        let shortlist = best.enumerated().sorted { left, right in
            let (first, second) = (relevance[left.element] ?? 0, relevance[right.element] ?? 0)
            return first == second ? left.offset < right.offset : first > second
        }.map(\.element)
        let least = shortlist.last.flatMap { relevance[$0] } ?? 0
        let places = Dictionary(uniqueKeysWithValues: zip(best, sentences))
        return (shortlist + order.dropFirst(best.count)).map { index in
            Ranked(
                hit: hit(rows[index], cosines, relevance[index] ?? least),
                values: ranking.values(index, sentence: places[index] ?? 0),
                isRead: places[index] != nil)
        }
    }

    private func hit(
        _ row: PassageStore.Found, _ cosines: [Int64: Double], _ relevance: Double
    ) -> PassageHit {
        PassageHit(
            passage: row.passage, document: row.document, title: row.title, page: row.page,
            heading: row.heading, text: row.text, score: cosines[row.key] ?? 0,
            relevance: relevance)
    }

    private func embed(_ query: String) async throws -> [Float] {
        guard let vector = try await embedder.embed([query], .query).first, !vector.isEmpty else {
            throw KnowledgeFault.wrongVectors
        }
        return vector
    }

    /// The cosine of each passage's best sentence, from the memory of vectors where it has them.
    private func sentenceCosines(
        _ rows: [PassageStore.Found], _ vector: [Float]
    ) async throws -> [Double] {
        guard !vector.isEmpty else { return rows.map { _ in 0 } }
        var texts: [String] = []
        var ranges: [Range<Int>] = []
        for row in rows {
            let room = max(0, KnowledgeSearch.sentenceLimit - texts.count)
            let sentences = Sentences.split(row.text).prefix(room)
            ranges.append(texts.count..<texts.count + sentences.count)
            texts += sentences.map { SentenceText.embedded($0, under: row.heading) }
        }
        let vectors = texts.isEmpty ? [] : try await embedder.embed(texts, .query)
        guard vectors.count == texts.count else { throw KnowledgeFault.wrongVectors }
        return ranges.map { range in
            vectors[range].map { UnitVectors.cosine($0, vector) }.max() ?? 0
        }
    }

    /// What may answer, with the cosines that are known, by meaning first.
    private func candidates(
        _ workspace: WorkspaceID, _ query: String, _ vector: [Float]
    ) async throws -> (rows: [PassageStore.Found], cosines: [Int64: Double]) {
        let model = vector.isEmpty ? "" : try await embedder.modelID()
        let near = try await nearest(workspace, vector, model)
        let (rows, exact) = try await database.read(workspace) { reader in
            let byKey = try PassageStore.find(keys: near.map(\.key), reader)
            let known = Set(byKey.map(\.passage))
            let ids = try PassageStore.matching(query, limit: KnowledgeSearch.worded, reader)
            let found = try PassageStore.find(ids: ids.filter { !known.contains($0) }, reader)
            let places = Dictionary(uniqueKeysWithValues: zip(ids, ids.indices))
            let more = found.sorted { (places[$0.passage] ?? 0) < (places[$1.passage] ?? 0) }
            // Found by its words alone: how near it is in meaning is asked of whoever has it.
            let missing = more.map(\.key).filter {
                indexCache.similarity(of: $0, to: vector, in: workspace) == nil
            }
            let exact =
                missing.isEmpty || vector.isEmpty
                ? [] : try PassageStore.similarities(of: missing, to: vector, model: model, reader)
            return (byKey + more, exact)
        }
        var cosines = Dictionary(near.map { ($0.key, $0.similarity) }, uniquingKeysWith: max)
        for (key, similarity) in exact { cosines[key] = similarity }
        for row in rows where cosines[row.key] == nil {
            cosines[row.key] = indexCache.similarity(of: row.key, to: vector, in: workspace)
        }
        return (rows, cosines)
    }

    /// From the index; from pgvector, exactly, while the index is cold or being rebuilt.
    ///
    /// A vector that no stored one of its model can be compared with is thrown: the answer would be
    /// "nothing is known", and that is not true.
    private func nearest(
        _ workspace: WorkspaceID, _ vector: [Float], _ model: String
    ) async throws -> [(key: Int64, similarity: Double)] {
        guard !vector.isEmpty else { return [] }
        if let hits = indexCache.nearest(
            to: vector, model: model, limit: KnowledgeSearch.near, in: workspace)
        {
            return hits
        }
        let embedder = embedder
        return try await database.read(workspace) { reader in
            let hits = try PassageStore.nearest(
                to: vector, model: model, limit: KnowledgeSearch.near, reader)
            guard try !hits.isEmpty || PassageStore.fits(vector.count, model: model, reader) else {
                embedder.forget()
                throw KnowledgeFault.otherLength(vector.count)
            }
            return hits
        }
    }
}

/// A sentence as it is embedded: under its heading, which says what it is about.
enum SentenceText {
    static func embedded(_ sentence: String, under heading: String?) -> String {
        heading.map { "\($0): \(sentence)" } ?? sentence
    }
}
