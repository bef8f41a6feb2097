import CKernels

/// Linking pending nodes in blocks: plan in parallel on the standing graph, then put in place.
extension HNSWGraph {
    /// The most nodes that are planned together; they also see each other as candidates.
    static let blockMaximum = 256

    /// How many nodes to link together so that the graph is nearly as good as one by one.
    static func blockSize(linked: Int) -> Int { (linked / 32).clamped(to: 1...blockMaximum) }

    /// Links a block of pending nodes into the graph.
    ///
    /// First every node plans its own lists, reading only; then each list that gains links is changed
    /// by one thread. The outcome does not depend on the number of threads.
    /// O(block · (width · links + links² · links) · d).
    func link(_ block: [UInt32], threads: Int, readers: ReaderEpochs) {
        let own = Slots<[LinkChange]>(count: block.count, empty: [])
        inParallel(threads: threads, count: block.count) { [self] index, _ in
            readers.read { scratch in
                own[index] = planOwn(block[index], among: block, scratch: scratch)
            }
        }
        var edges: [Edge] = []
        for change in own.all.joined() {
            nodes.setLinks(change.slot, layer: change.layer, change.links)
            for link in change.links {
                edges.append(Edge(target: link, layer: change.layer, source: change.slot))
            }
        }
        edges.sort { $0.key < $1.key }
        // Where each target's edges begin, and the end.
        var starts = edges.indices.filter {
            $0 == 0 || edges[$0].key >> 32 != edges[$0 - 1].key >> 32
        }
        starts.append(edges.count)
        inParallel(threads: threads, count: starts.count - 1) { [self, edges, starts] index, _ in
            readers.read { scratch in
                add(edges[starts[index]..<starts[index + 1]], scratch: scratch)
            }
        }
    }

    /// The links a new node chooses for itself, layer by layer from the top (Algorithm 1).
    private func planOwn(_ slot: UInt32, among block: [UInt32], scratch: SearchScratch)
        -> [LinkChange]
    {
        let form = nodes.form.current
        let level = nodes.level(slot)
        let width = settings.constructionWidth
        loadQuery(slot, form, scratch: scratch)
        var peers: [(entry: UInt64, level: Int)] = []
        measure(block.filter { $0 != slot }, form, scratch: scratch) { peer, distance in
            peers.append((frontdesk_vector_pack(distance, peer), nodes.level(peer)))
        }
        var changes: [LinkChange] = []
        var started = false
        for layer in stride(from: level, through: 0, by: -1) {
            if started {
                searchBelow(form, layer: layer, width: width, scratch: scratch)
            } else {
                search(form, layer: layer, width: width, scratch: scratch)
                started = scratch.poolCount > 0
            }
            scratch.beginCandidates(width: width)
            for position in 0..<scratch.poolCount
            where nodes.state(scratch.slot(at: position)) != NodeState.dead {
                scratch.appendCandidate(poolPosition: position)
            }
            for peer in peers where peer.level >= layer {
                scratch.insertCandidate(peer.entry, width: width)
            }
            let chosen = select(limit: settings.connections, form, scratch: scratch)
            changes.append(LinkChange(slot: slot, layer: layer, links: chosen))
        }
        return changes
    }

    /// Adds links to one list, thinned by the heuristic when it grows too long.
    private func add(_ edges: ArraySlice<Edge>, scratch: SearchScratch) {
        guard let target = edges.first?.target, let layer = edges.first?.layer else { return }
        var links = nodes.links(target, layer: layer)
        for edge in edges where !links.contains(edge.source) { links.append(edge.source) }
        let limit = settings.maximumLinks(layer: layer)
        if links.count > limit {
            let form = nodes.form.current
            loadQuery(target, form, scratch: scratch)
            fillCandidates(from: links, form, scratch: scratch)
            links = select(limit: limit, form, scratch: scratch)
        }
        nodes.setLinks(target, layer: layer, links)
    }
}

/// A link that a target is asked to return.
private struct Edge {
    /// Target, layer, source: edges in this order lie together by list.
    let key: UInt64

    init(target: UInt32, layer: Int, source: UInt32) {
        // 27 bits of slot are enough for 2²⁴ vectors; four of layer for fifteen.
        key = UInt64(target) << 36 | UInt64(layer) << 32 | UInt64(source)
    }

    var target: UInt32 { UInt32(key >> 36) }
    var layer: Int { Int(key >> 32 & 15) }
    var source: UInt32 { UInt32(truncatingIfNeeded: key) }
}

/// A whole new link list for one node on one layer.
struct LinkChange {
    let slot: UInt32
    let layer: Int
    let links: [UInt32]
}

/// Results of parallel work, one place per index; each place is written by one thread only.
final class Slots<Value>: @unchecked Sendable {
    private let places: UnsafeMutableBufferPointer<Value>

    init(count: Int, empty: Value) {
        places = .allocate(capacity: count)
        places.initialize(repeating: empty)
    }

    deinit {
        places.deinitialize()
        places.deallocate()
    }

    subscript(index: Int) -> Value {
        get { places[index] }
        set { places[index] = newValue }
    }

    var all: [Value] { Array(places) }
}
