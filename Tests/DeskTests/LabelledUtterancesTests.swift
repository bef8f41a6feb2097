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
    @Test("Every intent often enough, no utterance twice")
    func shipped() throws {
        let shipped = try LabelledUtterances.all()
        #expect(Set(shipped.map(\.text)).count == shipped.count)
        for intent in Intent.allCases {
            #expect(shipped.count { $0.intent == intent } >= 60, "\(intent)")
        }
    }

    @Test("The classifier that set-up keeps was trained from them, for the built-in model")
    func trained() async throws {
        let provider = try await RealModel.intents.value()
        #expect(try await provider.isKept())
        let model = try await provider.model()
        #expect(model.vectorLength == TextEncoder.dimensions)
        let count = try LabelledUtterances.all().count
        #expect(model.head.metrics.heldOut.rows == count)
        #expect(model.head.metrics.heldOut.accuracy > 0.75)
    }

    @Test("With what set-up keeps, nothing is embedded before the first message is understood")
    func firstStart() async throws {
        _ = try await RealModel.intents.value()
        let folder = try TestFolder()
        let provider = IntentClassifierProvider(
            embedder: EmbedderPort(
                embed: { texts, _ in
                    Issue.record("\(texts.count) texts were embedded")
                    return []
                },
                modelID: { TextEncoder.modelID }),
            prepared: URL(fileURLWithPath: Clone.vendor("intents")),
            folder: URL(fileURLWithPath: folder.path), logger: .silent)
        #expect(try await provider.model(fitting: TextEncoder.dimensions).vectorLength > 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
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
}
