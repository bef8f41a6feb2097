import Foundation
import VectorIndex

/// Our index over the base file.
struct OurVectors: VectorSubject {
    let collection: VectorCollection
    let buildSeconds: Double
    let opening: JSONLine
    private let files: VectorFiles
    private let plan: VectorPlan
    private let memoryBefore: Double

    /// Vectors that are stored between two looks at the file.
    static let share = 10_000

    init(_ plan: VectorPlan, _ files: VectorFiles) throws {
        self.plan = plan
        self.files = files
        memoryBefore = ResidentMemory.bytes
        let clock = ContinuousClock()
        let settings = HNSWSettings(
            connections: plan.connections, constructionWidth: plan.constructionWidth)
        var line = JSONLine()
        line.add("n", files.base.count)
        line.add("dimension", plan.dimension)
        let start = clock.now
        if let path = plan.snapshotToOpen {
            collection = try VectorCollection.open(
                path: path, dimension: plan.dimension, metric: .cosine, model: "bench",
                instructions: plan.instructions)
            buildSeconds = (clock.now - start) / .seconds(1)
            _ = try collection.search(files.queries[0], k: plan.k, strategy: .graph)
            line.add("open_ms", buildSeconds * 1000)
            line.add("first_answer_ms", (clock.now - start) / .milliseconds(1))
        } else {
            collection = try OurVectors.built(files.base, settings, plan)
            buildSeconds = (clock.now - start) / .seconds(1)
            line.add("build_seconds", buildSeconds)
            line.add("build_threads", plan.buildThreads)
        }
        opening = line
        files.base.forget()
        try files.knowTruth { [collection] in
            try stride(from: 0, to: files.queries.count, by: 64).flatMap { first in
                let batch = Array(files.queries[first..<min(first + 64, files.queries.count)])
                return try collection.search(batch: batch, k: plan.k, strategy: .exact)
                    .map { $0.map(\.id) }
            }
        }
    }

    static func built(_ base: RawVectors, _ settings: HNSWSettings, _ plan: VectorPlan) throws
        -> VectorCollection
    {
        let collection = try VectorCollection(
            dimension: plan.dimension, model: "bench", settings: settings,
            instructions: plan.instructions)
        for first in stride(from: 0, to: base.count, by: share) {
            let rows = first..<min(first + share, base.count)
            try collection.load(rows.map { (id: Int64($0), vector: base[$0]) })
        }
        collection.link(threads: plan.buildThreads)
        return collection
    }

    var bytesPerVector: Double {
        (ResidentMemory.bytes - memoryBefore) / Double(max(1, collection.count))
    }

    func measure(width: Int, threads: Int, rounds: Int) throws -> VectorRun {
        let k = plan.k
        let collection = collection
        let before = collection.effort
        let passes = try (0..<max(1, rounds)).map { _ in
            try VectorRun.pass(files.queries, width: width, threads: threads) { query, _ in
                try collection.search(query, k: k, width: width, strategy: .graph).map(\.id)
            }
        }
        var run = VectorRun.median(of: passes)
        // With several threads the counts are spread over their working memories.
        if threads == 1 {
            let after = collection.effort
            let searches = Double(passes.count * files.queries.count)
            run.effort = (
                Double(after.distances - before.distances) / searches,
                Double(after.visited - before.visited) / searches
            )
        }
        return run
    }

    func close() async throws {}
}
