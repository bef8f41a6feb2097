import Base
import Foundation
import Synchronization
import Testing
import VectorIndex

@Suite("Many threads")
struct ConcurrencyTests {
    @Test("Searches, inserts, removals and saving at once keep every promise")
    func mixedLoad() throws {
        var source = SyntheticVectors(dimension: 12, seed: 41)
        let collection = try VectorCollection(
            dimension: 12, settings: HNSWSettings(connections: 6, constructionWidth: 24))
        let steady = source.items(400)
        try collection.insert(steady)
        let items = source.items(300, from: 10_000)
        let queries = source.vectors(40)
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("vector-load-\(ProcessInfo.processInfo.processIdentifier)")
            .path
        defer { unlink(path) }
        let failures = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: 6) { worker in
            do {
                switch worker {
                case 0:
                    for item in items { try collection.insert(item.id, item.vector) }
                case 1:
                    for item in items.reversed() { collection.remove([item.id]) }
                case 2:
                    for item in steady.prefix(100) {
                        try collection.insert(item.id, item.vector)
                    }
                case 3:
                    for _ in 0..<3 { try collection.save(to: path) }
                default:
                    for strategy in [SearchStrategy.graph, .exact] {
                        for query in queries {
                            let found = try collection.search(query, k: 20, strategy: strategy)
                            let sorted = zip(found, found.dropFirst())
                                .allSatisfy { $0.distance <= $1.distance }
                            if found.count != 20 || Set(found.map(\.id)).count != 20 || !sorted {
                                failures.add(1, ordering: .relaxed)
                            }
                        }
                    }
                }
            } catch {
                failures.add(1, ordering: .relaxed)
            }
        }
        #expect(failures.load(ordering: .relaxed) == 0)
        #expect(steady.allSatisfy { collection.contains($0.id) })
        #expect(collection.checkInvariants() == [])
        let opened = try VectorCollection.open(
            path: path, dimension: 12, metric: .cosine, model: "")
        #expect(opened.checkInvariants() == [])
    }
}
