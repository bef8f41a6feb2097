import Base
import Domain
import HTTP
import WebCore

/// Which version of a thing a client says that it changes: by `If-Match`, by `version` in the body,
/// by both, or not at all.
///
/// Without either the change is made to whatever is saved by then, member by member: two that send
/// different members both stand, and of two that send the same one the later stands.
struct SeenVersion: Sendable {
    static let header = "If-Match"

    static let parameter = RouteDescription.Parameter(
        header, .string,
        "The ETag that was read; 412 when somebody changed it meanwhile. Left out, only the members "
            + "that are sent are changed, whatever the others are by then.")

    /// For the body of a change.
    static let property = JSONSchema.Property.optional(
        "version", .integer, "The version that was read; 409 when it is another one by now.")

    /// Nil when nothing was said.
    let versions: Set<Int>?
    private let isByHeader: Bool

    init(_ request: HTTPRequest, body: Int? = nil) {
        let tags = request.headers.list(SeenVersion.header)
        let named: Set<Int>? =
            tags.isEmpty || tags.contains("*") ? nil : Set(tags.compactMap(SeenVersion.version))
        isByHeader = named != nil
        let said = body.map { Set([$0]) }
        versions = named.map { said?.intersection($0) ?? $0 } ?? said
    }

    /// A strong tag of ours; another kind of tag never names a version.
    private static func version(_ tag: String) -> Int? {
        guard let version = Int(tag.filter { $0 != "\"" }) else { return nil }
        return EntityTag(version: version).isNamedStrongly(in: [tag]) ? version : nil
    }

    /// Does `work`; what `If-Match` forbids is answered with 412 instead of 409.
    func refusing<Value>(_ work: () async throws -> Value) async throws -> Value {
        do {
            return try await work()
        } catch EditRefusal.changedMeanwhile(let current) where isByHeader {
            throw WebRefusal.preconditionFailed(current: current)
        }
    }
}

extension HTTPResponse {
    /// The same with the validator of one version.
    func tagged(_ version: Int) -> HTTPResponse {
        with(header: "ETag", EntityTag(version: version).description)
    }
}

/// A member of a change: what is left out stays as it is, and null empties it.
enum Given<Value: Decodable & Sendable>: Decodable, Sendable {
    case leftOut
    case null
    case value(Value)

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        self = container.decodeNil() ? .null : .value(try container.decode(Value.self))
    }

    func set(_ target: inout Value, empty: Value) {
        switch self {
        case .leftOut: break
        case .null: target = empty
        case .value(let value): target = value
        }
    }

    func set(_ target: inout Value?) {
        switch self {
        case .leftOut: break
        case .null: target = nil
        case .value(let value): target = value
        }
    }

    /// The same for a new thing, whose members are empty before.
    func new(empty: Value) -> Value {
        var value = empty
        set(&value, empty: empty)
        return value
    }
}

extension KeyedDecodingContainer {
    /// Found by the compiler for members of this type: one that is left out is no error.
    func decode<Value>(_ type: Given<Value>.Type, forKey key: Key) throws -> Given<Value> {
        guard contains(key) else { return .leftOut }
        if try decodeNil(forKey: key) { return .null }
        return .value(try decode(Value.self, forKey: key))
    }
}
