import Foundation

/// Tells from a prediction's traits whether the row belongs to no class at all.
///
/// Traits: doubt (1 − highest probability), strangeness (−energy), distance to the nearest
/// training row. Their weights are learned when examples are given, and even otherwise.
struct OutOfScopeRule: Sendable, Hashable, Codable {
    static let traitCount = 3

    let means: [Double]
    let scales: [Double]
    let weights: [Double]
    let bias: Double
    /// Scores above it are out of scope.
    let threshold: Double

    /// Learns from held-out rows in scope and, if there are any, from examples out of scope.
    ///
    /// The threshold separates best (mean of both shares) among those that reject at most
    /// `falseRejectionShare` of what is in scope.
    init(inScope: [[Double]], outOfScope: [[Double]], falseRejectionShare: Double) {
        let statistics = (0..<Self.traitCount).map { trait in
            Spread(inScope.map { $0[trait] })
        }
        means = statistics.map(\.mean)
        scales = statistics.map(\.scale)
        if outOfScope.isEmpty {
            weights = [Double](repeating: 1 / Double(Self.traitCount), count: Self.traitCount)
            bias = 0
        } else {
            (weights, bias) = Self.learn(
                inScope: inScope.map { standardised($0, statistics) },
                outOfScope: outOfScope.map { standardised($0, statistics) })
        }
        let partial = Untuned(means: means, scales: scales, weights: weights, bias: bias)
        threshold = Self.threshold(
            inScope: inScope.map(partial.score), outOfScope: outOfScope.map(partial.score),
            falseRejectionShare: falseRejectionShare)
    }

    /// In 0…1, higher is stranger. A missing distance counts as an ordinary one.
    func score(_ traits: [Double]) -> Double {
        Untuned(means: means, scales: scales, weights: weights, bias: bias).score(traits)
    }

    var isValid: Bool {
        means.count == Self.traitCount && scales.count == Self.traitCount
            && weights.count == Self.traitCount && scales.allSatisfy { $0 > 0 }
            && (means + scales + weights + [bias, threshold]).allSatisfy(\.isFinite)
    }

    private struct Untuned {
        let means: [Double]
        let scales: [Double]
        let weights: [Double]
        let bias: Double

        func score(_ traits: [Double]) -> Double {
            var sum = bias
            for index in traits.indices where traits[index].isFinite {
                sum += weights[index] * (traits[index] - means[index]) / scales[index]
            }
            return 1 / (1 + exp(-sum))
        }
    }

    private static func learn(inScope: [[Double]], outOfScope: [[Double]]) -> (
        weights: [Double], bias: Double
    ) {
        let rows = (inScope + outOfScope).flatMap { $0.map { Float($0) } }
        let labels =
            [Int](repeating: 0, count: inScope.count)
            + [Int](repeating: 1, count: outOfScope.count)
        let share = Float(inScope.count) / Float(outOfScope.count)
        let objective = SoftmaxRegression(
            rows: rows, labels: labels, weights: labels.map { $0 == 0 ? 1 : share },
            classCount: 2, width: traitCount, penalty: 1e-3)
        let found = LBFGS(iterationsMaximum: 200).minimise(
            [Float](repeating: 0, count: objective.parameterCount)
        ) { objective.evaluate($0, gradient: &$1) }
        let differences = (0...traitCount).map {
            Double(found[traitCount + 1 + $0]) - Double(found[$0])
        }
        return (Array(differences.prefix(traitCount)), differences[traitCount])
    }

    private static func threshold(
        inScope: [Double], outOfScope: [Double], falseRejectionShare: Double
    ) -> Double {
        let ordinary = inScope.sorted()
        guard !ordinary.isEmpty else { return 1 }
        let allowed = Int(Double(ordinary.count) * min(max(falseRejectionShare, 0), 1))
        let strictest = ordinary[max(0, ordinary.count - 1 - allowed)]
        guard !outOfScope.isEmpty else { return strictest }
        let strange = outOfScope.sorted()
        var best = (balance: -1.0, threshold: strictest)
        let borders = [strictest] + (ordinary + strange).filter { $0 > strictest }.sorted()
        for (index, border) in borders.enumerated() {
            let kept = share(of: ordinary, upTo: border)
            let caught = 1 - share(of: strange, upTo: border)
            if kept + caught > best.balance {
                // Halfway to the next score leaves the same room on both sides.
                let next = index + 1 < borders.count ? borders[index + 1] : border
                best = (kept + caught, (border + next) / 2)
            }
        }
        return best.threshold
    }

    /// The share of sorted scores that are at most a border. O(log n)
    private static func share(of sorted: [Double], upTo border: Double) -> Double {
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] <= border { low = middle + 1 } else { high = middle }
        }
        return Double(low) / Double(sorted.count)
    }
}

/// Mean and spread of one column; the spread is never zero.
struct Spread: Sendable {
    let mean: Double
    private(set) var scale: Double

    init(_ values: [Double]) {
        let count = Double(max(1, values.count))
        let mean = values.reduce(0, +) / count
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
        self.mean = mean
        scale = variance > 1e-12 ? variance.squareRoot() : 1
    }

    /// Standardising with the result leaves values with this spread instead of 1.
    func narrowed(to spread: Double) -> Spread {
        var result = self
        result.scale /= spread
        return result
    }
}

private func standardised(_ traits: [Double], _ spreads: [Spread]) -> [Double] {
    zip(traits, spreads).map { ($0 - $1.mean) / $1.scale }
}
