import Base
import Foundation
import TestKit
import Testing
import VectorIndex

@Suite("Snapshots")
struct SnapshotTests {
    private let folder: TestFolder
    private var path: String { "\(folder.path)/index" }

    init() throws { folder = try TestFolder() }

    private func sample(_ count: Int, metric: Metric = .cosine, dimension: Int = 8) throws
        -> VectorCollection
    {
        var source = SyntheticVectors(dimension: dimension, seed: 31)
        let collection = try VectorCollection(
            dimension: dimension, metric: metric, model: "model-a",
            settings: HNSWSettings(connections: 4, constructionWidth: 20))
        try collection.insert(source.items(count))
        collection.remove(Array(0..<Int64(count / 3)))
        try collection.load(source.items(3, from: 1 << 40))
        return collection
    }

    private func open(_ metric: Metric = .cosine, dimension: Int = 8, model: String = "model-a")
        throws -> VectorCollection
    {
        try VectorCollection.open(path: path, dimension: dimension, metric: metric, model: model)
    }

    @Test(
        "Opening gives back the same answers, and the collection lives on",
        arguments: Metric.allCases, [600, VectorLimits.exactCrossover + 900])
    func roundTrip(metric: Metric, count: Int) throws {
        let collection = try sample(count, metric: metric)
        try collection.save(to: path)
        let opened = try open(metric)
        #expect(opened.count == collection.count)
        #expect(opened.pendingCount == 3)
        #expect(opened.settings == collection.settings)
        #expect(opened.checkInvariants() == [])
        var source = SyntheticVectors(dimension: 8, seed: 32)
        for query in source.vectors(20) {
            for strategy in [SearchStrategy.graph, .exact] {
                #expect(
                    try opened.search(query, k: 10, strategy: strategy)
                        == collection.search(query, k: 10, strategy: strategy))
            }
        }
        // Both go on in the same way, so the same changes give the same answers.
        let fresh = source.items(300, from: 5_000_000)
        for each in [opened, collection] {
            each.remove(Array(Int64(count / 2)..<Int64(count / 2 + 100)))
            try each.insert(fresh)
            #expect(each.checkInvariants() == [])
        }
        #expect(opened.count == collection.count)
        for query in source.vectors(20) {
            let found = try opened.search(query, k: 10, strategy: .exact)
            #expect(try collection.search(query, k: 10, strategy: .exact) == found)
            let near = try opened.search(query, k: 10, width: 200, strategy: .graph)
            #expect(Set(near.map(\.id)).intersection(found.map(\.id)).count >= 8)
        }
    }

    @Test("Changes after opening leave the file as it was")
    func copyOnWrite() throws {
        try sample(VectorLimits.exactCrossover + 900).save(to: path)
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        let opened = try open()
        var source = SyntheticVectors(dimension: 8, seed: 33)
        try opened.insert(source.items(500, from: 9_000_000))
        opened.remove(Array(1_500..<2_500))
        #expect(opened.checkInvariants() == [])
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
        // Saving over the file that it lives in.
        try opened.save(to: path)
        let again = try open()
        #expect(again.count == opened.count)
        #expect(again.checkInvariants() == [])
        #expect(try VectorCollection.verify(path: path).isSound)
    }

    @Test("An empty collection can be saved")
    func empty() throws {
        try VectorCollection(dimension: 3).save(to: path)
        let opened = try VectorCollection.open(
            path: path, dimension: 3, metric: .cosine, model: "")
        #expect(opened.count == 0)
        try opened.insert(1, [1, 2, 3])
        #expect(try opened.search([1, 2, 3], k: 1).map(\.id) == [1])
    }

    @Test("Another model, metric or dimension is refused, and so is a missing file")
    func another() throws {
        try sample(30).save(to: path)
        #expect(throws: VectorRefusal.snapshotOfAnother("model")) { try open(model: "model-b") }
        #expect(throws: VectorRefusal.snapshotOfAnother("metric")) { try open(.innerProduct) }
        #expect(throws: VectorRefusal.snapshotOfAnother("dimension")) { try open(dimension: 9) }
        #expect(throws: VectorRefusal.snapshotUnreadable(.missing)) {
            try VectorCollection.open(
                path: path + "x", dimension: 8, metric: .cosine, model: "model-a")
        }
        #expect(throws: VectorRefusal.snapshotUnreadable(.cannotWrite)) {
            try sample(3).save(to: path + "/no/such/folder")
        }
    }

    /// What becomes of the file: it is refused when it is opened or by `verify`, and never crashes.
    private func isRefused(asking queries: [[Float]]) throws -> Bool {
        do throws(VectorRefusal) {
            let opened = try VectorCollection.open(
                path: path, dimension: 8, metric: .cosine, model: "model-a")
            // Before the check in the background ends, as well as after it, nothing may crash.
            for query in queries {
                for strategy in [SearchStrategy.graph, .exact] {
                    _ = try opened.search(query, k: 10, strategy: strategy)
                }
                _ = try opened.search(
                    query, k: 5, filter: .matching { $0 % 3 == 0 }, strategy: .graph)
            }
            opened.remove([20])
            try opened.insert(7, queries[0])
        } catch {
            return true
        }
        do throws(VectorRefusal) {
            return try !VectorCollection.verify(path: path).isSound
        } catch {
            return true
        }
    }

    private static let queries: [[Float]] = {
        var source = SyntheticVectors(dimension: 8, seed: 34)
        return source.vectors(3)
    }()

    @Test("Every changed byte and every shorter length is refused")
    func damaged() throws {
        try sample(24).save(to: path)
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        let file = try #require(FileHandle(forUpdatingAtPath: path))
        func put(_ byte: UInt8, at place: Int) throws {
            try file.seek(toOffset: UInt64(place))
            try file.write(contentsOf: Data([byte]))
        }
        for place in whole.indices {
            try put(whole[place] ^ UInt8(1 << (place % 8)), at: place)
            #expect(try isRefused(asking: Self.queries), "byte \(place)")
            try put(whole[place], at: place)
        }
        #expect(try !isRefused(asking: Self.queries))
        try file.write(contentsOf: Data([0]))
        #expect(try isRefused(asking: Self.queries))
        for length in whole.indices.reversed() {
            try file.truncate(atOffset: UInt64(length))
            #expect(try isRefused(asking: Self.queries), "length \(length)")
        }
    }

    @Test("Damage anywhere in a large file never crashes a search, and is found", arguments: 0..<8)
    func damagedLarge(seed: UInt64) throws {
        try sample(VectorLimits.exactCrossover + 900).save(to: path)
        var random = SeededRandom(seed: seed)
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        for _ in 0..<12 {
            var data = whole
            // A page of noise, as a bad disk gives it.
            let start = Int(random.next() % UInt64(whole.count - 4_096))
            for place in start..<start + 4_096 {
                data[place] = UInt8(truncatingIfNeeded: random.next())
            }
            try data.write(to: URL(fileURLWithPath: path))
            #expect(try isRefused(asking: Self.queries), "from byte \(start)")
        }
    }
}
