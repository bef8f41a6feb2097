package import Base
package import Foundation

/// A type of the server as a bind names it.
package struct SQLType: Hashable, Sendable {
    /// The number in `pg_type`; 0 lets the server infer it from the context.
    package let oid: UInt32
    /// Written behind the bind, for types whose number differs between databases.
    package let cast: String?

    package init(_ oid: UInt32, cast: String? = nil) {
        self.oid = oid
        self.cast = cast
    }
}

/// A value that can be bound, in the server's binary format.
package protocol SQLEncodable: Sendable {
    static var sqlType: SQLType { get }
    var isNull: Bool { get }
    func encode(into bytes: inout [UInt8])
}

extension SQLEncodable {
    package var isNull: Bool { false }
}

/// A value that can be read from a cell.
package protocol SQLDecodable {
    /// `cell` is nil for NULL.
    static func decode(_ cell: SQLCell?) throws(SQLMismatch) -> Self
}

/// A value that can be bound and read.
package typealias SQLValue = SQLEncodable & SQLDecodable

/// A cell of a result, valid only while its row is being decoded.
package struct SQLCell {
    package let type: UInt32
    package let bytes: UnsafeRawBufferPointer
}

/// Why a cell does not hold the type that was asked for.
package enum SQLMismatch: Error, Equatable {
    case null
    case type(UInt32)
    case malformed
}

extension SQLCell {
    /// The whole cell as one big-endian integer.
    func integer<Number: FixedWidthInteger>(
        _: Number.Type = Number.self
    ) throws(SQLMismatch) -> Number {
        guard bytes.count == MemoryLayout<Number>.size else { throw .malformed }
        return Number(bigEndian: bytes.loadUnaligned(as: Number.self))
    }
}

extension Optional where Wrapped == SQLCell {
    /// The cell if it is not NULL and of one of the types.
    func expecting(_ types: UInt32...) throws(SQLMismatch) -> SQLCell {
        guard let cell = self else { throw .null }
        guard types.contains(cell.type) else { throw .type(cell.type) }
        return cell
    }
}

extension [UInt8] {
    mutating func append(big value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }
}

extension Optional: SQLEncodable where Wrapped: SQLEncodable {
    package static var sqlType: SQLType { Wrapped.sqlType }
    package var isNull: Bool {
        switch self {
        case .none: true
        case .some(let value): value.isNull
        }
    }
    package func encode(into bytes: inout [UInt8]) { self?.encode(into: &bytes) }
}

extension Optional: SQLDecodable where Wrapped: SQLDecodable {
    package static func decode(_ cell: SQLCell?) throws(SQLMismatch) -> Wrapped? {
        guard let cell else { return nil }
        return try Wrapped.decode(cell)
    }
}

extension Bool: SQLEncodable, SQLDecodable {
    package static var sqlType: SQLType { SQLType(16) }
    package func encode(into bytes: inout [UInt8]) { bytes.append(self ? 1 : 0) }
    package static func decode(_ cell: SQLCell?) throws(SQLMismatch) -> Bool {
        try cell.expecting(16).integer(UInt8.self) != 0
    }
}

/// Reads int2, int4 or int8, whichever the column is.
private func decodeInteger<Number: FixedWidthInteger>(
    _ cell: SQLCell?
) throws(SQLMismatch) -> Number {
    let cell = try cell.expecting(20, 21, 23)
    let wide: Int64
    switch cell.type {
    case 20: wide = try cell.integer()
    case 23: wide = Int64(try cell.integer(Int32.self))
    default: wide = Int64(try cell.integer(Int16.self))
    }
    guard let number = Number(exactly: wide) else { throw .type(cell.type) }
    return number
}

extension Int: SQLEncodable, SQLDecodable {
    package static var sqlType: SQLType { SQLType(20) }
    package func encode(into bytes: inout [UInt8]) { bytes.append(big: Int64(self)) }
    package static func decode(_ cell: SQLCell?) throws(SQLMismatch) -> Int {
        try decodeInteger(cell)
    }
}

extension Int64: SQLEncodable, SQLDecodable {
    package static var sqlType: SQLType { SQLType(20) }
    package func encode(into bytes: inout [UInt8]) { bytes.append(big: self) }
    package static func decode(_ cell: SQLCell?) throws(SQLMismatch) -> Int64 {
        try decodeInteger(cell)
    }
}

extension Int32: SQLEncodable, SQLDecodable {
    package static var sqlType: SQLType { SQLType(23) }
    package func encode(into bytes: inout [UInt8]) { bytes.append(big: self) }
    package static func decode(_ cell: SQLCell?) throws(SQLMismatch) -> Int32 {
        try decodeInteger(cell)
    }
}

extension Double: SQLEncodable, SQLDecodable {
    package static var sqlType: SQLType { SQLType(701) }
    package func encode(into bytes: inout [UInt8]) { bytes.append(big: bitPattern) }
    package static func decode(_ cell: SQLCell?) throws(SQLMismatch) -> Double {
        let cell = try cell.expecting(700, 701)
        if cell.type == 700 { return Double(Float(bitPattern: try cell.integer())) }
        return Double(bitPattern: try cell.integer())
    }
}

extension Float: SQLEncodable, SQLDecodable {
    package static var sqlType: SQLType { SQLType(700) }
    package func encode(into bytes: inout [UInt8]) { bytes.append(big: bitPattern) }
    package static func decode(_ cell: SQLCell?) throws(SQLMismatch) -> Float {
        Float(bitPattern: try cell.expecting(700).integer())
    }
}

extension String: SQLEncodable, SQLDecodable {
    package static var sqlType: SQLType { SQLType(25) }
    package func encode(into bytes: inout [UInt8]) { bytes.append(contentsOf: utf8) }

    /// Reads text in all its kinds, JSON, and enum types of the database.
    package static func decode(_ cell: SQLCell?) throws(SQLMismatch) -> String {
        guard let cell else { throw .null }
        switch cell.type {
        case 25, 1043, 1042, 19, 114, 705: return String(decoding: cell.bytes, as: UTF8.self)
        // The first byte of binary jsonb is its version.
        case 3802: return String(decoding: cell.bytes.dropFirst(), as: UTF8.self)
        case SQLCell.firstUserType...: return String(decoding: cell.bytes, as: UTF8.self)
        default: throw .type(cell.type)
        }
    }
}

extension SQLCell {
    /// Types that a database defines itself are numbered from here.
    static let firstUserType: UInt32 = 16_384
}

extension UUID: SQLEncodable, SQLDecodable {
    package static var sqlType: SQLType { SQLType(2950) }
    package func encode(into bytes: inout [UInt8]) {
        Swift.withUnsafeBytes(of: uuid) { bytes.append(contentsOf: $0) }
    }
    package static func decode(_ cell: SQLCell?) throws(SQLMismatch) -> UUID {
        let cell = try cell.expecting(2950)
        guard cell.bytes.count == 16 else { throw .malformed }
        return UUID(uuid: cell.bytes.loadUnaligned(as: uuid_t.self))
    }
}

extension ID: SQLEncodable, SQLDecodable {
    package static var sqlType: SQLType { UUID.sqlType }
    package func encode(into bytes: inout [UInt8]) { uuid.encode(into: &bytes) }
    package static func decode(_ cell: SQLCell?) throws(SQLMismatch) -> ID {
        ID(try UUID.decode(cell))
    }
}

extension Data: SQLEncodable, SQLDecodable {
    package static var sqlType: SQLType { SQLType(17) }
    package func encode(into bytes: inout [UInt8]) { bytes.append(contentsOf: self) }
    package static func decode(_ cell: SQLCell?) throws(SQLMismatch) -> Data {
        Data(try cell.expecting(17).bytes)
    }
}
