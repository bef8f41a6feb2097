import Base
import Domain

/// Keeps the vectors of what services are called and how they are described.
///
/// Catalogues change seldom, and every message that names no service is held against them.
actor ServiceEmbeddingCache {
    private let embed: @Sendable ([String]) async throws -> [[Float]]
    private var vectors: [String: [Float]] = [:]

    /// Texts that are kept; all are forgotten when there would be more.
    static let limit = 4_000

    /// - Parameter embed: one vector for each text.
    init(embed: @escaping @Sendable ([String]) async throws -> [[Float]]) {
        self.embed = embed
    }

    /// The vectors of the texts, in the same shape.
    func vectors(of groups: [[String]], length: Int) async throws -> [[[Float]]] {
        let missing = Set(groups.joined()).filter { vectors[$0]?.count != length }.sorted()
        if !missing.isEmpty {
            let fresh = try await embed(missing)
            if vectors.count + fresh.count > ServiceEmbeddingCache.limit { vectors = [:] }
            for (text, vector) in zip(missing, fresh) { vectors[text] = vector }
        }
        return groups.map { group in group.map { vectors[$0] ?? [] } }
    }
}
