/// A status code (RFC 9110, section 15).
package struct HTTPStatus: Hashable, Sendable, Codable, CustomStringConvertible {
    package let code: Int

    package init(_ code: Int) {
        self.code = code
    }

    package static let ok = HTTPStatus(200)
    package static let created = HTTPStatus(201)
    package static let accepted = HTTPStatus(202)
    package static let noContent = HTTPStatus(204)
    package static let partialContent = HTTPStatus(206)
    package static let movedPermanently = HTTPStatus(301)
    package static let found = HTTPStatus(302)
    package static let seeOther = HTTPStatus(303)
    package static let notModified = HTTPStatus(304)
    package static let temporaryRedirect = HTTPStatus(307)
    package static let badRequest = HTTPStatus(400)
    package static let unauthorized = HTTPStatus(401)
    package static let forbidden = HTTPStatus(403)
    package static let notFound = HTTPStatus(404)
    package static let methodNotAllowed = HTTPStatus(405)
    package static let notAcceptable = HTTPStatus(406)
    package static let requestTimeout = HTTPStatus(408)
    package static let conflict = HTTPStatus(409)
    package static let gone = HTTPStatus(410)
    package static let preconditionFailed = HTTPStatus(412)
    package static let contentTooLarge = HTTPStatus(413)
    package static let uriTooLong = HTTPStatus(414)
    package static let unsupportedMediaType = HTTPStatus(415)
    package static let rangeNotSatisfiable = HTTPStatus(416)
    package static let unprocessableContent = HTTPStatus(422)
    package static let preconditionRequired = HTTPStatus(428)
    package static let tooManyRequests = HTTPStatus(429)
    package static let headersTooLarge = HTTPStatus(431)
    package static let internalServerError = HTTPStatus(500)
    package static let notImplemented = HTTPStatus(501)
    package static let badGateway = HTTPStatus(502)
    package static let serviceUnavailable = HTTPStatus(503)
    package static let gatewayTimeout = HTTPStatus(504)
    package static let versionNotSupported = HTTPStatus(505)
    package static let insufficientStorage = HTTPStatus(507)

    package var description: String { String(code) }
    package var isSuccess: Bool { (200..<300).contains(code) }

    /// The standard words for the code, used as the title of plain problem documents.
    package var phrase: String { HTTPStatus.phrases[code] ?? "Status \(code)" }

    private static let phrases = [
        200: "OK", 201: "Created", 202: "Accepted", 204: "No content", 206: "Partial content",
        301: "Moved permanently", 302: "Found", 303: "See other", 304: "Not modified",
        307: "Temporary redirect", 400: "Bad request", 401: "Unauthorized", 403: "Forbidden",
        404: "Not found", 405: "Method not allowed", 406: "Not acceptable",
        408: "Request timeout", 409: "Conflict", 410: "Gone", 412: "Precondition failed",
        413: "Content too large", 414: "URI too long", 415: "Unsupported media type",
        416: "Range not satisfiable", 422: "Unprocessable content",
        428: "Precondition required", 429: "Too many requests", 431: "Headers too large",
        500: "Internal server error", 501: "Not implemented", 502: "Bad gateway",
        503: "Service unavailable", 504: "Gateway timeout", 505: "Version not supported",
        507: "Insufficient storage",
    ]
}
