import CBLAS
import CKernels

/// The layers of links over the nodes. Not locked: one writer, and readers kept out while it puts
/// plans in place.
final class HNSWGraph {
    let nodes: NodeSlabs
    var settings: HNSWSettings { nodes.settings }
    /// Where every search starts: a node of the highest layer.
    private(set) var entry: UInt32?
    private(set) var topLevel = 0
    /// Who links to a node, by slot and layer; only the writer looks, to repair after a delete.
    var inbound: [[[UInt32]]] = []

    init(nodes: NodeSlabs) {
        self.nodes = nodes
    }

    func setEntry(_ slot: UInt32?, level: Int) {
        entry = slot
        topLevel = level
    }

    /// The nodes nearest to the query on a layer, into the scratch's pool (Algorithms 5 and 2).
    ///
    /// Expected O(log n) hops to get near, then O(width · links) distances.
    func search(
        _ query: UnsafePointer<Float>, offset: Float, layer: Int, width: Int,
        by metric: Metric, scratch: SearchScratch
    ) {
        scratch.beginPool(width: width)
        guard let entry, layer <= topLevel else { return }
        scratch.beginVisit(capacity: nodes.capacity)
        scratch.slots[0] = entry
        nodes.measure(query, offset: offset, count: 1, by: metric, scratch: scratch)
        _ = scratch.visit(entry)
        _ = scratch.mergeIntoPool(count: 1, width: 1)
        var current = topLevel
        while current > layer {
            expandPool(
                query, offset: offset, layer: current, width: 1, by: metric,
                scratch: scratch)
            restartPool(keeping: 1, scratch: scratch)
            current -= 1
        }
        expandPool(
            query, offset: offset, layer: layer, width: width, by: metric,
            scratch: scratch)
    }

    /// Goes on from the present pool one layer down, as linking does.
    func searchBelow(
        _ query: UnsafePointer<Float>, offset: Float, layer: Int, width: Int,
        by metric: Metric, scratch: SearchScratch
    ) {
        restartPool(keeping: width, scratch: scratch)
        expandPool(
            query, offset: offset, layer: layer, width: width, by: metric,
            scratch: scratch)
    }

    /// Keeps the nearest entries as unexpanded starting points of the next layer.
    private func restartPool(keeping count: Int, scratch: SearchScratch) {
        scratch.poolCount = min(scratch.poolCount, count)
        scratch.beginVisit(capacity: nodes.capacity)
        for position in 0..<scratch.poolCount {
            scratch.pool[position] &= ~1
            _ = scratch.visit(scratch.slot(at: position))
        }
    }

    /// Expands the nearest unexpanded entry until none is left among the best `width`.
    private func expandPool(
        _ query: UnsafePointer<Float>, offset: Float, layer: Int, width: Int,
        by metric: Metric, scratch: SearchScratch
    ) {
        var next = 0
        while next < scratch.poolCount {
            guard scratch.pool[next] & 1 == 0 else {
                next += 1
                continue
            }
            scratch.pool[next] |= 1
            let fresh = scratch.collectUnvisited(
                nodes.links(scratch.slot(at: next), layer: layer))
            guard fresh > 0 else { continue }
            nodes.measure(query, offset: offset, count: fresh, by: metric, scratch: scratch)
            next = min(next, scratch.mergeIntoPool(count: fresh, width: width))
        }
    }

    /// Chooses links among the scratch's candidates (the paper's heuristic, Algorithm 4).
    ///
    /// A candidate is kept when it is nearer to the base than to every link kept before, so links
    /// point in different directions. At most one sgemv per candidate: O(candidates · limit · d).
    func select(limit: Int, scratch: SearchScratch) -> [UInt32] {
        var kept: [UInt32] = []
        kept.reserveCapacity(limit)
        let dimension = nodes.dimension
        for position in 0..<scratch.candidateCount {
            if kept.count == limit { break }
            let slot = scratch.candidate(at: position)
            let vector = nodes.vector(slot)
            if !kept.isEmpty {
                let offset = nodes.linkOffset(slot)
                scratch.distances.update(from: scratch.slotBias, count: kept.count)
                cblas_sgemv(
                    CblasRowMajor, CblasNoTrans, Int32(kept.count), Int32(dimension),
                    -nodes.metric.linking.scale, scratch.rows, Int32(dimension), vector, 1, 1,
                    scratch.distances, 1)
                let limit = scratch.candidateDistance(at: position) - offset
                if frontdesk_vector_any_below(scratch.distances, kept.count, limit) { continue }
            }
            (scratch.rows + kept.count * dimension).update(from: vector, count: dimension)
            scratch.slotBias[kept.count] = nodes.bias(slot)
            kept.append(slot)
        }
        return kept
    }

    /// Fills the scratch's candidates of a base node from slots, nearest first. O(count · d)
    func fillCandidates(of base: UInt32, from slots: [UInt32], scratch: SearchScratch) {
        scratch.beginCandidates(width: max(1, slots.count))
        var start = 0
        while start < slots.count {
            let count = min(SearchScratch.rowsMaximum, slots.count - start)
            for position in 0..<count { scratch.slots[position] = slots[start + position] }
            nodes.measure(
                nodes.vector(base), offset: nodes.linkOffset(base), count: count,
                by: nodes.metric.linking, scratch: scratch)
            scratch.mergeIntoCandidates(
                scratch.slots, scratch.distances, count: count, width: slots.count)
            start += count
        }
    }

    /// Slots in order of their distance to a base node. O(count · d)
    func ordered(_ slots: [UInt32], from base: UInt32, scratch: SearchScratch) -> [UInt32] {
        fillCandidates(of: base, from: slots, scratch: scratch)
        return (0..<scratch.candidateCount).map { scratch.candidate(at: $0) }
    }
}

/// A whole new link list for one node on one layer, planned but not yet in place.
struct LinkChange {
    let slot: UInt32
    let layer: Int
    var links: [UInt32]
}
