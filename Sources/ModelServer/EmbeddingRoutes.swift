import Base
import Encoder
import HTTP

/// The routes of the embedding server.
struct EmbeddingRoutes: Sendable {
    let encoder: TextEncoder
    let queue: EmbeddingQueue
    let metrics: Metrics

    var all: [Route<Void>] {
        [
            Route(
                RouteDescription(
                    .post, "/v1/embeddings", operation: "createEmbeddings",
                    maximumBodyBytes: EmbeddingRequest.bodyLimitBytes)
            ) { request, _ in try await embeddings(request) },
            Route(
                RouteDescription(
                    .post, "/v1/token-embeddings", operation: "createTokenEmbeddings",
                    maximumBodyBytes: EmbeddingRequest.bodyLimitBytes)
            ) { request, _ in try await tokenEmbeddings(request) },
            .get("/v1/models", operation: "listModels") { _, _ in
                .json(ModelList(object: "list", data: [model]))
            },
            .get("/v1/models/{id*}", operation: "getModel") { request, _ in
                let id = request.parameters["id"] ?? request.parameters["id*"] ?? ""
                guard EmbeddingRequest.isName(id, of: encoder.modelID)
                else { throw EmbeddingRefusal.unknownModel(id) }
                return .json(model)
            },
            .get("/health", operation: "getHealth") { _, _ in
                .json(Health(status: "ok", model: encoder.modelID))
            },
            .get("/metrics", operation: "getMetrics") { _, _ in
                metrics.gauge("embedding_waiting_inputs", Double(queue.waitingInputs))
                return .text(metrics.text())
            },
        ]
    }

    private func embeddings(_ request: HTTPRequest) async throws -> HTTPResponse {
        let bytes = try await request.body.collect(upTo: EmbeddingRequest.bodyLimitBytes)
        let asked = try EmbeddingRequest(bytes, model: encoder.modelID)
        let embeddings = try await queue.embed(asked.inputs)
        return EmbeddingAnswer(encoder).embeddings(embeddings, as: asked.format)
    }

    private func tokenEmbeddings(_ request: HTTPRequest) async throws -> HTTPResponse {
        let bytes = try await request.body.collect(upTo: EmbeddingRequest.bodyLimitBytes)
        let asked = try EmbeddingRequest(
            bytes, model: encoder.modelID, limit: EmbeddingRequest.tokenInputLimit)
        let embeddings = try await queue.embed(asked.inputs, .tokens)
        return EmbeddingAnswer(encoder).tokenEmbeddings(embeddings, as: asked.format)
    }

    /// What is thrown, in the words of the OpenAI API.
    static func answer(to error: any Error, _ request: HTTPRequest) -> HTTPResponse {
        switch error {
        case let refusal as EmbeddingRefusal: return refusal.response
        case HTTPBodyError.tooLarge(let limit):
            return EmbeddingRefusal.tooLarge(limit: limit).response
        case HTTPBodyError.incomplete, HTTPBodyError.cancelled, is CancellationError:
            return EmbeddingRefusal.incomplete.response
        case RouteRefusal.methodNotAllowed(let allow):
            return EmbeddingRefusal.methodNotAllowed.response
                .with(header: "Allow", allow.joined(separator: ", "))
        case is RouteRefusal: return EmbeddingRefusal.notFound(request.path).response
        default: return ProblemDocument(describing: error, in: request).response
        }
    }

    private var model: Model {
        Model(
            id: encoder.modelID, object: "model", created: 1_629_000_000,
            ownedBy: "sentence-transformers", dimensions: TextEncoder.dimensions,
            maximumTokens: TextEncoder.tokenLimit, precision: encoder.precision.rawValue,
            instructions: encoder.instructions.rawValue
        )
    }

    private struct Model: Encodable {
        let id: String
        let object: String
        let created: Int
        let ownedBy: String
        let dimensions: Int
        let maximumTokens: Int
        let precision: String
        let instructions: String
    }

    private struct ModelList: Encodable {
        let object: String
        let data: [Model]
    }

    private struct Health: Encodable {
        let status: String
        let model: String
    }
}
