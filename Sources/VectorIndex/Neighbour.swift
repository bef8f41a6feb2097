/// One hit: the caller's id and its distance, smaller is nearer.
package struct Neighbour: Sendable, Hashable {
    package let id: Int64
    package let distance: Float

    package init(id: Int64, distance: Float) {
        self.id = id
        self.distance = distance
    }

    /// The cosine, under `Metric.cosine`.
    package var similarity: Float { 1 - distance }
}

/// Which vectors may be answers.
package enum SearchFilter: Sendable {
    case everything
    case ids(Set<Int64>)
    /// Must be quick and must not call the collection: it runs inside the search.
    case matching(@Sendable (Int64) -> Bool)
}

/// How to look: by own choice, or forced for measuring.
package enum SearchStrategy: Sendable, Hashable {
    /// Exact when the collection is small, cold, or the filter selective; else the graph.
    case automatic
    case exact
    case graph
}
