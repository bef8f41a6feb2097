import Foundation

/// The text that `pg_dump` writes, read as data: which rows each table has, and where sequences
/// stand.
///
/// Nothing of it is ever run. A dump is a program, and one that somebody else made up could do with
/// the database, and through it with the machine, whatever its owner may. So the schema comes from
/// our own migrations, and of the dump only what stands between `COPY … FROM stdin;` and `\.` is
/// used, as rows for a table that is there already.
package struct DumpFile: Sendable {
    package struct Table: Sendable, Equatable {
        package let name: String
        package let columns: [String]
        package let rows: Int
        /// Where the rows lie in the file.
        let start: Int
        let end: Int
    }

    package struct Position: Sendable, Equatable {
        package let sequence: String
        package let value: Int64
        package let isCalled: Bool
    }

    package let path: String
    package let tables: [Table]
    package let positions: [Position]

    static let pieceBytes = 1 << 20
    /// Lines outside of rows are read so far; ours are much shorter.
    static let lineBytes = 64 << 10
    static let tableLimit = 1_000
    /// What `pg_dump` writes last, so that a dump that was cut short shows.
    static let lastWords = "-- PostgreSQL database dump complete"

    /// Finds the parts of a dump; reads the whole file once.
    package init(path: String) throws {
        var scan = DumpScan()
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        // A file that was only read loses nothing.
        defer { try? file.close() }
        while let piece = try file.read(upToCount: DumpFile.pieceBytes), !piece.isEmpty {
            try scan.take(Array(piece))
        }
        guard scan.isWhole else { throw DumpFault.notWhole }
        self.path = path
        tables = scan.tables
        positions = scan.positions
    }

    package func table(_ name: String) -> Table? { tables.first { $0.name == name } }

    /// The bytes of a table's rows, piece after piece, for `copyText`.
    func pieces(of table: Table) throws -> () throws -> [UInt8]? {
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        try file.seek(toOffset: UInt64(table.start))
        var left = table.end - table.start
        return {
            guard left > 0,
                let piece = try file.read(upToCount: min(left, DumpFile.pieceBytes)),
                !piece.isEmpty
            else { return nil }
            left -= piece.count
            return Array(piece)
        }
    }

    /// Calls `body` with the values of these columns, row after row; nil stands for NULL.
    package func forEachRow(
        of table: Table, _ columns: [String], _ body: ([String?]) throws -> Void
    ) throws {
        let places = try columns.map { column in
            guard let place = table.columns.firstIndex(of: column) else {
                throw DumpFault.unknown("\(table.name).\(column)")
            }
            return place
        }
        let next = try pieces(of: table)
        var line: [UInt8] = []
        while let piece = try next() {
            for byte in piece {
                guard byte == UInt8(ascii: "\n") else {
                    line.append(byte)
                    continue
                }
                let cells = line.split(
                    separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
                guard cells.count == table.columns.count else { throw DumpFault.notWhole }
                try body(places.map { DumpFile.value(cells[$0]) })
                line.removeAll(keepingCapacity: true)
            }
        }
    }

    private static let escapes: [UInt8: UInt8] = [
        UInt8(ascii: "b"): 8, UInt8(ascii: "f"): 12, UInt8(ascii: "n"): 10,
        UInt8(ascii: "r"): 13, UInt8(ascii: "t"): 9, UInt8(ascii: "v"): 11,
    ]

    /// A cell without its escapes.
    private static func value(_ cell: ArraySlice<UInt8>) -> String? {
        if cell.elementsEqual(Array("\\N".utf8)) { return nil }
        var bytes: [UInt8] = []
        var rest = cell
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let escaped = rest.popFirst() else {
                bytes.append(byte)
                continue
            }
            bytes.append(escapes[escaped] ?? escaped)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Why a dump cannot be used.
package enum DumpFault: Error, Equatable, CustomStringConvertible {
    /// It ends early, or is none.
    case notWhole
    /// It names something that the schema does not have.
    case unknown(String)
    /// Fewer rows arrived than it holds.
    case rowsLost(table: String, expected: Int, found: Int)

    package var description: String {
        switch self {
        case .notWhole: "the dump of the database is not whole"
        case .unknown(let name): "the dump holds \(name), which the schema does not have"
        case .rowsLost(let table, let expected, let found):
            "of \(expected) rows of \(table) only \(found) could be stored"
        }
    }
}

/// Goes through a dump line by line.
private struct DumpScan {
    private(set) var tables: [DumpFile.Table] = []
    private(set) var positions: [DumpFile.Position] = []
    private(set) var isComplete = false
    private var line: [UInt8] = []
    private var lineLength = 0
    private var offset = 0
    private var open: (name: String, columns: [String], start: Int, rows: Int)?

    var isWhole: Bool { isComplete && open == nil }

    mutating func take(_ piece: [UInt8]) throws {
        var rest = piece[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            keep(rest[..<end])
            offset += lineLength + 1
            try endLine()
            rest = rest[(end + 1)...]
        }
        keep(rest)
    }

    /// Of rows only as much as tells their end.
    private mutating func keep(_ bytes: ArraySlice<UInt8>) {
        let limit = open == nil ? DumpFile.lineBytes : 3
        line += bytes.prefix(max(0, limit - line.count))
        lineLength += bytes.count
    }

    private mutating func endLine() throws {
        defer {
            line.removeAll(keepingCapacity: true)
            lineLength = 0
        }
        if var table = open {
            guard line.elementsEqual(Array("\\.".utf8)) else {
                table.rows += 1
                open = table
                return
            }
            tables.append(
                .init(
                    name: table.name, columns: table.columns, rows: table.rows,
                    start: table.start, end: offset - lineLength - 1))
            open = nil
            return
        }
        let text = String(decoding: line, as: UTF8.self)
        if let (name, columns) = DumpScan.copy(text) {
            guard tables.count < DumpFile.tableLimit, !tables.contains(where: { $0.name == name })
            else { throw DumpFault.unknown("\(name) twice") }
            open = (name, columns, offset, 0)
        } else if let position = DumpScan.position(text) {
            positions.append(position)
        } else if text == DumpFile.lastWords {
            isComplete = true
        }
    }

    /// `COPY public.document (workspace_id, "at") FROM stdin;`
    private static func copy(_ line: String) -> (String, [String])? {
        guard line.hasPrefix("COPY public."), line.hasSuffix(") FROM stdin;"),
            let bracket = line.firstRange(of: " (")
        else { return nil }
        let name = line[..<bracket.lowerBound].dropFirst("COPY public.".count)
        let list = line[bracket.upperBound...].dropLast(") FROM stdin;".count)
        return (bare(name), list.split(separator: ", ").map(bare))
    }

    /// `SELECT pg_catalog.setval('public.resource_number', 12, true);`
    private static func position(_ line: String) -> DumpFile.Position? {
        let opening = "SELECT pg_catalog.setval('public."
        guard line.hasPrefix(opening), line.hasSuffix(");") else { return nil }
        let parts = line.dropFirst(opening.count).dropLast(2).split(separator: ", ")
        guard parts.count == 3, parts[0].hasSuffix("'"), let value = Int64(parts[1]),
            let isCalled = Bool(String(parts[2]))
        else { return nil }
        return .init(sequence: bare(parts[0].dropLast()), value: value, isCalled: isCalled)
    }

    private static func bare(_ name: Substring) -> String {
        String(name).replacing("\"", with: "")
    }
}
