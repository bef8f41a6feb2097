import Base

/// Storing, linking, updating and removing.
extension VectorCollection {
    /// Stores a vector and links it; an id that is there gets the new vector in one step.
    ///
    /// Expected O(log n · constructionWidth · links · dimension). Searches wait microseconds.
    package func insert(_ id: Int64, _ vector: [Float]) throws(VectorRefusal) {
        try insert([(id, vector)], threads: 1)
    }

    /// Stores and links many vectors. All are checked before any is stored.
    package func insert(_ items: [(id: Int64, vector: [Float])], threads: Int = 1)
        throws(VectorRefusal)
    {
        try load(items)
        link(threads: threads)
    }

    /// Stores vectors without linking: exact search finds them at once, `link` makes it fast.
    ///
    /// O(items · dimension); O(1) more for each id that is replaced.
    package func load(_ items: [(id: Int64, vector: [Float])]) throws(VectorRefusal) {
        var ready: [(id: Int64, vector: PreparedVector)] = []
        ready.reserveCapacity(items.count)
        for item in items { ready.append((item.id, try prepared(item.vector))) }
        try writer.withLock { _ throws(VectorRefusal) in
            guard nodes.used + ready.count <= VectorLimits.vectors.upperBound else {
                throw .tooManyVectors(limit: VectorLimits.vectors.upperBound)
            }
            var replaced: [UInt32] = []
            var start = 0
            while start < ready.count {
                let end = min(start + NodeSlabs.rows, ready.count)
                guarded.write {
                    for item in ready[start..<end] {
                        if let old = store(item.id, item.vector) { replaced.append(old) }
                    }
                }
                start = end
            }
            repair(Set(replaced), threads: 1)
        }
    }

    /// Links everything that is pending, block by block; other writers wait, searches do not.
    ///
    /// The graph depends on the order of arrival and the seed, not on the number of threads.
    package func link(threads: Int = 1) {
        let threads = threads.clamped(to: VectorLimits.threads)
        while writer.withLock({ _ in linkBlock(threads: threads) }) {}
    }

    /// Removes ids; unknown ones are ignored. When it returns, no search finds them.
    ///
    /// O(links² · dimension) for each, to bridge the hole. Returns how many were there.
    @discardableResult
    package func remove(_ ids: [Int64], threads: Int = 1) -> Int {
        writer.withLock { _ in
            let hidden = guarded.write { hide(ids) }
            repair(Set(hidden), threads: threads.clamped(to: VectorLimits.threads))
            return hidden.count
        }
    }

    /// Puts a vector into a slot; returns the slot it replaces, already hidden.
    private func store(_ id: Int64, _ vector: PreparedVector) -> UInt32? {
        guard let slot = nodes.take(level: drawLevel()) else {
            preconditionFailure("the limit was checked before")
        }
        let (slab, row) = nodes.place(slot)
        nodes.vector(slot).update(from: vector.components, count: dimension)
        nodes.biases[slab]![row] = vector.bias
        nodes.ids[slab]![row] = id
        nodes.setState(slot, NodeState.pending)
        graph.prepareInbound(slot)
        let old = hide([id]).first
        slots[id] = slot
        pending.append(slot)
        return old
    }

    /// Takes ids out of all answers; their nodes stay as stepping stones. Under the write lock.
    private func hide(_ ids: [Int64]) -> [UInt32] {
        var hidden: [UInt32] = []
        for id in ids {
            guard let slot = slots.removeValue(forKey: id) else { continue }
            if nodes.state(slot) == NodeState.linked { linkedCount -= 1 }
            nodes.setState(slot, NodeState.dead)
            hidden.append(slot)
        }
        return hidden
    }

    /// Links one block of the pending; false when there was none.
    private func linkBlock(threads: Int) -> Bool {
        guard !pending.isEmpty else { return false }
        let block = Array(pending.prefix(HNSWGraph.blockSize(linked: linkedCount)))
        let planned = graph.planLinks(for: block, threads: threads, scratches: scratches)
        let changes = scratches.with { graph.settle(planned, leaving: [], scratch: $0) }
        var entry = graph.entry
        var top = graph.topLevel
        for slot in block where entry == nil || nodes.level(slot) > top {
            entry = slot
            top = nodes.level(slot)
        }
        put(changes)
        guarded.write {
            for slot in block { nodes.setState(slot, NodeState.linked) }
            pending.removeFirst(block.count)
            linkedCount += block.count
            graph.setEntry(entry, level: top)
        }
        return true
    }

    /// Bridges hidden nodes and frees their slots. Under the writer's lock only.
    private func repair(_ hidden: Set<UInt32>, threads: Int) {
        guard !hidden.isEmpty else { return }
        let planned = graph.planRepair(of: hidden, threads: threads, scratches: scratches)
        let changes = scratches.with { graph.settle(planned, leaving: hidden, scratch: $0) }
        put(changes)
        let entry =
            graph.entry.map { hidden.contains($0) } == true
            ? graph.bestEntry(without: hidden) : graph.entry
        guarded.write {
            graph.setEntry(entry, level: entry.map { nodes.level($0) } ?? 0)
            pending.removeAll { hidden.contains($0) }
            for slot in hidden.sorted() { nodes.release(slot) }
        }
    }

    /// Puts planned lists in place, a few at a time so that searches get in between.
    private func put(_ changes: [LinkChange]) {
        let share = 256
        var start = 0
        while start < changes.count {
            let end = min(start + share, changes.count)
            guarded.write {
                for change in changes[start..<end] {
                    nodes.setLinks(change.slot, layer: change.layer, change.links)
                }
            }
            start = end
        }
    }
}
