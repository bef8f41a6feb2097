import Base
import Domain
import HTTP
import HTTPClient
import TestKit
import Testing

@testable import Providers

/// The endpoint against a server that speaks OpenAI's protocol.
@Suite("Embeddings of OpenAI", .timeLimit(.minutes(5)))
struct OpenAIEmbeddingsTests {
    private func endpoint(
        _ stub: StubOpenAI, model: String? = "text-embedding-3-small",
        key: String? = StubOpenAI.key, header: String? = nil, asBytes: Bool = false,
        _ adjust: (inout EmbeddingsEndpoint.Limits) -> Void = { _ in }
    ) -> EmbedderPort {
        var limits = EmbeddingsEndpoint.Limits()
        adjust(&limits)
        let address = stub.address
        return EmbeddingsEndpoint(
            address: { address }, key: key.map { Secret($0) }, keyHeader: header, model: model,
            asBytes: asBytes, fetch: CurlClient().fetch,
            world: .test(at: ManualClock(DeskFixture.start)), limits: limits
        ).port
    }

    @Test(
        "Each model gives unit vectors of its length under its own id",
        arguments: ["text-embedding-3-small", "text-embedding-3-large"], [false, true])
    func models(model: String, asBytes: Bool) async throws {
        try await StubOpenAI.run { stub in
            let port = endpoint(stub, model: model, asBytes: asBytes)
            let vectors = try await port.embed(["parking is free", "dogs are welcome"], .passage)
            #expect(
                vectors.map(\.count)
                    == [Int](repeating: StubOpenAI.dimensions[model] ?? 0, count: 2))
            for vector in vectors {
                #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-4)
            }
            #expect(try await port.modelID() == model)
            #expect(stub.asked.map(\.format) == [asBytes ? "base64" : "float"])
        }
    }

    @Test("Long lists go in batches that the server takes, few at a time, and keep their order")
    func batches() async throws {
        try await StubOpenAI.run { stub in
            let texts = (0..<60).map { number in
                String(repeating: "word \(number) ", count: number % 10 == 0 ? 3_500 : 1)
            }
            let port = endpoint(stub) { $0.concurrency = 3 }
            let vectors = try await port.embed(texts + [""], .passage)
            #expect(vectors.count == 61)
            for (text, vector) in zip(texts, vectors) {
                let wanted = StubOpenAI.vector(of: text, 1_536)
                let product = zip(vector, wanted).reduce(0) { $0 + $1.0 * $1.1 }
                #expect(product / wanted.reduce(0) { $0 + $1 * $1 }.squareRoot() > 0.999)
            }
            #expect(stub.asked.count > 1 && stub.asked.map(\.texts).reduce(0, +) == 61)
            #expect(stub.mostAtOnce <= 3)
        }
    }

    @Test("A busy server is asked again after the time that it names")
    func busy() async throws {
        try await StubOpenAI.run { stub in
            stub.beBusy(times: 2)
            let vectors = try await endpoint(stub).embed(["a"], .query)
            #expect(vectors.count == 1)
        }
    }

    @Test(
        "The key goes in the header that is configured; without the right one nothing is tried twice"
    )
    func keys() async throws {
        try await StubOpenAI.run { stub in
            let vectors = try await endpoint(stub, header: "api-key").embed(["a"], .query)
            #expect(vectors.count == 1)
            for key in [nil, "sk-wrong"] {
                await #expect(throws: EmbeddingsFault.refused(status: 401)) {
                    try await endpoint(stub, key: key).embed(["a"], .query)
                }
            }
        }
    }

    @Test("Of many models one must be named, and one that is not there is refused")
    func choice() async throws {
        try await StubOpenAI.run { stub in
            await #expect(throws: EmbeddingsFault.modelNotChosen) {
                try await endpoint(stub, model: nil).embed(["a"], .query)
            }
            await #expect(throws: EmbeddingsFault.refused(status: 404)) {
                try await endpoint(stub, model: "text-embedding-4").embed(["a"], .query)
            }
        }
    }
}
