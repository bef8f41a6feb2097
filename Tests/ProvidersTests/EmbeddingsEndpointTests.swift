import Base
import Domain
import Foundation
import HTTP
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
        let world = World.test(at: HandClock(Instant(seconds: 1_790_000_000)))
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
}
