import Base
import Postgres
import TestKit
import Testing

@Suite("Transactions", .timeLimit(.minutes(10)))
struct TransactionTests {
    private struct Stop: Error {}

    private func connection() async throws -> PostgresConnection {
        let connection = try PostgresConnection(try await TestDatabase.fresh())
        try connection.script("create table t (a int8 unique)")
        return connection
    }

    private func values(_ connection: PostgresConnection) throws -> [Int] {
        try connection.query("select a from t order by a").map { try $0.decode("a") }
    }

    @Test("An error undoes all of it")
    func rollback() async throws {
        let connection = try await connection()
        #expect(throws: Stop.self) {
            try connection.transaction { connection in
                try connection.execute("insert into t values (1)")
                throw Stop()
            }
        }
        #expect(try values(connection).isEmpty)
    }

    @Test("A nested failure undoes its own part only")
    func nesting() async throws {
        let connection = try await connection()
        try connection.transaction { connection in
            try connection.execute("insert into t values (1)")
            let error = #expect(throws: PostgresError.self) {
                try connection.transaction { connection in
                    try connection.execute("insert into t values (2)")
                    try connection.execute("insert into t values (1)")
                }
            }
            #expect(error?.state == .uniqueViolation)
            try connection.transaction { try $0.execute("insert into t values (3)") }
        }
        #expect(try values(connection) == [1, 3])
    }

    @Test("A swallowed error does not pass for a commit")
    func swallowed() async throws {
        let connection = try await connection()
        #expect(throws: PostgresError.transactionAborted) {
            try connection.transaction { connection in
                try connection.execute("insert into t values (1)")
                // Losing the error is what is being tested.
                _ = try? connection.execute("insert into t values (1)")
            }
        }
        #expect(try values(connection).isEmpty)
    }

    @Test("A read-only transaction cannot write")
    func readOnly() async throws {
        let connection = try await connection()
        let error = #expect(throws: PostgresError.self) {
            try connection.transaction(readOnly: true) {
                _ = try $0.execute("insert into t values (1)")
            }
        }
        #expect(error?.state == .readOnlyTransaction)
    }

    @Test("Transactions that lose a race are run again until all are counted")
    func serializable() async throws {
        let options = try await TestDatabase.fresh()
        let pool = PostgresPool(options, limits: .init(connections: 4))
        try await pool.run { connection in
            try connection.script("create table counter (n int8); insert into counter values (0)")
        }
        try await withThrowingTaskGroup { group in
            for _ in 0..<20 {
                group.addTask {
                    try await pool.transaction(
                        isolation: .serializable, retryingSerialization: 100
                    ) { connection in
                        let n: Int = try connection.query("select n from counter").one()
                            .decode("n")
                        try connection.execute("update counter set n = \(n + 1)")
                    }
                }
            }
            try await group.waitForAll()
        }
        let n = try await pool.run {
            try $0.query("select n from counter").one().decode("n", as: Int.self)
        }
        #expect(n == 20)
        await pool.close()
    }
}
