import Base
package import Desk
package import Domain
package import HTTP
import Store

/// Finds out who asks, and lets in whom the route's line admits.
///
/// What staff must be allowed stands in the table too, and is asked here for pages and the API alike;
/// `Desk` asks again.
///
/// A bearer token wins over cookies. The staff cookie counts everywhere but in the portal; the
/// portal's cookie only there (its path keeps it there too), so that somebody who is both is
/// never taken for the other.
package struct VisitorReader: Sendable {
    package static let staffCookie = "frontdesk"
    package static let portalCookie = "frontdesk_portal"
    package static let markerCookie = "frontdesk_known"

    package let context: SiteContext
    private let proxies: ProxyList

    package init(context: SiteContext) {
        self.context = context
        proxies = ProxyList(context.configuration.trustedProxies)
    }

    /// The client's address, from forwarded headers only where they can be believed.
    package func address(of request: HTTPRequest) -> String {
        proxies.client(
            of: request.remoteAddress, forwarded: request.headers.list("X-Forwarded-For"))
    }

    package func visitor(_ request: HTTPRequest, _ route: RouteDescription) async throws -> Visitor
    {
        let origin = Origin(request, proxies, isPublic: context.configuration.isPublic)
        let cookie = VisitorReader.cookie(of: request)
        let token = cookie.map { CSRF.token(for: $0) }
        let id = request.id.description
        func visitor(_ known: Known) -> Visitor {
            Visitor(
                identity: known.identity.asking(by: id), origin: origin, csrfToken: token,
                session: known.session)
        }
        switch route.authentication {
        case .none, .signature:
            // Pages for everybody greet whom they know; the API and assets need not ask.
            guard !route.isListed, let cookie, !route.pattern.hasPrefix("/assets")
            else { return visitor(.nobody) }
            return visitor(try await known(byCookie: cookie, request) ?? .nobody)
        case .session, .staff, .customer, .either:
            let found = visitor(try await known(request, cookie))
            if route.authentication == .customer { _ = try found.requireCustomer() }
            if [.session, .staff].contains(route.authentication) { _ = try found.requireStaff() }
            if let staff = found.staff { try VisitorReader.check(staff, route) }
            return found
        }
    }

    /// What a route's line asks of staff, before the handler runs. A line that states no permission
    /// lets nobody in: it was forgotten.
    private static func check(_ staff: Staff, _ route: RouteDescription) throws {
        guard let needed = route.needs else {
            throw AccountRefusal.notAllowed(.manageAccounts)
        }
        try staff.require(needed)
    }

    /// Who somebody is, and by which sign-in.
    private struct Known {
        let identity: Visitor.Identity
        let session: Visitor.Session?

        static let nobody = Known(identity: .anonymous, session: nil)
    }

    private func known(_ request: HTTPRequest, _ cookie: String?) async throws -> Known {
        if request.headers.contains("Authorization") {
            guard let token = request.bearerToken else { throw AccountRefusal.tokenExpired }
            if let staff = try await staff(token) { return staff }
            if let customer = try await customer(token) { return customer }
            throw AccountRefusal.tokenExpired
        }
        guard let cookie else { throw AccountRefusal.notSignedIn }
        guard let known = try await known(byCookie: cookie, request) else {
            throw AccountRefusal.tokenExpired
        }
        return known
    }

    private func known(byCookie cookie: String, _ request: HTTPRequest) async throws -> Known? {
        VisitorReader.isPortal(request) ? try await customer(cookie) : try await staff(cookie)
    }

    private func staff(_ token: String) async throws -> Known? {
        do {
            let found = try await context.desk.signIn.session(ofToken: token)
            return Known(
                identity: .staff(found.staff),
                session: .init(id: found.id.description, expiresAt: found.expiresAt))
        } catch AccountRefusal.tokenExpired {
            return nil
        }
    }

    private func customer(_ token: String) async throws -> Known? {
        do {
            let customer = try await context.desk.portal.customer(ofToken: token)
            return Known(
                identity: .customer(customer),
                session: .init(id: customer.session.description, expiresAt: nil))
        } catch AccountRefusal.tokenExpired {
            return nil
        }
    }

    /// Who tries to sign in, for counting.
    package static func signInClient(_ request: HTTPRequest, _ visitor: Visitor)
        -> SignInDesk.Client
    {
        SignInDesk.Client(
            network: visitor.origin.network(), markers: request.cookie(markerCookie))
    }

    /// The cookie that counts for this request.
    package static func cookie(of request: HTTPRequest) -> String? {
        let value = request.cookie(isPortal(request) ? portalCookie : staffCookie)
        return value.flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func isPortal(_ request: HTTPRequest) -> Bool {
        request.target.segments.first == "portal"
    }
}

extension RouteDescription {
    /// What a member of staff must be allowed here.
    package var needs: Permission? { permission.flatMap(Permission.init) }
}
