package import Base

/// The route table: finds the handler for a request, and knows everything there is to find.
///
/// Patterns live in a tree by path part; literals win over parameters at each step, with a step
/// back when a literal leads nowhere. O(parts) for tables without ambiguous prefixes.
package struct Router<Context: Sendable>: Sendable {
    package let routes: [Route<Context>]
    private let root: Node

    /// Traps when two routes are the same, or an operation name is used twice: that is our defect.
    package init(_ routes: [Route<Context>]) {
        var root = Node()
        for (index, route) in routes.enumerated() {
            let description = route.description
            root.insert(description.segments[...], description.method, index)
        }
        let operations = Set(routes.map(\.description.operation))
        precondition(operations.count == routes.count, "two routes share an operation name")
        self.routes = routes
        self.root = root
    }

    /// The route for a method and decoded path parts; HEAD falls back to GET.
    package func match(
        _ method: HTTPMethod, _ segments: [String]
    ) throws(RouteRefusal) -> RouteMatch<Context> {
        var parameters: [String] = []
        var allowed: Set<String> = []
        let found = root.find(segments[...], method, &parameters, &allowed)
        guard let index = found else {
            if allowed.isEmpty { throw .notFound }
            if allowed.contains("GET") { allowed.insert("HEAD") }
            throw .methodNotAllowed(allow: allowed.sorted())
        }
        let route = routes[index]
        let pairs = zip(route.description.parameterNames, parameters)
        return RouteMatch(route: route, parameters: Dictionary(pairs) { first, _ in first })
    }

    /// The number of body bytes that the route for this request takes.
    package func maximumBodyBytes(_ method: HTTPMethod, _ target: HTTPTarget) -> Int {
        // A request that matches nothing is answered without its body, so the default is enough.
        let match = try? match(method, target.segments)
        return match?.route.description.maximumBodyBytes ?? RouteDescription.defaultBodyBytes
    }

    /// Makes the table a responder.
    ///
    /// - Parameters:
    ///   - middleware: wraps every request, matched or not; sees `request.route`.
    ///   - context: makes what handlers get, and is where a route's authentication is checked.
    ///   - failure: turns what was thrown (also `RouteRefusal`) into a response.
    package func responder(
        middleware: [Middleware] = [],
        context: @escaping @Sendable (HTTPRequest, RouteDescription) async throws -> Context,
        failure: @escaping @Sendable (any Error, HTTPRequest) async -> HTTPResponse
    ) -> Responder {
        { request in
            var request = request
            do {
                let match = try self.match(request.method, request.target.segments)
                request.route = match.route.description
                request.parameters = match.parameters
                let respond = layered(middleware) { request in
                    do {
                        let own = try await context(request, match.route.description)
                        return try await match.route.handler(request, own)
                    } catch {
                        return await failure(error, request)
                    }
                }
                return await respond(request)
            } catch {
                let respond = layered(middleware) { request in await failure(error, request) }
                return await respond(request)
            }
        }
    }
}

extension Router where Context == Void {
    /// Makes a table without contexts a responder.
    package func responder(
        middleware: [Middleware] = [],
        failure: @escaping @Sendable (any Error, HTTPRequest) async -> HTTPResponse = {
            error, request in
            ProblemDocument(describing: error, in: request).response
        }
    ) -> Responder {
        responder(middleware: middleware, context: { _, _ in () }, failure: failure)
    }
}

/// The route that was found, with the values of its parameters.
package struct RouteMatch<Context: Sendable>: Sendable {
    package let route: Route<Context>
    package let parameters: [String: String]
}

/// No route answers this path, or none with this method.
package enum RouteRefusal: Refusal, Hashable {
    case notFound
    case methodNotAllowed(allow: [String])

    package var code: String {
        switch self {
        case .notFound: "route.not_found"
        case .methodNotAllowed: "route.method_not_allowed"
        }
    }

    package var kind: RefusalKind { .missing }

    package var detail: String {
        switch self {
        case .notFound: "There is nothing at this address."
        case .methodNotAllowed(let allow): "This address takes \(allow.joined(separator: ", "))."
        }
    }
}

private struct Node: Sendable {
    var literals: [String: Node] = [:]
    /// One child for all parameters: two patterns that differ only in a name are the same.
    var parameter: [Node] = []
    var handlers: [HTTPMethod: Int] = [:]
    /// Routes whose last parameter takes everything that remains.
    var rest: [HTTPMethod: Int] = [:]

    mutating func insert(
        _ segments: ArraySlice<RouteDescription.Segment>, _ method: HTTPMethod, _ index: Int
    ) {
        guard let first = segments.first else {
            precondition(handlers.updateValue(index, forKey: method) == nil, "a route twice")
            return
        }
        switch first {
        case .literal(let text):
            literals[text, default: Node()].insert(segments.dropFirst(), method, index)
        case .parameter(let name) where name.hasSuffix("*"):
            precondition(segments.count == 1, "only the last part can take the rest")
            precondition(rest.updateValue(index, forKey: method) == nil, "a route twice")
        case .parameter:
            if parameter.isEmpty { parameter.append(Node()) }
            parameter[0].insert(segments.dropFirst(), method, index)
        }
    }

    func find(
        _ segments: ArraySlice<String>, _ method: HTTPMethod, _ parameters: inout [String],
        _ allowed: inout Set<String>
    ) -> Int? {
        guard let first = segments.first else {
            return pick(handlers, method, &allowed)
        }
        if let child = literals[first],
            let found = child.find(segments.dropFirst(), method, &parameters, &allowed)
        {
            return found
        }
        if let child = parameter.first, !first.isEmpty {
            parameters.append(first)
            if let found = child.find(segments.dropFirst(), method, &parameters, &allowed) {
                return found
            }
            parameters.removeLast()
        }
        guard let found = pick(rest, method, &allowed) else { return nil }
        parameters.append(segments.joined(separator: "/"))
        return found
    }

    private func pick(
        _ handlers: [HTTPMethod: Int], _ method: HTTPMethod, _ allowed: inout Set<String>
    ) -> Int? {
        if let index = handlers[method] { return index }
        if method == .head, let index = handlers[.get] { return index }
        allowed.formUnion(handlers.keys.map(\.rawValue))
        return nil
    }
}
