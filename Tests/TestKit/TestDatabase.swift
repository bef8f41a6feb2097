import Base
package import Postgres
import Processes

/// An empty database of its own on the shared server.
package enum TestDatabase {
    private static let count = Lock(0)

    /// Makes a database, with pgvector in it if asked, and gives the way to it.
    package static func fresh(vector: Bool = false) async throws -> PostgresOptions {
        let server = try await TestPostgres.shared()
        let number = count.withLock { count in
            count += 1
            return count
        }
        let name = "fresh_\(number)"
        let owner = try PostgresConnection(PostgresOptions(url: Secret(server.connection())))
        try owner.script("create database \(name)")
        let options = PostgresOptions(url: Secret(server.connection(database: name)))
        if vector { try PostgresConnection(options).script("create extension vector") }
        return options
    }
}
