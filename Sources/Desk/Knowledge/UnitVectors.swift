/// What is asked of vectors of unit length, as every embedder gives them.
enum UnitVectors {
    /// The cosine of two; 0 when they are of different models and so of different length.
    static func cosine(_ left: [Float], _ right: [Float]) -> Double {
        guard left.count == right.count else { return 0 }
        return Double(zip(left, right).reduce(Float(0)) { $0 + $1.0 * $1.1 })
    }
}
