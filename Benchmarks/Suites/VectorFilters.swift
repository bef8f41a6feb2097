import Foundation
import VectorIndex

/// Searches of which only a share of the vectors may be answers.
extension OurVectors {
    /// Recall against the exact search under the same filter, and how long a search takes, with the
    /// filter as a predicate and as a set of ids.
    func measureFilter(_ share: Double, _ plan: VectorPlan, _ files: VectorFiles) throws {
        let limit = UInt64(min(max(share, 0), 1) * 0x1p32)
        // Mixed up, so that the accepted do not lie together.
        let accepts = { @Sendable (id: Int64) in
            (UInt64(bitPattern: id &+ 1) &* 0x9E37_79B9_7F4A_7C15) >> 32 < limit
        }
        let allowed = Set((0..<Int64(files.base.count)).filter(accepts))
        let queries = files.queries.prefix(200)
        let truth = try queries.map { query in
            try collection.search(query, k: plan.k, filter: .ids(allowed), strategy: .exact)
                .map(\.id)
        }
        let clock = ContinuousClock()
        for (name, filter) in [
            ("predicate", .matching(accepts)), ("ids", .ids(allowed)),
        ] as [(String, SearchFilter)] {
            var hits = 0
            var times: [Double] = []
            for (query, right) in zip(queries, truth) {
                let start = clock.now
                let found = try collection.search(query, k: plan.k, filter: filter)
                times.append((clock.now - start) / .microseconds(1))
                hits += Set(found.map(\.id)).intersection(right).count
            }
            times.sort()
            var line = JSONLine()
            line.add("mode", "filter")
            line.add("share", share)
            line.add("as", name)
            line.add("allowed", allowed.count)
            line.add("recall", Double(hits) / Double(max(1, truth.reduce(0) { $0 + $1.count })))
            line.add("p50_us", VectorRun.rank(0.5, times))
            line.add("p99_us", VectorRun.rank(0.99, times))
            Output.write(line.json)
        }
    }
}
