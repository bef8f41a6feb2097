/// The shape of a JSON value, as much of JSON Schema 2020-12 as our routes need.
package indirect enum JSONSchema: Sendable, Hashable {
    case text(format: String? = nil, allowed: [String]? = nil)
    /// Text of so many characters, or of a form (an ECMA 262 regular expression).
    case line(ClosedRange<Int>? = nil, pattern: String? = nil)
    case integer, number, boolean
    /// An integer of this range.
    case whole(ClosedRange<Int>)
    case array(of: JSONSchema)
    /// An object; with a `name` it is written once under components and referred to.
    case object(named: String? = nil, _ properties: [Property])
    /// The value or null.
    case nullable(JSONSchema)
    case any
    /// Bytes of a file, as multipart and downloads have them.
    case binary

    package struct Property: Sendable, Hashable {
        package let name: String
        package let schema: JSONSchema
        package let isRequired: Bool
        package let description: String?

        package init(
            _ name: String, _ schema: JSONSchema, required: Bool = true,
            _ description: String? = nil
        ) {
            self.name = name
            self.schema = schema
            isRequired = required
            self.description = description
        }
    }

    package static let string = JSONSchema.text()
    package static let id = JSONSchema.text(format: "uuid")
    package static let instant = JSONSchema.text(format: "date-time")
    package static let date = JSONSchema.text(format: "date")

    /// Text that is one of a few words.
    package static func oneOf(_ words: [String]) -> JSONSchema { .text(allowed: words) }

    /// An object with the one list `name`, as our list routes answer.
    ///
    /// - Parameter numbered: whether pages can be asked for by number; the answer then counts.
    package static func list(
        _ name: String, of element: JSONSchema, numbered: Bool = false
    ) -> JSONSchema {
        .object(
            [
                Property(name, .array(of: element)),
                Property("next_cursor", .nullable(.string), required: false),
            ]
                + (numbered
                    ? ["page", "page_size", "total"].map { Property($0, .integer, required: false) }
                    : []))
    }
}
