/// Header fields in the order they came; names compare without case, a name may occur repeatedly.
package struct HTTPHeaders: Sendable, Hashable, ExpressibleByDictionaryLiteral, Sequence {
    package struct Field: Sendable, Hashable {
        package let name: String
        package let value: String
    }

    private var fields: [Field] = []

    package init() {}

    package init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements { add(name, value) }
    }

    /// The first value of `name`; setting replaces all values, nil removes them.
    package subscript(_ name: String) -> String? {
        get { fields.first { equalIgnoringCase($0.name, name) }?.value }
        set {
            fields.removeAll { equalIgnoringCase($0.name, name) }
            if let newValue { add(name, newValue) }
        }
    }

    package func values(_ name: String) -> [String] {
        fields.filter { equalIgnoringCase($0.name, name) }.map(\.value)
    }

    package func contains(_ name: String) -> Bool { self[name] != nil }

    /// Appends a field. Line ends and NUL become spaces, so that no value can add a header.
    package mutating func add(_ name: String, _ value: String) {
        fields.append(Field(name: HTTPHeaders.oneLine(name), value: HTTPHeaders.oneLine(value)))
    }

    /// Sets `name` unless somebody has set it before.
    package mutating func setDefault(_ name: String, _ value: String) {
        if !contains(name) { add(name, value) }
    }

    /// The comma-separated members of every field called `name`, trimmed, in order.
    package func list(_ name: String) -> [String] {
        values(name).flatMap { $0.split(separator: ",") }
            .map { trimmed($0) }.filter { !$0.isEmpty }
    }

    package var count: Int { fields.count }

    package func makeIterator() -> IndexingIterator<[Field]> { fields.makeIterator() }

    private static func oneLine(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 0 || $0 == 10 || $0 == 13 }) else { return text }
        let bytes = text.utf8.map { $0 == 0 || $0 == 10 || $0 == 13 ? UInt8(ascii: " ") : $0 }
        return String(decoding: bytes, as: UTF8.self)
    }
}
