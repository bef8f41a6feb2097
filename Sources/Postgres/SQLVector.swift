/// A pgvector `vector`, sent and read in its binary format: int16 dimension, int16 zero, float4s.
///
/// The extension's type has another number in each database, so a bind is written `$n::vector`
/// and the server finds the type by name.
package struct SQLVector: SQLEncodable, SQLDecodable, Hashable {
    /// What pgvector allows.
    package static let dimensionLimit = 16_000

    package let values: [Float]

    /// Traps beyond `dimensionLimit`: models of that size do not exist in this house.
    package init(_ values: [Float]) {
        precondition(values.count <= SQLVector.dimensionLimit, "a vector of too many dimensions")
        self.values = values
    }

    package static var sqlType: SQLType { SQLType(0, cast: "vector") }

    package func encode(into bytes: inout [UInt8]) {
        bytes.append(big: Int16(values.count))
        bytes.append(big: Int16(0))
        let words = values.map(\.bitPattern.bigEndian)
        words.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }

    package static func decode(_ cell: SQLCell?) throws(SQLMismatch) -> SQLVector {
        guard let cell else { throw .null }
        guard cell.type >= SQLCell.firstUserType else { throw .type(cell.type) }
        var reader = ArrayReader(bytes: cell.bytes)
        let count = Int(try reader.next(Int16.self))
        let unused: Int16 = try reader.next()
        guard count >= 0, unused == 0, cell.bytes.count == 4 + 4 * count
        else { throw .malformed }
        let source = cell.bytes
        return SQLVector(
            [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
                for index in 0..<count {
                    let word = source.loadUnaligned(
                        fromByteOffset: 4 + 4 * index, as: UInt32.self)
                    buffer.initializeElement(
                        at: index, to: Float(bitPattern: UInt32(bigEndian: word)))
                }
                initialized = count
            })
    }
}
