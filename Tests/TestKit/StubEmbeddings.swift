import Base
package import Domain
import Foundation
import HTTP
import HTTPClient
import HTTPServer
import Providers

/// A live OpenAI-compatible endpoint for embeddings that can be well, or ill in several ways.
package final class StubEmbeddings: Sendable {
    package enum Mood: Sendable, Hashable {
        case well
        case refusing(status: Int, retryAfter: String?)
        /// Vectors of so many numbers, for every text.
        case length(Int)
        case oneTooFew
        case nonsense
        /// No answer until the mood changes.
        case silent
        /// Nobody listens at its address.
        case gone
    }

    package static let model = "stub"

    private let mood = Lock(Mood.well)
    private let asked = Lock(0)
    private let url = Lock("")

    /// Runs one on a free port while `body` works with it.
    package static func run<Result: Sendable>(
        _ body: @Sendable (StubEmbeddings) async throws -> Result
    ) async throws -> Result {
        let stub = StubEmbeddings()
        var settings = ServerConfiguration()
        settings.watchInterval = .milliseconds(20)
        settings.stopDeadline = .milliseconds(200)
        settings.maximumBodyBytes = { _, _ in 8 << 20 }
        let server = try Server(settings) { await stub.answer($0) }
        stub.url.withLock { $0 = server.url }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            let result = try await body(stub)
            group.cancelAll()
            return result
        }
    }

    /// Where it is; while it is gone, where nobody is.
    package var address: String {
        mood.withLock { $0 } == .gone ? "http://127.0.0.1:1" : url.withLock { $0 }
    }

    package func become(_ mood: Mood) { self.mood.withLock { $0 = mood } }

    /// How often it was asked for vectors.
    package var count: Int { asked.withLock { $0 } }

    /// The endpoint over real connections, impatient so that tests need not wait.
    package func port(at clock: ManualClock) -> EmbedderPort {
        var limits = EmbeddingsEndpoint.Limits()
        limits.provider.attempts = 2
        limits.queryDeadline = .seconds(1)
        limits.passageDeadline = .seconds(1)
        return EmbeddingsEndpoint(
            address: { self.address }, fetch: CurlClient().fetch, world: .test(at: clock),
            limits: limits
        ).port
    }

    private func answer(_ request: HTTPRequest) async -> HTTPResponse {
        if request.path.hasSuffix("/models") {
            return .json(["data": [["id": .text(Self.model)]]] as JSONValue)
        }
        struct Order: Decodable { let input: [String] }
        guard let order = try? await request.decodeJSON(Order.self, limit: 8 << 20) else {
            return HTTPResponse(.badRequest)
        }
        asked.withLock { $0 += 1 }
        while mood.withLock({ $0 }) == .silent, !Task.isCancelled {
            // A cancelled sleep ends the loop at its next look.
            try? await Task.sleep(for: .milliseconds(5))
        }
        return reply(to: order.input)
    }

    private func reply(to texts: [String]) -> HTTPResponse {
        switch mood.withLock({ $0 }) {
        case .well, .silent, .gone:
            return Self.vectors(texts.map(HashingEmbedder.vector(of:)))
        case .length(let length):
            return Self.vectors(
                texts.map { text in (1...length).map { Float($0 + text.utf8.count % 7) } })
        case .oneTooFew:
            return Self.vectors(texts.dropFirst().map(HashingEmbedder.vector(of:)))
        case .nonsense: return .html("<h1>It works!</h1>")
        case .refusing(let status, let retryAfter):
            var response = HTTPResponse(HTTPStatus(status))
            response.headers["Retry-After"] = retryAfter
            return response
        }
    }

    private static func vectors(_ vectors: [[Float]]) -> HTTPResponse {
        struct Entry: Encodable {
            let index: Int
            let embedding: [Float]
        }
        struct Reply: Encodable {
            let model: String
            let data: [Entry]
        }
        let entries = vectors.enumerated().map { Entry(index: $0, embedding: $1) }
        return .json(Reply(model: model, data: entries))
    }
}
