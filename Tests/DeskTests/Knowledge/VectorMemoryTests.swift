import Base
import Desk
import Domain
import Testing

@Suite("Vectors that are remembered")
struct VectorMemoryTests {
    /// An embedder that keeps what it was asked.
    private final class Asked: Sendable {
        let texts = Lock<[[String]]>([])
        let model = Lock("one")

        var port: EmbedderPort {
            EmbedderPort(
                embed: { texts, _ in
                    self.texts.withLock { $0.append(texts) }
                    return texts.map { [Float($0.count), 1] }
                }, modelID: { self.model.withLock { $0 } })
        }
    }

    @Test("A text is embedded once, and vectors come in the order of the texts")
    func once() async throws {
        let asked = Asked()
        let port = EmbeddingCache().caching(asked.port)
        #expect(try await port.embed(["a", "bb"], .query) == [[1, 1], [2, 1]])
        #expect(try await port.embed(["ccc", "bb", "a"], .query) == [[3, 1], [2, 1], [1, 1]])
        #expect(asked.texts.withLock { $0 } == [["a", "bb"], ["ccc"]])
    }

    @Test("Vectors of another model are never given")
    func otherModel() async throws {
        let asked = Asked()
        let port = EmbeddingCache().caching(asked.port)
        _ = try await port.embed(["a"], .query)
        asked.model.withLock { $0 = "two" }
        _ = try await port.embed(["a"], .query)
        #expect(asked.texts.withLock { $0 } == [["a"], ["a"]])
    }

    @Test("What goes unused for a generation is forgotten, what is used stays")
    func bounded() async throws {
        let asked = Asked()
        let port = EmbeddingCache(generationLimit: 2).caching(asked.port)
        for text in ["a", "b", "c", "a", "d", "e", "a"] { _ = try await port.embed([text], .query) }
        #expect(asked.texts.withLock { $0 }.flatMap { $0 } == ["a", "b", "c", "d", "e"])
        _ = try await port.embed(["b"], .query)
        #expect(asked.texts.withLock { $0 }.last == ["b"])
    }

    @Test("Passages pass by")
    func passages() async throws {
        let asked = Asked()
        let port = EmbeddingCache().caching(asked.port)
        for _ in 0..<2 { _ = try await port.embed(["a"], .passage) }
        #expect(asked.texts.withLock { $0 }.count == 2)
    }
}
