import Base
package import Postgres
import Processes
import Store

/// An empty database of its own on the shared server.
package enum TestDatabase {
    private static let count = Lock(0)

    /// Makes a database, with pgvector in it if asked, and gives the way to it.
    package static func fresh(vector: Bool = false) async throws -> PostgresOptions {
        let server = try await TestPostgres.shared()
        let name = "fresh_\(next())"
        let owner = try PostgresConnection(patient(server.connection()))
        try owner.script("create database \(name)")
        let options = patient(server.connection(database: name))
        if vector { try PostgresConnection(options).script("create extension vector") }
        return options
    }

    /// Makes a database with the whole schema, copied from one that was migrated once.
    ///
    /// Gives the way to it as the owner of the tables, and as the role of the pool.
    package static func migrated() async throws
        -> (owner: PostgresOptions, pool: PostgresOptions)
    {
        try await copied(from: try await template.value())
    }

    /// The same without any table.
    package static func empty() async throws -> (owner: PostgresOptions, pool: PostgresOptions) {
        try await copied(from: "template1")
    }

    private static func copied(
        from template: String
    ) async throws -> (owner: PostgresOptions, pool: PostgresOptions) {
        let server = try await TestPostgres.shared()
        let name = "desk_\(next())"
        let connection = try PostgresConnection(patient(server.connection()))
        try connection.script("create database \(name) template \(template)")
        // A start on this server, as on an existing one, makes the role without a sign-in of its own.
        try connection.script(
            """
            do $$ begin
                if exists (select from pg_roles where rolname = 'frontdesk_app' and not rolcanlogin)
                then alter role frontdesk_app login;
                end if;
            end $$
            """)
        let connections = [EmbeddedPostgres.owner, "frontdesk_app"].map { role in
            var options = patient(server.server.connection(database: name, role: role))
            options.statementTimeout = Patience.limit
            return options
        }
        return (connections[0], connections[1])
    }

    /// A busy machine may keep a server silent for long.
    private static func patient(_ url: String) -> PostgresOptions {
        var options = PostgresOptions(url: Secret(url))
        options.answerLimit = Patience.limit
        return options
    }

    private static let template = Once {
        let options = try await fresh()
        let connection = try PostgresConnection(options)
        _ = try SchemaMigrations.apply(on: connection, at: DeskFixture.start)
        return try connection.query("select current_database()").one().decode(
            at: 0, as: String.self)
    }

    private static func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}
