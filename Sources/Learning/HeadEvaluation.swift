import Foundation

/// How good predictions are on rows that were not learned from.
package struct HeadEvaluation: Sendable, Hashable, Codable {
    package let rows: Int
    package let accuracy: Double
    /// The mean over classes of the harmonic mean of precision and recall; absent classes skipped.
    package let macroF1: Double
    /// Expected calibration error over ten bins of confidence.
    package let calibrationError: Double
    /// Mean −log p(right class).
    package let negativeLogLikelihood: Double
    /// How often class `row` was taken for class `column`.
    package let confusion: [[Int]]

    static let bins = 10

    /// Compares predicted probabilities with the right classes. O(rows · classes)
    package init(probabilities: [[Double]], labels: [Int], classCount: Int) {
        precondition(probabilities.count == labels.count)
        var confusion = [[Int]](
            repeating: [Int](repeating: 0, count: classCount), count: classCount)
        var bins = [Bin](repeating: Bin(), count: Self.bins)
        var loss = 0.0
        for (line, label) in zip(probabilities, labels) {
            let best = line.indices.max { line[$0] < line[$1] } ?? 0
            confusion[label][best] += 1
            loss -= log(max(line[label], 1e-30))
            let bin = min(Self.bins - 1, Int(line[best] * Double(Self.bins)))
            bins[bin].count += 1
            bins[bin].confidence += line[best]
            if best == label { bins[bin].right += 1 }
        }
        let count = Double(max(1, labels.count))
        rows = labels.count
        accuracy = Double((0..<classCount).reduce(0) { $0 + confusion[$1][$1] }) / count
        macroF1 = Self.macroF1(confusion)
        calibrationError = bins.reduce(0) { $0 + abs($1.confidence - Double($1.right)) } / count
        negativeLogLikelihood = loss / count
        self.confusion = confusion
    }

    private struct Bin {
        var count = 0
        var right = 0
        var confidence = 0.0
    }

    private static func macroF1(_ confusion: [[Int]]) -> Double {
        var scores: [Double] = []
        for number in confusion.indices {
            let right = confusion[number][number]
            let present = confusion[number].reduce(0, +)
            let predicted = confusion.reduce(0) { $0 + $1[number] }
            guard present + predicted > 0 else { continue }
            scores.append(2 * Double(right) / Double(present + predicted))
        }
        return scores.isEmpty ? 0 : scores.reduce(0, +) / Double(scores.count)
    }
}

/// How well what belongs to no class is told apart.
package struct OutOfScopeEvaluation: Sendable, Hashable, Codable {
    /// The share of out-of-scope rows that were recognised.
    package let recall: Double
    /// The share of in-scope rows that were taken for out-of-scope.
    package let falseRejection: Double

    package init(inScope: [Bool], outOfScope: [Bool]) {
        func share(_ flags: [Bool]) -> Double {
            flags.isEmpty ? 0 : Double(flags.count { $0 }) / Double(flags.count)
        }
        recall = share(outOfScope)
        falseRejection = share(inScope)
    }
}
