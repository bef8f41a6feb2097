import Foundation

/// The tunables of the graph and the limits of the room, each with its minimum and maximum.
package enum VectorLimits {
    /// Dimensions of a vector.
    package static let dimension = 1...4_096
    /// Results of one search.
    package static let results = 1...10_000
    /// Links per node above layer 0 (`M` in the paper); layer 0 has twice as many.
    package static let connections = 2...100
    package static let connectionsDefault = 16
    /// Candidates kept while linking (`efConstruction`).
    package static let constructionWidth = 4...2_000
    package static let constructionWidthDefault = 200
    /// Candidates kept while searching (`ef`); raised to the number of results asked for.
    package static let searchWidth = 1...10_000
    /// The share of the nearest that searches without a width shall find.
    package static let recallDefault = 0.99
    /// Vectors in one collection.
    package static let vectors = 0...(1 << 24)
    /// Highest layer a node may reach; chance gives 16 links ↔ layer 6 at 16 million nodes.
    package static let topLayer = 15
    /// Up to so many vectors are also kept as they were given, and scanned without error.
    package static let exactCrossover = 2_000
    /// Below this many vectors a scan of codes is as fast as the graph (measured at 384 dimensions).
    package static let graphCrossover = 4_000
    /// Queries in one call of batch search.
    package static let batch = 1...4_096
    /// Threads of one build.
    package static let threads = 1...64
    /// Bytes of a model's name.
    package static let modelBytes = 0...256
}

/// The settings of one collection; fixed for its life and kept in its snapshots.
package struct HNSWSettings: Sendable, Hashable {
    package let connections: Int
    package let constructionWidth: Int
    package let seed: UInt64

    /// Values outside `VectorLimits` are brought to the nearest allowed one.
    package init(
        connections: Int = VectorLimits.connectionsDefault,
        constructionWidth: Int = VectorLimits.constructionWidthDefault, seed: UInt64 = 1
    ) {
        self.connections = connections.clamped(to: VectorLimits.connections)
        self.constructionWidth = constructionWidth.clamped(to: VectorLimits.constructionWidth)
        self.seed = seed
    }

    /// The level of a node for a chance in 0 ..< 1: floor(−ln(chance) / ln(M)), section 4.1.
    func level(fraction: Double) -> Int {
        let drawn = -log(max(fraction, 0x1p-53)) / log(Double(connections))
        return min(Int(drawn), VectorLimits.topLayer)
    }

    /// The most links that a node may have on a layer.
    func maximumLinks(layer: Int) -> Int { layer == 0 ? connections * 2 : connections }
}

extension Int {
    func clamped(to range: ClosedRange<Int>) -> Int {
        Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
    }
}
