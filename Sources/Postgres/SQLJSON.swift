import Base
package import Foundation

/// A `jsonb` value: encoded once when it is made, decoded when it is asked for.
package struct SQLJSON: SQLEncodable, SQLDecodable, Hashable {
    /// The JSON text in UTF-8.
    package let data: Data

    /// Encodes in the house's JSON.
    package init(_ value: some Encodable) throws {
        data = try JSONCoding.encode(value)
    }

    /// Takes JSON text as it is; the server refuses what is not JSON.
    package init(text: String) {
        data = Data(text.utf8)
    }

    package var text: String { String(decoding: data, as: UTF8.self) }

    package func value<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
        try JSONCoding.decode(type, from: data)
    }

    package static var sqlType: SQLType { SQLType(3802) }

    package func encode(into bytes: inout [UInt8]) {
        bytes.append(1)
        bytes.append(contentsOf: data)
    }

    package static func decode(_ cell: SQLCell?) throws(SQLMismatch) -> SQLJSON {
        let cell = try cell.expecting(114, 3802)
        // The first byte of binary jsonb is its version.
        return SQLJSON(data: Data(cell.type == 3802 ? cell.bytes.dropFirst() : cell.bytes[...]))
    }

    private init(data: Data) {
        self.data = data
    }
}
