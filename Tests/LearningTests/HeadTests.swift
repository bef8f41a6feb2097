import Base
import Foundation
import Testing

@testable import Learning

@Suite("A trained head")
struct HeadTests {
    @Test("Separable classes are learned without a mistake")
    func separable() throws {
        var source = SyntheticUtterances(dimension: 12, classCount: 5, seed: 1)
        let head = try HeadTrainer.train(
            source.set(rowsPerClass: 20, noise: 0.2), model: "test")
        #expect(head.metrics.heldOut.accuracy == 1)
        for number in 0..<5 {
            let found = try head.predict(source.point(number, noise: 0.2))
            #expect(found.best.name == "class\(number)")
            #expect(found.best.confidence > 0.9)
            #expect(abs(found.probabilities.reduce(0, +) - 1) < 1e-6)
            #expect(found.ranked.first?.name == found.best.name)
        }
    }

    @Test("On noisy classes probabilities stay honest and calibration does not hurt")
    func noisy() throws {
        var source = SyntheticUtterances(dimension: 8, classCount: 4, seed: 2)
        let set = try source.set(rowsPerClass: 80, noise: 1.6)
        let metrics = try HeadTrainer.train(set, model: "test").metrics
        #expect(metrics.heldOut.accuracy > 0.5 && metrics.heldOut.accuracy < 1)
        #expect(metrics.heldOut.calibrationError < 0.1)
        #expect(
            metrics.heldOut.negativeLogLikelihood
                <= metrics.uncalibratedNegativeLogLikelihood + 1e-6)
    }

    @Test("Training twice gives the same head, and a new row another fingerprint")
    func deterministic() throws {
        var source = SyntheticUtterances(dimension: 6, classCount: 3, seed: 3)
        let set = try source.set(rowsPerClass: 15, noise: 1, strangers: 10)
        let first = try HeadTrainer.train(set, model: "test")
        #expect(try HeadTrainer.train(set, model: "test") == first)
        var changed = set
        try changed.add(source.point(0, noise: 1), label: "class0")
        #expect(changed.fingerprint != set.fingerprint)
    }

    @Test("Balanced weights rescue a rare class")
    func balanced() throws {
        var source = SyntheticUtterances(dimension: 3, classCount: 2, seed: 4)
        var set = try TrainingSet(classes: source.classes, dimension: 3)
        for _ in 0..<200 { try set.add(source.point(0, noise: 1.5), label: "class0") }
        for _ in 0..<12 { try set.add(source.point(1, noise: 1.5), label: "class1") }
        func recall(_ weights: HeadOptions.ClassWeights) throws -> Double {
            var options = HeadOptions()
            options.classWeights = weights
            let confusion = try HeadTrainer.train(set, model: "test", options: options)
                .metrics.heldOut.confusion
            return Double(confusion[1][1]) / 12
        }
        #expect(try recall(.balanced) > recall(.even))
    }

    @Test("Strangers are told apart, and few of one's own are turned away")
    func outOfScope() throws {
        var source = SyntheticUtterances(dimension: 16, classCount: 6, seed: 5)
        let set = try source.set(rowsPerClass: 30, noise: 0.5, strangers: 60)
        let head = try HeadTrainer.train(set, model: "test")
        #expect(head.metrics.outOfScope.falseRejection <= 0.05)
        let nearest = NearestVotes(set)
        var caught = 0
        var rejected = 0
        for _ in 0..<100 {
            let stranger = source.stranger()
            let own = source.point(2, noise: 0.5)
            let far = try nearest.votes(for: stranger).nearestDistance
            let near = try nearest.votes(for: own).nearestDistance
            if try head.predict(stranger, nearestDistance: far).isOutOfScope { caught += 1 }
            if try head.predict(own, nearestDistance: near).isOutOfScope { rejected += 1 }
        }
        #expect(caught >= 90)
        #expect(rejected <= 10)
    }

    @Test("Extra numbers help when the embedding does not know")
    func extras() throws {
        var chance = SeededRandom(seed: 6)
        var set = try TrainingSet(
            classes: ["question", "booking"], dimension: 4, extraNames: ["best passage"])
        for row in 0..<120 {
            let embedding = (0..<4).map { _ in Float(chance.normal()) }
            let score = Float(row % 2 == 0 ? 1_000 : 400) + 50 * Float(chance.normal())
            try set.add(
                embedding, extras: [score], label: row % 2 == 0 ? "question" : "booking")
        }
        let head = try HeadTrainer.train(set, model: "test")
        #expect(head.metrics.heldOut.accuracy > 0.97)
        #expect(try head.predict([0, 0, 0, 0], extras: [1_000]).best.name == "question")
        #expect(try head.predict([0, 0, 0, 0], extras: [400]).best.name == "booking")
    }

    @Test("Hidden units learn what no straight line divides")
    func hiddenUnits() throws {
        var chance = SeededRandom(seed: 7)
        var set = try TrainingSet(
            classes: ["same", "different"], dimension: 2, extraNames: ["noise"])
        for row in 0..<240 {
            let left: Float = row % 2 == 0 ? 1 : -1
            let right: Float = row % 4 < 2 ? 1 : -1
            try set.add(
                [left + 0.3 * Float(chance.normal()), right + 0.3 * Float(chance.normal())],
                extras: [10 * Float(chance.normal())], label: left == right ? "same" : "different")
        }
        var options = HeadOptions()
        options.penalties = [1e-4]
        options.epochs = 20
        options.extrasSpread = 0.1
        #expect(
            try HeadTrainer.train(set, model: "test", options: options).metrics.heldOut.accuracy
                < 0.8)
        options.hiddenUnits = 16
        let head = try HeadTrainer.train(set, model: "test", options: options)
        #expect(head.metrics.heldOut.accuracy > 0.95)
        #expect(try head.predict([1, 1], extras: [3]).best.name == "same")
        #expect(try head.predict([1, -1], extras: [-3]).best.name == "different")
        #expect(try HeadTrainer.train(set, model: "test", options: options) == head)
        let loaded = try ClassifierHead(decoding: head.encoded(), model: "test", dimension: 2)
        #expect(loaded == head)
        options.hiddenUnits = 100_000
        #expect(throws: LearningRefusal.outOfRange("hidden units")) {
            try HeadTrainer.train(set, model: "test", options: options)
        }
    }

    @Test("The nearest labelled rows vote, but never for themselves")
    func votes() throws {
        var set = try TrainingSet(classes: ["a", "b"], dimension: 2)
        try set.add([1, 0], label: "a")
        try set.add([2, 0.2], label: "a")
        try set.add([0, 5], label: "b")
        let votes = NearestVotes(set)
        let all = try votes.votes(for: [3, 0], k: 2)
        #expect(all.shares == [1, 0])
        #expect(abs(all.nearestDistance) < 1e-6)
        let without = try votes.votes(for: [0, 1], k: 1, excluding: 2)
        #expect(without.shares == [1, 0])
        #expect(without.nearestDistance > 0.5)
        let empty = NearestVotes(try TrainingSet(classes: ["a", "b"], dimension: 2))
        #expect(try empty.votes(for: [1, 1]) == Votes(shares: [0, 0], nearestDistance: 2))
    }

    @Test("What cannot be learned from is refused")
    func refused() throws {
        #expect(throws: LearningRefusal.outOfRange("classes")) {
            try TrainingSet(classes: ["a"], dimension: 2)
        }
        #expect(throws: LearningRefusal.outOfRange("classes")) {
            try TrainingSet(classes: ["a", "a"], dimension: 2)
        }
        var set = try TrainingSet(classes: ["a", "b"], dimension: 2)
        #expect(throws: LearningRefusal.unknownClass("c")) { try set.add([1, 2], label: "c") }
        #expect(throws: LearningRefusal.notFinite) { try set.add([1, .nan], label: "a") }
        #expect(throws: LearningRefusal.wrongDimension(expected: 2, found: 1)) {
            try set.add([1], label: "a")
        }
        try set.add([1, 2], label: "a")
        try set.add([1, 2], label: "a")
        #expect(throws: LearningRefusal.tooFewRows(ofClass: "b")) {
            try HeadTrainer.train(set, model: "test")
        }
    }
}
