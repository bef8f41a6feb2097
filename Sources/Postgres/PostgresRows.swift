import Base
import CPostgres

/// Owns a `PGresult` and frees it when the last row is gone.
final class ResultOwner {
    let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) {
        self.pointer = pointer
    }

    deinit { PQclear(pointer) }
}

/// The names of a result's columns; shared by all results of one prepared statement.
final class ColumnLayout {
    let names: [String]
    private let indexes: [String: Int]

    init(_ result: OpaquePointer) {
        names = (0..<PQnfields(result)).map { column in
            PQfname(result, column).map { String(cString: $0) } ?? ""
        }
        indexes = Dictionary(
            names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func index(of name: String) -> Int? { indexes[name] }
}

/// The rows of a result. Not Sendable: decode them where they were read.
package struct PostgresRows: RandomAccessCollection {
    private let owner: ResultOwner
    private let layout: ColumnLayout
    package let count: Int

    init(_ owner: ResultOwner, layout: ColumnLayout) {
        self.owner = owner
        self.layout = layout
        count = Int(PQntuples(owner.pointer))
    }

    package var startIndex: Int { 0 }
    package var endIndex: Int { count }
    package var columns: [String] { layout.names }

    package subscript(position: Int) -> PostgresRow {
        precondition(position >= 0 && position < count, "row out of bounds")
        return PostgresRow(owner: owner, layout: layout, row: Int32(position))
    }

    /// The one row that there must be.
    package func one() throws -> PostgresRow {
        guard count == 1 else { throw PostgresError.rowCount(expected: 1, found: count) }
        return self[0]
    }

    /// The one row, or nil when there is none; more than one is an error.
    package func oneOrNone() throws -> PostgresRow? {
        guard count <= 1 else { throw PostgresError.rowCount(expected: 1, found: count) }
        return first
    }
}

/// One row; cells are decoded by name, by place, or in order through `cells`.
package struct PostgresRow {
    let owner: ResultOwner
    let layout: ColumnLayout
    let row: Int32

    /// The value in the named column.
    ///
    /// Throws `PostgresError.missingColumn` or `.column`, which names the column and the type.
    package func decode<Value: SQLDecodable>(
        _ column: String, as _: Value.Type = Value.self
    ) throws(PostgresError) -> Value {
        guard let index = layout.index(of: column) else { throw .missingColumn(column) }
        return try decode(at: index)
    }

    /// The value in the column at this place, counted from 0.
    package func decode<Value: SQLDecodable>(
        at index: Int, as _: Value.Type = Value.self
    ) throws(PostgresError) -> Value {
        guard layout.names.indices.contains(index) else { throw .missingColumn("#\(index)") }
        let column = Int32(index)
        do throws(SQLMismatch) {
            // The owner must outlive the pointer that the cell holds.
            defer { withExtendedLifetime(owner) {} }
            guard PQgetisnull(owner.pointer, row, column) == 0,
                let start = PQgetvalue(owner.pointer, row, column)
            else { return try Value.decode(nil) }
            let length = Int(PQgetlength(owner.pointer, row, column))
            let cell = SQLCell(
                type: PQftype(owner.pointer, column),
                bytes: UnsafeRawBufferPointer(start: start, count: length))
            return try Value.decode(cell)
        } catch {
            throw .column(
                layout.names[index], expected: String(describing: Value.self), found: error)
        }
    }

    /// An enum kept as its raw value; an unknown one is a `.column` error.
    @_disfavoredOverload
    package func decode<Value: RawRepresentable>(
        _ column: String, as _: Value.Type = Value.self
    ) throws(PostgresError) -> Value where Value.RawValue: SQLDecodable {
        guard let value = Value(rawValue: try decode(column, as: Value.RawValue.self)) else {
            throw .column(column, expected: String(describing: Value.self), found: .malformed)
        }
        return value
    }

    /// An enum kept as its raw value, or nil for NULL.
    @_disfavoredOverload
    package func decode<Value: RawRepresentable>(
        _ column: String, as _: Value?.Type = Value?.self
    ) throws(PostgresError) -> Value? where Value.RawValue: SQLDecodable {
        guard let raw = try decode(column, as: Value.RawValue?.self) else { return nil }
        guard let value = Value(rawValue: raw) else {
            throw .column(column, expected: String(describing: Value.self), found: .malformed)
        }
        return value
    }

    /// A jsonb column decoded in the house's JSON.
    package func json<Value: Decodable>(
        _ column: String, as type: Value.Type = Value.self
    ) throws -> Value {
        let json = try decode(column, as: SQLJSON.self)
        do {
            return try json.value(as: type)
        } catch {
            // The decoding error quotes data; the column's name is enough to find it.
            throw PostgresError.column(
                column, expected: String(describing: Value.self), found: .malformed)
        }
    }

    /// Reads the columns from left to right.
    package var cells: PostgresCells { PostgresCells(row: self) }
}

/// Reads a row's columns from left to right: the cheapest way, for wide reads.
package struct PostgresCells {
    fileprivate let row: PostgresRow
    private var index = 0

    fileprivate init(row: PostgresRow) {
        self.row = row
    }

    package mutating func next<Value: SQLDecodable>(
        as type: Value.Type = Value.self
    ) throws(PostgresError) -> Value {
        defer { index += 1 }
        return try row.decode(at: index, as: type)
    }
}
