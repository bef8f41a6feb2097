import Base
import Domain
import Encoder
import Foundation
import Learning
import TestKit
import Testing

@testable import Desk

@Suite("The utterances that intents are learned from")
struct LabelledUtterancesTests {
    @Test("What ships is what lies in the corpora, every intent often enough, none twice")
    func shipped() throws {
        let shipped = try LabelledUtterances.all()
        let corpus = try LabelledUtterances.read(
            Data(contentsOf: URL(fileURLWithPath: Clone.file("corpora/intents/train.jsonl"))))
        #expect(shipped == corpus)
        #expect(Set(shipped.map(\.text)).count == shipped.count)
        for intent in Intent.allCases {
            #expect(shipped.count { $0.intent == intent } >= 60, "\(intent)")
        }
    }

    /// Set RENEW_INTENTS=1 to train it anew and write it beside the utterances.
    @Test("The classifier that ships was trained from them, for the built-in model")
    func trained() async throws {
        let utterances = try LabelledUtterances.all()
        let key = StoredIntents.key(utterances, TextEncoder.modelID)
        if ProcessInfo.processInfo.environment["RENEW_INTENTS"] != nil {
            try await renew(utterances, LabelledUtterances.fileName(key))
            return
        }
        let file = try #require(
            LabelledUtterances.trained(key),
            "RENEW_INTENTS=1 makes \(LabelledUtterances.fileName(key))")
        let stored = try JSONCoding.decode(StoredIntents.self, from: Data(contentsOf: file))
        let model = try stored.model(utterances, TextEncoder.modelID)
        #expect(model.head.metrics.heldOut.rows == utterances.count)
        #expect(model.head.metrics.heldOut.accuracy > 0.75)
    }

    @Test("With what ships, nothing is embedded before the first message is understood")
    func firstStart() async throws {
        let keeper = IntentKeeper(
            embedder: EmbedderPort(
                embed: { texts, _ in
                    Issue.record("\(texts.count) texts were embedded")
                    return []
                },
                modelID: { TextEncoder.modelID }),
            folder: nil, logger: .silent)
        #expect(try await keeper.model(fitting: TextEncoder.dimensions).vectorLength > 0)
    }

    @Test("Vectors come back from the file as they were, to a fiftieth of their length")
    func roundTrip() async throws {
        let utterances = Array(try LabelledUtterances.all().prefix(64))
        let embeddings = try await RealModel.port.value().embed(utterances.map(\.text), .passage)
        let stored = StoredIntents(head: Data(), embeddings)
        #expect(stored.vectors.count == embeddings.count * TextEncoder.dimensions)
        for (row, embedding) in embeddings.enumerated() {
            var apart: Float = 0
            for (column, number) in embedding.enumerated() {
                let byte = stored.vectors[row * embedding.count + column]
                let error = Float(Int8(bitPattern: byte)) * stored.steps[row] - number
                apart += error * error
            }
            #expect(apart.squareRoot() < 0.02)
        }
    }

    private func renew(_ utterances: [Utterance], _ name: String) async throws {
        let embeddings = try await RealModel.port.value().embed(utterances.map(\.text), .passage)
        let model = try IntentModel.train(
            utterances, embeddings: embeddings, model: TextEncoder.modelID)
        let folder = Clone.file("Sources/Desk/Understanding/Utterances")
        for file in try FileManager.default.contentsOfDirectory(atPath: folder)
        where file.hasPrefix("intents-") {
            try FileManager.default.removeItem(atPath: "\(folder)/\(file)")
        }
        let stored = StoredIntents(head: try model.head.encoded(), embeddings)
        try JSONCoding.encode(stored).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
    }
}
