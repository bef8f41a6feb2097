import Base
import Postgres

/// How a value is written into a JSON column: a type of its own for what is stored, in a version.
///
/// Names in `Domain` change with the code; what a release has stored is read for ever. So nothing of
/// `Domain` is encoded as it is: a shape is written by hand beside the store that uses it, and maps
/// to and from the value. A change of a shape makes the next version: the older one stays as a type
/// that is only read, and its golden file proves that it is.
///
/// Version 1 is what the first release wrote, which was its types as they were. It has no
/// `version` in it; every later one has.
protocol StoredShape: Codable, SendableMetatype {
    associatedtype Value

    /// What `init(_:)` writes.
    static var version: Int { get }

    init(_ value: Value)

    /// The value; throws a `DecodingError` for what the shape cannot mean.
    func value() throws -> Value

    /// The value that an older version wrote.
    static func value(ofVersion version: Int, from decoder: any Decoder) throws -> Value
}

/// A value with the version of its shape around it, as it stands in the column.
struct Stored<Shape: StoredShape>: Codable {
    let value: Shape.Value

    init(_ value: Shape.Value) {
        self.value = value
    }

    private enum Key: String, CodingKey { case version }

    init(from decoder: any Decoder) throws {
        let version = try Stored.version(of: decoder)
        value =
            version == Shape.version
            ? try Shape(from: decoder).value()
            : try Shape.value(ofVersion: version, from: decoder)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(Shape.version, forKey: .version)
        try Shape(value).encode(to: encoder)
    }

    private static func version(of decoder: any Decoder) throws -> Int {
        let container: KeyedDecodingContainer<Key>
        do {
            container = try decoder.container(keyedBy: Key.self)
        } catch DecodingError.typeMismatch {
            // The first release stored lists as they are.
            return 1
        }
        guard container.contains(.version) else { return 1 }
        let version = try container.decode(Int.self, forKey: .version)
        // Version 1 never wrote its number.
        guard (2...Shape.version).contains(version) else {
            throw DecodingError.dataCorruptedError(
                forKey: .version, in: container, debugDescription: "an unknown version")
        }
        return version
    }
}

extension SQLJSON {
    init<Shape: StoredShape>(_ value: Shape.Value, as shape: Shape.Type) throws {
        try self.init(Stored<Shape>(value))
    }
}

extension PostgresRow {
    func stored<Shape: StoredShape>(
        _ column: String, as shape: Shape.Type
    ) throws -> Shape.Value {
        try json(column, as: Stored<Shape>.self).value
    }
}

/// A member of a shape, for saying which one is wrong.
struct StoredMember: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }

    /// What must be there for this kind of value.
    static func required<Value>(_ name: String, _ value: Value?) throws -> Value {
        guard let value else {
            throw DecodingError.keyNotFound(
                StoredMember(stringValue: name),
                .init(codingPath: [], debugDescription: "missing for this kind"))
        }
        return value
    }

    /// A number that may be counted with: a damaged one must not overflow where it is used.
    static func bounded(
        _ name: String, _ number: Int, in range: ClosedRange<Int>
    ) throws -> Int {
        guard range.contains(number) else { throw wrong(name) }
        return number
    }

    /// A case by its stored name.
    static func named<Value: RawRepresentable>(
        _ name: String, _ raw: Value.RawValue, as type: Value.Type = Value.self
    ) throws -> Value {
        guard let value = Value(rawValue: raw) else { throw wrong(name) }
        return value
    }

    static func wrong(_ name: String) -> DecodingError {
        .dataCorrupted(
            .init(
                codingPath: [StoredMember(stringValue: name)],
                debugDescription: "not a value that this version knows"))
    }

    /// Versions and counters of rows, which are 32 bits wide in the tables.
    static let counter = 0...Int(Int32.max)
}
