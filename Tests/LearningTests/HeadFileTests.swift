import Base
import Foundation
import Testing

@testable import Learning

@Suite("A saved head")
struct HeadFileTests {
    private func head() throws -> ClassifierHead {
        var source = SyntheticUtterances(dimension: 5, classCount: 3, seed: 8)
        return try HeadTrainer.train(
            source.set(rowsPerClass: 10, noise: 1, strangers: 5), model: "model-a")
    }

    @Test("Saving and loading gives the same head")
    func roundTrip() throws {
        let head = try head()
        let loaded = try ClassifierHead(
            decoding: head.encoded(), model: "model-a", dimension: 5)
        #expect(loaded == head)
        #expect(loaded.dataFingerprint.count == 16)
    }

    @Test("A head of another model or dimension is refused")
    func another() throws {
        let data = try head().encoded()
        #expect(throws: LearningRefusal.anotherModel(expected: "model-b", found: "model-a")) {
            try ClassifierHead(decoding: data, model: "model-b", dimension: 5)
        }
        #expect(throws: LearningRefusal.wrongDimension(expected: 6, found: 5)) {
            try ClassifierHead(decoding: data, model: "model-a", dimension: 6)
        }
    }

    @Test("A damaged or forged file is refused, never a crash")
    func hostile() throws {
        let head = try head()
        let data = try head.encoded()
        for length in stride(from: 0, to: data.count, by: 7) {
            #expect(throws: LearningRefusal.self) {
                try ClassifierHead(
                    decoding: data.prefix(length), model: "model-a", dimension: 5)
            }
        }
        var chance = SeededRandom(seed: 9)
        var refused = 0
        for _ in 0..<300 {
            var bytes = data
            let place = Int.random(in: 0..<bytes.count, using: &chance)
            bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &chance)
            // A flip inside the metrics may go unseen, but then predictions are untouched.
            // `try?`: a refusal is the usual and right outcome here.
            if let loaded = try? ClassifierHead(decoding: bytes, model: "model-a", dimension: 5) {
                #expect(
                    try loaded.predict([1, 2, 3, 4, 5]) == head.predict([1, 2, 3, 4, 5]))
            } else {
                refused += 1
            }
        }
        #expect(refused > 150)
        let text = String(decoding: data, as: UTF8.self)
        for (from, to) in [
            ("\"version\":2", "\"version\":3"), ("\"dimension\":5", "\"dimension\":-5"),
            ("\"dimension\":5", "\"dimension\":500000"), ("[\"class0\"", "[\"class1\""),
        ] {
            let forged = text.replacing(from, with: to)
            #expect(forged != text)
            #expect(throws: LearningRefusal.self) {
                try ClassifierHead(
                    decoding: Data(forged.utf8), model: "model-a", dimension: 5)
            }
        }
    }
}
