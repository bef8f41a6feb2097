import Domain
import HTTP

/// Every JSON route, column by column.
func apiRoutes(_ context: SiteContext) -> [Route<Visitor>] {
    AuthRoutes(context: context).all + AccountRoutes(context: context).all
        + KnowledgeRoutes(context: context).all + CustomerSessionRoutes(context: context).all
        + MessageRoutes(context: context).all + ConversationRoutes(context: context).all
        + DraftRoutes(context: context).all + serviceRoutes(context)
        + peopleRoutes(context) + HoursRoutes(context: context).all
        + CalendarRoutes(context: context).all + OperationRoutes(context: context).all
}

/// What a JSON route adds to its description: what staff must be allowed, a limit, and whether an
/// answer is stored.
struct APIRoute: Sendable {
    /// What happens with an Idempotency-Key.
    enum Repeats: Sendable {
        /// The answer is stored under the key and given again.
        case stored
        /// The route sees to it by itself.
        case own
        /// The key is not looked at: the answer is a secret that is kept nowhere, or a repeat
        /// changes nothing.
        case never
    }

    let context: SiteContext

    func callAsFunction(
        _ description: RouteDescription, needs permission: Permission? = nil,
        limit: RateClass? = nil, repeats: Repeats = .stored,
        _ handler: @escaping Route<Visitor>.Handler
    ) -> Route<Visitor> {
        let context = context
        var description = description
        description.permission = permission?.rawValue
        if repeats != .never, !description.method.isSafe {
            description.headers.append(IdempotencyKey.parameter)
        }
        let isStored = repeats == .stored && !description.method.isSafe
        return Route(description) { request, visitor in
            if let limit { try context.limits.check(limit, visitor) }
            guard isStored, let key = try IdempotencyKey.of(request) else {
                return try await handler(request, visitor)
            }
            return try await StoredAnswers(context: context)
                .answer(request, visitor, key: key, handler)
        }
    }
}

extension RouteDescription {
    /// What a member of staff must be allowed here.
    var needs: Permission? { permission.flatMap(Permission.init) }

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
