/// Writes OpenAPI 3.1 from the route table, so that the description cannot drift from the routes.
package enum OpenAPI {
    package struct Info: Sendable {
        package let title: String
        package let version: String
        package let description: String

        package init(title: String, version: String, description: String = "") {
            self.title = title
            self.version = version
            self.description = description
        }
    }

    /// The document for all listed routes; a pure function of the table. O(size of the table).
    package static func document(routes: [RouteDescription], info: Info) -> JSONValue {
        var components: [String: JSONValue] = [:]
        var paths: [String: [String: JSONValue]] = [:]
        for route in routes where route.isListed {
            let path =
                route.pattern.count > 1 && route.pattern.hasSuffix("/")
                ? String(route.pattern.dropLast()) : route.pattern
            paths[path.replacing("*}", with: "}"), default: [:]][
                route.method.rawValue.lowercased()] = operation(route, &components)
        }
        components["Problem"] = problem
        return [
            "openapi": "3.1.0",
            "info": [
                "title": .text(info.title), "version": .text(info.version),
                "description": .text(info.description),
            ],
            "paths": .object(paths.mapValues { .object($0) }),
            "components": [
                "schemas": .object(components), "securitySchemes": securitySchemes,
            ],
        ]
    }

    private static func operation(
        _ route: RouteDescription, _ components: inout [String: JSONValue]
    ) -> JSONValue {
        var members: [String: JSONValue] = [
            "operationId": .text(route.operation), "summary": .text(route.summary),
            "security": security(route.authentication),
        ]
        if !route.tag.isEmpty { members["tags"] = [.text(route.tag)] }
        var parameters = route.parameterNames.map { name -> JSONValue in
            ["name": .text(name), "in": "path", "required": true, "schema": ["type": "string"]]
        }
        for (place, parameter) in route.query.map({ ("query", $0) })
            + route.headers.map({ ("header", $0) })
        {
            parameters.append([
                "name": .text(parameter.name), "in": .text(place),
                "required": .flag(parameter.isRequired),
                "description": .text(parameter.description),
                "schema": schema(parameter.schema, &components),
            ])
        }
        if !parameters.isEmpty { members["parameters"] = .list(parameters) }
        if let body = route.request {
            members["requestBody"] = ["required": true, "content": content(body, &components)]
        }
        var success: [String: JSONValue] = ["description": .text(route.success.phrase)]
        if let body = route.response { success["content"] = content(body, &components) }
        let codes = route.problems.isEmpty ? "" : ": " + route.problems.joined(separator: ", ")
        members["responses"] = [
            route.success.description: .object(success),
            "default": [
                "description": .text("A problem" + codes),
                "content": [
                    "application/problem+json": [
                        "schema": ["$ref": "#/components/schemas/Problem"]
                    ]
                ],
            ],
        ]
        return .object(members)
    }

    private static func content(
        _ body: RouteDescription.Body, _ components: inout [String: JSONValue]
    ) -> JSONValue {
        .object([body.type.essence: ["schema": schema(body.schema, &components)]])
    }

    /// The JSON Schema of a shape; named objects are moved to `components`.
    static func schema(
        _ shape: JSONSchema, _ components: inout [String: JSONValue]
    ) -> JSONValue {
        switch shape {
        case .text(let format, let allowed):
            var members: [String: JSONValue] = ["type": "string"]
            if let format { members["format"] = .text(format) }
            if let allowed { members["enum"] = .list(allowed.map { .text($0) }) }
            return .object(members)
        case .line(let length, let pattern):
            var members: [String: JSONValue] = ["type": "string"]
            if let length {
                members["minLength"] = .integer(length.lowerBound)
                members["maxLength"] = .integer(length.upperBound)
            }
            if let pattern { members["pattern"] = .text(pattern) }
            return .object(members)
        case .integer: return ["type": "integer"]
        case .whole(let range):
            return [
                "type": "integer", "minimum": .integer(range.lowerBound),
                "maximum": .integer(range.upperBound),
            ]
        case .number: return ["type": "number"]
        case .boolean: return ["type": "boolean"]
        case .array(let element):
            return ["type": "array", "items": schema(element, &components)]
        case .nullable(let inner):
            return ["anyOf": [schema(inner, &components), ["type": "null"]]]
        case .any: return [:]
        case .binary: return ["type": "string", "format": "binary"]
        case .object(let name, let properties):
            let written = object(properties, &components)
            guard let name else { return written }
            components[name] = written
            return ["$ref": .text("#/components/schemas/\(name)")]
        }
    }

    private static func object(
        _ properties: [JSONSchema.Property], _ components: inout [String: JSONValue]
    ) -> JSONValue {
        var members: [String: JSONValue] = [:]
        for property in properties {
            var value = schema(property.schema, &components)
            if let text = property.description, case .object(var inner) = value {
                inner["description"] = .text(text)
                value = .object(inner)
            }
            members[property.name] = value
        }
        let required = properties.filter(\.isRequired).map { JSONValue.text($0.name) }
        return ["type": "object", "properties": .object(members), "required": .list(required)]
    }

    private static func security(_ kind: RouteDescription.Authentication) -> JSONValue {
        switch kind {
        case .none: []
        case .session: [["session": []]]
        case .staff: [["staff": []]]
        case .customer: [["customer": []]]
        case .either: [["staff": []], ["customer": []]]
        case .signature: [["signature": []]]
        }
    }

    private static let securitySchemes: JSONValue = [
        "session": ["type": "apiKey", "in": "cookie", "name": "session"],
        "staff": ["type": "http", "scheme": "bearer"],
        "customer": ["type": "http", "scheme": "bearer"],
        "signature": ["type": "apiKey", "in": "header", "name": "X-Signature"],
    ]

    private static let problem: JSONValue = [
        "type": "object",
        "properties": [
            "type": ["type": "string"], "title": ["type": "string"],
            "status": ["type": "integer"], "detail": ["type": "string"],
            "instance": ["type": "string"],
            "errors": [
                "type": "array",
                "items": [
                    "type": "object",
                    "properties": [
                        "field": ["type": "string"], "message": ["type": "string"],
                    ],
                ],
            ],
        ],
        "required": ["type", "title", "status"],
    ]
}
