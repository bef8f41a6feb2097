import Base
import Foundation
import Synchronization
import Testing
import VectorIndex

@Suite("Large collections, of codes alone")
struct LargeTests {
    static let settings = HNSWSettings(connections: 8, constructionWidth: 48)

    @Test("Exact search finds 999 of 1,000 of the nearest", arguments: Metric.allCases, [33, 96])
    func exact(metric: Metric, dimension: Int) throws {
        var source = SyntheticVectors(dimension: dimension, seed: 13)
        let items = source.items(2_600)
        let collection = try VectorCollection(dimension: dimension, metric: metric)
        try collection.load(items)
        let queries = source.vectors(20)
        let batch = try collection.search(batch: queries, k: 50, strategy: .exact)
        var hits = 0
        var together = 0
        for (query, found) in zip(queries, batch) {
            let right = Set(nearest(query, in: items, metric: metric, k: 50).map(\.id))
            let single = try collection.search(query, k: 50, strategy: .exact)
            hits += right.intersection(single.map(\.id)).count
            together += right.intersection(found.map(\.id)).count
        }
        #expect(hits >= 999)
        #expect(together >= 999)
    }

    @Test("A vector comes back within 1/4000 of its largest component")
    func vector() throws {
        var source = SyntheticVectors(dimension: 100, seed: 14)
        let items = source.items(2_100)
        let collection = try VectorCollection(dimension: 100, metric: .squaredEuclidean)
        try collection.load(items)
        for item in items {
            let kept = try #require(collection.vector(item.id))
            let most = item.vector.map(abs).max() ?? 0
            let worst = zip(kept, item.vector).map { abs($0 - $1) }.max() ?? 0
            #expect(worst <= most / 4_000)
        }
    }

    @Test("All instruction sets answer nearly alike", arguments: VectorInstructions.allCases)
    func instructions(_ wanted: VectorInstructions) throws {
        var source = SyntheticVectors(dimension: 48, seed: 15)
        let collection: VectorCollection
        do {
            collection = try VectorCollection(
                dimension: 48, settings: Self.settings, instructions: wanted)
        } catch VectorRefusal.noSuchInstructions(let name) {
            // Refused is right where the processor says itself that it has no such instructions.
            #expect(name == wanted.rawValue)
            #expect(try !Processor.has(wanted))
            return
        }
        #expect(try Processor.has(wanted))
        try collection.insert(source.items(3_000), threads: 2)
        #expect(try recall(collection, source.vectors(100), k: 10, width: 96) >= 0.95)
        #expect(collection.checkInvariants() == [])
    }

    @Test("After deleting half and putting as many back the graph is as good as a fresh one")
    func replacedHalf() throws {
        var source = SyntheticVectors(dimension: 32, seed: 16)
        let items = source.items(6_000)
        let queries = source.vectors(200)
        let old = try VectorCollection(dimension: 32, settings: Self.settings)
        try old.insert(
            items.map { ($0.id % 2 == 0 ? $0.id : $0.id + 100_000, $0.vector) }, threads: 2)
        old.remove(items.filter { $0.id % 2 == 1 }.map { $0.id + 100_000 }, threads: 2)
        try old.insert(items.filter { $0.id % 2 == 1 }, threads: 2)
        let fresh = try VectorCollection(dimension: 32, settings: Self.settings)
        try fresh.insert(items, threads: 2)
        #expect(old.checkInvariants() == [])
        #expect(old.unreachableCount() == 0)
        let (after, before) = (
            try recall(old, queries, k: 10, width: 40), try recall(fresh, queries, k: 10, width: 40)
        )
        #expect(after >= before - 0.005)
    }

    @Test("A filter keeps its recall however much it lets through")
    func filters() throws {
        var source = SyntheticVectors(dimension: 32, seed: 17)
        let items = source.items(8_000)
        let collection = try VectorCollection(dimension: 32, settings: Self.settings)
        try collection.insert(items, threads: 2)
        let queries = source.vectors(20)
        for share in [1, 9, 50, 400, 800, 1_600, 2_400, 4_000, 7_000] as [UInt64] {
            // A mixed-up id, so that the accepted do not lie together.
            let accepts = { @Sendable (id: Int64) in
                UInt64(bitPattern: id) &* 0x9E37_79B9_7F4A_7C15 >> 40 % 8_000 < share
            }
            let allowed = items.filter { accepts($0.id) }
            let truth = queries.map { nearest($0, in: allowed, metric: .cosine, k: 10) }
            for filter in [.matching(accepts), .ids(Set(allowed.map(\.id)))] as [SearchFilter] {
                var hits = 0
                for (query, right) in zip(queries, truth) {
                    let found = try collection.search(query, k: 10, filter: filter)
                    #expect(found.count == min(10, allowed.count))
                    hits += Set(found.map(\.id)).intersection(right.map(\.id)).count
                }
                let total = queries.count * min(10, allowed.count)
                #expect(Double(hits) >= 0.95 * Double(total), "\(share) of 8,000")
            }
        }
    }

    @Test("Searches never miss a steady vector while thousands come and go")
    func mixedLoad() throws {
        var source = SyntheticVectors(dimension: 16, seed: 19)
        let collection = try VectorCollection(
            dimension: 16, settings: HNSWSettings(connections: 6, constructionWidth: 24))
        let steady = source.items(1_500)
        try collection.insert(steady)
        let coming = source.items(1_500, from: 10_000)
        let going = source.items(1_000, from: 20_000)
        try collection.load(going)
        let failures = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: 5) { worker in
            do {
                switch worker {
                case 0:
                    for first in stride(from: 0, to: coming.count, by: 50) {
                        try collection.insert(Array(coming[first..<first + 50]))
                    }
                case 1:
                    for item in going { collection.remove([item.id]) }
                default:
                    for item in steady {
                        let found = try collection.search(
                            item.vector, k: 3, width: 48,
                            strategy: worker == 2 ? .exact : .graph)
                        if found.count != 3 || Set(found.map(\.id)).count != 3 {
                            failures.add(1, ordering: .relaxed)
                        }
                        if worker == 2, found.first?.id != item.id {
                            failures.add(1, ordering: .relaxed)
                        }
                    }
                }
            } catch {
                failures.add(1, ordering: .relaxed)
            }
        }
        #expect(failures.load(ordering: .relaxed) == 0)
        #expect(collection.count == 3_000)
        #expect(collection.checkInvariants() == [])
    }
}

/// What the kernel says that the processor can do.
private enum Processor {
    static func has(_ instructions: VectorInstructions) throws -> Bool {
        let needed: Set<Substring> =
            switch instructions {
            case .auto, .portable: []
            case .avx2: ["avx2", "fma"]
            case .avx512: ["avx512f", "avx512bw", "avx512vl", "avx512dq", "avx512_vnni"]
            }
        let lines = try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8).split(
            separator: "\n")
        // Other families of processors call the line something else, and have none of these.
        let flags = lines.first { $0.hasPrefix("flags") }?.split(separator: " ") ?? []
        return needed.isSubset(of: flags)
    }
}
