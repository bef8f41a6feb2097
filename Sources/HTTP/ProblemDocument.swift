package import Base

/// An error for clients (RFC 9457): a code that programs read, and a sentence for people.
package struct ProblemDocument: Sendable, Hashable, Codable {
    package var type: String
    /// The same for every occurrence of one code.
    package var title: String
    package var status: Int
    /// About this occurrence; holds nothing that the client may not know.
    package var detail: String?
    /// The id of the request, to find it in the logs.
    package var instance: String?
    package var errors: [FieldProblem]?

    package init(
        code: String, title: String? = nil, status: HTTPStatus, detail: String? = nil,
        instance: String? = nil, errors: [FieldProblem] = []
    ) {
        type = "urn:frontdesk:problem:\(code)"
        self.title = title ?? status.phrase
        self.status = status.code
        self.detail = detail
        self.instance = instance
        self.errors = errors.isEmpty ? nil : errors
    }

    /// A plain reading of any error: refusals are told, everything else is a bare 500.
    package init(describing error: any Error, in request: HTTPRequest) {
        let instance = "urn:uuid:\(request.id)"
        switch error {
        case RouteRefusal.methodNotAllowed:
            self.init(
                code: "route.method_not_allowed", status: .methodNotAllowed, instance: instance)
        case let refusal as any Refusal:
            self.init(
                code: refusal.code, status: HTTPStatus(refusal.kind), detail: refusal.detail,
                instance: instance, errors: refusal.fields)
        case let fault as any Fault where fault.retryable:
            self.init(code: "unavailable", status: .serviceUnavailable, instance: instance)
        default:
            self.init(code: "internal", status: .internalServerError, instance: instance)
        }
    }

    package var response: HTTPResponse {
        var response = HTTPResponse.json(self, HTTPStatus(status))
        response.headers["Content-Type"] = ContentType.problem.description
        response.headers["Cache-Control"] = "no-store"
        return response
    }
}

extension HTTPStatus {
    /// The status for each kind of refusal.
    package init(_ kind: RefusalKind) {
        self =
            switch kind {
            case .malformed: .badRequest
            case .invalid: .unprocessableContent
            case .unauthenticated: .unauthorized
            case .forbidden: .forbidden
            case .missing: .notFound
            case .conflict: .conflict
            case .tooLarge: .contentTooLarge
            case .unsupported: .unsupportedMediaType
            case .limited: .tooManyRequests
            case .noRoom: .insufficientStorage
            case .preconditionFailed: .preconditionFailed
            }
    }
}
