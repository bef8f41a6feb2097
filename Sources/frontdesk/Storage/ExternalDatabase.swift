import Base
import Postgres

/// A PostgreSQL that somebody else runs (`DATABASE_URL`): what must be there, and the exact words
/// for its administrator where we may not do it ourselves.
enum ExternalDatabase {
    static let oldestVersion = 140_000
    static let role = DatabaseLocation.poolRole

    /// The same database, every session as the pool's role.
    static func asPoolRole(_ url: Secret) -> Secret {
        let text = url.revealed()
        guard text.contains("://") else {
            return Secret(text + " options='-c role=\(role)'")
        }
        let joint = text.contains("?") ? "&" : "?"
        return Secret(text + "\(joint)options=-c%20role%3D\(role)")
    }

    /// Version, pgvector and role, made where the user may and asked for where it may not.
    static func makeReady(_ connection: PostgresConnection) throws {
        let facts = try connection.query(
            """
            select current_setting('server_version_num')::int as version,
                current_database()::text as database, current_user::text as "user",
                exists (select from pg_available_extensions where name = 'vector') as available,
                exists (select from pg_extension where extname = 'vector') as installed,
                exists (select from pg_roles where rolname = \(role)) as has_role
            """
        ).one()
        let version = Int(try facts.decode("version", as: Int32.self))
        guard version >= oldestVersion else {
            throw OperatorError(
                "The PostgreSQL of DATABASE_URL is too old: version 14 or newer is needed.")
        }
        let database: String = try facts.decode("database")
        let user: String = try facts.decode("user")
        if try !facts.decode("installed", as: Bool.self) {
            guard try facts.decode("available", as: Bool.self) else {
                throw OperatorError(
                    "The server of DATABASE_URL has no pgvector. On Debian its administrator types:\n"
                        + "    apt-get install postgresql-\(version / 10_000)-pgvector")
            }
            try ask(
                "create extension if not exists vector", connection,
                "In database \"\(database)\", a superuser of DATABASE_URL's server must type:\n"
                    + "    CREATE EXTENSION vector;")
        }
        let words =
            "A superuser of DATABASE_URL's server must type:\n"
            + "    CREATE ROLE \(role) NOSUPERUSER NOBYPASSRLS;\n    GRANT \(role) TO \"\(user)\";"
        if try !facts.decode("has_role", as: Bool.self) {
            try ask(
                "create role \(role) nosuperuser nobypassrls nocreatedb nocreaterole", connection,
                words)
        }
        // A superuser may take any role; others must be members.
        do { try connection.script("set role \(role); reset role") } catch {
            try ask("grant \(role) to \"\(user.replacing("\"", with: "\"\""))\"", connection, words)
        }
    }

    private static func ask(
        _ statement: String, _ connection: PostgresConnection, _ words: String
    ) throws {
        do { try connection.script(statement) } catch let error as PostgresError {
            // 42501: insufficient privilege; the others are not for the administrator.
            guard error.state?.rawValue == "42501" else { throw error }
            throw OperatorError(words)
        }
    }
}
