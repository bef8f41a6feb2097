import CBLAS

/// Linking pending nodes in blocks: plan in parallel on the standing graph, then put in place.
extension HNSWGraph {
    /// The most nodes that are planned together; they also see each other as candidates.
    static let blockMaximum = 256

    /// How many nodes to link together so that the graph is nearly as good as one by one.
    static func blockSize(linked: Int) -> Int { (linked / 32).clamped(to: 1...blockMaximum) }

    /// New lists for a block of pending nodes and for those they link to.
    ///
    /// Reads the graph only. The outcome does not depend on the number of threads.
    /// O(block · (width · links + links² · links) · d).
    func planLinks(for block: [UInt32], threads: Int, scratches: ScratchPool) -> [LinkChange] {
        let own = Slots<[LinkChange]>(count: block.count, empty: [])
        let view = Unowned(self)
        inParallel(threads: threads, count: block.count) { index, _ in
            scratches.with { scratch in
                own[index] = view.graph.planOwn(block[index], among: block, scratch: scratch)
            }
        }
        let forward = own.all.flatMap { $0 }
        var backward: [NodeLayer: [UInt32]] = [:]
        for change in forward {
            for link in change.links {
                backward[NodeLayer(slot: link, layer: change.layer), default: []]
                    .append(change.slot)
            }
        }
        let ownLists = Dictionary(
            uniqueKeysWithValues: forward.map {
                (NodeLayer(slot: $0.slot, layer: $0.layer), $0.links)
            })
        for key in ownLists.keys where backward[key] == nil { backward[key] = [] }
        let targets = backward.map { (key: $0.key, sources: $0.value) }
            .sorted { $0.key < $1.key }
        let merged = Slots<LinkChange?>(count: targets.count, empty: nil)
        inParallel(threads: threads, count: targets.count) { index, _ in
            let target = targets[index]
            scratches.with { scratch in
                let graph = view.graph
                let key = target.key
                let present =
                    ownLists[key] ?? Array(graph.nodes.links(key.slot, layer: key.layer))
                merged[index] = graph.planMerge(
                    key, present: present, adding: target.sources, scratch: scratch)
            }
        }
        return merged.all.compactMap { $0 }
    }

    /// The links a new node chooses for itself, layer by layer from the top (Algorithm 1).
    private func planOwn(_ slot: UInt32, among block: [UInt32], scratch: SearchScratch)
        -> [LinkChange]
    {
        let query = UnsafePointer(nodes.vector(slot))
        let offset = nodes.linkOffset(slot)
        let level = nodes.level(slot)
        let metric = nodes.metric.linking
        let peerCount = measurePeers(of: slot, among: block, scratch: scratch)
        let width = settings.constructionWidth
        var changes: [LinkChange] = []
        var started = false
        for layer in stride(from: level, through: 0, by: -1) {
            if started {
                searchBelow(
                    query, offset: offset, layer: layer, width: width, by: metric,
                    scratch: scratch)
            } else {
                search(
                    query, offset: offset, layer: layer, width: width, by: metric,
                    scratch: scratch)
                started = layer <= topLevel && entry != nil
            }
            fillCandidates(layer: layer, peerCount: peerCount, width: width, scratch: scratch)
            let chosen = select(limit: settings.connections, scratch: scratch)
            changes.append(LinkChange(slot: slot, layer: layer, links: chosen))
        }
        return changes
    }

    /// Measures the rest of the block into the scratch's peers; how many they are.
    private func measurePeers(of slot: UInt32, among block: [UInt32], scratch: SearchScratch)
        -> Int
    {
        var count = 0
        for peer in block where peer != slot {
            scratch.slots[count] = peer
            count += 1
        }
        guard count > 0 else { return 0 }
        nodes.measure(
            nodes.vector(slot), offset: nodes.linkOffset(slot), count: count,
            by: nodes.metric.linking, scratch: scratch)
        scratch.peers.update(from: scratch.slots, count: count)
        scratch.peerDistances.update(from: scratch.distances, count: count)
        return count
    }

    /// Candidates for one layer: what the search found alive, and the peers that reach it.
    private func fillCandidates(
        layer: Int, peerCount: Int, width: Int, scratch: SearchScratch
    ) {
        scratch.beginCandidates(width: width)
        for position in 0..<scratch.poolCount
        where nodes.state(scratch.slot(at: position)) != NodeState.dead {
            scratch.appendCandidate(poolPosition: position)
        }
        guard layer > 0 else {
            scratch.mergeIntoCandidates(
                scratch.peers, scratch.peerDistances, count: peerCount, width: width)
            return
        }
        for index in 0..<peerCount where nodes.level(scratch.peers[index]) >= layer {
            scratch.mergeIntoCandidates(
                scratch.peers + index, scratch.peerDistances + index, count: 1, width: width)
        }
    }

    /// A node's list with new links added, thinned by the heuristic when it grows too long.
    private func planMerge(
        _ key: NodeLayer, present: [UInt32], adding sources: [UInt32], scratch: SearchScratch
    ) -> LinkChange {
        let limit = settings.maximumLinks(layer: key.layer)
        var links = present
        for source in sources where !links.contains(source) { links.append(source) }
        if links.count > limit {
            fillCandidates(of: key.slot, from: links, scratch: scratch)
            links = select(limit: limit, scratch: scratch)
        }
        return LinkChange(slot: key.slot, layer: key.layer, links: links)
    }
}

/// A node on a layer.
struct NodeLayer: Hashable, Comparable {
    let slot: UInt32
    let layer: Int

    static func < (left: NodeLayer, right: NodeLayer) -> Bool {
        left.slot != right.slot ? left.slot < right.slot : left.layer < right.layer
    }
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

/// Lets planning threads read the graph; sound because nobody changes it while they run.
struct Unowned: @unchecked Sendable {
    let graph: HNSWGraph
    init(_ graph: HNSWGraph) { self.graph = graph }
}
