import Base
import Encoder
import Foundation
import Learning

/// Seconds to train an intent head on 10,000 rows of 384 numbers, with its penalty chosen by
/// cross-validation, calibration and the out-of-scope rule.
///
///     bench heads [--data FILE.tsv] [--rounds 3] [--folder .vendor/minilm]
///
/// A line of the file is a text, a tab and its class; without one the rows are synthetic.
enum HeadsSuite {
    static let rows = 10_000

    static func run(_ words: [String]) throws -> Report {
        var report = Report("heads")
        let rounds = number("--rounds", in: words, default: 3)
        for (name, set) in try sets(words, &report) {
            var samples: [Double] = []
            var processor: [Double] = []
            var metrics: HeadMetrics?
            for _ in 0..<rounds {
                let start = ContinuousClock.now
                let before = ProcessFigures.ownProcessorSeconds
                metrics = try HeadTrainer.train(set, model: TextEncoder.modelID).metrics
                samples.append((ContinuousClock.now - start) / .seconds(1))
                processor.append(ProcessFigures.ownProcessorSeconds - before)
            }
            report.add(name, samples, unit: "s", aim: "≤ 5 s, better 1 s")
            report.add("\(name): processor time", processor, unit: "s")
            guard let metrics else { continue }
            report.add(
                "\(name): right on held-out folds", value: 100 * metrics.heldOut.accuracy,
                unit: "%")
            report.add(
                "\(name): calibration error", value: 100 * metrics.heldOut.calibrationError,
                unit: "%")
            report.note("\(name): penalty \(metrics.penalty)")
        }
        report.note("load \(ProcessFigures.loadAverage)")
        return report
    }

    private static func sets(
        _ words: [String], _ report: inout Report
    ) throws -> [(String, TrainingSet)] {
        guard let path = option("--data", in: words) else {
            return [("20 classes × 500 synthetic rows", try synthetic(classes: 20))]
        }
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        let pairs = lines.map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
            .filter { $0.count >= 2 && $0[1] != "intent" && $0[1] != "label" }
        let encoder = try TextEncoder(
            modelFolder: URL(fileURLWithPath: option("--folder", in: words) ?? ".vendor/minilm"))
        let classes = Set(pairs.map { String($0[1]) }).sorted()
        var set = try TrainingSet(classes: classes, dimension: TextEncoder.dimensions)
        let start = ContinuousClock.now
        let vectors = encoder.vectors(of: pairs.map { String($0[0]) })
        report.add(
            "embedding \(pairs.count) texts, one thread",
            value: (ContinuousClock.now - start) / .seconds(1), unit: "s")
        for (pair, vector) in zip(pairs, vectors) { try set.add(vector, label: String(pair[1])) }
        return [("\(classes.count) classes, \(set.count) rows", set)]
    }

    /// Clouds that overlap, of length 1 as embeddings are.
    private static func synthetic(classes: Int) throws -> TrainingSet {
        var chance = SeededRandom(seed: 1)
        let width = TextEncoder.dimensions
        let centres = (0..<classes).map { _ in (0..<width).map { _ in Float(chance.normal()) } }
        var set = try TrainingSet(
            classes: (0..<classes).map { "class \($0)" }, dimension: width)
        for row in 0..<rows {
            let point = centres[row % classes].map { $0 + 5 * Float(chance.normal()) }
            let length = point.reduce(0) { $0 + $1 * $1 }.squareRoot()
            try set.add(point.map { $0 / length }, label: "class \(row % classes)")
        }
        return set
    }
}
