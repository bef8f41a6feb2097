import CBLAS

/// The Cholesky factor L of a symmetric positive matrix L · Lᵀ, for solving with it many times.
struct CholeskyFactor: Sendable {
    let size: Int
    /// Row-major; what lies above the diagonal is never read.
    private var lower: [Double]

    /// Reads the lower half of a row-major matrix. Where rounding has left it not quite positive, its
    /// pivots are raised to be so. O(size³)
    init(_ matrix: [Double], size: Int) {
        precondition(matrix.count == size * size)
        self.size = size
        lower = matrix
        lower.withUnsafeMutableBufferPointer { lower in
            guard let start = lower.baseAddress else { return }
            for row in 0..<size {
                let own = start + row * size
                for column in 0...row {
                    let other = start + column * size
                    let sum = own[column] - cblas_ddot(Int32(column), own, 1, other, 1)
                    own[column] =
                        row == column ? max(sum, 1e-12).squareRoot() : sum / other[column]
                }
            }
        }
    }

    /// Replaces each row of `size` numbers by the matrix's inverse times it. O(rows · size²)
    func solve(_ rows: inout [Double]) {
        let count = rows.count / size
        for transposed in [CblasTrans, CblasNoTrans] {
            cblas_dtrsm(
                CblasRowMajor, CblasRight, CblasLower, transposed, CblasNonUnit, Int32(count),
                Int32(size), 1, lower, Int32(size), &rows, Int32(size))
        }
    }
}
