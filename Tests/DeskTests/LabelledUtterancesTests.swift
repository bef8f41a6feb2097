import Desk
import Domain
import Foundation
import TestKit
import Testing

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
}
