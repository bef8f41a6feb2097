/// How far two vectors are from each other.
package enum Metric: UInt32, Sendable, CaseIterable, Codable {
    /// 1 − cosine similarity, in 0…2; vectors are stored at unit length.
    case cosine = 1
    /// The negated dot product; unbounded below. Not a metric, so recall depends on even lengths.
    case innerProduct = 2
    /// The squared Euclidean distance.
    case squaredEuclidean = 3

    /// The metric by which links are chosen.
    ///
    /// Inner product gives no neighbourhoods (a node is not even nearest to itself), but a linear
    /// function has no false peak on the Euclidean neighbour graph, so that graph serves it.
    var linking: Metric { self == .innerProduct ? .squaredEuclidean : self }

    /// What the dot product is multiplied by in a distance.
    var scale: Float { self == .squaredEuclidean ? 2 : 1 }

    /// Whether the stored bias of a vector is part of its distance.
    var usesBias: Bool { self != .innerProduct }

    /// What is stored beside a vector, for search or for linking, given its squared length.
    func bias(squaredLength: Double) -> Float {
        switch self {
        case .cosine: 1
        case .innerProduct, .squaredEuclidean: Float(squaredLength)
        }
    }

    /// The part of a distance that the query brings, given its squared length.
    func offset(squaredLength: Double) -> Float {
        self == .squaredEuclidean ? Float(squaredLength) : 0
    }
}
