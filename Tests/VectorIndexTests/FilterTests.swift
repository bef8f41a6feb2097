import Base
import Testing
import VectorIndex

@Suite("Filters")
struct FilterTests {
    @Test("A filter returns k whenever k exist, whatever it lets through")
    func alwaysEnough() throws {
        var source = SyntheticVectors(dimension: 16, seed: 21)
        let items = source.items(2_400)
        let collection = try VectorCollection(
            dimension: 16, settings: HNSWSettings(constructionWidth: 40))
        try collection.insert(items, threads: 2)
        let queries = source.vectors(8)
        for step in [1, 2, 5, 20, 200, 1_200] as [Int64] {
            let allowed = items.filter { $0.id % step == 0 }
            let ids = Set(allowed.map(\.id))
            let right = queries.map { nearest($0, in: allowed, metric: .cosine, k: 10) }
            let filters: [SearchFilter] = [.ids(ids), .matching { $0 % step == 0 }]
            for filter in filters {
                for strategy in [SearchStrategy.automatic, .graph, .exact] {
                    var hits = 0
                    for (query, right) in zip(queries, right) {
                        let found = try collection.search(
                            query, k: 10, filter: filter, strategy: strategy)
                        #expect(found.count == min(10, allowed.count))
                        #expect(found.allSatisfy { ids.contains($0.id) })
                        hits += Set(found.map(\.id)).intersection(right.map(\.id)).count
                    }
                    let share = Double(hits) / Double(min(10, allowed.count) * queries.count)
                    #expect(share >= 0.95, "1 in \(step), \(strategy)")
                }
            }
        }
    }

    @Test("Ids that are not stored do not matter")
    func unknownIDs() throws {
        let collection = try VectorCollection(dimension: 2)
        try collection.insert([(1, [1, 0]), (2, [0, 1])])
        let found = try collection.search([1, 0], k: 5, filter: .ids([2, 77]))
        #expect(found.map(\.id) == [2])
        #expect(try collection.search([1, 0], k: 5, filter: .ids([])) == [])
    }
}
