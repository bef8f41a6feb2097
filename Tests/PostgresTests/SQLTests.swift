import Base
import Foundation
import Testing

@testable import Postgres

@Suite("SQL text and binds", .timeLimit(.minutes(10)))
struct SQLTests {
    @Test("An interpolation becomes a numbered bind")
    func binds() {
        let name = "Ana'; drop table service; --"
        let sql: SQL = "select * from service where name = \(name) and size > \(3)"
        #expect(sql.text == "select * from service where name = $1 and size > $2")
        #expect(sql.binds.map(\.type.oid) == [25, 20])
        #expect(sql.binds[0].bytes == Array(name.utf8))
    }

    @Test("Raw text and fragments join the statement, their binds renumbered")
    func fragments() {
        let condition: SQL = "size > \(3)"
        let sql: SQL = "select \(raw: "id") from t where name = \("a") and \(condition) limit \(5)"
        #expect(sql.text == "select id from t where name = $1 and size > $2 limit $3")
        #expect(sql.binds.count == 3)
    }

    @Test("Nil is NULL, an enum is its raw value, a vector is cast by name")
    func kinds() {
        enum Kind: String { case open }
        let none: Int? = nil
        let kind: Kind? = .open
        let sql: SQL = "select \(none), \(Kind.open), \(kind), \(SQLVector([1, 2]))"
        #expect(sql.text == "select $1, $2, $3, $4::vector")
        #expect(sql.binds[0].bytes == nil)
        #expect(sql.binds[1].bytes == Array("open".utf8))
        #expect(sql.binds[2].bytes == Array("open".utf8))
        #expect(sql.binds[3].bytes == [0, 2, 0, 0, 0x3F, 0x80, 0, 0, 0x40, 0, 0, 0])
    }

    @Test("The statement cache drops the least recently used")
    func cache() throws {
        var cache = StatementCache(limit: 2)
        func key(_ text: String) -> StatementCache.Key { .init(text: text, types: []) }
        func entry(_ name: String) -> StatementCache.Entry { .init(name: name) }
        #expect(cache.insert(entry("a"), for: key("a")) == nil)
        #expect(cache.insert(entry("b"), for: key("b")) == nil)
        #expect(cache.touch(key("a"))?.name == "a")
        #expect(cache.insert(entry("c"), for: key("c"))?.name == "b")
        #expect(cache.touch(key("b")) == nil)
        #expect(cache.count == 2)
    }

    @Test("A fault says its codes and hides its data")
    func description() {
        let report = PostgresError.ServerReport(
            state: .uniqueViolation, constraint: "contact_phone", table: "contact", column: nil,
            message: Secret("Key (phone)=(+15550100) already exists"))
        let error = PostgresError.server(report)
        #expect(error.description == "postgres 23505 constraint contact_phone table contact")
        #expect(!String(reflecting: error).contains("5550100"))
        #expect(error.violates("contact_phone"))
        #expect(!error.retryable)
    }
}
