package import Base
package import Foundation

/// A type that can stand in an array.
package protocol SQLElement: SQLEncodable, SQLDecodable {
    static var sqlArrayType: SQLType { get }
    static func encode(array: [Self], into bytes: inout [UInt8])
    static func decode(array cell: SQLCell) throws(SQLMismatch) -> [Self]
}

extension SQLElement {
    /// One dimension, no NULLs: dimensions, flag, element type, length, lower bound, elements.
    package static func encode(array: [Self], into bytes: inout [UInt8]) {
        bytes.append(big: Int32(array.isEmpty ? 0 : 1))
        bytes.append(big: Int32(0))
        bytes.append(big: sqlType.oid)
        guard !array.isEmpty else { return }
        bytes.append(big: Int32(array.count))
        bytes.append(big: Int32(1))
        for element in array {
            let start = bytes.count
            bytes.append(big: Int32(0))
            element.encode(into: &bytes)
            bytes.write(length: bytes.count - start - 4, at: start)
        }
    }

    package static func decode(array cell: SQLCell) throws(SQLMismatch) -> [Self] {
        guard cell.type == sqlArrayType.oid else { throw .type(cell.type) }
        var reader = ArrayReader(bytes: cell.bytes)
        let dimensions: Int32 = try reader.next()
        _ = try reader.next(Int32.self)
        let elementType: UInt32 = try reader.next()
        guard dimensions > 0 else { return [] }
        guard dimensions == 1 else { throw .malformed }
        let count = Int(try reader.next(Int32.self))
        _ = try reader.next(Int32.self)
        guard count >= 0, count <= cell.bytes.count / 4 else { throw .malformed }
        var result: [Self] = []
        result.reserveCapacity(count)
        for _ in 0..<count {
            let length = Int(try reader.next(Int32.self))
            guard length >= 0 else { throw .null }
            let slice = try reader.take(length)
            result.append(try Self.decode(SQLCell(type: elementType, bytes: slice)))
        }
        return result
    }
}

extension [UInt8] {
    /// Fills in a length that was not known when its place was written.
    mutating func write(length: Int, at offset: Int) {
        let big = Int32(length).bigEndian
        Swift.withUnsafeBytes(of: big) { source in
            for index in 0..<4 { self[offset + index] = source[index] }
        }
    }
}

/// Reads big-endian numbers from a cell without ever passing its end.
struct ArrayReader {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 0

    init(bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    mutating func next<Number: FixedWidthInteger>(
        _: Number.Type = Number.self
    ) throws(SQLMismatch) -> Number {
        let size = MemoryLayout<Number>.size
        guard bytes.count - offset >= size else { throw .malformed }
        defer { offset += size }
        return Number(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
    }

    mutating func take(_ count: Int) throws(SQLMismatch) -> UnsafeRawBufferPointer {
        guard bytes.count - offset >= count else { throw .malformed }
        defer { offset += count }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
    }
}

extension Array: SQLEncodable where Element: SQLElement {
    package static var sqlType: SQLType { Element.sqlArrayType }
    package func encode(into bytes: inout [UInt8]) { Element.encode(array: self, into: &bytes) }
}

extension Array: SQLDecodable where Element: SQLElement {
    package static func decode(_ cell: SQLCell?) throws(SQLMismatch) -> [Element] {
        guard let cell else { throw .null }
        return try Element.decode(array: cell)
    }
}

extension Bool: SQLElement { package static var sqlArrayType: SQLType { SQLType(1000) } }
extension Int: SQLElement { package static var sqlArrayType: SQLType { SQLType(1016) } }
extension Int64: SQLElement { package static var sqlArrayType: SQLType { SQLType(1016) } }
extension Int32: SQLElement { package static var sqlArrayType: SQLType { SQLType(1007) } }
extension Float: SQLElement { package static var sqlArrayType: SQLType { SQLType(1021) } }
extension Double: SQLElement { package static var sqlArrayType: SQLType { SQLType(1022) } }
extension String: SQLElement { package static var sqlArrayType: SQLType { SQLType(1009) } }
extension UUID: SQLElement { package static var sqlArrayType: SQLType { SQLType(2951) } }
extension ID: SQLElement { package static var sqlArrayType: SQLType { SQLType(2951) } }
extension Instant: SQLElement { package static var sqlArrayType: SQLType { SQLType(1185) } }
extension LocalDate: SQLElement { package static var sqlArrayType: SQLType { SQLType(1182) } }
extension LocalTime: SQLElement { package static var sqlArrayType: SQLType { SQLType(1183) } }

/// `[UInt8]` is bytea, not an array of the server: the element only lends its hooks.
extension UInt8: SQLElement {
    package static var sqlType: SQLType { SQLType(21) }
    package static var sqlArrayType: SQLType { SQLType(17) }
    package func encode(into bytes: inout [UInt8]) { bytes.append(big: Int16(self)) }
    package static func decode(_ cell: SQLCell?) throws(SQLMismatch) -> UInt8 {
        guard let value = UInt8(exactly: try Int.decode(cell)) else { throw .malformed }
        return value
    }
    package static func encode(array: [UInt8], into bytes: inout [UInt8]) { bytes += array }
    package static func decode(array cell: SQLCell) throws(SQLMismatch) -> [UInt8] {
        guard cell.type == 17 else { throw .type(cell.type) }
        return [UInt8](cell.bytes)
    }
}
