package import Base
package import HTTP

/// Why a request for embeddings is not answered; told in the form of the OpenAI API.
package enum EmbeddingRefusal: Refusal, Hashable {
    case notJSON
    /// A field has a value that is not taken; the message is a whole sentence.
    case field(String, String)
    case unknownModel(String)
    case tooLarge(limit: Int)
    case incomplete
    /// Too much waits already.
    case queueFull
    case stopping
    /// The key is missing or is not the right one; which of the two is not told.
    case wrongKey
    case notFound(String)
    case methodNotAllowed

    package var code: String {
        switch self {
        case .notJSON: "invalid_json"
        case .field: "invalid_value"
        case .unknownModel: "model_not_found"
        case .tooLarge: "request_too_large"
        case .incomplete: "request_incomplete"
        case .queueFull: "queue_full"
        case .stopping: "stopping"
        case .wrongKey: "invalid_api_key"
        case .notFound: "not_found"
        case .methodNotAllowed: "method_not_allowed"
        }
    }

    package var kind: RefusalKind {
        switch self {
        case .notJSON, .field, .incomplete, .methodNotAllowed: .invalid
        case .unknownModel, .notFound: .missing
        case .tooLarge: .tooLarge
        case .wrongKey: .unauthenticated
        case .queueFull, .stopping: .limited
        }
    }

    package var detail: String {
        switch self {
        case .notJSON: "The body is not valid JSON, or not a JSON object."
        case .field(_, let message): message
        case .unknownModel(let name):
            "The model '\(name.prefix(100))' does not exist here; see /v1/models."
        case .tooLarge(let limit): "The body is larger than \(limit) bytes."
        case .incomplete: "The body ended before it was complete."
        case .queueFull: "Too many inputs are waiting. Try again shortly."
        case .stopping: "The server is stopping."
        case .wrongKey: "Give the server's key as 'Authorization: Bearer KEY'."
        case .notFound(let path): "There is nothing at \(path.prefix(200))."
        case .methodNotAllowed: "This address does not take that method."
        }
    }

    private var status: HTTPStatus {
        switch self {
        case .notJSON, .field, .incomplete: .badRequest
        case .unknownModel, .notFound: .notFound
        case .tooLarge: .contentTooLarge
        case .queueFull: .tooManyRequests
        case .wrongKey: .unauthorized
        case .stopping: .serviceUnavailable
        case .methodNotAllowed: .methodNotAllowed
        }
    }

    private var parameter: String? {
        switch self {
        case .field(let name, _): name
        case .unknownModel: "model"
        default: nil
        }
    }

    package var response: HTTPResponse {
        let type =
            switch self {
            case .queueFull: "rate_limit_error"
            case .stopping: "server_error"
            default: "invalid_request_error"
            }
        let response = HTTPResponse.json(
            ErrorBody(
                error: .init(message: detail, type: type, param: parameter, code: code)), status)
        switch self {
        case .queueFull, .stopping: return response.with(header: "Retry-After", "1")
        case .wrongKey: return response.with(header: "WWW-Authenticate", "Bearer")
        default: return response
        }
    }

    private struct ErrorBody: Encodable {
        struct Inner: Encodable {
            let message: String
            let type: String
            let param: String?
            let code: String

            enum CodingKeys: String, CodingKey { case message, type, param, code }

            // Clients expect `"param": null`, which synthesised code would leave out.
            func encode(to encoder: any Encoder) throws {
                var container = encoder.container(keyedBy: CodingKeys.self)
                try container.encode(message, forKey: .message)
                try container.encode(type, forKey: .type)
                try container.encode(param, forKey: .param)
                try container.encode(code, forKey: .code)
            }
        }

        let error: Inner
    }
}
