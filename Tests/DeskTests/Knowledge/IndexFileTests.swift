import Base
import Domain
import Foundation
import Store
import TestKit
import Testing
import VectorIndex

@testable import Desk

@Suite("Indexes outlive a restart in files", .timeLimit(.minutes(10)))
struct IndexFileTests {
    private let folder: TestFolder
    private let embedder = DeskPorts.stub(blobFolder: "/nowhere").embedder
    private static let questions = ["parking", "dogs", "cancel an appointment", "open on Sunday"]

    init() throws { folder = try TestFolder() }

    private func path(_ scene: Scene) -> String { "\(folder.path)/\(scene.workspace).index" }

    /// A cache as a new process would have it, with the workspace loaded.
    private func cache(_ scene: Scene, keeping: Bool = true) async -> VectorIndexCache {
        let cache = VectorIndexCache(
            database: scene.database, embedder: embedder, logger: .silent,
            files: keeping ? IndexFiles(folder: folder.path, smallest: 1) : nil)
        await cache.load(scene.workspace)
        while await cache.linkAndSave(scene.workspace) {}
        return cache
    }

    /// The keys that each question finds, nearest first.
    private func answers(_ cache: VectorIndexCache, _ scene: Scene) async throws -> [[Int64]] {
        let model = try await embedder.modelID()
        var found: [[Int64]] = []
        for vector in try await embedder.embed(Self.questions, .query) {
            let hits = cache.nearest(to: vector, model: model, limit: 3, in: scene.workspace)
            found.append(try #require(hits).map(\.key))
        }
        return found
    }

    private func furnished() async throws -> (scene: Scene, documents: [DocumentID]) {
        let scene = try await Scene()
        let first = try await scene.fixture.upload(
            "a.txt", Array("Parking is free.\n\nDogs are welcome.".utf8), by: scene.owner)
        let second = try await scene.fixture.upload(
            "b.txt", Array("Cancel a day before.\n\nWe open on Sunday.".utf8), by: scene.owner)
        try await scene.fixture.drain()
        return (scene, [first, second])
    }

    private func liveKeys(_ scene: Scene) async throws -> Set<Int64> {
        let model = try await embedder.modelID()
        let keys = try await scene.database.read(scene.workspace) { reader in
            try PassageStore.indexKeysByDocument(model: model, reader).map(\.key)
        }
        return Set(keys)
    }

    @Test("A file is opened again, and what the tables have newer is taken in")
    func restart() async throws {
        let (scene, documents) = try await furnished()
        let before = try await answers(await cache(scene), scene)
        #expect(FileManager.default.fileExists(atPath: path(scene)))
        #expect(try await answers(await cache(scene), scene) == before)

        try await scene.desk.knowledge.delete(documents[0], by: scene.owner)
        try await scene.fixture.upload(
            "c.txt", Array("Cats are welcome too.\n\nParking costs ten.".utf8), by: scene.owner)
        try await scene.fixture.drain()
        let after = try await answers(await cache(scene), scene)
        #expect(after != before)
        #expect(try await answers(await cache(scene, keeping: false), scene) == after)

        let vector = try await embedder.embed(["parking"], .query)
        let kept = try VectorCollection.open(
            path: path(scene), dimension: try #require(vector.first).count, metric: .cosine,
            model: try await embedder.modelID())
        #expect(Set(kept.ids) == (try await liveKeys(scene)))
    }

    @Test("A file that is damaged or holds other vectors under the same keys is made anew")
    func distrust() async throws {
        let (scene, _) = try await furnished()
        let right = try await answers(await cache(scene), scene)
        let file = URL(fileURLWithPath: path(scene))

        var data = try Data(contentsOf: file)
        data[data.count / 2] ^= 1
        try data.write(to: file)
        #expect(try await answers(await cache(scene), scene) == right)

        // As after the database was put back to an earlier day and filled anew.
        let texts = try await embedder.embed(["one", "two", "three", "four", "five"], .passage)
        let other = try VectorCollection(
            dimension: try #require(texts.first).count, model: try await embedder.modelID())
        let keys = try await liveKeys(scene).sorted()
        try other.insert(zip(keys, texts).map { ($0, $1) })
        try other.save(to: path(scene))
        #expect(try await answers(await cache(scene), scene) == right)
    }

    @Test("Of a workspace that has become small no file stays")
    func small() async throws {
        let (scene, documents) = try await furnished()
        _ = await cache(scene)
        #expect(FileManager.default.fileExists(atPath: path(scene)))
        for document in documents {
            try await scene.desk.knowledge.delete(document, by: scene.owner)
        }
        try await scene.fixture.drain()
        _ = await cache(scene)
        #expect(!FileManager.default.fileExists(atPath: path(scene)))
    }
}
