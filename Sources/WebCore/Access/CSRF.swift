import Base
import Cryptography
package import HTTP

/// The proof that a form came from our page: an HMAC that only the holder of the cookie's page has.
package enum CSRF {
    package static let field = "csrf"
    package static let header = "X-CSRF-Token"

    /// The token for a session cookie; the cookie is the key, so no other secret can go missing.
    package static func token(for cookie: String) -> String {
        HMAC.sha256(Array("frontdesk csrf 1".utf8), key: Array(cookie.utf8)).hex
    }

    package static func matches(_ presented: String?, _ cookie: String) -> Bool {
        guard let presented else { return false }
        return constantTimeEqual(Array(presented.utf8), Array(token(for: cookie).utf8))
    }
}

/// Refuses unsafe requests that a browser may have sent for somebody else's page.
///
/// Every unsafe request that a cookie would authorise must bring the token, as the field `csrf` of
/// a form, as the header `X-CSRF-Token`, or (a multipart form, which is not read here) as a query
/// parameter. Whatever a browser says about where a request comes from must be our own site.
package struct FormCheck: Sendable {
    package let configuration: SiteConfiguration
    package let failure: ErrorResponder

    package init(configuration: SiteConfiguration, failure: ErrorResponder) {
        self.configuration = configuration
        self.failure = failure
    }

    package func layer(_ request: HTTPRequest, _ next: Responder) async -> HTTPResponse {
        guard !request.method.isSafe, let route = request.route,
            !request.headers.contains("Authorization")
        else { return await next(request) }
        do {
            try checkOrigin(request)
            guard guarded(route), let cookie = VisitorReader.cookie(of: request) else {
                return await next(request)
            }
            var request = request
            guard CSRF.matches(try await presented(&request, route), cookie) else {
                throw WebRefusal.formExpired
            }
            return await next(request)
        } catch {
            return await failure.answer(error, request)
        }
    }

    private func guarded(_ route: RouteDescription) -> Bool {
        switch route.authentication {
        case .session, .staff, .customer, .either: true
        case .none, .signature: false
        }
    }

    private func checkOrigin(_ request: HTTPRequest) throws {
        if let site = request.headers["Sec-Fetch-Site"], site == "cross-site" || site == "same-site"
        {
            throw WebRefusal.crossOrigin
        }
        guard let origin = request.headers["Origin"]?.lowercased() else { return }
        if let own = configuration.origin {
            guard origin == own else { throw WebRefusal.crossOrigin }
        } else if let host = request.headers["Host"]?.lowercased() {
            guard origin == "http://\(host)" || origin == "https://\(host)" else {
                throw WebRefusal.crossOrigin
            }
        }
    }

    /// The token that came along; a form's body is read for it and given back.
    private func presented(
        _ request: inout HTTPRequest, _ route: RouteDescription
    ) async throws -> String? {
        if let header = request.headers[CSRF.header] { return header }
        switch request.contentType?.essence {
        case ContentType.form.essence:
            let bytes = try await request.body.collect(upTo: route.maximumBodyBytes)
            request.body = HTTPBody(bytes)
            return try FormURLEncoded(parsing: bytes)[CSRF.field]
        case "multipart/form-data": return request.query[CSRF.field]
        default: return nil
        }
    }
}
