import Base
import Testing
import VectorIndex

@Suite("Storing and removing")
struct ChangeTests {
    @Test("A removed id is gone from every kind of answer")
    func removed() throws {
        var source = SyntheticVectors(dimension: 8, seed: 2)
        let items = source.items(400)
        let collection = try VectorCollection(dimension: 8)
        try collection.insert(items)
        #expect(collection.remove([3, 3, 9_999]) == 1)
        #expect(!collection.contains(3))
        #expect(collection.count == 399)
        for strategy in [SearchStrategy.automatic, .exact, .graph] {
            let found = try collection.search(items[3].vector, k: 399, strategy: strategy)
            #expect(found.count == 399)
            #expect(!found.contains { $0.id == 3 })
        }
    }

    @Test("Inserting an id again replaces its vector")
    func replaced() throws {
        var source = SyntheticVectors(dimension: 8, seed: 4)
        let collection = try VectorCollection(dimension: 8, metric: .squaredEuclidean)
        try collection.insert(source.items(200))
        let moved = source.next()
        try collection.insert(17, moved)
        #expect(collection.count == 200)
        #expect(collection.vector(17) == moved)
        let found = try collection.search(moved, k: 200, strategy: .graph)
        #expect(found.filter { $0.id == 17 }.count == 1)
        #expect(found.first?.id == 17)
        #expect(collection.checkInvariants() == [])
    }

    @Test("A random walk of changes keeps every invariant", arguments: [1, 2, 3] as [UInt64])
    func walk(seed: UInt64) throws {
        var chance = SeededRandom(seed: seed)
        var source = SyntheticVectors(dimension: 6, seed: seed)
        let collection = try VectorCollection(
            dimension: 6, metric: Metric.allCases[Int(seed) % 3],
            settings: HNSWSettings(connections: 3, constructionWidth: 12, seed: seed))
        var present: Set<Int64> = []
        for step in 0..<150 {
            let ids = (0..<Int64.random(in: 1...6, using: &chance)).map { _ in
                Int64.random(in: 0..<60, using: &chance)
            }
            switch Int.random(in: 0..<5, using: &chance) {
            case 0, 1:
                try collection.insert(ids.map { ($0, source.next()) })
                present.formUnion(ids)
            case 2:
                try collection.load(ids.map { ($0, source.next()) })
                present.formUnion(ids)
            case 3:
                collection.remove(ids)
                present.subtract(ids)
            default:
                collection.link()
            }
            let flaws = collection.checkInvariants()
            #expect(flaws == [], "seed \(seed), step \(step)")
            guard flaws.isEmpty else { return }
            #expect(collection.count == present.count)
            let found = try collection.search(source.next(), k: 60, strategy: .graph)
            #expect(Set(found.map(\.id)) == present, "seed \(seed), step \(step)")
        }
        collection.remove(Array(present))
        #expect(collection.count == 0)
        #expect(try collection.search(source.next(), k: 3, strategy: .graph) == [])
    }

    @Test("Many equal vectors are all found")
    func duplicates() throws {
        let collection = try VectorCollection(
            dimension: 2, settings: HNSWSettings(connections: 4, constructionWidth: 16))
        try collection.insert((0..<500).map { ($0, [1, 1]) })
        let found = try collection.search([1, 1], k: 500, strategy: .graph)
        #expect(Set(found.map(\.id)).count == 500)
        #expect(collection.checkInvariants() == [])
    }

    @Test("A vector that cannot be placed is refused whole")
    func refused() throws {
        let collection = try VectorCollection(dimension: 2)
        #expect(throws: VectorRefusal.notFinite) { try collection.insert(1, [.nan, 1]) }
        #expect(throws: VectorRefusal.notFinite) { try collection.insert(1, [.infinity, 1]) }
        #expect(throws: VectorRefusal.notFinite) { try collection.insert(1, [1e30, 1e30]) }
        #expect(throws: VectorRefusal.zeroVector) { try collection.insert(1, [0, -0.0]) }
        #expect(throws: VectorRefusal.wrongDimension(expected: 2, found: 3)) {
            try collection.insert(1, [1, 2, 3])
        }
        #expect(throws: VectorRefusal.notFinite) {
            try collection.insert([(1, [1, 1]), (2, [.nan, 1])])
        }
        #expect(throws: VectorRefusal.zeroVector) { try collection.search([0, 0], k: 1) }
        #expect(throws: VectorRefusal.countOutOfRange(0)) { try collection.search([1, 0], k: 0) }
        #expect(throws: VectorRefusal.dimensionOutOfRange(4_097)) {
            try VectorCollection(dimension: 4_097)
        }
        #expect(collection.count == 0)
        try collection.insert(1, [Float.leastNonzeroMagnitude, 0])
        #expect(collection.vector(1) == [1, 0])
    }
}
