import Domain
package import HTTP
package import WebCore

/// Every JSON route, column by column.
package func apiRoutes(_ context: SiteContext) -> [Route<Visitor>] {
    AuthRoutes(context: context).all + AccountRoutes(context: context).all
        + KnowledgeRoutes(context: context).all + CustomerSessionRoutes(context: context).all
        + MessageRoutes(context: context).all + ConversationRoutes(context: context).all
        + ContactRoutes(context: context).all + WebhookRoutes(context: context).all
        + DraftRoutes(context: context).all + serviceRoutes(context)
        + peopleRoutes(context) + HoursRoutes(context: context).all
        + CalendarRoutes(context: context).all + OperationRoutes(context: context).all
        + EventLogRoutes(context: context).all + ParkedJobRoutes(context: context).all
}

/// What a JSON route adds to its description: what staff must be allowed, a limit, and whether its
/// answer is stored.
struct APIRoute: Sendable {
    /// What happens with an Idempotency-Key on a route that does not store its answer.
    enum Repeats: Sendable {
        /// The route sees to it by itself.
        case own
        /// The key is not looked at: the answer is a secret that is kept nowhere, or a repeat
        /// changes nothing.
        case never
    }

    let context: SiteContext

    /// A route that only reads, or that says what becomes of a repeat.
    func callAsFunction(
        _ description: RouteDescription, needs permission: Permission? = nil,
        limit: RateClass? = nil, repeats: Repeats? = nil,
        _ handler: @escaping Route<Visitor>.Handler
    ) -> Route<Visitor> {
        precondition(
            description.method.isSafe || repeats != nil,
            "\(description.operation) changes something and does not say what a repeat does")
        let context = context
        var description = description
        description.permission = permission?.rawValue
        if repeats == .own { description.headers.append(IdempotencyKey.parameter) }
        return Route(description) { request, visitor in
            try await context.limits.counting(limit, visitor) {
                try await handler(request, visitor)
            }
        }
    }

    /// A route that changes something: its answer is stored with the change, and given again to a
    /// repeat under the same key.
    func callAsFunction(
        _ description: RouteDescription, needs permission: Permission? = nil,
        limit: RateClass? = nil, _ handler: @escaping KeyedRequest.Handler
    ) -> Route<Visitor> {
        let context = context
        var description = description
        description.permission = permission?.rawValue
        description.headers.append(IdempotencyKey.parameter)
        return Route(description) { request, visitor in
            try await context.limits.counting(limit, visitor) {
                try await IdempotentResponses(context: context).answer(request, visitor, handler)
            }
        }
    }
}

extension RateLimits {
    /// Counts a request of a limited route, and tells the client how it stands.
    fileprivate func counting(
        _ limit: RateClass?, _ visitor: Visitor, _ answer: () async throws -> HTTPResponse
    ) async throws -> HTTPResponse {
        guard let limit else { return try await answer() }
        let state = try check(limit, visitor)
        var response = try await answer()
        for header in state?.headers ?? [] { response.headers[header.name] = header.value }
        return response
    }
}

extension RouteDescription {
    /// The same route at another address, for clients of an older path.
    func alias(_ pattern: String, operation: String, method: HTTPMethod? = nil) -> RouteDescription
    {
        RouteDescription(
            method ?? self.method, pattern, operation: operation, summary: summary, tag: tag,
            authentication: authentication, query: query, request: request, success: success,
            response: response, problems: problems, headers: headers,
            maximumBodyBytes: maximumBodyBytes, isListed: isListed)
    }
}

extension JSONSchema.Property {
    /// A member of a request that may be left out, or be null.
    static func optional(
        _ name: String, _ schema: JSONSchema, _ description: String? = nil
    ) -> JSONSchema.Property {
        .init(name, .nullable(schema), required: false, description)
    }
}
