/// Keeping the graph whole: nobody is left without an incoming link, and the dead are bridged.
extension HNSWGraph {
    /// New lists for every node that links to one of the dead, so that nobody does afterwards.
    ///
    /// A neighbour of the dead is offered what the dead linked to and chooses again by the
    /// heuristic; if that leaves it poor, the nearest of the rest fill it up. O(dead · links²·d).
    func planRepair(of dead: Set<UInt32>, threads: Int, scratches: ScratchPool) -> [LinkChange] {
        var touched: Set<NodeLayer> = []
        for slot in dead {
            for layer in inbound[Int(slot)].indices {
                for source in inbound[Int(slot)][layer] where !dead.contains(source) {
                    touched.insert(NodeLayer(slot: source, layer: layer))
                }
            }
        }
        let targets = touched.sorted()
        let changes = Slots<LinkChange?>(count: targets.count, empty: nil)
        let view = Unowned(self)
        inParallel(threads: threads, count: targets.count) { index, _ in
            scratches.with { scratch in
                changes[index] = view.graph.planBridge(
                    targets[index], over: dead, scratch: scratch)
            }
        }
        return changes.all.compactMap { $0 }
    }

    private func planBridge(_ key: NodeLayer, over dead: Set<UInt32>, scratch: SearchScratch)
        -> LinkChange
    {
        var alive: [UInt32] = []
        var seen: Set<UInt32> = [key.slot]
        var queue: [UInt32] = []
        for link in nodes.links(key.slot, layer: key.layer) where seen.insert(link).inserted {
            if dead.contains(link) { queue.append(link) } else { alive.append(link) }
        }
        var next = 0
        while next < queue.count, alive.count < SearchScratch.rowsMaximum {
            for link in nodes.links(queue[next], layer: key.layer)
            where seen.insert(link).inserted {
                if dead.contains(link) { queue.append(link) } else { alive.append(link) }
            }
            next += 1
        }
        let limit = settings.maximumLinks(layer: key.layer)
        let nearest = ordered(alive, from: key.slot, scratch: scratch)
        var links = select(limit: limit, scratch: scratch)
        for slot in nearest where links.count < settings.connections {
            if !links.contains(slot) { links.append(slot) }
        }
        return LinkChange(slot: key.slot, layer: key.layer, links: links)
    }

    /// Books planned changes into `inbound` and corrects them so that no node loses its last
    /// incoming link. Call before putting the changes in place. O(changes · links)
    ///
    /// Returns the corrected changes; `leaving` nodes are allowed to lose all.
    func settle(_ planned: [LinkChange], leaving: Set<UInt32>, scratch: SearchScratch)
        -> [LinkChange]
    {
        var changes = planned
        var orphans: [NodeLayer] = []
        for change in changes {
            orphans.append(NodeLayer(slot: change.slot, layer: change.layer))
            let before = Set(nodes.links(change.slot, layer: change.layer))
            let after = Set(change.links)
            for link in change.links where !before.contains(link) {
                inbound[Int(link)][change.layer].append(change.slot)
            }
            for link in nodes.links(change.slot, layer: change.layer) where !after.contains(link) {
                forget(change.slot, asSourceOf: link, layer: change.layer)
                orphans.append(NodeLayer(slot: link, layer: change.layer))
            }
        }
        for slot in leaving {
            for layer in 0...nodes.level(slot) {
                for link in nodes.links(slot, layer: layer) {
                    forget(slot, asSourceOf: link, layer: layer)
                    orphans.append(NodeLayer(slot: link, layer: layer))
                }
            }
        }
        var positions: [NodeLayer: Int] = [:]
        for (position, change) in changes.enumerated() {
            positions[NodeLayer(slot: change.slot, layer: change.layer)] = position
        }
        for orphan in orphans
        where !leaving.contains(orphan.slot) && inbound[Int(orphan.slot)][orphan.layer].isEmpty {
            adopt(orphan, changes: &changes, positions: &positions, scratch: scratch)
        }
        return changes
    }

    /// Gives a node without incoming links one from the nearest that has room or can spare one.
    ///
    /// Looks among those it links to, then among theirs, and so on; O(links · d) as a rule.
    private func adopt(
        _ orphan: NodeLayer, changes: inout [LinkChange], positions: inout [NodeLayer: Int],
        scratch: SearchScratch
    ) {
        let layer = orphan.layer
        func list(_ slot: UInt32) -> [UInt32] {
            positions[NodeLayer(slot: slot, layer: layer)].map { changes[$0].links }
                ?? Array(nodes.links(slot, layer: layer))
        }
        let own = list(orphan.slot)
        var queue = ordered(own, from: orphan.slot, scratch: scratch)
        var seen = Set(queue).union([orphan.slot])
        var next = 0
        while next < queue.count, next < Self.adoptersMaximum {
            let parent = queue[next]
            next += 1
            var links = list(parent)
            for link in links where seen.insert(link).inserted { queue.append(link) }
            if links.count == settings.maximumLinks(layer: layer) {
                // The farthest link goes whose owner can spare it.
                guard let spare = links.lastIndex(where: { inbound[Int($0)][layer].count > 1 })
                else { continue }
                forget(parent, asSourceOf: links[spare], layer: layer)
                links.remove(at: spare)
            }
            links.append(orphan.slot)
            inbound[Int(orphan.slot)][layer].append(parent)
            let key = NodeLayer(slot: parent, layer: layer)
            if let position = positions[key] {
                changes[position].links = links
            } else {
                positions[key] = changes.count
                changes.append(LinkChange(slot: parent, layer: layer, links: links))
            }
            return
        }
    }

    /// Nodes that are asked to take in one without incoming links.
    static let adoptersMaximum = 4_096

    private func forget(_ source: UInt32, asSourceOf link: UInt32, layer: Int) {
        guard let place = inbound[Int(link)][layer].firstIndex(of: source) else { return }
        inbound[Int(link)][layer].swapAt(place, inbound[Int(link)][layer].count - 1)
        inbound[Int(link)][layer].removeLast()
    }

    /// Makes the places for a node's sources; the writer calls it when a slot is taken.
    func prepareInbound(_ slot: UInt32) {
        while inbound.count <= Int(slot) { inbound.append([]) }
        inbound[Int(slot)] = Array(repeating: [], count: nodes.level(slot) + 1)
    }

    /// The best entry among living linked nodes: the highest, then the lowest slot. O(n)
    func bestEntry(without leaving: Set<UInt32> = []) -> UInt32? {
        var best: UInt32?
        for slot in 0..<UInt32(nodes.used)
        where nodes.state(slot) == NodeState.linked && !leaving.contains(slot) {
            if best.map({ nodes.level($0) < nodes.level(slot) }) ?? true { best = slot }
        }
        return best
    }
}
