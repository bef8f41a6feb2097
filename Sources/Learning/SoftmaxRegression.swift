import CBLAS
import Foundation

/// The loss of multinomial logistic regression and its gradient, by two matrix products.
///
/// Loss = Σ w·(−log p(label)) / Σ w + penalty/2 · |W|²; the biases are not penalised.
/// Parameters are row-major, one row per class: `width` weights, then the bias.
/// Rows are cut into a fixed number of parts, summed in order: the result is the same on any number
/// of cores.
struct SoftmaxRegression: Sendable {
    private static let partsMaximum = 4
    /// Fewer rows than these are not worth a thread.
    private static let rowsOfPart = 1_000

    let classCount: Int
    let width: Int
    let penalty: Double
    private let parts: [Part]
    private let weightSum: Double

    private struct Part: Sendable {
        /// `width` numbers and a 1, which the bias is multiplied with.
        let rows: [Float]
        let labels: [Int]
        let weights: [Float]
    }

    /// `rows` has `width` numbers for each label; `weights` says how much each row counts.
    init(
        rows: [Float], labels: [Int], weights: [Float], classCount: Int, width: Int,
        penalty: Double
    ) {
        precondition(rows.count == labels.count * width && weights.count == labels.count)
        self.classCount = classCount
        self.width = width
        self.penalty = penalty
        weightSum = weights.reduce(0) { $0 + Double($1) }
        let count = min(Self.partsMaximum, max(1, labels.count / Self.rowsOfPart))
        let size = max(1, (labels.count + count - 1) / count)
        parts = stride(from: 0, to: labels.count, by: size).map { first in
            let chosen = first..<min(first + size, labels.count)
            var extended: [Float] = []
            extended.reserveCapacity(chosen.count * (width + 1))
            for row in chosen {
                extended += rows[row * width..<(row + 1) * width]
                extended.append(1)
            }
            return Part(
                rows: extended, labels: Array(labels[chosen]), weights: Array(weights[chosen]))
        }
    }

    var parameterCount: Int { classCount * (width + 1) }

    /// Fills the gradient and returns the loss. O(rows · classes · width)
    func evaluate(_ parameters: [Float], gradient: inout [Float]) -> Double {
        let outcomes = concurrently(parts.count) { [self] in evaluate(parts[$0], parameters) }
        var loss = 0.0
        for index in gradient.indices { gradient[index] = 0 }
        for outcome in outcomes {
            loss += outcome.loss
            cblas_saxpy(
                Int32(parameterCount), Float(1 / weightSum), outcome.gradient, 1, &gradient, 1)
        }
        let penalised = penalised(parameters)
        cblas_saxpy(Int32(parameterCount), Float(penalty), penalised, 1, &gradient, 1)
        let squares = cblas_dsdot(Int32(parameterCount), penalised, 1, penalised, 1)
        return loss / weightSum + penalty / 2 * squares
    }

    /// Summed weighted loss and gradient over some of the rows, without the penalty.
    private func evaluate(_ part: Part, _ parameters: [Float]) -> (
        loss: Double, gradient: [Float]
    ) {
        let (count, stride) = (Int32(part.labels.count), Int32(width + 1))
        var scores = [Float](repeating: 0, count: part.labels.count * classCount)
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, count, Int32(classCount), stride, 1,
            part.rows, stride, parameters, stride, 0, &scores, Int32(classCount))
        let loss = Self.residuals(
            &scores, labels: part.labels, weights: part.weights, classCount: classCount)
        var gradient = [Float](repeating: 0, count: parameterCount)
        cblas_sgemm(
            CblasRowMajor, CblasTrans, CblasNoTrans, Int32(classCount), stride, count, 1, scores,
            Int32(classCount), part.rows, stride, 0, &gradient, stride)
        return (loss, gradient)
    }

    /// The parameters with zeros for the biases.
    private func penalised(_ parameters: [Float]) -> [Float] {
        var weights = parameters
        for bias in stride(from: width, to: weights.count, by: width + 1) { weights[bias] = 0 }
        return weights
    }

    /// Turns logits into weighted residuals (p − y) in place; the summed weighted loss.
    static func residuals(
        _ logits: inout [Float], labels: [Int], weights: [Float], classCount: Int
    ) -> Double {
        logits.withUnsafeMutableBufferPointer { logits in
            var loss = 0.0
            for row in labels.indices {
                let line = UnsafeMutableBufferPointer(
                    rebasing: logits[row * classCount..<(row + 1) * classCount])
                let sum = exponentiate(line)
                let weight = weights[row]
                loss -= Double(weight) * log(max(Double(line[labels[row]]) / sum, 1e-30))
                let scale = weight / Float(sum)
                for column in 0..<classCount { line[column] *= scale }
                line[labels[row]] -= weight
            }
            return loss
        }
    }

    /// Replaces logits by exp(logit − highest); their sum.
    private static func exponentiate(_ line: UnsafeMutableBufferPointer<Float>) -> Double {
        var highest = -Float.infinity
        for value in line where value > highest { highest = value }
        var sum = 0.0
        for column in line.indices {
            line[column] = expf(line[column] - highest)
            sum += Double(line[column])
        }
        return sum
    }

    /// Rows × classes of raw scores. O(rows · classes · width)
    static func logits(_ rows: [Float], _ parameters: [Float], classCount: Int, width: Int)
        -> [Float]
    {
        let count = rows.count / width
        var logits = [Float](repeating: 0, count: count * classCount)
        guard count > 0 else { return logits }
        for row in 0..<count {
            for column in 0..<classCount {
                logits[row * classCount + column] = parameters[column * (width + 1) + width]
            }
        }
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, Int32(count), Int32(classCount),
            Int32(width), 1, rows, Int32(width), parameters, Int32(width + 1), 1, &logits,
            Int32(classCount))
        return logits
    }
}
