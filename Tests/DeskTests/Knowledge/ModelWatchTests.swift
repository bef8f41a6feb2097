import Base
import Domain
import Postgres
import Store
import TestKit
import Testing

@testable import Desk

@Suite("When passages are embedded by another model", .timeLimit(.minutes(3)))
struct ModelWatchTests {
    /// An embedder whose model can be exchanged; the other one's numbers mean something else.
    private func port(_ model: Lock<String>) -> EmbedderPort {
        EmbedderPort(
            embed: { texts, _ in
                let isFirst = model.withLock { $0 } == "one"
                return texts.map { text in
                    let vector = HashingEmbedder.vector(of: text)
                    return isFirst ? vector : vector.reversed()
                }
            }, modelID: { model.withLock { $0 } })
    }

    @Test("Every document is read again, and vectors of two models never stand in one index")
    func changed() async throws {
        let model = Lock("one")
        let scene = try await Scene { $0.embedder = EmbeddingCache().caching(port(model)) }
        for (name, text) in [("a.txt", "Parking is free."), ("b.txt", "Dogs are welcome.")] {
            try await scene.fixture.upload(name, Array(text.utf8), by: scene.owner)
        }
        try await scene.converge()
        #expect(try await scene.desk.embeddingModelMonitor.reembedStaleDocuments() == 0)

        model.withLock { $0 = "two" }
        let words = try await scene.desk.knowledge.search("dogs", limit: 2, by: scene.owner)
        #expect(words.first?.text == "Dogs are welcome.", "found by its words meanwhile")
        #expect(words.allSatisfy { $0.score < 0.3 }, "and not by a meaningless number")
        #expect(try await scene.desk.embeddingModelMonitor.reembedStaleDocuments() == 2)
        #expect(
            try await scene.desk.embeddingModelMonitor.reembedStaleDocuments() == 0,
            "they are on their way")
        #expect(try await scene.converge() == 0)
        #expect(try await scene.texts("select distinct model_id from passage") == ["two"])
        #expect(
            try await scene.texts("select distinct status from document") == ["ready"])
        let hits = try await scene.desk.knowledge.search("dogs", limit: 1, by: scene.owner)
        #expect(hits.first?.text == "Dogs are welcome.")
        #expect(try #require(hits.first).score > 0.3)
        #expect(try await scene.violations() == [])
    }

    @Test("A model that changes while a document is embedded leaves nothing of the first behind")
    func meanwhile() async throws {
        let model = Lock("one")
        let asked = Lock(0)
        var changing = port(model)
        changing.modelID = {
            // The change comes after the vectors, before they are stored for good.
            let number = asked.withLock { count in
                count += 1
                return count
            }
            if number == 2 { model.withLock { $0 = "two" } }
            return model.withLock { $0 }
        }
        let scene = try await Scene { [changing] in $0.embedder = changing }
        try await scene.fixture.upload("a.txt", Array("Parking is free.".utf8), by: scene.owner)
        #expect(try await scene.converge() == 0)
        #expect(
            try await scene.texts(
                """
                select distinct p.model_id from passage p
                join document d on d.live_generation = p.generation_id
                """) == ["two"])
    }
}
