import Base
import CKernels
import Synchronization

/// Storing, linking, updating and removing.
extension VectorCollection {
    /// Stores a vector and links it; an id that is there gets the new vector.
    ///
    /// Expected O(log n · constructionWidth · links · dimension). Searches wait for none of it.
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
    /// An id that is there gets the new vector: a search that runs meanwhile may meet the old one or
    /// the new one, never both. O(items · dimension).
    package func load(_ items: [(id: Int64, vector: [Float])]) throws(VectorRefusal) {
        let lengths = try check(items)
        try writer.withLock { _ throws(VectorRefusal) in
            try waitUntilWhole()
            for (item, squared) in zip(items, lengths) {
                try store(item.id, item.vector, squared: squared, level: drawLevel())
            }
            tidy(threads: 1)
        }
    }

    /// The squared lengths of vectors that can be stored; refuses them all if one cannot.
    @discardableResult
    func check(_ items: [(id: Int64, vector: [Float])]) throws(VectorRefusal) -> [Double] {
        var lengths: [Double] = []
        lengths.reserveCapacity(items.count)
        for item in items { lengths.append(try checked(item.vector)) }
        return lengths
    }

    /// Links everything that is pending, block by block; other writers wait, searches do not.
    ///
    /// The graph depends on the order of arrival and the seed, not on the number of threads. A
    /// collection that was opened from a damaged file stays as it is, for it answers nothing anyway.
    package func link(threads: Int = 1) { link(atMost: .max, threads: threads) }

    /// The same, but ends after the block with which `limit` vectors are linked, so that another
    /// collection can have its turn; whether nothing is pending any more.
    @discardableResult
    package func link(atMost limit: Int, threads: Int = 1) -> Bool {
        guard isWhole else { return true }
        let threads = threads.clamped(to: VectorLimits.threads)
        writer.withLock { _ in nodes.gather() }
        var linked = 0
        var isDone = false
        while !isDone, linked < limit {
            let some = writer.withLock { _ in linkBlock(threads: threads) }
            linked += some
            isDone = some == 0
        }
        writer.withLock { _ in tidy(threads: threads) }
        return isDone
    }

    /// Removes ids; unknown ones are ignored. When it returns, no search finds them.
    ///
    /// Their nodes stay as stepping stones until `deadShare` of the graph is dead and is bridged at
    /// once: amortised O(links² · dimension) for each. Returns how many were there.
    @discardableResult
    package func remove(_ ids: [Int64], threads: Int = 1) -> Int {
        guard isWhole else { return 0 }
        return writer.withLock { _ in
            var count = 0
            for id in ids {
                guard let slot = table.withLock({ $0.remove(id, nodes) }) else { continue }
                hide(slot)
                count += 1
            }
            living.subtract(count, ordering: .releasing)
            tidy(threads: threads.clamped(to: VectorLimits.threads))
            return count
        }
    }

    /// One in so many nodes of the graph may be dead before they are bridged.
    static let deadShare = 16
    /// One in so many may have changed before it is looked whether all can be reached.
    static let changedShare = 8

    /// Puts a vector into a slot, and hides the one it replaces.
    func store(_ id: Int64, _ vector: [Float], squared: Double, level: Int) throws(VectorRefusal) {
        freeLimbo()
        if nodes.used >= VectorLimits.exactCrossover, !nodes.form.current.pointee.isLarge {
            enlarge()
        }
        guard let slot = nodes.take(level: level) else {
            throw .tooManyVectors(limit: VectorLimits.vectors.upperBound)
        }
        readers.read { scratch in
            bring(vector, squared: squared, to: scratch.vector)
            encode(scratch.vector, bias: metric.bias(squaredLength: squared), slot)
        }
        nodes.ids.row(slot, of: Int64.self)[0] = id
        nodes.setState(slot, NodeState.pending)
        pending.append(slot)
        if let old = table.withLock({ $0.update(slot, for: id, nodes) }) {
            hide(old)
        } else {
            living.add(1, ordering: .releasing)
        }
    }

    private func encode(_ vector: UnsafePointer<Float>, bias: Float, _ slot: UInt32) {
        let form = nodes.form.current
        frontdesk_vector_encode(
            nodes.isa, nodes.width, vector, bias, form.pointee.centre,
            nodes.form.heads.row(slot), nodes.codes.row(slot), nodes.rests.row(slot))
        guard let originals = form.pointee.originals else { return }
        (originals + Int(slot) * nodes.width).update(from: vector, count: nodes.width)
    }

    /// Takes a node out of all answers.
    private func hide(_ slot: UInt32) {
        if nodes.state(slot) == NodeState.linked {
            linked.subtract(1, ordering: .releasing)
            maintenance.dead += 1
        } else {
            maintenance.deadPending += 1
        }
        nodes.setState(slot, NodeState.dead)
    }

    /// Leaves the small form: draws every vector's sketch around their middle.
    func enlarge() {
        let used = nodes.used
        let old = nodes.form.current
        guard let originals = old.pointee.originals else { return }
        let centre = UnsafeMutablePointer<Float>.allocate(capacity: nodes.width)
        centre.initialize(repeating: 0, count: nodes.width)
        var alive: Float = 0
        for slot in 0..<used where nodes.state(UInt32(slot)) & 1 == 1 {
            alive += 1
            let vector = originals + slot * nodes.width
            for place in 0..<nodes.width {
                centre[place] += (vector[place] - centre[place]) / alive
            }
        }
        let heads = NodeFormBox.makeHeads(width: nodes.width)
        while heads.slabCount < nodes.codes.slabCount {
            precondition(heads.makeSlab(), "out of memory")
        }
        for slot in 0..<UInt32(used) {
            heads.row(slot).update(
                from: nodes.form.heads.row(slot), count: Int(FRONTDESK_VECTOR_HEAD_FIXED))
            frontdesk_vector_sketch(
                nodes.isa, nodes.width, originals + Int(slot) * nodes.width, centre,
                heads.row(slot))
        }
        nodes.form.enlarge(heads: heads, centre: centre)
        maintenance.retired = readers.advance()
    }

    /// Takes one block off the pending and links it; gives how many they were.
    private func linkBlock(threads: Int) -> Int {
        freeLimbo()
        guard pending.count > 0 else { return 0 }
        let waiting = Array(pending.first(HNSWGraph.blockSize(linked: linkedCount)))
        let block = waiting.filter { nodes.state($0) == NodeState.pending }
        graph.link(block, threads: threads, readers: readers)
        for slot in block {
            let level = nodes.level(slot)
            if graph.entry.map({ $0.level < level }) ?? true {
                graph.setEntry(slot, level: level)
            }
            nodes.setState(slot, NodeState.linked)
        }
        linked.add(block.count, ordering: .releasing)
        maintenance.changed += block.count
        pending.removeFirst(waiting.count)
        let dropped = waiting.filter { nodes.state($0) == NodeState.dead }
        maintenance.deadPending -= dropped.count
        retire(dropped)
        return waiting.count
    }

    /// What is put off until it is worth a walk over all nodes. Under the writer's lock only.
    private func tidy(threads: Int) {
        if maintenance.deadPending > pending.count / 2 + 64 {
            let kept = pending.first(pending.count).filter { nodes.state($0) == NodeState.pending }
            let dropped = pending.first(pending.count).filter { nodes.state($0) == NodeState.dead }
            pending.replace(with: kept)
            maintenance.deadPending = 0
            retire(dropped)
        }
        if maintenance.dead > linkedCount / Self.deadShare { bridgeDead(threads: threads) }
        if maintenance.changed > linkedCount / Self.changedShare {
            graph.reach(readers: readers)
            maintenance.changed = 0
        }
        freeLimbo()
    }

    /// Takes the dead out of the graph.
    func bridgeDead(threads: Int) {
        graph.bridge(threads: threads, readers: readers)
        if let entry = graph.entry, nodes.state(entry.slot) == NodeState.dead {
            let best = graph.bestEntry()
            graph.setEntry(best, level: best.map { nodes.level($0) } ?? 0)
        }
        let waiting = Set(pending.first(pending.count))
        let dead = (0..<UInt32(nodes.used)).filter {
            nodes.state($0) == NodeState.dead && !waiting.contains($0)
        }
        for slot in dead { nodes.setState(slot, NodeState.free) }
        maintenance.changed += maintenance.dead
        maintenance.dead = 0
        retire(dead)
    }

    func retire(_ slots: [UInt32]) {
        guard !slots.isEmpty else { return }
        for slot in slots { nodes.setState(slot, NodeState.free) }
        maintenance.limbo.append((readers.advance(), slots))
    }

    /// Gives back what no reader can see any more.
    func freeLimbo() {
        if let retired = maintenance.retired, readers.isOver(retired) {
            nodes.form.dropRetired()
            maintenance.retired = nil
        }
        while let first = maintenance.limbo.first, readers.isOver(first.epoch) {
            for slot in first.slots { nodes.release(slot) }
            maintenance.limbo.removeFirst()
        }
        if maintenance.limbo.isEmpty, maintenance.retired == nil, pending.hasRetired {
            let now = readers.advance()
            if readers.isOver(now) { pending.dropRetired() }
        }
    }
}
