package import Base

/// A request as a handler sees it; the body is read once, as it arrives.
package struct HTTPRequest: Sendable {
    package var method: HTTPMethod
    package var target: HTTPTarget
    package var headers: HTTPHeaders
    package var body: HTTPBody
    /// The numeric address of the peer on the socket; a proxy's, when there is one.
    package var remoteAddress: String
    /// Names this request in logs and problem documents.
    package var id: ID<HTTPRequest>
    /// The route that matched, set by the router: the pattern is the label for metrics.
    package var route: RouteDescription?
    /// Decoded values of the pattern's `{name}` parts.
    package var parameters: [String: String] = [:]

    package init(
        method: HTTPMethod, target: HTTPTarget, headers: HTTPHeaders = [:],
        body: HTTPBody = .empty, remoteAddress: String, id: ID<HTTPRequest>
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.remoteAddress = remoteAddress
        self.id = id
    }

    package var path: String { target.path }
    package var query: FormURLEncoded { target.query }

    /// Cookies by name; of a repeated name the first is kept (RFC 6265, section 5.4 order).
    package var cookies: [String: String] { Cookie.parse(headers.values("Cookie")) }

    package func cookie(_ name: String) -> String? { cookies[name] }

    /// The token of `Authorization: Bearer …`.
    package var bearerToken: String? {
        guard let value = headers["Authorization"] else { return nil }
        let parts = value.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, equalIgnoringCase(parts[0], "Bearer") else { return nil }
        return trimmed(parts[1])
    }

    package var contentType: ContentType? { headers["Content-Type"].flatMap { ContentType($0) } }
}

/// Answers a request; what goes wrong inside must become a response.
package typealias Responder = @Sendable (HTTPRequest) async -> HTTPResponse

/// Wraps a responder: looks at the request, calls `next` or answers itself, looks at the response.
package typealias Middleware =
    @Sendable (_ request: HTTPRequest, _ next: Responder) async -> HTTPResponse

/// One responder of many layers; the first middleware is the outermost.
package func layered(_ middleware: [Middleware], _ responder: @escaping Responder) -> Responder {
    middleware.reversed().reduce(responder) { inner, layer in
        { request in await layer(request, inner) }
    }
}
