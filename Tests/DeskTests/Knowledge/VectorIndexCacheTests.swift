import Base
import Domain
import Foundation
import Store
import TestKit
import Testing
import VectorIndex

@testable import Desk

@Suite("Indexes of several workspaces", .timeLimit(.minutes(10)))
struct VectorIndexCacheTests {
    private let folder: TestFolder
    private let embedder = DeskPorts.stub(blobFolder: "/nowhere").embedder

    init() throws { folder = try TestFolder() }

    private func vector(_ text: String) async throws -> [Float] {
        try #require(try await embedder.embed([text], .query).first)
    }

    /// What stands first for a question; nil while the workspace is not loaded.
    private func nearest(
        _ text: String, _ cache: VectorIndexCache, _ workspace: WorkspaceID
    ) async throws -> Double? {
        cache.nearest(
            to: try await vector(text), model: try await embedder.modelID(), limit: 1,
            in: workspace)?.first?.similarity
    }

    /// Passages enough for a graph, under a document that is there.
    private func addPassages(
        _ count: Int, to document: DocumentID, _ scene: Scene, by owner: Staff
    ) async throws {
        let world = scene.fixture.world
        let model = try await embedder.modelID()
        var source = SeededRandom(seed: 4)
        let length = try await vector("one").count
        let rows = (0..<count).map { number in
            PassageStore.NewPassage(
                id: world.id(), ordinal: number, page: nil, heading: nil, text: "Passage",
                startOffset: 0, endOffset: 7, embeddedText: "Passage",
                embedding: (0..<length).map { _ in Float(source.normal()) })
        }
        try await scene.database.write(owner.workspace) { transaction in
            let found = try DocumentStore.find(document, transaction.reader)
            let generation = try #require(found?.liveGeneration)
            try PassageStore.removeAll(of: document, transaction)
            try PassageStore.insert(
                rows, document: document, generation: generation, model: model, transaction)
            try PassageStore.swap(
                to: generation, document: document, at: world.now(), transaction)
        }
    }

    @Test("While a large one is linked and saved, it and another are changed and searched")
    func others() async throws {
        let scene = try await Scene()
        let large = try await scene.fixture.upload(
            "large.txt", Array("Parking is free.".utf8), by: scene.owner)
        let other = try await scene.fixture.openWorkspace("second")
        try await scene.fixture.upload(
            "small.txt", Array("Dogs are welcome.".utf8), by: other)
        try await scene.fixture.drain()
        let count = VectorIndexCache.graphThreshold + 3 * VectorIndexCache.linkedTogether
        try await addPassages(count, to: large, scene, by: scene.owner)

        // Whoever saves the large one stands here until the rest of the test is done.
        let (saving, gate) = (Lock(false), DispatchSemaphore(value: 0))
        let cache = VectorIndexCache(
            database: scene.database, embedder: embedder, logger: .silent,
            files: IndexFiles(
                folder: folder.path,
                hasRoom: {
                    saving.withLock { $0 = true }
                    gate.wait()
                    return true
                }))
        try await withThrowingTaskGroup { group in
            group.addTask { try await cache.run() }
            defer {
                // Whoever saves later is let through as well.
                for _ in 0..<100 { gate.signal() }
                group.cancelAll()
            }
            #expect(await eventually { saving.withLock { $0 } })
            let before = try #require(try await nearest("dogs are welcome", cache, other.workspace))
            #expect(before > 0.99)

            let added = try await scene.fixture.upload(
                "cats.txt", Array("Cats are welcome too.".utf8), by: other)
            let own = try await scene.fixture.upload(
                "bikes.txt", Array("Bicycles stay outside.".utf8), by: scene.owner)
            try await scene.fixture.drain()
            await cache.refresh(added, in: other.workspace)
            await cache.refresh(own, in: scene.workspace)
            let found = try #require(
                try await nearest("cats are welcome too", cache, other.workspace))
            #expect(found > 0.99)
            let ownFound = try #require(
                try await nearest("bicycles stay outside", cache, scene.workspace))
            #expect(ownFound > 0.99)

            try await scene.desk.knowledge.delete(added, by: other)
            await cache.refresh(added, in: other.workspace)
            let gone = try #require(
                try await nearest("cats are welcome too", cache, other.workspace))
            #expect(gone < 0.99)
        }
    }

    @Test("Linking goes on slice by slice, and the file holds everything at the end")
    func slices() async throws {
        let scene = try await Scene()
        let large = try await scene.fixture.upload(
            "large.txt", Array("Parking is free.".utf8), by: scene.owner)
        try await scene.fixture.drain()
        let count = VectorIndexCache.graphThreshold + VectorIndexCache.linkedTogether
        try await addPassages(count, to: large, scene, by: scene.owner)
        let cache = VectorIndexCache(
            database: scene.database, embedder: embedder, logger: .silent,
            files: IndexFiles(folder: folder.path))
        await cache.load(scene.workspace)
        let path = "\(folder.path)/\(scene.workspace)\(IndexFiles.suffix)"
        var turns = 1
        while await cache.linkAndSave(scene.workspace) {
            #expect(!FileManager.default.fileExists(atPath: path))
            turns += 1
        }
        #expect(turns >= count / VectorIndexCache.linkedTogether)
        let saved = try VectorCollection.verify(path: path)
        #expect(saved.isSound && saved.vectors == count)
    }
}
