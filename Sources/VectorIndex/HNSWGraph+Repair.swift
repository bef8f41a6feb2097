import CKernels

/// Keeping the graph whole: the dead are bridged, and every node can be reached.
extension HNSWGraph {
    /// Changes every list that leads to one of the dead, so that none does afterwards.
    ///
    /// A neighbour of the dead is offered what the dead linked to and chooses again by the
    /// heuristic; if that leaves it poor, the nearest of the rest fill it up.
    /// O(n · links) to find them, and O(links² · d) for each.
    func bridge(threads: Int, readers: ReaderEpochs) {
        let share = 1_024
        let used = nodes.used
        inParallel(threads: threads, count: (used + share - 1) / share) { [self] index, _ in
            readers.read { scratch in
                let form = nodes.form.current
                let slots = UInt32(index * share)..<UInt32(min((index + 1) * share, used))
                for slot in slots where nodes.state(slot) == NodeState.linked {
                    for layer in 0...nodes.level(slot) {
                        let links = nodes.links(slot, layer: layer)
                        guard links.contains(where: { nodes.state($0) == NodeState.dead })
                        else { continue }
                        nodes.setLinks(
                            slot, layer: layer,
                            bridged(slot, links, layer: layer, form, scratch: scratch))
                    }
                }
            }
        }
    }

    /// The most candidates that a bridge is chosen from.
    static let bridgeMaximum = 256

    private func bridged(
        _ slot: UInt32, _ links: [UInt32], layer: Int, _ form: UnsafePointer<NodeForm>,
        scratch: SearchScratch
    ) -> [UInt32] {
        var alive: [UInt32] = []
        var queue: [UInt32] = []
        var seen: Set<UInt32> = [slot]
        func meet(_ link: UInt32) {
            guard seen.insert(link).inserted else { return }
            if nodes.state(link) == NodeState.linked {
                alive.append(link)
            } else {
                queue.append(link)
            }
        }
        for link in links { meet(link) }
        var next = 0
        while next < queue.count, alive.count < Self.bridgeMaximum {
            for link in nodes.links(queue[next], layer: layer) { meet(link) }
            next += 1
        }
        loadQuery(slot, form, scratch: scratch)
        fillCandidates(from: alive, form, scratch: scratch)
        let limit = settings.maximumLinks(layer: layer)
        var chosen = select(limit: limit, form, scratch: scratch)
        for position in 0..<scratch.candidateCount where chosen.count < settings.connections {
            let candidate = scratch.candidate(at: position)
            if !chosen.contains(candidate) { chosen.append(candidate) }
        }
        return chosen
    }

    /// Gives every linked node that no walk from the entry reaches a link from one that is reached.
    ///
    /// O(n · links), and a search for each that was lost. Returns how many there were.
    @discardableResult
    func reach(readers: ReaderEpochs) -> Int {
        guard let (entry, _) = entry else { return 0 }
        var reached = [Bool](repeating: false, count: nodes.used)
        spread(from: entry, &reached)
        var lost = 0
        for slot in 0..<UInt32(reached.count)
        where !reached[Int(slot)] && nodes.state(slot) == NodeState.linked {
            lost += 1
            readers.read { scratch in adopt(slot, reached, scratch: scratch) }
            spread(from: slot, &reached)
        }
        return lost
    }

    /// Marks everything that can be reached from a slot on layer 0.
    func spread(from slot: UInt32, _ reached: inout [Bool]) {
        reached[Int(slot)] = true
        var queue = [slot]
        while let next = queue.popLast() {
            let list = nodes.list(next, layer: 0)
            for place in 0..<Int(list[0]) {
                let link = Int(list[1 + place])
                guard !reached[link] else { continue }
                reached[link] = true
                queue.append(UInt32(link))
            }
        }
    }

    /// Links a lost node from the nearest that is reached.
    ///
    /// If that one is full, the lost node takes the place of its last link and links there in turn:
    /// what was reached stays so, for nothing was reached through the lost node.
    private func adopt(_ slot: UInt32, _ reached: [Bool], scratch: SearchScratch) {
        let form = nodes.form.current
        loadQuery(slot, form, scratch: scratch)
        search(form, layer: 0, width: settings.constructionWidth, scratch: scratch)
        let near = (0..<scratch.poolCount).map { scratch.slot(at: $0) }
            .filter { $0 != slot && Int($0) < reached.count && reached[Int($0)] }
        let limit = settings.maximumLinks(layer: 0)
        let roomy = near.prefix(settings.connections).first {
            nodes.links($0, layer: 0).count < limit
        }
        guard let parent = roomy ?? near.first ?? entry?.slot, parent != slot else { return }
        var links = nodes.links(parent, layer: 0)
        if links.count == limit {
            let moved = links.removeLast()
            var own = nodes.links(slot, layer: 0)
            if !own.contains(moved) {
                if own.count == limit { own.removeLast() }
                own.append(moved)
                nodes.setLinks(slot, layer: 0, own)
            }
        }
        links.append(slot)
        nodes.setLinks(parent, layer: 0, links)
    }

    /// The best entry among living linked nodes: the highest, then the lowest slot. O(n)
    func bestEntry() -> UInt32? {
        var best: UInt32?
        for slot in 0..<UInt32(nodes.used) where nodes.state(slot) == NodeState.linked {
            if best.map({ nodes.level($0) < nodes.level(slot) }) ?? true { best = slot }
        }
        return best
    }
}
