import Base
import VectorIndex

/// Vectors like sentence embeddings: many dimensions, few of them free, in soft clusters.
struct SyntheticVectors {
    let dimension: Int
    private let axes: [[Float]]
    private let centres: [[Float]]
    private var chance: SeededRandom

    init(dimension: Int, intrinsic: Int = 10, clusters: Int = 20, seed: UInt64) {
        self.dimension = dimension
        var chance = SeededRandom(seed: seed)
        func normals(_ count: Int) -> [Float] { (0..<count).map { _ in Float(chance.normal()) } }
        axes = (0..<intrinsic).map { _ in normals(dimension) }
        centres = (0..<clusters).map { _ in normals(intrinsic) }
        self.chance = chance
    }

    mutating func next() -> [Float] {
        let centre = centres[Int(chance.next() % UInt64(centres.count))]
        var vector = [Float](repeating: 0, count: dimension)
        for (axis, middle) in zip(axes, centre) {
            let weight = middle + 0.6 * Float(chance.normal())
            for index in 0..<dimension { vector[index] += weight * axis[index] }
        }
        for index in 0..<dimension {
            vector[index] += 0.05 * (Float(chance.fraction()) - 0.5)
        }
        return vector
    }

    mutating func items(_ count: Int, from first: Int64 = 0) -> [(id: Int64, vector: [Float])] {
        (0..<Int64(count)).map { (first + $0, next()) }
    }

    mutating func vectors(_ count: Int) -> [[Float]] { (0..<count).map { _ in next() } }
}

/// The share of the exact `k` nearest that the graph finds, over all queries.
func recall(_ collection: VectorCollection, _ queries: [[Float]], k: Int, width: Int) throws
    -> Double
{
    let truth = try collection.search(batch: queries, k: k, strategy: .exact)
    let found = try collection.search(batch: queries, k: k, width: width, strategy: .graph)
    var hits = 0
    for (right, given) in zip(truth, found) {
        hits += Set(right.map(\.id)).intersection(given.map(\.id)).count
    }
    return Double(hits) / Double(queries.count * k)
}

/// The nearest by plain arithmetic in double precision: the judge of all other paths.
func nearest(
    _ query: [Float], in items: [(id: Int64, vector: [Float])], metric: Metric, k: Int
) -> [Neighbour] {
    func dot(_ left: [Float], _ right: [Float]) -> Double {
        zip(left, right).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    let scored = items.map { item -> Neighbour in
        let distance: Double =
            switch metric {
            case .cosine:
                1 - dot(query, item.vector)
                    / (dot(query, query) * dot(item.vector, item.vector)).squareRoot()
            case .innerProduct: -dot(query, item.vector)
            case .squaredEuclidean:
                zip(query, item.vector).reduce(0) {
                    $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1))
                }
            }
        return Neighbour(id: item.id, distance: Float(distance))
    }
    return Array(scored.sorted { $0.distance < $1.distance }.prefix(k))
}
