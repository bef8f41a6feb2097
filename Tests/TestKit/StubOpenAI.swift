import Base
import Foundation
import HTTP
import HTTPServer

/// A live server that speaks the protocol of OpenAI's embeddings as its reference tells it: key,
/// models, errors, limits, both formats. Vectors are those of `HashingEmbedder`, stretched.
package final class StubOpenAI: Sendable {
    /// What it asks for.
    package static let key = "sk-test-right"
    package static let dimensions = [
        "text-embedding-3-small": 1_536, "text-embedding-3-large": 3_072,
        "text-embedding-ada-002": 1_536,
    ]

    package struct Asked: Sendable {
        package var texts: Int
        package var format: String
    }

    private struct State {
        var url = ""
        var asked: [Asked] = []
        /// So many requests are answered with 429 first.
        var busy = 0
        var underWay = 0
        var mostAtOnce = 0
    }

    private let state = Lock(State())

    /// Runs one on a free port while `body` works with it.
    package static func run<Result: Sendable>(
        _ body: @Sendable (StubOpenAI) async throws -> Result
    ) async throws -> Result {
        let stub = StubOpenAI()
        var settings = ServerConfiguration()
        settings.stopDeadline = .milliseconds(200)
        settings.maximumBodyBytes = { _, _ in 8 << 20 }
        let server = try Server(settings) { await stub.answer($0) }
        stub.state.withLock { $0.url = server.url }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            let result = try await body(stub)
            group.cancelAll()
            return result
        }
    }

    package var address: String { state.withLock { $0.url } + "/v1" }
    /// The requests for embeddings that were answered well.
    package var asked: [Asked] { state.withLock { $0.asked } }
    /// How many requests were under way at one time.
    package var mostAtOnce: Int { state.withLock { $0.mostAtOnce } }

    package func beBusy(times: Int) { state.withLock { $0.busy = times } }

    private func answer(_ request: HTTPRequest) async -> HTTPResponse {
        let keys = [request.headers["Authorization"], request.headers["Api-Key"]]
        guard keys.contains("Bearer \(Self.key)") || keys.contains(Self.key) else {
            return Self.failure(
                401, "Incorrect API key provided.", type: "invalid_request_error",
                code: "invalid_api_key")
        }
        switch (request.method, request.path) {
        case (.get, "/v1/models"): return Self.models
        case (.post, "/v1/embeddings"):
            state.withLock { state in
                state.underWay += 1
                state.mostAtOnce = max(state.mostAtOnce, state.underWay)
            }
            defer { state.withLock { $0.underWay -= 1 } }
            return await embeddings(request)
        default:
            return Self.failure(
                404, "Invalid URL (\(request.path))", type: "invalid_request_error", code: nil)
        }
    }

    private struct Order: Decodable {
        let model: String
        let input: [String]
        let encodingFormat: String?
    }

    private func embeddings(_ request: HTTPRequest) async -> HTTPResponse {
        let isBusy = state.withLock { state in
            state.busy -= 1
            return state.busy >= 0
        }
        if isBusy {
            return Self.failure(
                429, "Rate limit reached.", type: "requests", code: "rate_limit_exceeded"
            ).with(header: "retry-after-ms", "20").with(header: "Retry-After", "1")
        }
        // What cannot be read is answered as the real one does.
        guard let order = try? await request.decodeJSON(Order.self, limit: 8 << 20) else {
            return Self.failure(
                400, "We could not parse the JSON body.", type: "invalid_request_error", code: nil)
        }
        guard let length = Self.dimensions[order.model] else {
            return Self.failure(
                404, "The model `\(order.model)` does not exist.", type: "invalid_request_error",
                code: "model_not_found")
        }
        let tokens = order.input.reduce(0) { $0 + $1.utf8.count / 4 + 1 }
        guard !order.input.isEmpty, order.input.count <= 2_048, tokens <= 300_000,
            order.input.allSatisfy({ !$0.isEmpty && $0.utf8.count / 4 <= 8_192 })
        else {
            return Self.failure(
                400, "'$.input' is invalid.", type: "invalid_request_error", code: nil)
        }
        let format = order.encodingFormat ?? "float"
        state.withLock { $0.asked.append(Asked(texts: order.input.count, format: format)) }
        return Self.reply(order, length, format, tokens: tokens)
    }

    private static func reply(
        _ order: Order, _ length: Int, _ format: String, tokens: Int
    ) -> HTTPResponse {
        let items = order.input.enumerated().map { index, text -> JSONValue in
            let vector = vector(of: text, length)
            let numbers: JSONValue =
                format == "base64"
                ? .text(vector.withUnsafeBytes { Data($0) }.base64EncodedString())
                : .list(vector.map { .number(Double($0)) })
            return [
                "object": "embedding", "index": .number(Double(index)), "embedding": numbers,
            ]
        }
        return .json(
            [
                "object": "list", "data": .list(items), "model": .text(order.model),
                "usage": [
                    "prompt_tokens": .number(Double(tokens)),
                    "total_tokens": .number(Double(tokens)),
                ],
            ] as JSONValue)
    }

    /// What the vector of a text is there, before a client sets its length to 1.
    package static func vector(of text: String, _ length: Int) -> [Float] {
        let short = HashingEmbedder.vector(of: text)
        return (0..<length).map { short[$0 % short.count] }
    }

    private static var models: HTTPResponse {
        let entries = (dimensions.keys.sorted() + ["gpt-4o"]).map { name -> JSONValue in
            ["id": .text(name), "object": "model", "created": 1_705_948_997, "owned_by": "system"]
        }
        return .json(["object": "list", "data": .list(entries)] as JSONValue)
    }

    private static func failure(
        _ status: Int, _ message: String, type: String, code: String?
    ) -> HTTPResponse {
        .json(
            [
                "error": [
                    "message": .text(message), "type": .text(type), "param": .null,
                    "code": code.map { .text($0) } ?? .null,
                ]
            ] as JSONValue, HTTPStatus(status))
    }
}
