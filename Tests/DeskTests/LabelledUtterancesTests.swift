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
    @Test("The head that ships was trained from them, for the built-in model")
    func head() async throws {
        let utterances = try LabelledUtterances.all()
        let key = StoredIntents.key(utterances, TextEncoder.modelID)
        if ProcessInfo.processInfo.environment["RENEW_INTENTS"] != nil {
            try await renew(utterances, LabelledUtterances.headName(key))
            return
        }
        let stored = try LabelledUtterances.head(key)
        let data = try #require(stored, "RENEW_INTENTS=1 makes \(LabelledUtterances.headName(key))")
        let head = try ClassifierHead(
            decoding: data, model: TextEncoder.modelID,
            dimension: TextEncoder.dimensions + TextGrams.count)
        #expect(head.metrics.heldOut.rows == utterances.count)
        #expect(head.metrics.heldOut.accuracy > 0.75)
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
        try model.head.encoded().write(to: URL(fileURLWithPath: "\(folder)/\(name).json"))
    }
}
