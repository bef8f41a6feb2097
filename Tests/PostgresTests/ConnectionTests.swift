import Base
import Foundation
import Postgres
import TestKit
import Testing

@Suite("Connections", .timeLimit(.minutes(10)))
struct ConnectionTests {
    private struct Note: Codable, Equatable { var firstName: String }

    @Test("Every kind of value comes back as it went")
    func roundTrip() async throws {
        let connection = try PostgresConnection(try await TestDatabase.fresh(vector: true))
        let id = ID<Note>(World.live.uuid())
        let at = try #require(Instant("2026-11-24T15:30:00.123456Z"))
        let date = try #require(LocalDate("2026-11-24"))
        let time = try #require(LocalTime("15:30"))
        let floats: [Float] = [1, -2.5, 0]
        let row = try connection.query(
            """
            select \(id) as id, \(at) as at, \(date) as date, \(time) as time, \(true) as flag,
                \(42) as number, \(Int32(7)) as small, \(1.5) as real, \("żółw") as text,
                \([UInt8]([0, 1, 255])) as bytes, \(try SQLJSON(Note(firstName: "Ana"))) as json,
                \(SQLVector(floats)) as vector, \(floats) as floats, \([id]) as ids,
                \(["a", ""]) as texts, \([1, 2]) as numbers, \([Int]()) as none,
                \(String?.none) as nothing, \(Duration.seconds(90)) as span, \("") as empty
            """
        ).one()
        #expect(try row.decode("id") == id)
        #expect(try row.decode("at") == at)
        #expect(try row.decode("date") == date)
        #expect(try row.decode("time") == time)
        #expect(try row.decode("flag") == true)
        #expect(try row.decode("number") == 42)
        #expect(try row.decode("small", as: Int.self) == 7)
        #expect(try row.decode("real") == 1.5)
        #expect(try row.decode("text") == "żółw")
        #expect(try row.decode("bytes") == [UInt8]([0, 1, 255]))
        #expect(try row.json("json") == Note(firstName: "Ana"))
        #expect(try row.decode("vector", as: SQLVector.self).values == floats)
        #expect(try row.decode("floats") == floats)
        #expect(try row.decode("ids") == [id])
        #expect(try row.decode("texts") == ["a", ""])
        #expect(try row.decode("numbers") == [1, 2])
        #expect(try row.decode("none") == [Int]())
        #expect(try row.decode("nothing", as: String?.self) == nil)
        #expect(try row.decode("span") == Duration.seconds(90))
        #expect(try row.decode("empty") == "")
    }

    @Test("Instants and dates agree with the server's own text")
    func times() async throws {
        let connection = try PostgresConnection(try await TestDatabase.fresh())
        for text in ["1969-07-20T20:17:40Z", "2026-03-29T01:00:00Z", "1999-12-31T23:59:59.999999Z"]
        {
            let instant = try #require(Instant(text))
            let row = try connection.query(
                """
                select \(instant) = \(text)::timestamptz as same, \(text)::timestamptz as at,
                    \(text)::date as day
                """
            ).one()
            #expect(try row.decode("same", as: Bool.self))
            #expect(try row.decode("at") == instant)
            #expect(try row.decode("day") == LocalDate(text.prefix(10)))
        }
        #expect(throws: PostgresError.column("at", expected: "Instant", found: .malformed)) {
            try connection.query("select 'infinity'::timestamptz as at").one()
                .decode("at", as: Instant.self)
        }
    }

    @Test("A wrong type, a NULL and a missing column are told by name")
    func mismatches() async throws {
        let connection = try PostgresConnection(try await TestDatabase.fresh())
        let row = try connection.query("select 'x' as name, null::int8 as size").one()
        #expect(throws: PostgresError.column("name", expected: "Int", found: .type(25))) {
            try row.decode("name", as: Int.self)
        }
        #expect(throws: PostgresError.column("size", expected: "Int", found: .null)) {
            try row.decode("size", as: Int.self)
        }
        #expect(throws: PostgresError.missingColumn("colour")) {
            try row.decode("colour", as: Int.self)
        }
        #expect(throws: PostgresError.rowCount(expected: 1, found: 2)) {
            try connection.query("select generate_series(1, 2)").one()
        }
    }

    @Test("Rows can be read in order, with nil where NULL is")
    func cells() async throws {
        let connection = try PostgresConnection(try await TestDatabase.fresh())
        let rows = try connection.query(
            "select n, case when n > 1 then 'x' end from generate_series(1, 3) n")
        let read = try rows.map { row in
            var cells = row.cells
            return (try cells.next(as: Int.self), try cells.next(as: String?.self))
        }
        #expect(read.map(\.0) == [1, 2, 3])
        #expect(read.map(\.1) == [nil, "x", "x"])
    }

    @Test("A violated constraint is known by code and name")
    func constraint() async throws {
        let connection = try PostgresConnection(try await TestDatabase.fresh())
        try connection.script("create table t (a int constraint t_a_positive check (a > 0))")
        let error = #expect(throws: PostgresError.self) {
            try connection.execute("insert into t values (\(-1))")
        }
        #expect(error?.state == .checkViolation)
        #expect(error?.constraint == "t_a_positive")
        #expect(try connection.execute("insert into t values (1), (2)") == 2)
    }

    @Test("A table changed under a prepared statement is no error")
    func replanning() async throws {
        let connection = try PostgresConnection(try await TestDatabase.fresh())
        try connection.script("create table t (a int); insert into t values (1)")
        let sql: SQL = "select * from t where a = \(1)"
        #expect(try connection.query(sql).columns == ["a"])
        try connection.script("alter table t add column b text")
        #expect(try connection.query(sql).columns == ["a", "b"])
        try connection.script("discard all")
        #expect(try connection.query(sql).count == 1)
    }

    @Test("Statements beyond the cache's limit still run")
    func eviction() async throws {
        var options = try await TestDatabase.fresh()
        options.statementCacheLimit = 3
        let connection = try PostgresConnection(options)
        for round in 0..<2 {
            for index in 0..<5 {
                let row = try connection.query("select \(round) as \(raw: "c\(index)")").one()
                #expect(try row.decode(at: 0) == round)
            }
        }
        let kept: Int = try connection.query("select count(*) from pg_prepared_statements")
            .one().decode(at: 0)
        #expect(kept <= 3)
    }

    @Test("COPY loads rows with vectors, and nothing when it stops half-way")
    func copy() async throws {
        struct Stop: Error {}
        let connection = try PostgresConnection(try await TestDatabase.fresh(vector: true))
        try connection.script("create table p (id int8, text text, embedding vector(3))")
        let loaded = try connection.copy(into: "p", columns: ["id", "text", "embedding"]) { rows in
            for index in 0..<5_000 {
                let text = index.isMultiple(of: 2) ? "passage \(index)" : nil
                try rows.row(index, text, SQLVector([Float(index), 0, 1]))
            }
        }
        #expect(loaded == 5_000)
        let row = try connection.query("select text, embedding from p where id = \(4_998)").one()
        #expect(try row.decode("text") == "passage 4998")
        #expect(try row.decode("embedding", as: SQLVector.self).values == [4_998, 0, 1])
        #expect(throws: Stop.self) {
            try connection.copy(into: "p", columns: ["id"]) { rows in
                try rows.row(1)
                throw Stop()
            }
        }
        #expect(throws: PostgresError.self) {
            try connection.copy(into: "p", columns: ["id"]) { try $0.row("not a number") }
        }
        let count: Int = try connection.query("select count(*) from p").one().decode(at: 0)
        #expect(count == 5_000)
        let nearest = try connection.query(
            "select id from p order by embedding <-> \(SQLVector([7.2, 0, 1])) limit 2")
        #expect(try nearest.map { try $0.decode("id", as: Int.self) } == [7, 8])
    }
}
