import Base

extension VectorCollection {
    /// Everything that is wrong with the structure, in words; empty when all holds.
    ///
    /// For tests and `verify`: links in range, not free, unique, within degree, counts, ids, and an
    /// entry on the top layer. O(n · links)
    package func checkInvariants() -> [String] {
        writer.withLock { _ in
            var flaws: [String] = []
            let used = UInt32(nodes.used)
            for slot in 0..<used { checkNode(slot, &flaws) }
            let states = (0..<used).map { nodes.state($0) }
            func total(_ state: UInt8) -> Int { states.count { $0 == state } }
            if total(NodeState.linked) != linkedCount { flaws.append("linkedCount is wrong") }
            if total(NodeState.linked) + total(NodeState.pending) != count {
                flaws.append("counts disagree")
            }
            if total(NodeState.dead) != maintenance.dead + maintenance.deadPending {
                flaws.append("the dead are not counted right")
            }
            let stored = table.withLock { $0.slots }
            if stored.count != count { flaws.append("ids are not counted right") }
            for slot in stored where nodes.state(slot) & 1 == 0 {
                flaws.append("id \(nodes.id(slot)) points to a slot that is not its own")
            }
            if Set(stored.map { nodes.id($0) }).count != stored.count {
                flaws.append("an id is there twice")
            }
            checkEntry(states, &flaws)
            return flaws
        }
    }

    /// The linked nodes that no walk from the entry reaches on the ground layer. O(n · links)
    package func unreachableCount() -> Int {
        writer.withLock { _ in
            guard let (entry, _) = graph.entry else { return linkedCount }
            var reached = [Bool](repeating: false, count: nodes.used)
            graph.spread(from: entry, &reached)
            return (0..<nodes.used).count {
                !reached[$0] && nodes.state(UInt32($0)) == NodeState.linked
            }
        }
    }

    private func checkEntry(_ states: [UInt8], _ flaws: inout [String]) {
        let present = (0..<UInt32(states.count)).filter {
            states[Int($0)] == NodeState.linked
                || (states[Int($0)] == NodeState.dead && !nodes.links($0, layer: 0).isEmpty)
        }
        guard let (entry, level) = graph.entry else {
            if linkedCount > 0 { flaws.append("there is no entry") }
            return
        }
        if states[Int(entry)] & 2 == 0 { flaws.append("the entry is not in the graph") }
        if nodes.level(entry) != level { flaws.append("the entry's layer is wrong") }
        if present.contains(where: { nodes.level($0) > level }) {
            flaws.append("the entry is not on the top layer")
        }
    }

    private func checkNode(_ slot: UInt32, _ flaws: inout [String]) {
        guard nodes.state(slot) == NodeState.linked else { return }
        for layer in 0...nodes.level(slot) {
            let links = nodes.links(slot, layer: layer)
            if links.count > settings.maximumLinks(layer: layer) {
                flaws.append("\(slot) has too many links on layer \(layer)")
            }
            if Set(links).count != links.count { flaws.append("\(slot) links twice") }
            for link in links {
                // Bit 1: linked, or dead and still a stepping stone.
                guard link != slot, link < nodes.used, nodes.state(link) & 2 == 2,
                    nodes.level(link) >= layer
                else {
                    flaws.append("\(slot) has a wrong link on layer \(layer)")
                    continue
                }
            }
        }
    }
}
