import Base
import Foundation
import Testing

@testable import Learning

@Suite("A tagging head")
struct TaggingTests {
    @Test("Spans that their words and neighbours decide are learned")
    func learned() throws {
        var source = SyntheticSentences(seed: 1)
        let head = try TaggingTrainer.train(try source.set(120), model: "m")
        #expect(head.metrics.heldOut.f1 > 0.95)
        #expect(head.metrics.heldOut.texts == 24)
        var evaluation = TaggingEvaluation()
        for _ in 0..<60 {
            let (rows, spans) = source.sentence()
            let found = try head.spans(in: rows)
            evaluation.add(present: spans, found: found.map(\.span)) { $0.kind }
            #expect(found.allSatisfy { (0...1).contains($0.confidence) })
        }
        #expect(evaluation.f1 > 0.95)
        #expect(evaluation.byKind["time"]?.present ?? 0 > 5)
    }

    @Test("Training twice gives the same head, and another text another fingerprint")
    func deterministic() throws {
        var source = SyntheticSentences(seed: 2)
        let set = try source.set(40)
        let head = try TaggingTrainer.train(set, model: "m")
        #expect(try TaggingTrainer.train(set, model: "m") == head)
        var changed = set
        let (rows, spans) = source.sentence()
        try changed.add(rows, spans: spans)
        #expect(changed.fingerprint != set.fingerprint)
    }

    @Test("The gradient is what finite differences say", arguments: [1, 2] as [UInt64])
    func gradient(seed: UInt64) throws {
        var source = SyntheticSentences(seed: seed)
        let set = try source.set(12)
        let objective = TaggingObjective(set, Array(0..<set.count), penalty: 0.1)
        var chance = SeededRandom(seed: seed)
        let point = (0..<objective.parameterCount).map { _ in Float(0.3 * chance.normal()) }
        var gradient = point
        _ = objective.evaluate(point, gradient: &gradient)
        var unused = gradient
        for index in stride(from: 0, to: point.count, by: 3) {
            var up = point
            var down = point
            up[index] += 1e-2
            down[index] -= 1e-2
            let slope =
                (objective.evaluate(up, gradient: &unused)
                    - objective.evaluate(down, gradient: &unused)) / 2e-2
            #expect(abs(slope - Double(gradient[index])) < 2e-3, "parameter \(index)")
        }
    }

    /// All taggings of a text with their scores.
    private func all(_ chain: TagChain, _ scores: [Float]) -> [(tags: [Int], score: Double)] {
        let count = chain.scheme.count
        var found: [(tags: [Int], score: Double)] = [([], 0)]
        for place in 0..<scores.count / count {
            found = found.flatMap { tags, score in
                (0..<count).map { tag in
                    let step = tags.last.map { chain.steps[$0 * count + tag] } ?? chain.firsts[tag]
                    return (tags + [tag], score + Double(step + scores[place * count + tag]))
                }
            }
        }
        return found.filter { $0.score > -.infinity }
    }

    @Test(
        "Decoding and likelihoods agree with trying every tagging",
        arguments: 1...5 as ClosedRange<UInt64>)
    func exhaustive(seed: UInt64) {
        var chance = SeededRandom(seed: seed)
        let scheme = TagScheme(kindCount: 2)
        let count = TagWeights.count(scheme, 1)
        let chain = TagChain(
            TagWeights(
                scheme: scheme, dimension: 1,
                values: (0..<count).map { _ in Float(chance.normal()) }))
        let scores = (0..<4 * scheme.count).map { _ in Float(2 * chance.normal()) }
        let taggings = all(chain, scores)
        let best = taggings.max { $0.score < $1.score }
        #expect(chain.best(scores) == best?.tags)
        let passes = scores.withUnsafeBufferPointer { chain.passes($0) }
        let total = taggings.reduce(0) { $0 + exp($1.score) }
        #expect(abs(log(total) - passes.total) < 1e-4)
        for span in [(kind: 0, tokens: 0..<1), (1, 1..<3), (0, 2..<4), (1, 3..<4), (0, 0..<4)] {
            let share =
                taggings.filter { tagging in
                    scheme.spans(tagging.tags).contains { $0 == span }
                }.reduce(0) { $0 + exp($1.score) } / total
            #expect(abs(share - chain.likelihood(of: span, passes)) < 1e-4)
        }
    }

    @Test("Inside never follows what is not of its kind")
    func constrained() {
        let scheme = TagScheme(kindCount: 2)
        var weights = TagWeights(scheme: scheme, dimension: 1)
        for index in weights.values.indices { weights.values[index] = 0 }
        let chain = TagChain(weights)
        // Every place would like best to be inside of the second kind.
        let scores = (0..<5).flatMap { _ in [0, 0, 0, 0, 5] as [Float] }
        #expect(chain.best(scores) == [3, 4, 4, 4, 4])
        #expect(scheme.spans([0, 1, 2, 1, 3, 4, 0]).map(\.tokens) == [1..<3, 3..<4, 4..<6])
    }

    @Test("A saved head is the same, and one of another model or tampered with is refused")
    func files() throws {
        var source = SyntheticSentences(seed: 3)
        let head = try TaggingTrainer.train(try source.set(30), model: "m")
        let saved = try head.encoded()
        #expect(try TaggingHead(decoding: saved, model: "m", dimension: 6) == head)
        #expect(throws: LearningRefusal.anotherModel(expected: "n", found: "m")) {
            try TaggingHead(decoding: saved, model: "n", dimension: 6)
        }
        #expect(throws: LearningRefusal.wrongDimension(expected: 384, found: 6)) {
            try TaggingHead(decoding: saved, model: "m", dimension: 384)
        }
        let text = String(decoding: saved, as: UTF8.self)
        for changed in [
            text.replacing("\"time\"", with: "\"tome\""), String(text.dropLast(9)), "", "{}",
            text.replacing("frontdesk-tagging-head", with: "frontdesk-classifier-head"),
        ] {
            #expect(throws: LearningRefusal.self) {
                try TaggingHead(decoding: Data(changed.utf8), model: "m", dimension: 6)
            }
        }
        #expect(throws: LearningRefusal.self) {
            try ClassifierHead(decoding: saved, model: "m", dimension: 6)
        }
    }

    @Test("What cannot be learned from or read is refused")
    func refused() throws {
        #expect(throws: LearningRefusal.outOfRange("kinds")) {
            try TaggingSet(kinds: [], dimension: 2)
        }
        var set = try TaggingSet(kinds: ["a"], dimension: 2)
        #expect(throws: LearningRefusal.outOfRange("tokens")) { try set.add([], spans: []) }
        #expect(throws: LearningRefusal.wrongDimension(expected: 2, found: 1)) {
            try set.add([1, 2, 3], spans: [])
        }
        #expect(throws: LearningRefusal.notFinite) { try set.add([1, .nan], spans: []) }
        #expect(throws: LearningRefusal.unknownClass("b")) {
            try set.add([1, 2], spans: [TokenSpan(kind: "b", tokens: 0..<1)])
        }
        for tokens in [0..<2, -1..<1, 1..<1] {
            #expect(throws: LearningRefusal.outOfRange("tokens of a span")) {
                try set.add([1, 2], spans: [TokenSpan(kind: "a", tokens: tokens)])
            }
        }
        for _ in 0..<6 { try set.add([1, 2], spans: []) }
        #expect(throws: LearningRefusal.tooFewRows(ofClass: "a")) {
            try TaggingTrainer.train(set, model: "m")
        }
        var source = SyntheticSentences(seed: 4)
        let head = try TaggingTrainer.train(try source.set(20), model: "m")
        #expect(throws: LearningRefusal.wrongDimension(expected: 6, found: 5)) {
            try head.spans(in: [Float](repeating: 0, count: 5))
        }
        #expect(try head.spans(in: [Float](repeating: 0, count: 6)).count <= 1)
    }
}
