import CKernels

/// A walk in which only accepted nodes are compared: what is not accepted is looked through.
///
/// ACORN-1 (Patel and others, arXiv:2403.04871): the neighbours of a neighbour that the filter
/// refuses stand in for it, so that the accepted stay connected although the graph was built for
/// all, and no distance is computed for a node that cannot be an answer.
struct FilteredWalk {
    /// Below, the accepted are too far apart even across two links; above, a plain walk that drops
    /// what is refused is quicker.
    static let shares = 0.08..<0.25
    /// Nodes that are looked through on the way to the first accepted one.
    static let searchMaximum = 4_096

    let graph: HNSWGraph
    let form: UnsafePointer<NodeForm>
    let accepts: (Int64) -> Bool

    private var nodes: NodeSlabs { graph.nodes }

    /// The nearest accepted nodes into the scratch's pool, the descent above layer 0 unfiltered.
    ///
    /// O(width · links / share) marks and predicates, and O(width · links) distances.
    func search(width: Int, scratch: SearchScratch) {
        graph.search(form, layer: 0, width: 1, scratch: scratch)
        guard scratch.poolCount > 0 else { return scratch.begin(width: width, limit: nodes.used) }
        let start = scratch.slot(at: 0)
        scratch.begin(width: width, limit: nodes.used)
        _ = frontdesk_vector_mark(scratch.walk, start)
        seed(from: start, scratch: scratch)
        var found: [UInt32] = []
        var next = 0
        while next < scratch.poolCount {
            let entry = scratch.pool[next]
            guard entry & 1 == 0 else {
                next += 1
                continue
            }
            scratch.pool[next] = entry | 1
            found.removeAll(keepingCapacity: true)
            collect(around: UInt32(truncatingIfNeeded: entry) >> 1, &found, scratch: scratch)
            next = min(next + 1, offer(found, scratch: scratch))
        }
    }

    /// Walks outwards from a node until something accepted is found.
    private func seed(from start: UInt32, scratch: SearchScratch) {
        var found: [UInt32] = isAccepted(start) ? [start] : []
        var queue = [start]
        var next = 0
        while found.isEmpty, next < queue.count, next < Self.searchMaximum {
            for link in nodes.links(queue[next], layer: 0)
            where frontdesk_vector_mark(scratch.walk, link) {
                if isAccepted(link) { found.append(link) } else { queue.append(link) }
            }
            next += 1
        }
        _ = offer(found, scratch: scratch)
    }

    /// The accepted among the unvisited neighbours, and behind those that are not accepted, until
    /// there are as many as a node has links.
    private func collect(around slot: UInt32, _ found: inout [UInt32], scratch: SearchScratch) {
        let enough = graph.settings.maximumLinks(layer: 0)
        for link in nodes.links(slot, layer: 0) where found.count < enough {
            guard frontdesk_vector_mark(scratch.walk, link) else { continue }
            if isAccepted(link) {
                found.append(link)
                continue
            }
            // Refused ones behind stay unmarked: later they may be looked through themselves.
            for second in nodes.links(link, layer: 0)
            where !frontdesk_vector_is_marked(scratch.walk, second) && isAccepted(second) {
                _ = frontdesk_vector_mark(scratch.walk, second)
                found.append(second)
            }
        }
    }

    private func isAccepted(_ slot: UInt32) -> Bool {
        nodes.state(slot) == NodeState.linked && accepts(nodes.id(slot))
    }

    /// Compares slots; the lowest place of the pool that changed.
    private func offer(_ slots: [UInt32], scratch: SearchScratch) -> Int {
        var lowest = scratch.walk.pointee.width
        var start = 0
        while start < slots.count {
            let end = min(start + SearchScratch.offerMaximum, slots.count)
            let place = withUnsafePointer(to: form.pointee.ground) { rows in
                Array(slots[start..<end]).withUnsafeBufferPointer { slots in
                    frontdesk_vector_offer(
                        nodes.isa, rows, scratch.query, slots.baseAddress, slots.count,
                        scratch.walk)
                }
            }
            lowest = min(lowest, place)
            start = end
        }
        return lowest
    }
}
