import Base
import Foundation
import Synchronization

/// How a search will be done.
enum SearchPlan {
    /// Scan everything that the filter accepts.
    case scan
    /// Scan these slots only.
    case among([UInt32])
    /// Walk the graph keeping so many candidates, then scan what is pending.
    ///
    /// `share` says how many in one the filter lets through.
    case graph(width: Int, share: Double)
}

extension VectorCollection {
    /// The width for who names none, by rule from the number of nodes.
    var ownWidth: Int { Self.width(for: VectorLimits.recallDefault, count: linkedCount) }

    /// The width that reaches a recall as a rule: on sentence embeddings 1 / (1 − recall) for 70,000
    /// nodes, and a sixth more for each doubling.
    package static func width(for recall: Double, count: Int) -> Int {
        let misses = max(1 - recall, 0.000_1)
        let doublings = log2(max(1, Double(count) / 70_000))
        return Int(1 / misses * (1 + doublings / 6)).clamped(to: VectorLimits.searchWidth)
    }

    /// Chooses by size, state and selectivity. O(1), or O(ids) for a set, or a sample's predicates.
    func plan(_ filter: SearchFilter, width: Int, strategy: SearchStrategy) -> SearchPlan {
        let alive = count
        var share = 1.0
        if case .ids(let ids) = filter {
            share = min(1, Double(ids.count) / Double(max(1, alive)))
            let isSelective =
                share < Self.selectiveShare
                || (FilteredWalk.shares.contains(share) && ids.count <= Self.scannedMaximum)
            if ids.count <= VectorLimits.exactCrossover || (isSelective && strategy != .graph) {
                return .among(
                    table.withLock { table in ids.compactMap { table.slot(of: $0, nodes) } })
            }
        }
        let linked = linkedCount
        let small = alive <= VectorLimits.graphCrossover
        let cold = alive - linked > max(VectorLimits.exactCrossover, linked / 8)
        if strategy == .exact || (strategy == .automatic && (small || cold)) { return .scan }
        if case .matching(let accepts) = filter {
            share = sampledShare(accepts)
            if share < Self.selectiveShare && strategy != .graph { return .scan }
        }
        if FilteredWalk.shares.contains(share) { return .graph(width: width, share: share) }
        // Room for those that the filter will take away, and a fifth for bad luck.
        let wide = share >= 1 ? Double(width) : Double(width) / max(share, 0.001) * 1.2
        let most = VectorLimits.searchWidth.upperBound
        return .graph(width: Int(wide).clamped(to: 1...most), share: share)
    }

    /// Filters that pass less than this share are answered by scanning what passes.
    static let selectiveShare = FilteredWalk.shares.lowerBound
    /// A set of so many is scanned sooner than a walk has looked through what it refuses (measured
    /// at 384 dimensions: 0.4 ms beside 1.2).
    static let scannedMaximum = 16_384
    /// Nodes asked to learn how selective a predicate is.
    static let sampleSize = 256

    /// Which share of the living a predicate accepts, from an even sample.
    private func sampledShare(_ accepts: (Int64) -> Bool) -> Double {
        var asked = 0
        var passed = 0
        let used = nodes.used
        let step = max(1, used / Self.sampleSize)
        for slot in stride(from: 0, to: used, by: step)
        where nodes.state(UInt32(slot)) & 1 == 1 {
            asked += 1
            if accepts(nodes.id(UInt32(slot))) { passed += 1 }
        }
        return asked == 0 ? 1 : Double(passed) / Double(asked)
    }
}
