package import Base
package import Domain
package import Foundation
import Learning

/// Provides the intent classifier: makes it on first use, and keeps it on disk for the next start.
///
/// It is trained from the utterances that ship with the program, with the embedder that it is given.
/// For the built-in embedding model set-up has done that (`frontdesk intents`), so that no start
/// takes half a minute. A different model, other utterances or other cues make another file.
package actor IntentClassifierProvider {
    private let embedder: EmbedderPort
    private let prepared: URL?
    private let folder: URL?
    private let logger: Logger
    private let training: @Sendable () throws -> [Utterance]
    private let thread = ThreadExecutor(name: "intents")
    private var ready: IntentModel?
    private var waiting: [CheckedContinuation<IntentModel, any Error>] = []
    private var isPreparing = false
    /// What is on disk for vectors of this length is not to be used.
    private var refusedLength: Int?

    /// Utterances that are embedded at a time.
    static let batchSize = 64

    /// Training blocks, so it has a thread of its own.
    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        thread.asUnownedSerialExecutor()
    }

    /// - Parameters:
    ///   - prepared: where set-up has kept one; nothing is written there.
    ///   - folder: where one is kept that was trained here; without it, it lives only in memory.
    package init(
        embedder: EmbedderPort, prepared: URL? = nil, folder: URL?, logger: Logger,
        training: @escaping @Sendable () throws -> [Utterance] = { try LabelledUtterances.all() }
    ) {
        self.embedder = embedder
        self.training = training
        self.prepared = prepared
        self.folder = folder
        self.logger = logger
    }

    deinit { thread.stop() }

    /// The classifier for messages with vectors of this length.
    ///
    /// One that was trained with vectors of another length is thrown away and trained again: the
    /// embedder was wrong then, or it is wrong now, and then this throws.
    package func model(fitting length: Int) async throws -> IntentModel {
        let found = try await model()
        if length == 0 || found.vectorLength == length { return found }
        if ready?.vectorLength == found.vectorLength {
            ready = nil
            refusedLength = found.vectorLength
        }
        let fresh = try await model()
        guard fresh.vectorLength == length else { throw UnderstandingFault.wrongVectors }
        return fresh
    }

    /// The classifier; the first caller loads or trains it while the others wait. Call it at the
    /// start, so that no customer waits for it.
    package func model() async throws -> IntentModel {
        if let ready { return ready }
        if isPreparing {
            return try await withCheckedThrowingContinuation { waiting.append($0) }
        }
        isPreparing = true
        let result: Result<IntentModel, any Error>
        do {
            result = .success(try await prepare())
        } catch {
            result = .failure(error)
        }
        isPreparing = false
        let woken = waiting
        waiting = []
        for continuation in woken { continuation.resume(with: result) }
        let model = try result.get()
        ready = model
        return model
    }

    /// Whether the classifier for these utterances and this model is kept already.
    package func isKept() async throws -> Bool {
        let key = StoredIntents.key(try training(), try await embedder.modelID())
        return [prepared, folder].contains { place in
            place.map {
                FileManager.default.fileExists(
                    atPath: $0.appendingPathComponent(StoredIntents.fileName(key)).path)
            } ?? false
        }
    }

    private func prepare() async throws -> IntentModel {
        let utterances = try training()
        let modelID = try await embedder.modelID()
        let key = StoredIntents.key(utterances, modelID)
        let name = StoredIntents.fileName(key)
        let file = folder?.appendingPathComponent(name)
        for place in [prepared?.appendingPathComponent(name), file].compactMap({ $0 }) {
            if let stored = restored(place, utterances, modelID),
                stored.vectorLength != refusedLength
            {
                return stored
            }
        }
        let embeddings = try await embedded(utterances)
        let model = try trained(utterances, embeddings, modelID)
        if let file { keep(model, embeddings, in: file) }
        return model
    }

    private func trained(
        _ utterances: [Utterance], _ embeddings: [[Float]], _ modelID: String
    ) throws -> IntentModel {
        let model = try IntentModel.train(utterances, embeddings: embeddings, model: modelID)
        logger.info(
            "intents trained",
            [
                "utterances": .integer(utterances.count),
                "held_out_accuracy": .number(model.head.metrics.heldOut.accuracy),
            ])
        return model
    }

    /// The vectors of a message's parts.
    nonisolated func vectors(of texts: [String]) async throws -> [[Float]] {
        let vectors = try await embedder.embed(texts, .query)
        guard vectors.count == texts.count else { throw UnderstandingFault.wrongVectors }
        return vectors
    }

    private func embedded(_ utterances: [Utterance]) async throws -> [[Float]] {
        var embeddings: [[Float]] = []
        while embeddings.count < utterances.count {
            let next = utterances[embeddings.count...].prefix(IntentClassifierProvider.batchSize)
            let vectors = try await embedder.embed(next.map(\.text), .passage)
            let length = (embeddings.first ?? vectors.first)?.count
            guard vectors.count == next.count, vectors.allSatisfy({ $0.count == length })
            else { throw UnderstandingFault.wrongVectors }
            embeddings += vectors
        }
        return embeddings
    }

    private func restored(
        _ file: URL, _ utterances: [Utterance], _ modelID: String
    ) -> IntentModel? {
        do {
            guard FileManager.default.fileExists(atPath: file.path) else { return nil }
            let stored = try JSONCoding.decode(
                StoredIntents.self, from: try Data(contentsOf: file))
            return try stored.model(utterances, modelID)
        } catch {
            logger.warning("stored intents are trained again", ["cause": .failure(error)])
            return nil
        }
    }

    private func keep(_ model: IntentModel, _ embeddings: [[Float]], in file: URL) {
        do {
            let stored = StoredIntents(head: try model.head.encoded(), embeddings)
            try JSONCoding.encode(stored).write(to: file, options: .atomic)
        } catch {
            // A full disk costs a second at the next start, nothing else.
            logger.warning("intents were not kept", ["cause": .failure(error)])
        }
    }
}
