/// One line of the route table: what the route is, and who answers.
package struct Route<Context: Sendable>: Sendable {
    package typealias Handler =
        @Sendable (_ request: HTTPRequest, _ context: Context) async throws -> HTTPResponse

    package let description: RouteDescription
    package let handler: Handler

    package init(_ description: RouteDescription, _ handler: @escaping Handler) {
        self.description = description
        self.handler = handler
    }
}

extension Route {
    package static func get(
        _ pattern: String, operation: String, _ handler: @escaping Handler
    ) -> Route {
        Route(RouteDescription(.get, pattern, operation: operation), handler)
    }

    package static func post(
        _ pattern: String, operation: String, _ handler: @escaping Handler
    ) -> Route {
        Route(RouteDescription(.post, pattern, operation: operation), handler)
    }
}
