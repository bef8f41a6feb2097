package import Base
import Foundation

extension HTTPRequest {
    /// Reads the body as the house's JSON; an error names the field that is wrong.
    package func decodeJSON<Value: Decodable>(
        _ type: Value.Type = Value.self, limit: Int = RouteDescription.defaultBodyBytes
    ) async throws -> Value {
        if let contentType, !contentType.isJSON { throw JSONBodyRefusal.notJSON }
        let bytes = try await body.collect(upTo: limit)
        return try decodeJSONBytes(type, bytes)
    }
}

/// Decodes the house's JSON from bytes, with errors that name the field.
package func decodeJSONBytes<Value: Decodable>(
    _ type: Value.Type = Value.self, _ bytes: [UInt8]
) throws(JSONBodyRefusal) -> Value {
    try JSONScan.check(bytes)
    do {
        return try JSONCoding.decode(type, from: Data(bytes))
    } catch let error as DecodingError {
        throw JSONBodyRefusal(error)
    } catch {
        throw .malformed
    }
}

/// Why a JSON body is not accepted.
package enum JSONBodyRefusal: Refusal, Hashable {
    /// The Content-Type is something else.
    case notJSON
    /// Not JSON at all, or nested too deeply.
    case malformed
    /// A text with U+0000, which the store cannot keep.
    case zero
    /// JSON of the wrong shape.
    case field(FieldProblem)

    init(_ error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context):
            self = .field(FieldProblem(path(context.codingPath + [key]), "is required"))
        case .valueNotFound(_, let context):
            self = .field(FieldProblem(path(context.codingPath), "must not be null"))
        case .typeMismatch(let type, let context):
            self = .field(FieldProblem(path(context.codingPath), "must be \(word(for: type))"))
        case .dataCorrupted(let context):
            self =
                context.codingPath.isEmpty
                ? .malformed
                : .field(FieldProblem(path(context.codingPath), "has a value that is not allowed"))
        @unknown default:
            self = .malformed
        }
    }

    package var code: String {
        switch self {
        case .notJSON: "request.not_json"
        case .malformed, .zero: "request.malformed_json"
        case .field: "request.invalid_field"
        }
    }

    package var kind: RefusalKind {
        switch self {
        case .notJSON: .unsupported
        case .malformed, .zero: .malformed
        case .field: .invalid
        }
    }

    package var detail: String {
        switch self {
        case .notJSON: "The body must be application/json."
        case .malformed: "The body is not valid JSON."
        case .zero: "A text must not hold the character U+0000."
        case .field(let problem): "The field \(problem.field) \(problem.message)."
        }
    }

    package var fields: [FieldProblem] {
        guard case .field(let problem) = self else { return [] }
        return [problem]
    }
}

/// Dots between names, list positions as numbers, names as the client wrote them (snake_case).
private func path(_ keys: [any CodingKey]) -> String {
    keys.map { $0.intValue.map(String.init) ?? snakeCase($0.stringValue) }.joined(separator: ".")
}

private func snakeCase(_ name: String) -> String {
    name.reduce(into: "") { text, character in
        if character.isUppercase {
            text += "_" + character.lowercased()
        } else {
            text.append(character)
        }
    }
}

private func word(for type: Any.Type) -> String {
    switch type {
    case is String.Type: "text"
    case is Bool.Type: "true or false"
    case is any BinaryInteger.Type: "a whole number"
    case is any BinaryFloatingPoint.Type: "a number"
    case is any Collection.Type: "a list"
    default: "of another type"
    }
}

/// What is looked at before a body is decoded: how deep it is, and that no text holds U+0000.
enum JSONScan {
    static let limit = 64

    /// O(bytes). A zero byte is no JSON in UTF-8; it would be in UTF-16, which is not accepted.
    static func check(_ bytes: [UInt8]) throws(JSONBodyRefusal) {
        var depth = 0
        var quoted = false
        var index = bytes.startIndex
        while index < bytes.endIndex {
            switch bytes[index] {
            case 0: throw .malformed
            case UInt8(ascii: "\"") where quoted: quoted = false
            case UInt8(ascii: "\\") where quoted:
                if bytes[index...].starts(with: escapedZero) { throw .zero }
                index += 1
            case _ where quoted: break
            case UInt8(ascii: "\""): quoted = true
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                if depth > limit { throw .malformed }
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            default: break
            }
            index += 1
        }
    }

    private static let escapedZero = Array("\\u0000".utf8)
}
