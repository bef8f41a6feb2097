import CBLAS
import Foundation

/// The loss of multinomial logistic regression and its gradient, by two matrix products.
///
/// Loss = Σ w·(−log p(label)) / Σ w + penalty/2 · |W|²; the biases are not penalised.
/// Parameters are row-major, one row per class: `width` weights, then the bias.
struct SoftmaxRegression {
    let rows: [Float]
    let labels: [Int]
    let weights: [Float]
    let classCount: Int
    let width: Int
    let penalty: Double
    private let weightSum: Double

    /// `rows` has `width` numbers for each label; `weights` says how much each row counts.
    init(
        rows: [Float], labels: [Int], weights: [Float], classCount: Int, width: Int,
        penalty: Double
    ) {
        precondition(rows.count == labels.count * width && weights.count == labels.count)
        self.rows = rows
        self.labels = labels
        self.weights = weights
        self.classCount = classCount
        self.width = width
        self.penalty = penalty
        weightSum = weights.reduce(0) { $0 + Double($1) }
    }

    var parameterCount: Int { classCount * (width + 1) }

    /// Fills the gradient and returns the loss. O(rows · classes · width)
    func evaluate(_ parameters: [Float], gradient: inout [Float]) -> Double {
        let stride = width + 1
        var logits = Self.logits(rows, parameters, classCount: classCount, width: width)
        let loss = Self.residuals(
            &logits, labels: labels, weights: weights, classCount: classCount)
        for index in gradient.indices { gradient[index] = 0 }
        let scale = Float(1 / weightSum)
        cblas_sgemm(
            CblasRowMajor, CblasTrans, CblasNoTrans, Int32(classCount), Int32(width),
            Int32(labels.count), scale, logits, Int32(classCount), rows, Int32(width), 0,
            &gradient, Int32(stride))
        let ones = [Float](repeating: 1, count: labels.count)
        var sums = [Float](repeating: 0, count: classCount)
        cblas_sgemv(
            CblasRowMajor, CblasTrans, Int32(labels.count), Int32(classCount), scale, logits,
            Int32(classCount), ones, 1, 0, &sums, 1)
        for row in 0..<classCount {
            gradient.withUnsafeMutableBufferPointer { gradient in
                parameters.withUnsafeBufferPointer { parameters in
                    cblas_saxpy(
                        Int32(width), Float(penalty), parameters.baseAddress! + row * stride, 1,
                        gradient.baseAddress! + row * stride, 1)
                }
            }
            gradient[row * stride + width] = sums[row]
        }
        return loss / weightSum + penalty / 2 * squaredWeights(parameters)
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

    private func squaredWeights(_ parameters: [Float]) -> Double {
        var sum = 0.0
        for row in 0..<classCount {
            parameters.withUnsafeBufferPointer { parameters in
                let line = parameters.baseAddress! + row * (width + 1)
                sum += Double(cblas_sdot(Int32(width), line, 1, line, 1))
            }
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
