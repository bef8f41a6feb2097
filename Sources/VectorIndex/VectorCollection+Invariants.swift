import Base

extension VectorCollection {
    /// Everything that is wrong with the structure, in words; empty when all holds.
    ///
    /// For tests and `verify`: links in range, alive, unique, within degree, mirrored by
    /// `inbound`, counts, and a living entry on the top layer. O(n · links)
    package func checkInvariants() -> [String] {
        writer.withLock { _ in
            var flaws: [String] = []
            for slot in 0..<UInt32(nodes.used) { checkNode(slot, &flaws) }
            let linked = (0..<UInt32(nodes.used)).filter { nodes.state($0) == NodeState.linked }
            if linked.count != linkedCount { flaws.append("linkedCount is wrong") }
            if linked.count + pending.count != slots.count { flaws.append("counts disagree") }
            for (id, slot) in slots where nodes.id(slot) != id || nodes.state(slot) & 1 == 0 {
                flaws.append("id \(id) points to a slot that is not its own")
            }
            if let entry = graph.entry {
                let top = linked.map { nodes.level($0) }.max() ?? 0
                if nodes.state(entry) != NodeState.linked { flaws.append("the entry is dead") }
                if nodes.level(entry) != top || graph.topLevel != top {
                    flaws.append("the entry is not on the top layer")
                }
            } else if !linked.isEmpty {
                flaws.append("there is no entry")
            }
            return flaws
        }
    }

    /// The linked nodes that no walk from the entry reaches on the ground layer. O(n · links)
    package func unreachableCount() -> Int {
        writer.withLock { _ in
            guard let entry = graph.entry else { return linkedCount }
            var seen = [Bool](repeating: false, count: nodes.used)
            var queue = [entry]
            seen[Int(entry)] = true
            var next = 0
            while next < queue.count {
                for link in nodes.links(queue[next], layer: 0) where !seen[Int(link)] {
                    seen[Int(link)] = true
                    queue.append(link)
                }
                next += 1
            }
            return linkedCount - queue.count
        }
    }

    private func checkNode(_ slot: UInt32, _ flaws: inout [String]) {
        guard nodes.state(slot) == NodeState.linked else {
            if nodes.state(slot) == NodeState.dead { flaws.append("\(slot) was left dead") }
            return
        }
        for layer in 0...nodes.level(slot) {
            let links = Array(nodes.links(slot, layer: layer))
            if links.count > settings.maximumLinks(layer: layer) {
                flaws.append("\(slot) has too many links on layer \(layer)")
            }
            if Set(links).count != links.count { flaws.append("\(slot) links twice") }
            for link in links {
                guard link != slot, link < nodes.used, nodes.state(link) == NodeState.linked,
                    nodes.level(link) >= layer
                else {
                    flaws.append("\(slot) has a wrong link on layer \(layer)")
                    continue
                }
                if !graph.inbound[Int(link)][layer].contains(slot) {
                    flaws.append("\(slot) → \(link) is not mirrored")
                }
            }
            for source in graph.inbound[Int(slot)][layer]
            where !nodes.links(source, layer: layer).contains(slot) {
                flaws.append("\(source) is a false source of \(slot)")
            }
            if layer == 0 && linkedCount > 1 && graph.inbound[Int(slot)][0].isEmpty {
                flaws.append("\(slot) has no incoming link")
            }
        }
    }
}
