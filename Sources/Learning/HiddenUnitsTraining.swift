import Base
import CBLAS

/// Trains a head with hidden units by stochastic gradient descent with momentum.
///
/// The loss is that of `SoftmaxRegression` with the penalty on all weights. Few passes with a rate
/// that falls to zero serve better than the lowest loss would: early stopping is a penalty too.
struct HiddenUnitsTraining {
    static let rowsTogether = 32
    static let rate: Float = 0.1
    static let momentum: Float = 0.9

    let rows: [Float]
    let labels: [Int]
    let weights: [Float]
    let classCount: Int
    let width: Int
    let units: Int
    let penalty: Float
    let epochs: Int

    /// The same rows and seed give the same weights. O(epochs · rows · width · (classes + units))
    func train(on chosen: [Int], seed: UInt64) -> HeadWeights {
        var chance = SeededRandom(seed: seed)
        var head = start(&chance)
        var velocity = HeadWeights(
            wide: [Float](repeating: 0, count: head.wide.count),
            inner: [Float](repeating: 0, count: head.inner.count),
            outer: [Float](repeating: 0, count: head.outer.count))
        let steps = epochs * ((chosen.count + Self.rowsTogether - 1) / Self.rowsTogether)
        var step = 0
        for _ in 0..<epochs {
            let order = chosen.shuffled(using: &chance)
            for first in stride(from: 0, to: order.count, by: Self.rowsTogether) {
                let batch = order[first..<min(first + Self.rowsTogether, order.count)]
                velocity.scale(by: Self.momentum)
                velocity.add(head, times: penalty)
                addGradient(of: head, on: batch, to: &velocity)
                head.add(velocity, times: -Self.rate * (1 - Float(step) / Float(steps)))
                step += 1
            }
        }
        return head
    }

    /// Even chances within the range of Glorot and Bengio (AISTATS 2010); the linear part from 0.
    private func start(_ chance: inout SeededRandom) -> HeadWeights {
        func even(_ count: Int, between inputs: Int, and outputs: Int) -> [Float] {
            let limit = (6 / Double(inputs + outputs)).squareRoot()
            return (0..<count).map { _ in Float((2 * chance.fraction() - 1) * limit) }
        }
        return HeadWeights(
            wide: [Float](repeating: 0, count: classCount * (width + 1)),
            inner: even(units * (width + 1), between: width, and: units),
            outer: even(classCount * units, between: units, and: classCount))
    }

    private func addGradient(
        of head: HeadWeights, on batch: ArraySlice<Int>, to sum: inout HeadWeights
    ) {
        var inputs: [Float] = []
        inputs.reserveCapacity(batch.count * width)
        for row in batch { inputs += rows[row * width..<(row + 1) * width] }
        let active = head.activations(inputs, classCount: classCount, width: width)
        var errors = head.logits(inputs, active: active, classCount: classCount, width: width)
        _ = SoftmaxRegression.residuals(
            &errors, labels: batch.map { labels[$0] },
            weights: batch.map { weights[$0] / Float(batch.count) }, classCount: classCount)
        var blame = [Float](repeating: 0, count: active.count)
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(batch.count), Int32(units),
            Int32(classCount), 1, errors, Int32(classCount), head.outer, Int32(units), 0, &blame,
            Int32(units))
        var index = 0
        while index < blame.count {
            if active[index] == 0 { blame[index] = 0 }
            index += 1
        }
        Self.add(errors, inputs, width: width, to: &sum.wide)
        Self.add(blame, inputs, width: width, to: &sum.inner)
        cblas_sgemm(
            CblasRowMajor, CblasTrans, CblasNoTrans, Int32(classCount), Int32(units),
            Int32(batch.count), 1, errors, Int32(classCount), active, Int32(units), 1,
            &sum.outer, Int32(units))
    }

    /// Adds errorsᵀ · inputs to the weights of each row, and the summed errors to its bias.
    private static func add(
        _ errors: [Float], _ inputs: [Float], width: Int, to sum: inout [Float]
    ) {
        let count = inputs.count / width
        let outputs = errors.count / count
        cblas_sgemm(
            CblasRowMajor, CblasTrans, CblasNoTrans, Int32(outputs), Int32(width), Int32(count),
            1, errors, Int32(outputs), inputs, Int32(width), 1, &sum, Int32(width + 1))
        let ones = [Float](repeating: 1, count: count)
        sum.withUnsafeMutableBufferPointer { sum in
            cblas_sgemv(
                CblasRowMajor, CblasTrans, Int32(count), Int32(outputs), 1, errors,
                Int32(outputs), ones, 1, 1, sum.baseAddress! + width, Int32(width + 1))
        }
    }
}
