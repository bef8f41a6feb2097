import Base
import Desk
import Domain
import HTTP

/// Finds out who asks, and lets in whom the route's line admits.
///
/// A bearer token wins over cookies. The staff cookie counts everywhere but in the portal; the
/// portal's cookie only there (its path keeps it there too), so that somebody who is both is
/// never taken for the other.
struct VisitorReader: Sendable {
    static let staffCookie = "frontdesk"
    static let portalCookie = "frontdesk_portal"

    let context: SiteContext
    private let proxies: ProxyList

    init(context: SiteContext) {
        self.context = context
        proxies = ProxyList(context.configuration.trustedProxies)
    }

    /// The client's address, from forwarded headers only where they can be believed.
    func address(of request: HTTPRequest) -> String {
        proxies.client(
            of: request.remoteAddress, forwarded: request.headers.list("X-Forwarded-For"))
    }

    func visitor(_ request: HTTPRequest, _ route: RouteDescription) async throws -> Visitor {
        let address = address(of: request)
        let cookie = VisitorReader.cookie(of: request)
        let token = cookie.map { CSRF.token(for: $0) }
        func visitor(_ identity: Visitor.Identity) -> Visitor {
            Visitor(identity: identity, address: address, csrfToken: token)
        }
        switch route.authentication {
        case .none, .signature:
            // Pages for everybody greet whom they know; the API and assets need not ask.
            guard !route.isListed, let cookie, !route.pattern.hasPrefix("/assets")
            else { return visitor(.anonymous) }
            return visitor(try await identity(ofCookie: cookie, request) ?? .anonymous)
        case .session, .staff, .customer, .either:
            let identity = try await identity(request, cookie)
            let found = visitor(identity)
            if route.authentication == .customer { _ = try found.requireCustomer() }
            if [.session, .staff].contains(route.authentication) { _ = try found.requireStaff() }
            return found
        }
    }

    private func identity(_ request: HTTPRequest, _ cookie: String?) async throws
        -> Visitor.Identity
    {
        if request.headers.contains("Authorization") {
            guard let token = request.bearerToken else { throw AccountRefusal.tokenExpired }
            if let staff = try await staff(token) { return .staff(staff) }
            if let customer = try await customer(token) { return .customer(customer) }
            throw AccountRefusal.tokenExpired
        }
        guard let cookie else { throw AccountRefusal.notSignedIn }
        guard let identity = try await identity(ofCookie: cookie, request) else {
            throw AccountRefusal.tokenExpired
        }
        return identity
    }

    private func identity(
        ofCookie cookie: String, _ request: HTTPRequest
    ) async throws -> Visitor.Identity? {
        if VisitorReader.isPortal(request) {
            return try await customer(cookie).map { .customer($0) }
        }
        return try await staff(cookie).map { .staff($0) }
    }

    private func staff(_ token: String) async throws -> Staff? {
        do {
            return try await context.desk.signIn.staff(ofToken: token)
        } catch AccountRefusal.tokenExpired {
            return nil
        }
    }

    private func customer(_ token: String) async throws -> Customer? {
        do {
            return try await context.desk.portal.customer(ofToken: token)
        } catch AccountRefusal.tokenExpired {
            return nil
        }
    }

    /// The cookie that counts for this request.
    static func cookie(of request: HTTPRequest) -> String? {
        let value = request.cookie(isPortal(request) ? portalCookie : staffCookie)
        return value.flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func isPortal(_ request: HTTPRequest) -> Bool {
        request.target.segments.first == "portal"
    }
}
