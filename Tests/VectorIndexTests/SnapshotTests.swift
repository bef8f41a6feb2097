import Base
import Foundation
import Testing
import VectorIndex

@Suite("Snapshots")
struct SnapshotTests {
    /// A path of its own for each test, gone afterwards.
    private func withPath(_ name: String, _ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("vector-\(ProcessInfo.processInfo.processIdentifier)-\(name)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer {
            // `try?`: a leftover temporary folder spoils nothing.
            try? FileManager.default.removeItem(at: folder)
        }
        try body(folder.appendingPathComponent("index").path)
    }

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

    @Test("Opening gives back the same answers", arguments: Metric.allCases)
    func roundTrip(metric: Metric) throws {
        try withPath("round-\(metric)") { path in
            let collection = try sample(600, metric: metric)
            try collection.save(to: path)
            let opened = try VectorCollection.open(
                path: path, dimension: 8, metric: metric, model: "model-a")
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
            try opened.insert(source.items(50, from: 5_000))
            #expect(opened.checkInvariants() == [])
        }
    }

    @Test("An empty collection can be saved")
    func empty() throws {
        try withPath("empty") { path in
            try VectorCollection(dimension: 3).save(to: path)
            let opened = try VectorCollection.open(
                path: path, dimension: 3, metric: .cosine, model: "")
            #expect(opened.count == 0)
        }
    }

    @Test("Another model, metric or dimension is refused, and so is a missing file")
    func another() throws {
        try withPath("another") { path in
            try sample(30).save(to: path)
            func open(_ dimension: Int, _ metric: Metric, _ model: String) throws {
                _ = try VectorCollection.open(
                    path: path, dimension: dimension, metric: metric, model: model)
            }
            #expect(throws: VectorRefusal.snapshotOfAnother("model")) {
                try open(8, .cosine, "model-b")
            }
            #expect(throws: VectorRefusal.snapshotOfAnother("metric")) {
                try open(8, .innerProduct, "model-a")
            }
            #expect(throws: VectorRefusal.snapshotOfAnother("dimension")) {
                try open(9, .cosine, "model-a")
            }
            #expect(throws: VectorRefusal.snapshotUnreadable(.missing)) {
                try VectorCollection.open(
                    path: path + "x", dimension: 8, metric: .cosine, model: "model-a")
            }
            #expect(throws: VectorRefusal.snapshotUnreadable(.cannotWrite)) {
                try sample(3).save(to: path + "/no/such/folder")
            }
        }
    }

    @Test("Every changed byte and every shorter length is refused")
    func damaged() throws {
        try withPath("damaged") { path in
            try sample(24).save(to: path)
            let whole = try Data(contentsOf: URL(fileURLWithPath: path))
            func refused(_ data: Data) throws -> Bool {
                try data.write(to: URL(fileURLWithPath: path))
                do {
                    _ = try VectorCollection.open(
                        path: path, dimension: 8, metric: .cosine, model: "model-a")
                    return false
                } catch {
                    return true
                }
            }
            for place in whole.indices {
                var data = whole
                data[place] ^= UInt8(1 << (place % 8))
                #expect(try refused(data), "byte \(place)")
            }
            for length in 0..<whole.count {
                #expect(try refused(whole.prefix(length)), "length \(length)")
            }
            #expect(try refused(whole + [0]))
            #expect(try !refused(whole))
        }
    }
}
