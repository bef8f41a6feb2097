package import Base

/// One numbered step of the schema, never edited once it was applied anywhere.
package struct Migration: Sendable, Equatable {
    package let version: Int
    package let name: String
    package let sql: String
    /// Of `sql`, in hexadecimal; computed by the caller, since this room knows no hashing.
    package let sha256: String

    package init(version: Int, name: String, sql: String, sha256: String) {
        self.version = version
        self.name = name
        self.sql = sql
        self.sha256 = sha256
    }
}

/// Why the schema cannot be brought up to date.
package enum MigrationError: Error, Equatable, CustomStringConvertible {
    /// The versions given are not 1, 2, 3, …
    case misnumbered(Int)
    /// The database was migrated by a newer program.
    case databaseNewer(database: Int, program: Int)
    /// A step that the database has was edited since.
    case changed(version: Int, name: String)
    /// A step failed; nothing of it was stored.
    case failed(version: Int, name: String, cause: PostgresError)

    package var description: String {
        switch self {
        case .misnumbered(let version):
            "migration \(version) is out of order: they are numbered 1, 2, 3 without gaps"
        case .databaseNewer(let database, let program):
            "the database is at version \(database), newer than this program (\(program)):"
                + " start the newer program"
        case .changed(let version, let name):
            "migration \(version) (\(name)) differs from the one that was applied: never edit"
                + " an applied migration, add a new one"
        case .failed(let version, let name, let cause):
            "migration \(version) (\(name)) failed and was rolled back: \(cause)"
        }
    }
}

/// Brings a schema up to date: forward only, one transaction for each step, one program at a time.
package struct Migrator: Sendable {
    /// The advisory lock that keeps two programs from migrating at once.
    private static let lockKey = 7_236_019_544_021
    let migrations: [Migration]

    /// Throws `MigrationError.misnumbered` unless the versions are 1, 2, 3, …
    package init(_ migrations: [Migration]) throws {
        for (index, migration) in migrations.enumerated() where migration.version != index + 1 {
            throw MigrationError.misnumbered(migration.version)
        }
        self.migrations = migrations
    }

    /// Applies what is missing and gives it back.
    ///
    /// The connection must be the owner's. Steps may take long: the statement limit is lifted.
    @discardableResult
    package func run(on connection: PostgresConnection, at now: Instant) throws -> [Migration] {
        try alone(on: connection) {
            try makeLedger(connection)
            let pending = try pending(on: connection)
            for migration in pending { try apply(migration, connection, now) }
            return pending
        }
    }

    /// Runs the body while no other program migrates, without a limit of time.
    func alone<Result>(
        on connection: PostgresConnection, _ body: () throws -> Result
    ) throws -> Result {
        let timeout: String = try connection.query("select current_setting('statement_timeout')")
            .one().decode(at: 0)
        try connection.execute("select set_config('statement_timeout', '0', false)")
        try connection.execute("select pg_advisory_lock(\(Migrator.lockKey))")
        defer {
            // Losing the errors is right: lock and setting go with a session that cannot do this.
            _ = try? connection.execute("select pg_advisory_unlock(\(Migrator.lockKey))")
            _ = try? connection.execute(
                "select set_config('statement_timeout', \(timeout), false)")
        }
        return try body()
    }

    func makeLedger(_ connection: PostgresConnection) throws {
        try connection.script(
            """
            create table if not exists schema_migration (
                version int primary key, name text not null, sha256 text not null,
                applied_at timestamptz not null)
            """)
    }

    /// What the database lacks; changes nothing. Throws when it is not of this program's history.
    package func pending(on connection: PostgresConnection) throws -> [Migration] {
        let hasLedger: Bool = try connection.query(
            "select to_regclass('public.schema_migration') is not null"
        ).one().decode(at: 0)
        guard hasLedger else { return migrations }
        let rows = try connection.query(
            "select version, name, sha256 from schema_migration order by version")
        let version = try check(
            rows.map { (try $0.decode("version"), try $0.decode("sha256")) })
        return Array(migrations[version...])
    }

    /// The version of a ledger, in order of its versions; throws when it is not a beginning of ours.
    func check(_ ledger: [(version: Int, sha256: String)]) throws -> Int {
        if let newest = ledger.last?.version, newest > migrations.count {
            throw MigrationError.databaseNewer(database: newest, program: migrations.count)
        }
        for (index, row) in ledger.enumerated() {
            guard row.version == index + 1 else { throw MigrationError.misnumbered(row.version) }
            let known = migrations[row.version - 1]
            guard known.sha256 == row.sha256 else {
                throw MigrationError.changed(version: row.version, name: known.name)
            }
        }
        return ledger.count
    }

    func apply(
        _ migration: Migration, _ connection: PostgresConnection, _ now: Instant
    ) throws {
        do {
            try connection.transaction { connection in
                try connection.script(migration.sql)
                try connection.execute(
                    """
                    insert into schema_migration (version, name, sha256, applied_at)
                    values (\(migration.version), \(migration.name), \(migration.sha256), \(now))
                    """)
            }
        } catch let error as PostgresError {
            throw MigrationError.failed(
                version: migration.version, name: migration.name, cause: error)
        }
    }
}
