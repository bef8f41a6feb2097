import Base
import Testing
import VectorIndex

@Suite("Finding the nearest")
struct SearchTests {
    @Test("Exact search agrees with plain arithmetic", arguments: Metric.allCases, [1, 7, 33, 384])
    func exactAgrees(metric: Metric, dimension: Int) throws {
        var source = SyntheticVectors(dimension: dimension, seed: 3)
        let items = source.items(300)
        let collection = try VectorCollection(dimension: dimension, metric: metric)
        try collection.load(items)
        let queries = source.vectors(5)
        let batch = try collection.search(batch: queries, k: 10, strategy: .exact)
        for (query, found) in zip(queries, batch) {
            let expected = nearest(query, in: items, metric: metric, k: 10)
            let single = try collection.search(query, k: 10, strategy: .exact)
            for (given, right) in zip(single, expected) {
                let margin = 1e-4 * max(1, abs(right.distance))
                #expect(abs(given.distance - right.distance) <= margin)
            }
            #expect(single.count == 10)
            for (one, many) in zip(single, found) {
                #expect(abs(one.distance - many.distance) <= 1e-4 * max(1, abs(one.distance)))
            }
        }
    }

    @Test("The graph finds at least 95 of 100 of the ten nearest among 20,000")
    func recallOnLargeGraph() throws {
        var source = SyntheticVectors(dimension: 32, seed: 11)
        let collection = try VectorCollection(
            dimension: 32, settings: HNSWSettings(constructionWidth: 64))
        try collection.insert(source.items(20_000), threads: 2)
        #expect(collection.pendingCount == 0)
        #expect(try recall(collection, source.vectors(200), k: 10, width: 96) >= 0.95)
        #expect(collection.checkInvariants() == [])
        #expect(collection.unreachableCount() == 0)
    }

    @Test("Every metric keeps its recall on every path", arguments: Metric.allCases)
    func recallOnEveryPath(metric: Metric) throws {
        var source = SyntheticVectors(dimension: 24, seed: 5)
        let settings = HNSWSettings(constructionWidth: 60)
        let items = source.items(2_500)
        let queries = source.vectors(100)
        let collection = try VectorCollection(
            dimension: 24, metric: metric, settings: settings)
        try collection.insert(items, threads: 2)
        #expect(try recall(collection, queries, k: 10, width: 96) >= 0.95, "built")
        #expect(collection.checkInvariants() == [])
        for item in items.prefix(100) { try collection.insert(item.id + 50_000, item.vector) }
        #expect(try recall(collection, queries, k: 10, width: 96) >= 0.95, "inserted")
        let half = items.filter { $0.id % 2 == 0 }
        #expect(collection.remove(half.map(\.id), threads: 2) == half.count)
        #expect(collection.checkInvariants() == [])
        #expect(try recall(collection, queries, k: 10, width: 96) >= 0.95, "half deleted")
        try collection.insert(half, threads: 2)
        #expect(collection.checkInvariants() == [])
        #expect(try recall(collection, queries, k: 10, width: 96) >= 0.95, "half put back")
        #expect(collection.unreachableCount() == 0)
    }

    @Test("The graph is the same whatever the number of threads")
    func deterministicBuild() throws {
        var source = SyntheticVectors(dimension: 16, seed: 8)
        let items = source.items(1_500)
        let queries = source.vectors(50)
        let found = try [1, 3].map { threads in
            let collection = try VectorCollection(
                dimension: 16, settings: HNSWSettings(constructionWidth: 40))
            try collection.insert(items, threads: threads)
            return try collection.search(batch: queries, k: 10, width: 10, strategy: .graph)
        }
        #expect(found[0] == found[1])
    }

    @Test("What is stored but not linked is found at once")
    func pendingIsFound() throws {
        var source = SyntheticVectors(dimension: 16, seed: 9)
        let collection = try VectorCollection(dimension: 16)
        try collection.insert(source.items(300))
        let late = source.items(5, from: 1_000)
        try collection.load(late)
        #expect(collection.pendingCount == 5)
        for strategy in [SearchStrategy.automatic, .exact, .graph] {
            for item in late {
                let found = try collection.search(item.vector, k: 1, strategy: strategy)
                #expect(found.map(\.id) == [item.id])
            }
        }
    }

    @Test("An empty collection answers nothing, and a small one answers what it has")
    func fewVectors() throws {
        let collection = try VectorCollection(dimension: 3)
        for strategy in [SearchStrategy.automatic, .exact, .graph] {
            #expect(try collection.search([1, 2, 3], k: 5, strategy: strategy) == [])
        }
        try collection.insert(-7, [1, 0, 0])
        try collection.insert(Int64.max, [0, 1, 0])
        for strategy in [SearchStrategy.automatic, .exact, .graph] {
            let found = try collection.search([1, 0.5, 0], k: 5, strategy: strategy)
            #expect(found.map(\.id) == [-7, Int64.max])
        }
    }
}
