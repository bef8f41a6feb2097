import CBLAS

/// What the nearest labelled rows say: a share for each class, and how far the nearest is.
package struct Votes: Sendable, Hashable {
    /// Shares by class, summing to 1 unless nothing is near.
    package let shares: [Float]
    /// 1 − cosine to the nearest row; 2 when there is none.
    package let nearestDistance: Float
}

/// Labelled embeddings that vote by cosine; pure values, exact search.
package struct NearestVotes: Sendable {
    package static let neighboursDefault = 8
    private static let rowsTogether = 128

    package let classCount: Int
    package let dimension: Int
    private let rows: [Float]
    private let labels: [Int]

    /// The rows of a training set; its extras take no part.
    package init(_ set: TrainingSet) {
        classCount = set.classes.count
        dimension = set.dimension
        labels = set.labels
        rows = Self.unitRows(set.features, width: set.width, dimension: set.dimension)
    }

    package var count: Int { labels.count }

    /// The votes of the `k` nearest rows, each weighted by its cosine. O(rows · dimension)
    ///
    /// `excluding` leaves one row out: a training row must not vote for itself.
    package func votes(
        for embedding: [Float], k: Int = NearestVotes.neighboursDefault, excluding: Int? = nil
    ) throws(LearningRefusal) -> Votes {
        guard embedding.count == dimension else {
            throw .wrongDimension(expected: dimension, found: embedding.count)
        }
        guard embedding.allSatisfy(\.isFinite) else { throw .notFinite }
        let query = Self.unitRows(embedding, width: dimension, dimension: dimension)
        var cosines = [Float](repeating: 0, count: count)
        if count > 0 {
            cblas_sgemv(
                CblasRowMajor, CblasNoTrans, Int32(count), Int32(dimension), 1, rows,
                Int32(dimension), query, 1, 0, &cosines, 1)
        }
        var nearest: [(cosine: Float, row: Int)] = []
        if let excluding, excluding < count { cosines[excluding] = -.infinity }
        var weakest = -Float.infinity
        for row in cosines.indices where cosines[row] > weakest {
            let place = nearest.firstIndex { $0.cosine < cosines[row] } ?? nearest.count
            nearest.insert((cosines[row], row), at: place)
            if nearest.count > max(1, k) { nearest.removeLast() }
            if nearest.count == max(1, k) { weakest = nearest[nearest.count - 1].cosine }
        }
        var shares = [Float](repeating: 0, count: classCount)
        for hit in nearest { shares[labels[hit.row]] += max(0, hit.cosine) }
        let sum = shares.reduce(0, +)
        if sum > 0 { shares = shares.map { $0 / sum } }
        return Votes(shares: shares, nearestDistance: nearest.first.map { 1 - $0.cosine } ?? 2)
    }

    /// How far the nearest row is from each of many, at matrix speed.
    ///
    /// `own` names the row that each query is itself, or nil. O(queries · rows · dimension)
    func nearestDistances(_ queries: [Float], width: Int, own: [Int]?) -> [Float] {
        let queries = Self.unitRows(queries, width: width, dimension: dimension)
        let queryCount = queries.count / dimension
        var distances = [Float](repeating: 2, count: queryCount)
        guard count > 0 else { return distances }
        for start in stride(from: 0, to: queryCount, by: Self.rowsTogether) {
            let together = min(Self.rowsTogether, queryCount - start)
            var cosines = [Float](repeating: 0, count: together * count)
            queries.withUnsafeBufferPointer { queries in
                cblas_sgemm(
                    CblasRowMajor, CblasNoTrans, CblasTrans, Int32(together), Int32(count),
                    Int32(dimension), 1, queries.baseAddress! + start * dimension,
                    Int32(dimension), rows, Int32(dimension), 0, &cosines, Int32(count))
            }
            for index in 0..<together {
                if let own { cosines[index * count + own[start + index]] = -1 }
                let line = cosines[index * count..<(index + 1) * count]
                distances[start + index] = 1 - (line.max() ?? -1)
            }
        }
        return distances
    }

    /// The embeddings of rows at length 1; a zero row stays zero and is near nothing.
    private static func unitRows(_ rows: [Float], width: Int, dimension: Int) -> [Float] {
        var unit: [Float] = []
        unit.reserveCapacity(rows.count / width * dimension)
        for start in stride(from: 0, to: rows.count, by: width) {
            let row = rows[start..<start + dimension]
            let length = row.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
            let scale = length > 0 ? Float(1 / length) : 0
            for value in row { unit.append(value * scale) }
        }
        return unit
    }
}
