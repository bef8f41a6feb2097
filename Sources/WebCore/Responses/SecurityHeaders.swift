import Base
package import HTTP

/// Headers that every answer carries, whatever made it.
package struct SecurityHeaders: Sendable {
    package let configuration: SiteConfiguration

    package init(configuration: SiteConfiguration) { self.configuration = configuration }

    package static let contentPolicy = [
        "default-src 'self'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
        "object-src 'none'",
    ].joined(separator: "; ")

    package func layer(_ request: HTTPRequest, _ next: Responder) async -> HTTPResponse {
        var response = await next(request)
        response.headers.setDefault("Content-Security-Policy", SecurityHeaders.contentPolicy)
        response.headers.setDefault("X-Content-Type-Options", "nosniff")
        response.headers.setDefault("X-Frame-Options", "DENY")
        response.headers.setDefault("Referrer-Policy", "same-origin")
        response.headers.setDefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setDefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setDefault("Permissions-Policy", "camera=(), geolocation=()")
        response.headers.setDefault("Cache-Control", "no-store")
        response.headers.setDefault("X-Request-Id", request.id.description)
        if configuration.isSecure {
            response.headers.setDefault("Strict-Transport-Security", "max-age=31536000")
        }
        return response
    }
}
