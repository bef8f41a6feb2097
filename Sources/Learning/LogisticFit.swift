import Foundation

/// Logistic regression over a few numbers a row, solved exactly; for scores that a person can read.
///
/// Newton's method on the penalised likelihood. Unlike a `ClassifierHead` it keeps no classes, no
/// temperature and no file: what comes out is a handful of weights to be written into the code.
package struct LogisticFit: Sendable, Hashable {
    package let weights: [Double]
    /// 0 when it was fitted without one.
    package let bias: Double

    package struct Row: Sendable {
        package var values: [Double]
        package var isPositive: Bool
        /// How much the row counts.
        package var weight: Double

        package init(_ values: [Double], isPositive: Bool, weight: Double = 1) {
            self.values = values
            self.isPositive = isPositive
            self.weight = weight
        }
    }

    /// More numbers than these are for a `ClassifierHead`.
    package static let widthLimit = 64
    private static let rounds = 50

    /// Fits; `penalty` holds weights of standardised numbers near 0. O(rounds · rows · width²).
    ///
    /// - Throws: `LearningRefusal` without rows of both kinds, or with uneven or infinite numbers.
    package init(_ rows: [Row], penalty: Double = 1, hasBias: Bool = true) throws(LearningRefusal) {
        let width = rows.first?.values.count ?? 0
        guard (1...LogisticFit.widthLimit).contains(width) else { throw .outOfRange("values") }
        guard penalty > 0 else { throw .outOfRange("penalty") }
        guard rows.allSatisfy({ $0.values.count == width }) else {
            throw .outOfRange("values")
        }
        guard rows.allSatisfy({ $0.values.allSatisfy(\.isFinite) && $0.weight >= 0 }) else {
            throw .notFinite
        }
        guard rows.contains(where: \.isPositive), rows.contains(where: { !$0.isPositive }) else {
            throw .outOfRange("rows")
        }
        let scales = Scales(rows, width: width, centred: hasBias)
        var solution = [Double](repeating: 0, count: width + 1)
        for _ in 0..<LogisticFit.rounds {
            let step = LogisticFit.step(rows, scales, solution, penalty, hasBias)
            for index in solution.indices { solution[index] -= step[index] }
            if step.allSatisfy({ abs($0) < 1e-9 }) { break }
        }
        weights = (0..<width).map { solution[$0] / scales.spread[$0] }
        bias =
            hasBias ? solution[width] - zip(weights, scales.mean).reduce(0) { $0 + $1.0 * $1.1 } : 0
    }

    package init(weights: [Double], bias: Double) {
        self.weights = weights
        self.bias = bias
    }

    /// The logit of one row.
    package func score(_ values: [Double]) -> Double {
        zip(values, weights).reduce(bias) { $0 + $1.0 * $1.1 }
    }

    package static func probability(_ score: Double) -> Double { 1 / (1 + exp(-score)) }

    private struct Scales {
        var mean: [Double]
        var spread: [Double]

        init(_ rows: [Row], width: Int, centred: Bool) {
            let count = Double(rows.count)
            mean = [Double](repeating: 0, count: width)
            spread = [Double](repeating: 0, count: width)
            for column in 0..<width {
                let middle = centred ? rows.reduce(0) { $0 + $1.values[column] } / count : 0
                let square = rows.reduce(0) { sum, row in
                    let distance = row.values[column] - middle
                    return sum + distance * distance
                }
                mean[column] = middle
                spread[column] = max((square / count).squareRoot(), 1e-9)
            }
        }

        func standard(_ row: Row) -> [Double] {
            row.values.indices.map { (row.values[$0] - mean[$0]) / spread[$0] } + [1]
        }
    }

    /// The Newton step: the Hessian's inverse times the gradient.
    private static func step(
        _ rows: [Row], _ scales: Scales, _ solution: [Double], _ penalty: Double, _ hasBias: Bool
    ) -> [Double] {
        let size = solution.count
        var gradient = [Double](repeating: 0, count: size)
        var hessian = [Double](repeating: 0, count: size * size)
        for row in rows {
            var values = scales.standard(row)
            if !hasBias { values[size - 1] = 0 }
            let chance = probability(zip(values, solution).reduce(0) { $0 + $1.0 * $1.1 })
            let miss = row.weight * (chance - (row.isPositive ? 1 : 0))
            let curve = row.weight * chance * (1 - chance)
            for first in 0..<size where values[first] != 0 {
                gradient[first] += miss * values[first]
                for second in 0...first {
                    hessian[first * size + second] += curve * values[first] * values[second]
                }
            }
        }
        for index in 0..<size {
            let isBias = index == size - 1
            gradient[index] += isBias ? 0 : penalty * solution[index]
            // A little on the bias too, so that there is always something to divide by.
            hessian[index * size + index] += isBias ? 1e-6 : penalty
        }
        CholeskyFactor(hessian, size: size).solve(&gradient)
        return gradient
    }
}
