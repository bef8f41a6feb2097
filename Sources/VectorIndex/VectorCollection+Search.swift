import CKernels

/// Finding the nearest.
extension VectorCollection {
    /// The `k` nearest that the filter lets through, nearest first; fewer only if fewer exist.
    ///
    /// Exact: O(n · dimension). Graph: expected O((log n + width · links) · dimension), then O(k)
    /// exact scores. `width` is `ef` in the paper. Searches never wait for linking, only for the
    /// microseconds in which lists are put in place.
    package func search(
        _ query: [Float], k: Int, filter: SearchFilter = .everything,
        width: Int = VectorLimits.searchWidthDefault, strategy: SearchStrategy = .automatic
    ) throws(VectorRefusal) -> [Neighbour] {
        guard VectorLimits.results.contains(k) else { throw .countOutOfRange(k) }
        let query = try prepared(query)
        let width = max(width.clamped(to: VectorLimits.searchWidth), k)
        return scratches.with { scratch in
            guarded.read {
                let plan = plan(filter, width: width, strategy: strategy)
                run(plan, query, k: k, filter: filter, scratch: scratch)
                return scored(scratch.entries(k), query)
            }
        }
    }

    /// Searches for many queries at once; exact ones share a matrix product.
    ///
    /// Exact: O(queries · n · dimension) at matrix speed; graph: as `search` for each.
    package func search(
        batch: [[Float]], k: Int, width: Int = VectorLimits.searchWidthDefault,
        strategy: SearchStrategy = .automatic, threads: Int = 1
    ) throws(VectorRefusal) -> [[Neighbour]] {
        guard VectorLimits.results.contains(k) else { throw .countOutOfRange(k) }
        guard VectorLimits.batch.contains(batch.count) else {
            throw .countOutOfRange(batch.count)
        }
        var queries: [PreparedVector] = []
        for query in batch { queries.append(try prepared(query)) }
        let width = max(width.clamped(to: VectorLimits.searchWidth), k)
        let share = ExactSearch.queriesTogether
        let shares = stride(from: 0, to: queries.count, by: share).map {
            Array(queries[$0..<min($0 + share, queries.count)])
        }
        let found = Slots<[[Neighbour]]>(count: shares.count, empty: [])
        let threads = threads.clamped(to: VectorLimits.threads)
        inParallel(threads: threads, count: shares.count) { [self] index, _ in
            found[index] = search(share: shares[index], k: k, width: width, strategy: strategy)
        }
        return found.all.flatMap { $0 }
    }

    private func search(
        share: [PreparedVector], k: Int, width: Int, strategy: SearchStrategy
    ) -> [[Neighbour]] {
        scratches.with { scratch in
            guarded.read {
                let plan = plan(.everything, width: width, strategy: strategy)
                guard case .graph = plan else {
                    let pools = ExactSearch(nodes: nodes).scan(together: share, k: k)
                    return zip(pools, share).map { scored($0, $1) }
                }
                return share.map { query in
                    run(plan, query, k: k, filter: .everything, scratch: scratch)
                    return scored(scratch.entries(k), query)
                }
            }
        }
    }

    /// How a search will be done.
    enum Plan {
        /// Scan everything that the filter accepts.
        case scan
        /// Scan these slots only.
        case among([UInt32])
        /// Walk the graph keeping so many candidates, then scan what is pending.
        case graph(width: Int)
    }

    /// Chooses by size, state and selectivity; under the read lock. O(1), or O(ids) for a set.
    private func plan(_ filter: SearchFilter, width: Int, strategy: SearchStrategy) -> Plan {
        let alive = slots.count
        var share = 1.0
        if case .ids(let ids) = filter {
            let few = Double(ids.count) < Double(alive) * Self.selectiveShare
            if ids.count <= VectorLimits.exactCrossover || (few && strategy != .graph) {
                return .among(ids.compactMap { slots[$0] })
            }
            share = min(1, Double(ids.count) / Double(max(1, alive)))
        }
        let small = alive <= VectorLimits.exactCrossover
        let cold = pending.count > max(VectorLimits.exactCrossover, linkedCount / 8)
        if strategy == .exact || (strategy == .automatic && (small || cold)) { return .scan }
        if case .matching(let accepts) = filter {
            share = sampledShare(accepts)
            if share < Self.selectiveShare && strategy != .graph { return .scan }
        }
        // Room for those that the filter will take away, and a fifth for bad luck.
        let wide = share >= 1 ? Double(width) : Double(width) / max(share, 0.01) * 1.2
        return .graph(width: Int(wide).clamped(to: 1...VectorLimits.searchWidth.upperBound))
    }

    /// Filters that pass less than this share are answered by scanning what passes.
    static let selectiveShare = 0.1
    /// Nodes asked to learn how selective a predicate is.
    static let sampleSize = 256

    /// Which share of the living a predicate accepts, from an even sample.
    private func sampledShare(_ accepts: (Int64) -> Bool) -> Double {
        var asked = 0
        var passed = 0
        let step = max(1, nodes.used / Self.sampleSize)
        for slot in stride(from: 0, to: nodes.used, by: step)
        where nodes.state(UInt32(slot)) & 1 == 1 {
            asked += 1
            if accepts(nodes.id(UInt32(slot))) { passed += 1 }
        }
        return asked == 0 ? 1 : Double(passed) / Double(asked)
    }

    private func run(
        _ plan: Plan, _ query: PreparedVector, k: Int, filter: SearchFilter,
        scratch: SearchScratch
    ) {
        let exact = ExactSearch(nodes: nodes)
        let offset = query.offset
        query.components.withUnsafeBufferPointer { vector in
            let vector = vector.baseAddress!
            switch plan {
            case .scan:
                exact.scan(vector, offset: offset, k: k, scratch: scratch, accepts: filter.test)
            case .among(let slots):
                exact.scan(vector, offset: offset, k: k, among: slots, scratch: scratch)
            case .graph(let width):
                graph.search(
                    vector, offset: offset, layer: 0, width: width, by: metric,
                    scratch: scratch)
                let test = filter.test
                scratch.keep { slot in
                    nodes.state(slot) == NodeState.linked && test?(nodes.id(slot)) ?? true
                }
                let fresh = pending.filter { slot in
                    nodes.state(slot) == NodeState.pending && test?(nodes.id(slot)) ?? true
                }
                exact.scan(
                    vector, offset: offset, k: max(width, k), among: fresh, scratch: scratch,
                    keeping: true)
                // The graph promises no number of hits; the scan does.
                if scratch.poolCount < min(k, slots.count) {
                    exact.scan(vector, offset: offset, k: k, scratch: scratch, accepts: test)
                }
            }
        }
    }

    /// Ids with distances computed anew in double precision, nearest first. O(k · dimension)
    private func scored(_ entries: [UInt64], _ query: PreparedVector) -> [Neighbour] {
        let hits = entries.map { entry -> Neighbour in
            let slot = UInt32(truncatingIfNeeded: entry) >> 1
            return Neighbour(id: nodes.id(slot), distance: distance(query, slot))
        }
        return hits.sorted {
            $0.distance != $1.distance ? $0.distance < $1.distance : $0.id < $1.id
        }
    }

    private func distance(_ query: PreparedVector, _ slot: UInt32) -> Float {
        let vector = nodes.vector(slot)
        switch metric {
        case .cosine:
            return Float(1 - frontdesk_vector_dot(query.components, vector, dimension))
        case .innerProduct:
            return Float(-frontdesk_vector_dot(query.components, vector, dimension))
        case .squaredEuclidean:
            return Float(
                frontdesk_vector_squared_distance(query.components, vector, dimension))
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

extension SearchScratch {
    /// The first `count` entries of the pool.
    func entries(_ count: Int) -> [UInt64] {
        Array(UnsafeBufferPointer(start: pool, count: min(count, poolCount)))
    }

    /// Drops the entries whose slot does not pass.
    func keep(_ passes: (UInt32) -> Bool) {
        var kept = 0
        for position in 0..<poolCount where passes(slot(at: position)) {
            pool[kept] = pool[position]
            kept += 1
        }
        poolCount = kept
    }
}
