import Base
import Domain
import HTTP
import TestKit
import Testing

@testable import Providers

/// The endpoint over real connections; `EmbeddingsEndpointTests` has the finer cases without.
@Suite("Embeddings over a real connection", .timeLimit(.minutes(1)))
struct EmbeddingsLiveTests {
    static let illnesses: [(StubEmbeddings.Mood, EmbeddingsFault)] = [
        (.silent, .unreachable(.timeout)),
        (.refusing(status: 503, retryAfter: nil), .refused(status: 503)),
        (.refusing(status: 401, retryAfter: nil), .refused(status: 401)),
        (.refusing(status: 429, retryAfter: "3600"), .refused(status: 429)),
        (.length(7), .wrongDimension(expected: HashingEmbedder.dimensions, found: [7])),
        (.oneTooFew, .wrongCount(expected: 2, found: 1)),
        (.nonsense, .malformed("not the expected JSON")),
    ]

    @Test(
        "Each illness is a fault of its own, and the next call after it is well",
        arguments: illnesses)
    func illness(mood: StubEmbeddings.Mood, fault: EmbeddingsFault) async throws {
        try await StubEmbeddings.run { stub in
            let clock = ManualClock(DeskFixture.start)
            let port = stub.port(at: clock)
            _ = try await port.embed(["a", "b"], .query)
            stub.become(mood)
            await #expect(throws: fault) { try await port.embed(["a", "b"], .query) }
            #expect(!fault.explanation.contains("127.0.0.1"))
            stub.become(.well)
            clock.advance(by: .hours(1))
            #expect(try await port.embed(["a", "b"], .query).count == 2)
        }
    }

    @Test("One that nobody listens at is unreachable, and is asked again at its address")
    func gone() async throws {
        try await StubEmbeddings.run { stub in
            let port = stub.port(at: ManualClock(DeskFixture.start))
            stub.become(.gone)
            let fault = await #expect(throws: EmbeddingsFault.self) {
                try await port.embed(["a"], .query)
            }
            #expect("\(String(describing: fault))".contains("unreachable"))
            stub.become(.well)
            let model = try await port.modelID()
            #expect(model == StubEmbeddings.model)
        }
    }

    @Test("A busy endpoint is left alone for as long as it asked, within bounds")
    func retryAfter() async throws {
        try await StubEmbeddings.run { stub in
            let clock = ManualClock(DeskFixture.start)
            let port = stub.port(at: clock)
            _ = try await port.embed(["a"], .query)
            // More seconds than there will ever be.
            stub.become(.refusing(status: 429, retryAfter: "9223372036854775807"))
            for _ in 0..<3 {
                await #expect(throws: EmbeddingsFault.refused(status: 429)) {
                    try await port.embed(["a"], .query)
                }
            }
            #expect(stub.count == 2, "one good answer, one refusal, then silence")
            stub.become(.well)
            clock.advance(by: .minutes(11))
            #expect(try await port.embed(["a"], .query).count == 1)
        }
    }
}
