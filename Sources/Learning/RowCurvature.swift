import CBLAS

/// How steeply the loss of a softmax regression bends along each direction of its rows.
///
/// Embeddings spread far more in some directions than in others, so plain L-BFGS needs many steps
/// to learn the shape of the valley. For any class the Hessian is Σ w·p(1−p)·x·xᵀ / Σ w + penalty;
/// with one number for p(1−p) it is the same for all classes (after Böhning, "Multinomial logistic
/// regression algorithm", 1992), and its inverse is where L-BFGS begins: a third of the steps.
/// It looks at no label.
struct RowCurvature: Sendable {
    /// What p(1−p) is on average, in shares of what it is before anything is learned. Half or twice
    /// as much changes little.
    private static let share = 0.3

    /// Beyond, factoring would cost more than the steps that it saves.
    static let widthMaximum = 1_024

    private let width: Int
    private let classCount: Int
    /// Σ w·x·xᵀ / Σ w over rows that end with a 1, the lower half.
    private let spread: [Double]

    /// `rows` has `width` numbers for each weight; nil when they are too wide. O(rows · width²)
    init?(rows: [Float], weights: [Float], classCount: Int, width: Int) {
        guard width <= Self.widthMaximum else { return nil }
        self.width = width
        self.classCount = classCount
        let size = width + 1
        let sum = weights.reduce(0) { $0 + Double($1) }
        var scaled: [Float] = []
        scaled.reserveCapacity(weights.count * size)
        for (row, weight) in weights.enumerated() {
            let factor = Float((Double(weight) / max(sum, 1e-30)).squareRoot())
            for column in row * width..<(row + 1) * width { scaled.append(rows[column] * factor) }
            scaled.append(factor)
        }
        var product = [Float](repeating: 0, count: size * size)
        cblas_ssyrk(
            CblasRowMajor, CblasLower, CblasTrans, Int32(size), Int32(weights.count), 1, scaled,
            Int32(size), 0, &product, Int32(size))
        spread = product.map { Double($0) }
    }

    /// What turns a gradient into a step, class by class. O(width³) to make
    func preconditioner(penalty: Double) -> @Sendable (inout [Float]) -> Void {
        let size = width + 1
        let scale = Self.share / Double(classCount)
        var matrix = spread.map { $0 * scale }
        for index in 0..<size { matrix[index * size + index] += index < width ? penalty : 1e-6 }
        let factor = CholeskyFactor(matrix, size: size)
        return { gradient in
            var rows = gradient.map { Double($0) }
            factor.solve(&rows)
            for index in gradient.indices { gradient[index] = Float(rows[index]) }
        }
    }
}
