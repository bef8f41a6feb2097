/// What a route is: enough to match it, to guard it, to count it, and to write its OpenAPI entry.
package struct RouteDescription: Sendable, Hashable {
    package enum Authentication: String, Sendable, Hashable, CaseIterable {
        /// Anybody.
        case none
        /// A page of a signed-in member of staff.
        case session
        /// An API call of a member of staff, by bearer token.
        case staff
        /// An API call of an identified customer, by bearer token.
        case customer
        /// Staff or customer.
        case either
        /// A signature over the raw body.
        case signature
    }

    /// A parameter of the query, or a header field.
    package struct Parameter: Sendable, Hashable {
        package let name: String
        package let schema: JSONSchema
        package let isRequired: Bool
        package let description: String

        package init(
            _ name: String, _ schema: JSONSchema = .string, required: Bool = false,
            _ description: String
        ) {
            self.name = name
            self.schema = schema
            isRequired = required
            self.description = description
        }
    }

    package struct Body: Sendable, Hashable {
        package let type: ContentType
        package let schema: JSONSchema

        package init(_ schema: JSONSchema, as type: ContentType = .json) {
            self.type = type
            self.schema = schema
        }
    }

    package let method: HTTPMethod
    /// `/api/v1/things/{id}`: literal parts and names in braces; a trailing slash means nothing.
    package let pattern: String
    /// Unique over the table; `operationId` in OpenAPI.
    package let operation: String
    package var summary: String
    package var tag: String
    package var authentication: Authentication
    /// What somebody who is let in must be allowed beside, in the application's words; nil where
    /// that is decided by who they are alone.
    package var permission: String?
    package var query: [Parameter]
    package var request: Body?
    package var success: HTTPStatus
    package var response: Body?
    /// Problem codes that this route can answer with.
    package var problems: [String]
    /// Larger bodies are refused before they are read.
    package var maximumBodyBytes: Int
    /// Pages and assets are routes too, but no part of the API.
    package var isListed: Bool
    /// Header fields of its own that the route understands.
    package var headers: [Parameter]

    package static let defaultBodyBytes = 1 << 20

    package init(
        _ method: HTTPMethod, _ pattern: String, operation: String, summary: String = "",
        tag: String = "", authentication: Authentication = .none, permission: String? = nil,
        query: [Parameter] = [],
        request: Body? = nil, success: HTTPStatus = .ok, response: Body? = nil,
        problems: [String] = [], headers: [Parameter] = [],
        maximumBodyBytes: Int = defaultBodyBytes, isListed: Bool = true
    ) {
        precondition(pattern.hasPrefix("/"), "a pattern begins with a slash")
        self.method = method
        self.pattern = pattern
        self.operation = operation
        self.summary = summary
        self.tag = tag
        self.authentication = authentication
        self.permission = permission
        self.query = query
        self.request = request
        self.success = success
        self.response = response
        self.problems = problems
        self.maximumBodyBytes = maximumBodyBytes
        self.isListed = isListed
        self.headers = headers
    }

    /// The pattern's parts between slashes.
    package var segments: [Segment] {
        pattern.split(separator: "/").map { part in
            part.hasPrefix("{") && part.hasSuffix("}")
                ? .parameter(String(part.dropFirst().dropLast())) : .literal(String(part))
        }
    }

    package enum Segment: Sendable, Hashable {
        case literal(String)
        /// Matches one non-empty part. A name ending in `*` matches all the remaining parts.
        case parameter(String)
    }

    /// Names of the pattern's parameters, in order.
    package var parameterNames: [String] {
        segments.compactMap { segment in
            guard case .parameter(let name) = segment else { return nil }
            return name.hasSuffix("*") ? String(name.dropLast()) : name
        }
    }
}
