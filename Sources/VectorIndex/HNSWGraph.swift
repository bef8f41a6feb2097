import CKernels
import Synchronization

/// The layers of links over the nodes: one writer at a time, any number of readers without locks.
///
/// A list is replaced word by word, so a reader may meet half of the old and half of the new. Every
/// link it meets leads to a node that was whole when it was published, and that is all a walk needs.
final class HNSWGraph: Sendable {
    let nodes: NodeSlabs
    var settings: HNSWSettings { nodes.settings }
    /// Entry slot + 1 above eight bits of its layer; 0 when nothing is linked.
    private let gate = Atomic<UInt64>(0)

    /// Standard errors by which a sketch may be wrong before a walk overlooks a node.
    ///
    /// A walk is bound by the memory that it touches. 0.3 leaves out four in five, and what that
    /// costs in recall a wider pool, whose limit is further away, has back more cheaply: building and
    /// searching with it is a tenth faster at equal recall than with 0.9, and 0 is no faster.
    static let walkCaution: Float = 0.3

    init(nodes: NodeSlabs) {
        self.nodes = nodes
    }

    /// Where every search starts: a node of the highest layer.
    var entry: (slot: UInt32, level: Int)? {
        let gate = gate.load(ordering: .acquiring)
        return gate == 0 ? nil : (UInt32(gate >> 8) - 1, Int(gate & 0xFF))
    }

    func setEntry(_ slot: UInt32?, level: Int) {
        gate.store(
            slot.map { (UInt64($0) + 1) << 8 | UInt64(level) } ?? 0, ordering: .releasing)
    }

    /// The nodes nearest to the scratch's query on a layer, into its pool (Algorithms 5 and 2).
    ///
    /// Expected O(log n) hops to get near, then O(width · links) sketches and a fifth as many codes.
    func search(_ form: UnsafePointer<NodeForm>, layer: Int, width: Int, scratch: SearchScratch) {
        guard let (entry, top) = entry, layer <= top else {
            return scratch.begin(width: width, limit: nodes.used)
        }
        scratch.begin(width: 1, limit: nodes.used)
        guard frontdesk_vector_mark(scratch.walk, entry) else { return scratch.widen(to: width) }
        offer([entry], form, scratch: scratch)
        var current = top
        while current > layer {
            expand(form, layer: current, scratch: scratch)
            scratch.restart(keeping: 1)
            current -= 1
        }
        scratch.widen(to: width)
        expand(form, layer: layer, scratch: scratch)
    }

    /// Goes on from the present pool one layer down, as linking does.
    func searchBelow(
        _ form: UnsafePointer<NodeForm>, layer: Int, width: Int, scratch: SearchScratch
    ) {
        scratch.restart(keeping: width)
        expand(form, layer: layer, scratch: scratch)
    }

    /// Compares slots (at most `offerMaximum`) and takes the near ones into the pool.
    func offer(_ slots: [UInt32], _ form: UnsafePointer<NodeForm>, scratch: SearchScratch) {
        withUnsafePointer(to: form.pointee.upper) { rows in
            _ = frontdesk_vector_offer(
                nodes.isa, rows, scratch.query, slots, slots.count, scratch.walk)
        }
    }

    /// Expands the nearest unexpanded entry until none is left in the pool.
    func expand(_ form: UnsafePointer<NodeForm>, layer: Int, scratch: SearchScratch) {
        let walk = scratch.walk
        let pool = scratch.pool
        let raw = UnsafeRawPointer(form)
        let place = layer == 0 ? \NodeForm.ground : \NodeForm.upper
        let rows = (raw + MemoryLayout<NodeForm>.offset(of: place).unsafelyUnwrapped)
            .assumingMemoryBound(to: frontdesk_vector_rows.self)
        var next = 0
        while true {
            guard next < walk.pointee.count else {
                // The last of what was found may still come into the pool.
                guard walk.pointee.waiting_count > 0 else { return }
                next = min(next, frontdesk_vector_settle(nodes.isa, rows, scratch.query, walk))
                continue
            }
            let entry = pool[next]
            guard entry & 1 == 0 else {
                next += 1
                continue
            }
            pool[next] = entry | 1
            // The one that comes after, if nothing nearer turns up: its needs are fetched meanwhile.
            var after = next + 1
            while after < walk.pointee.count, pool[after] & 1 == 1 { after += 1 }
            let ahead =
                after < walk.pointee.count
                ? nodes.list(UInt32(truncatingIfNeeded: pool[after]) >> 1, layer: layer) : nil
            let lowest = frontdesk_vector_hop(
                nodes.isa, rows, scratch.query,
                nodes.list(UInt32(truncatingIfNeeded: entry) >> 1, layer: layer), ahead, walk)
            next = min(next + 1, lowest)
        }
    }

    /// Makes a stored vector the scratch's query, as linking compares it. O(dimension)
    func loadQuery(_ slot: UInt32, _ form: UnsafePointer<NodeForm>, scratch: SearchScratch) {
        let metric = nodes.metric.linking
        withUnsafePointer(to: form.pointee.upper) { rows in
            frontdesk_vector_decode(nodes.isa, rows, slot, scratch.vector)
        }
        scratch.query.pointee.offset = metric == .squaredEuclidean ? form.bias(slot) : 0
        scratch.query.pointee.scale = metric.scale
        scratch.query.pointee.bias_weight = 1
        frontdesk_vector_prepare(
            nodes.isa, nodes.width, form.pointee.centre, Self.walkCaution, scratch.query)
    }

    /// Chooses links among the scratch's candidates (the paper's heuristic, Algorithm 4).
    ///
    /// A candidate is kept when it is nearer to the base than to every link kept before, so links
    /// point in different directions. O(candidates · limit · d).
    func select(limit: Int, _ form: UnsafePointer<NodeForm>, scratch: SearchScratch) -> [UInt32] {
        let metric = nodes.metric.linking
        return Array(unsafeUninitializedCapacity: limit) { kept, count in
            withUnsafePointer(to: form.pointee.upper) { rows in
                count = frontdesk_vector_select(
                    nodes.isa, rows, metric.scale, metric == .squaredEuclidean ? 1 : 0,
                    scratch.candidates, scratch.candidateCount, limit, kept.baseAddress)
            }
        }
    }

    /// Fills the candidates from slots, nearest to the scratch's query first. O(slots · d)
    func fillCandidates(
        from slots: [UInt32], _ form: UnsafePointer<NodeForm>, scratch: SearchScratch
    ) {
        scratch.beginCandidates(width: max(1, slots.count))
        measure(slots, form, scratch: scratch) { slot, distance in
            scratch.insertCandidate(frontdesk_vector_pack(distance, slot), width: slots.count)
        }
    }

    /// Hands out the distance of each slot from the scratch's query, by code. O(slots · d)
    func measure(
        _ slots: [UInt32], _ form: UnsafePointer<NodeForm>, scratch: SearchScratch,
        _ body: (UInt32, Float) -> Void
    ) {
        var start = 0
        while start < slots.count {
            let count = min(SearchScratch.offerMaximum, slots.count - start)
            for place in 0..<count { scratch.slots[place] = slots[start + place] }
            withUnsafePointer(to: form.pointee.upper) { rows in
                frontdesk_vector_measure(
                    nodes.isa, rows, scratch.query, scratch.slots, count, scratch.distances)
            }
            for place in 0..<count { body(scratch.slots[place], scratch.distances[place]) }
            start += count
        }
    }
}

extension UnsafePointer<NodeForm> {
    /// What is stored of a vector's length for distances.
    func bias(_ slot: UInt32) -> Float {
        let rows = pointee.upper
        let row =
            rows.heads[Int(slot >> rows.shift)].unsafelyUnwrapped
            + Int(slot & ((1 << rows.shift) - 1)) * Int(rows.head_bytes)
        return UnsafeRawPointer(row).load(fromByteOffset: 4, as: Float.self)
    }
}
