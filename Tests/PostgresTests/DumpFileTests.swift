import Foundation
import TestKit
import Testing

@testable import Postgres

@Suite("A dump, read as data")
struct DumpFileTests {
    private func read(_ text: String) throws -> DumpFile {
        let folder = try TestFolder()
        let path = "\(folder.path)/dump.sql"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return try DumpFile(path: path)
    }

    private static let end = "--\n-- PostgreSQL database dump complete\n--\n\n"

    @Test("Tables, rows and sequences are found, whatever stands between them")
    func parts() throws {
        let folder = try TestFolder()
        let path = "\(folder.path)/dump.sql"
        let text = """
            \\! touch /tmp/never
            CREATE TABLE public.a (x text);
            COPY public.a (x, "at") FROM stdin;
            one\t\\N
            two\\tthree\\\\\tCOPY public.b (x) FROM stdin;

            \\.

            COPY public.empty (x) FROM stdin;
            \\.
            SELECT pg_catalog.setval('public.a_seq', 12, true);
            SELECT pg_catalog.setval('public.b_seq', 1, false);
            COPY public.program (x) FROM PROGRAM 'touch /tmp/never';

            """
        // A row that is empty is a row; the one above belongs to a table of two columns.
        let mended = text.replacing("stdin;\n\n\\.", with: "stdin;\n\\.")
        try Data((mended + Self.end).utf8).write(to: URL(fileURLWithPath: path))
        let dump = try DumpFile(path: path)
        #expect(dump.tables.map(\.name) == ["a", "empty"])
        #expect(dump.tables.map(\.rows) == [2, 0])
        #expect(dump.tables.first?.columns == ["x", "at"])
        #expect(
            dump.positions == [
                .init(sequence: "a_seq", value: 12, isCalled: true),
                .init(sequence: "b_seq", value: 1, isCalled: false),
            ])
        var rows: [[String?]] = []
        try dump.forEachRow(of: dump.tables[0], ["at", "x"]) { rows.append($0) }
        #expect(rows.count == 2)
        #expect(rows.first == [nil, "one"])
        #expect(rows.last == ["COPY public.b (x) FROM stdin;", "two\tthree\\"])
    }

    @Test("A dump that was cut short or holds a table twice is refused")
    func refused() throws {
        let whole = "COPY public.a (x) FROM stdin;\n1\n\\.\n" + Self.end
        #expect(try read(whole).tables.count == 1)
        for length in [0, 10, 31, 34, whole.utf8.count - 10] {
            #expect(throws: DumpFault.notWhole) { try read(String(whole.prefix(length))) }
        }
        #expect(throws: DumpFault.unknown("a twice")) {
            try read("COPY public.a (x) FROM stdin;\n\\.\n" + whole)
        }
    }

    @Test("Rows longer than any piece that is read come out whole")
    func longRows() throws {
        let long = String(repeating: "ab", count: DumpFile.pieceBytes)
        let folder = try TestFolder()
        let path = "\(folder.path)/dump.sql"
        try Data("COPY public.a (x) FROM stdin;\n\(long)\nb\n\\.\n\(Self.end)".utf8)
            .write(to: URL(fileURLWithPath: path))
        let dump = try DumpFile(path: path)
        var lengths: [Int] = []
        try dump.forEachRow(of: dump.tables[0], ["x"]) { lengths.append($0[0]?.count ?? -1) }
        #expect(lengths == [long.count, 1])
    }
}
