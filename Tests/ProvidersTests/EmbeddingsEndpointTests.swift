import Base
import Domain
import Foundation
import HTTP
import TestKit
import Testing

@testable import Providers

@Suite("The embeddings endpoint")
struct EmbeddingsEndpointTests {
    private static let models = #"{"data":[{"id":"m","precision":"f32"}]}"#

    /// Answers models, and embeddings by the closure; counts requests for embeddings.
    private func endpoint(
        _ limits: EmbeddingsEndpoint.Limits = .init(), asBytes: Bool = false,
        _ answer: @escaping @Sendable (_ number: Int, _ inputs: [String]) -> (Int, String)
    ) -> (port: EmbedderPort, count: Lock<Int>) {
        let count = Lock(0)
        let fetch = Fetch.answering { request throws(FetchError) in
            if request.url.hasSuffix("/models") {
                return FetchResponse(.ok, body: Array(Self.models.utf8))
            }
            let number = count.withLock { count in
                count += 1
                return count
            }
            struct Body: Decodable { let input: [String] }
            // The body is our own; what cannot be read shows as no inputs.
            let body = try? JSONCoding.decode(Body.self, from: Data(request.body))
            let (status, text) = answer(number, body?.input ?? [])
            return FetchResponse(HTTPStatus(status), body: Array(text.utf8))
        }
        let world = World.test(at: ManualClock(Instant(seconds: 1_790_000_000)))
        let endpoint = EmbeddingsEndpoint(
            address: { "http://models.test/v1/" }, asBytes: asBytes, fetch: fetch, world: world,
            limits: limits)
        return (endpoint.port, count)
    }

    private static func reply(_ vectors: [[Float]], model: String = "m") -> String {
        let entries: [String] = vectors.enumerated().reversed().map { place, vector in
            let numbers: [String] = vector.map { "\($0)" }
            return #"{"index":\#(place),"embedding":[\#(numbers.joined(separator: ","))]}"#
        }
        return #"{"model":"\#(model)","data":[\#(entries.joined(separator: ","))]}"#
    }

    @Test("Batches keep the order, vectors become units, and the id is the model's own")
    func order() async throws {
        var limits = EmbeddingsEndpoint.Limits()
        limits.batchTexts = 3
        let (port, count) = endpoint(limits) { _, inputs in
            (200, Self.reply(inputs.map { [Float($0) ?? 0, 10] }))
        }
        let vectors = try await port.embed((0..<8).map(String.init), .passage)
        #expect(count.withLock { $0 } == 3)
        for (number, vector) in vectors.enumerated() {
            #expect(abs(vector[0] / vector[1] - Float(number) / 10) < 1e-6)
            #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
        }
        #expect(try await port.modelID() == "m")
    }

    @Test("A busy endpoint is asked again; one that refuses is not")
    func retries() async throws {
        let (busy, asked) = endpoint { number, inputs in
            number < 3 ? (429, "") : (200, Self.reply(inputs.map { _ in [1, 0] }))
        }
        #expect(try await busy.embed(["a"], .query) == [[1, 0]])
        #expect(asked.withLock { $0 } == 3)
        let (refusing, once) = endpoint { _, _ in (400, "") }
        await #expect(throws: EmbeddingsFault.refused(status: 400)) {
            try await refusing.embed(["a"], .query)
        }
        #expect(once.withLock { $0 } == 1)
        let (down, often) = endpoint { _, _ in (503, "") }
        await #expect(throws: EmbeddingsFault.refused(status: 503)) {
            try await down.embed(["a"], .query)
        }
        #expect(often.withLock { $0 } == 5)
    }

    @Test("Wrong number, length, model or form is a fault of its own")
    func wrong() async throws {
        let (few, _) = endpoint { _, _ in (200, Self.reply([[1, 0]])) }
        await #expect(throws: EmbeddingsFault.wrongCount(expected: 2, found: 1)) {
            try await few.embed(["a", "b"], .passage)
        }
        let (changing, _) = endpoint { number, inputs in
            (200, Self.reply(inputs.map { _ in number == 1 ? [1, 0] : [1, 0, 0] }))
        }
        _ = try await changing.embed(["a"], .passage)
        await #expect(throws: EmbeddingsFault.wrongDimension(expected: 2, found: [3])) {
            try await changing.embed(["a"], .passage)
        }
        let (other, _) = endpoint { _, _ in (200, Self.reply([[1, 0]], model: "another")) }
        await #expect(throws: EmbeddingsFault.wrongModel) { try await other.embed(["a"], .query) }
        for text in ["", "[]", #"{"data":[{"embedding":[0,0]}]}"#] {
            let (broken, _) = endpoint { _, _ in (200, text) }
            await #expect(throws: EmbeddingsFault.self) { try await broken.embed(["a"], .query) }
        }
    }

    @Test("Vectors may come as bytes")
    func bytes() async throws {
        let (port, _) = endpoint(asBytes: true) { _, _ in
            // 0.6 and 0.8, little-endian.
            (200, #"{"data":[{"embedding":"mpkZP83MTD8="}]}"#)
        }
        #expect(try await port.embed(["a"], .query) == [[0.6, 0.8]])
    }

    @Test("Requests are cut by the tokens that texts are likely to have")
    func tokens() {
        #expect(EmbeddingsBatch.estimatedTokens("") == 1)
        #expect(EmbeddingsBatch.estimatedTokens("a hot towel") == 4)
        #expect(EmbeddingsBatch.estimatedTokens("日本語") == 7)
        var limits = EmbeddingsEndpoint.Limits()
        limits.batchTokens = 10
        limits.batchTexts = 3
        let cut = EmbeddingsBatch.cut(
            ["a hot towel", "a shave", "日本語日本語", "b", "c", "d", ""], limits)
        #expect(cut == [["a hot towel", "a shave"], ["日本語日本語"], ["b", "c", "d"], [" "]])
    }

    @Test("One that keeps failing is left alone; after a moment one request tries it")
    func breaker() async throws {
        let isWell = Lock(false)
        let clock = ManualClock(Instant(seconds: 1_790_000_000))
        let count = Lock(0)
        let fetch = Fetch.answering { request throws(FetchError) in
            if request.url.hasSuffix("/models") {
                return FetchResponse(.ok, body: Array(Self.models.utf8))
            }
            count.withLock { $0 += 1 }
            return isWell.withLock { $0 }
                ? FetchResponse(.ok, body: Array(Self.reply([[1, 0]]).utf8))
                : FetchResponse(.internalServerError)
        }
        let port = EmbeddingsEndpoint(
            address: { "http://models.test" }, fetch: fetch, world: .test(at: clock)
        ).port
        await #expect(throws: EmbeddingsFault.refused(status: 500)) {
            try await port.embed(["a"], .query)
        }
        for _ in 0..<3 {
            await #expect(throws: EmbeddingsFault.resting) { try await port.embed(["a"], .query) }
        }
        #expect(count.withLock { $0 } == 5)
        isWell.withLock { $0 = true }
        clock.advance(by: .seconds(1))
        #expect(try await port.embed(["a"], .query) == [[1, 0]])
        #expect(count.withLock { $0 } == 6)
    }

    @Test("A model that changes behind the same address is noticed, and named by the next call")
    func changedModel() async throws {
        let present = Lock("m")
        let fetch = Fetch.answering { request throws(FetchError) in
            let id = present.withLock { $0 }
            let text =
                request.url.hasSuffix("/models")
                ? #"{"data":[{"id":"\#(id)"}]}"#
                : #"{"model":"\#(id)","data":[{"embedding":[1,0]}]}"#
            return FetchResponse(.ok, body: Array(text.utf8))
        }
        let port = EmbeddingsEndpoint(
            address: { "http://models.test" }, fetch: fetch,
            world: .test(at: ManualClock(Instant(seconds: 1_790_000_000)))
        ).port
        _ = try await port.embed(["a"], .passage)
        #expect(try await port.modelID() == "m")
        present.withLock { $0 = "m-int8" }
        await #expect(throws: EmbeddingsFault.wrongModel) { try await port.embed(["a"], .passage) }
        #expect(try await port.modelID() == "m-int8")
        #expect(try await port.embed(["a"], .passage) == [[1, 0]])
    }

    @Test("A longer name with a date or a version is the same model; one with a word is not")
    func names() throws {
        func isSame(_ id: String, _ answered: String) throws -> Bool {
            let text = #"{"model":"\#(answered)","data":[]}"#
            return EmbeddingsModel(id: id).isMaker(
                of: try EmbeddingsReply(FetchResponse(.ok, body: Array(text.utf8))))
        }
        for (id, answered) in [
            ("m", "m"), ("m", ""), ("m", "m-2024-05-01"), ("m-002", "m-002-v2"), ("who/m", "m"),
        ] {
            #expect(try isSame(id, answered), "\(id) and \(answered)")
        }
        for (id, answered) in [("m", "m-int8"), ("m", "n"), ("m-large", "m"), ("m", "mm")] {
            #expect(try !isSame(id, answered), "\(id) and \(answered)")
        }
    }
}
