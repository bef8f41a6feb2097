import CBLAS

/// The numbers of a head: a linear part, and beside it hidden units that see what goes together.
///
/// Scores are `wide · x + outer · max(0, inner · x)`, after "Wide & Deep Learning" (Cheng and
/// others, arXiv:1606.07792). Without hidden units it is plain logistic regression.
struct HeadWeights: Sendable, Hashable {
    /// One row per class: `width` weights, then the bias.
    var wide: [Float]
    /// One row per hidden unit: `width` weights, then the bias.
    var inner: [Float] = []
    /// One row per class: a weight for each hidden unit.
    var outer: [Float] = []

    /// Rows × classes of raw scores. O(rows · width · (classes + units))
    func logits(_ rows: [Float], classCount: Int, width: Int) -> [Float] {
        logits(
            rows, active: activations(rows, classCount: classCount, width: width),
            classCount: classCount, width: width)
    }

    /// The same when the hidden units' activations are known already.
    func logits(_ rows: [Float], active: [Float], classCount: Int, width: Int) -> [Float] {
        var logits = SoftmaxRegression.logits(rows, wide, classCount: classCount, width: width)
        let units = outer.count / classCount
        guard units > 0, !rows.isEmpty else { return logits }
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows.count / width),
            Int32(classCount), Int32(units), 1, active, Int32(units), outer, Int32(units), 1,
            &logits, Int32(classCount))
        return logits
    }

    /// Rows × hidden units, never negative.
    func activations(_ rows: [Float], classCount: Int, width: Int) -> [Float] {
        guard !outer.isEmpty else { return [] }
        var active = SoftmaxRegression.logits(
            rows, inner, classCount: outer.count / classCount, width: width)
        active.withUnsafeMutableBufferPointer { active in
            var index = 0
            // Millions of rounds in training: a plain loop is quick without optimisation too.
            while index < active.count {
                if active[index] < 0 { active[index] = 0 }
                index += 1
            }
        }
        return active
    }

    /// Adds other weights, times a factor, to these.
    mutating func add(_ other: HeadWeights, times factor: Float) {
        cblas_saxpy(Int32(wide.count), factor, other.wide, 1, &wide, 1)
        cblas_saxpy(Int32(inner.count), factor, other.inner, 1, &inner, 1)
        cblas_saxpy(Int32(outer.count), factor, other.outer, 1, &outer, 1)
    }

    mutating func scale(by factor: Float) {
        cblas_sscal(Int32(wide.count), factor, &wide, 1)
        cblas_sscal(Int32(inner.count), factor, &inner, 1)
        cblas_sscal(Int32(outer.count), factor, &outer, 1)
    }
}
