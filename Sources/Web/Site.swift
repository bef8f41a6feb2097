import API
import Base
package import Desk
package import HTTP
import Pages
package import WebCore

/// The whole site: one table of pages and API routes, and the layers around it.
package struct Site: Sendable {
    package let responder: Responder
    /// Every line of the table, also for tests that walk it.
    package let routes: [RouteDescription]
    /// The largest body for a request, for the server to refuse before it reads.
    package let maximumBodyBytes: @Sendable (HTTPMethod, HTTPTarget) -> Int
    /// Whether an address is one of our proxies, behind which are many clients.
    package let isProxy: @Sendable (_ address: String) -> Bool

    package init(desk: FrontDesk, changes: ChangeHub, configuration: SiteConfiguration) {
        let context = SiteContext(desk: desk, changes: changes, configuration: configuration)
        let pages = PageSite(core: context)
        let listed = apiRoutes(context) + pageRoutes(pages)
        let openAPI = OpenAPIRoute(routes: listed.map(\.description), context: context)
        let table = Router<Visitor>(listed + [openAPI.route])
        routes = table.routes.map(\.description)
        maximumBodyBytes = table.maximumBodyBytes
        let proxies = ProxyList(configuration.trustedProxies)
        isProxy = { proxies.isTrusted($0) }
        let reader = VisitorReader(context: context)
        let failure = ErrorResponder(context: context) { pageFailure($0, $1, pages) }
        let log = RequestLog(logger: desk.logger, metrics: desk.metrics, reader: reader)
        let form = FormCheck(configuration: configuration, failure: failure)
        responder = table.responder(
            middleware: [
                log.layer, SecurityHeaders(configuration: configuration).layer, form.layer,
            ],
            context: { request, route in
                let visitor = try await reader.visitor(request, route)
                try QueryCheck.check(request, route)
                return visitor
            }, failure: failure.answer)
    }
}
