import CKernels

/// Finding the nearest.
extension VectorCollection {
    /// The `k` nearest that the filter lets through, nearest first; fewer only if fewer exist.
    ///
    /// Exact: O(n · dimension). Graph: expected O((log n + width · links) · dimension), then O(k)
    /// finer scores. `width` is `ef` in the paper; without one the collection chooses by its size.
    /// Searches wait for nobody.
    package func search(
        _ query: [Float], k: Int, filter: SearchFilter = .everything,
        width: Int? = nil, strategy: SearchStrategy = .automatic
    ) throws(VectorRefusal) -> [Neighbour] {
        guard VectorLimits.results.contains(k) else { throw .countOutOfRange(k) }
        try refuseDamage()
        let width = max((width ?? ownWidth).clamped(to: VectorLimits.searchWidth), k)
        return try readers.read { (scratch) throws(VectorRefusal) in
            try load(query, scratch)
            let plan = plan(filter, width: width, strategy: strategy)
            return answer(plan, k: k, filter: filter, scratch: scratch)
        }
    }

    /// Searches for many queries at once; exact ones share a matrix product.
    ///
    /// Exact: O(queries · n · dimension) at matrix speed; graph: as `search` for each.
    package func search(
        batch: [[Float]], k: Int, width: Int? = nil,
        strategy: SearchStrategy = .automatic, threads: Int = 1
    ) throws(VectorRefusal) -> [[Neighbour]] {
        guard VectorLimits.results.contains(k) else { throw .countOutOfRange(k) }
        guard VectorLimits.batch.contains(batch.count) else {
            throw .countOutOfRange(batch.count)
        }
        try refuseDamage()
        for query in batch { _ = try checked(query) }
        let width = max((width ?? ownWidth).clamped(to: VectorLimits.searchWidth), k)
        let share = ExactSearch.queriesTogether
        let shares = stride(from: 0, to: batch.count, by: share).map {
            Array(batch[$0..<min($0 + share, batch.count)])
        }
        let found = Slots<[[Neighbour]]>(count: shares.count, empty: [])
        let threads = threads.clamped(to: VectorLimits.threads)
        inParallel(threads: threads, count: shares.count) { [self] index, _ in
            // `try?`: every query was checked above.
            found[index] =
                (try? search(share: shares[index], k: k, width: width, strategy: strategy)) ?? []
        }
        return found.all.flatMap { $0 }
    }

    private func search(share: [[Float]], k: Int, width: Int, strategy: SearchStrategy)
        throws(VectorRefusal) -> [[Neighbour]]
    {
        try readers.read { (scratch) throws(VectorRefusal) in
            let plan = plan(.everything, width: width, strategy: strategy)
            var found: [[Neighbour]] = []
            guard case .graph = plan else {
                let form = nodes.form.current
                var packed: [Float] = []
                var offsets: [Float] = []
                for query in share {
                    try load(query, scratch)
                    packed += UnsafeBufferPointer(start: scratch.vector, count: nodes.width)
                    offsets.append(scratch.query.pointee.offset)
                }
                let pools = ExactSearch(nodes: nodes, form: form)
                    .scan(together: packed, offsets: offsets, k: k)
                for (query, pool) in zip(share, pools) {
                    try load(query, scratch)
                    scratch.begin(width: k, limit: 0)
                    for entry in pool {
                        scratch.pool[scratch.walk.pointee.count] = entry
                        scratch.walk.pointee.count += 1
                    }
                    found.append(scored(form, k: k, depth: k, scratch: scratch))
                }
                return found
            }
            for query in share {
                try load(query, scratch)
                found.append(answer(plan, k: k, filter: .everything, scratch: scratch))
            }
            return found
        }
    }

    /// How many entries are scored finely, for codes may have put the `k` nearest behind others: a
    /// walk touches memory for each of them, a scan has gone through all of it already.
    private static func walkDepth(_ k: Int) -> Int { k + max(3, k / 8) }
    private static func scanDepth(_ k: Int) -> Int { k + max(6, k / 4) }

    func answer(_ plan: SearchPlan, k: Int, filter: SearchFilter, scratch: SearchScratch)
        -> [Neighbour]
    {
        let form = nodes.form.current
        let exact = ExactSearch(nodes: nodes, form: form)
        let test = filter.test
        func scan(_ body: () -> Void) -> [Neighbour] {
            let depth = Self.scanDepth(k)
            prepare(form, caution: ExactSearch.caution, scratch)
            scratch.begin(width: depth, limit: 0)
            body()
            return scored(form, k: k, depth: depth, scratch: scratch)
        }
        switch plan {
        case .scan:
            return scan { exact.scan(scratch: scratch, accepts: test) }
        case .among(let slots):
            return scan { exact.scan(among: slots, scratch: scratch) }
        case .graph(let width, let share):
            let depth = Self.walkDepth(k)
            prepare(form, caution: HNSWGraph.walkCaution, scratch)
            if let test, FilteredWalk.shares.contains(share) {
                FilteredWalk(graph: graph, form: form, accepts: test)
                    .search(width: max(width, depth), scratch: scratch)
            } else {
                graph.search(form, layer: 0, width: max(width, depth), scratch: scratch)
            }
            addPending(form, exact, scratch: scratch)
            scratch.keep { slot in
                nodes.state(slot) & 1 == 1 && test?(nodes.id(slot)) ?? true
            }
            guard scratch.poolCount < min(k, count) else {
                return scored(form, k: k, depth: depth, scratch: scratch)
            }
            // The graph promises no number of hits; the scan does.
            return scan { exact.scan(scratch: scratch, accepts: test) }
        }
    }

    /// Offers what is not in the graph yet to the pool of a walk. O(pending · dimension)
    private func addPending(
        _ form: UnsafePointer<NodeForm>, _ exact: ExactSearch, scratch: SearchScratch
    ) {
        let fresh = pending.seen.filter { slot in
            nodes.state(slot) == NodeState.pending
                && frontdesk_vector_mark(scratch.walk, slot)
        }
        guard !fresh.isEmpty else { return }
        // No link leads to these: what a sketch got wrong here would not be met again.
        prepare(form, caution: ExactSearch.caution, scratch)
        exact.scan(among: fresh, scratch: scratch)
    }

    private func prepare(
        _ form: UnsafePointer<NodeForm>, caution: Float, _ scratch: SearchScratch
    ) {
        frontdesk_vector_prepare(
            nodes.isa, nodes.width, form.pointee.centre, caution, scratch.query)
    }

    /// The ids of the first `depth` entries with finer distances, nearest first. O(depth · dimension)
    ///
    /// An id that was replaced meanwhile may be there twice; the nearer stays.
    private func scored(
        _ form: UnsafePointer<NodeForm>, k: Int, depth: Int, scratch: SearchScratch
    ) -> [Neighbour] {
        let count = min(scratch.poolCount, depth)
        var hits: [Neighbour] = []
        hits.reserveCapacity(count)
        if let originals = form.pointee.originals {
            for position in 0..<count {
                let slot = scratch.slot(at: position)
                guard nodes.state(slot) & 1 == 1 else { continue }
                hits.append(
                    Neighbour(
                        id: nodes.id(slot),
                        distance: distance(scratch.vector, originals + Int(slot) * nodes.width)))
            }
        } else {
            refine(form, count: count, scratch: scratch) { slot, distance in
                guard nodes.state(slot) & 1 == 1 else { return }
                hits.append(Neighbour(id: nodes.id(slot), distance: floored(distance)))
            }
        }
        hits.sort { $0.distance != $1.distance ? $0.distance < $1.distance : $0.id < $1.id }
        return unique(hits, k: k)
    }

    private func refine(
        _ form: UnsafePointer<NodeForm>, count: Int, scratch: SearchScratch,
        _ body: (UInt32, Float) -> Void
    ) {
        var start = 0
        while start < count {
            let share = min(SearchScratch.offerMaximum, count - start)
            for place in 0..<share { scratch.slots[place] = scratch.slot(at: start + place) }
            withUnsafePointer(to: form.pointee.upper) { rows in
                frontdesk_vector_refine(
                    nodes.isa, rows, scratch.query, scratch.slots, share, scratch.distances)
            }
            for place in 0..<share { body(scratch.slots[place], scratch.distances[place]) }
            start += share
        }
    }

    /// The first `k` of hits in order, each id once.
    private func unique(_ hits: [Neighbour], k: Int) -> [Neighbour] {
        var kept: [Neighbour] = []
        kept.reserveCapacity(min(k, hits.count))
        // Comparing all with all is quicker than a set while they are few.
        var seen: Set<Int64>? = k > 64 ? [] : nil
        for hit in hits where kept.count < k {
            let isNew =
                seen?.insert(hit.id).inserted ?? !kept.contains { $0.id == hit.id }
            if isNew { kept.append(hit) }
        }
        return kept
    }

    /// Rounding must not make a distance negative that cannot be.
    private func floored(_ distance: Float) -> Float {
        metric == .innerProduct ? distance : max(0, distance)
    }

    private func distance(_ query: UnsafePointer<Float>, _ vector: UnsafePointer<Float>) -> Float {
        switch metric {
        case .cosine: Float(1 - frontdesk_vector_dot(nodes.isa, query, vector, dimension))
        case .innerProduct: Float(-frontdesk_vector_dot(nodes.isa, query, vector, dimension))
        case .squaredEuclidean:
            Float(frontdesk_vector_squared_distance(nodes.isa, query, vector, dimension))
        }
    }
}

extension SearchFilter {
    /// The filter as a question; nil when everything passes.
    var test: ((Int64) -> Bool)? {
        switch self {
        case .everything: nil
        case .ids(let ids): { ids.contains($0) }
        case .matching(let accepts): accepts
        }
    }
}
