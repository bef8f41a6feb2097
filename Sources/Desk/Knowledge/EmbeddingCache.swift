import Base
import Cryptography
package import Domain

/// Remembers the vectors of short texts, so that none is embedded twice in a row of turns.
///
/// An answer compares the question with the sentences of a few passages, and a business has the
/// same sentences for every customer: embedding them was most of a turn. Texts are kept as
/// digests only. What was not used for one whole generation is forgotten.
package final class EmbeddingCache: Sendable {
    /// Vectors of one generation; two are kept, about 13 MB of 384 numbers each.
    package static let generationLimit = 8_192

    private struct State {
        var model = ""
        var length: Int?
        var fresh: [[UInt8]: [Float]] = [:]
        var old: [[UInt8]: [Float]] = [:]

        mutating func find(_ key: [UInt8], _ limit: Int) -> [Float]? {
            if let vector = fresh[key] { return vector }
            guard let vector = old[key] else { return nil }
            keep(vector, for: key, limit)
            return vector
        }

        mutating func keep(_ vector: [Float], for key: [UInt8], _ limit: Int) {
            if fresh.count >= limit {
                old = fresh
                fresh = [:]
            }
            fresh[key] = vector
        }
    }

    private let state = Lock(State())
    private let limit: Int

    package init(generationLimit: Int = EmbeddingCache.generationLimit) {
        limit = generationLimit
    }

    /// The same port; only texts that are not known are asked for, in one call.
    ///
    /// Passages pass by: each is embedded once, to be stored.
    package func caching(_ port: EmbedderPort) -> EmbedderPort {
        EmbedderPort(
            embed: { [self] texts, purpose in
                guard purpose == .query else { return try await port.embed(texts, purpose) }
                return try await vectors(of: texts, port)
            },
            modelID: port.modelID,
            forget: { [self] in
                state.withLock { $0 = State() }
                port.forget()
            }, check: port.check)
    }

    private func vectors(of texts: [String], _ port: EmbedderPort) async throws -> [[Float]] {
        let model = try await port.modelID()
        let keys = texts.map { SHA256.digest($0) }
        var vectors = known(keys, of: model)
        let missing = vectors.indices.filter { vectors[$0] == nil }
        guard !missing.isEmpty else { return vectors.compactMap { $0 } }
        let fresh = try await port.embed(missing.map { texts[$0] }, .query)
        guard fresh.count == missing.count else { throw KnowledgeFault.wrongVectors }
        // Asked again: the server may have been exchanged for another while it answered.
        let isSame = try await port.modelID() == model
        guard isFitting(fresh, model) else { throw KnowledgeFault.wrongVectors }
        for (place, vector) in zip(missing, fresh) { vectors[place] = vector }
        guard isSame else { return try await port.embed(texts, .query) }
        state.withLock { state in
            guard state.model == model else { return }
            for place in missing { state.keep(vectors[place] ?? [], for: keys[place], limit) }
        }
        return vectors.compactMap { $0 }
    }

    /// Whether new vectors are as long as those that are remembered of the model.
    ///
    /// If not, all are forgotten: which of them were wrong is not known here.
    private func isFitting(_ fresh: [[Float]], _ model: String) -> Bool {
        state.withLock { state in
            guard state.model == model else { return true }
            let lengths = Set(fresh.map(\.count)).union(state.length.map { [$0] } ?? [])
            if lengths.count == 1 {
                state.length = lengths.first
            } else {
                state = State(model: model)
            }
            return lengths.count == 1
        }
    }

    private func known(_ keys: [[UInt8]], of model: String) -> [[Float]?] {
        state.withLock { state in
            if state.model != model { state = State(model: model) }
            return keys.map { state.find($0, limit) }
        }
    }
}
