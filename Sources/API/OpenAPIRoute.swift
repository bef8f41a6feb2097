package import HTTP
package import WebCore

/// `/openapi.json`, written from the table that routes.
package struct OpenAPIRoute: Sendable {
    package let route: Route<Visitor>

    package init(routes: [RouteDescription], context: SiteContext) {
        let own = RouteDescription(
            .get, "/openapi.json", operation: "readOpenAPI", summary: "This description",
            tag: "operation", response: .init(.any))
        let document = OpenAPI.document(
            routes: routes + [own],
            info: .init(
                title: "Frontdesk", version: context.configuration.version,
                description: "The AI front desk: knowledge, conversations, drafts, bookings. "
                    + "Changes take an Idempotency-Key, except where the answer is a secret "
                    + "that is kept nowhere (tokens): then a retry signs in again. What people "
                    + "edit has a version, which is its ETag; changes take it as If-Match."))
        let response = HTTPResponse.json(document)
        route = Route(own) { _, _ in response }
    }
}
