package import Base
import Cryptography
import Foundation
package import Postgres

/// The numbered migrations that ship beside the executable.
package enum SchemaMigrations {
    /// Reads them in order of their numbers.
    package static func all() throws -> [Migration] {
        guard let folder = Bundle.module.url(forResource: "Migrations", withExtension: nil)
        else { throw StoreFault.missingMigrations }
        let files = try FileManager.default.contentsOfDirectory(
            at: folder, includingPropertiesForKeys: nil)
        return try files.filter { $0.pathExtension == "sql" }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
            .map { file in
                let name = file.deletingPathExtension().lastPathComponent
                let sql = try String(contentsOf: file, encoding: .utf8)
                guard let version = Int(name.prefix(4)) else { throw StoreFault.missingMigrations }
                return Migration(
                    version: version, name: String(name.dropFirst(5)), sql: sql,
                    sha256: SHA256.hex(sql.utf8))
            }
    }

    /// Brings the database up to date; returns the names of what was applied.
    ///
    /// Runs as the owner of the tables, before anything listens.
    package static func apply(on connection: PostgresConnection, at now: Instant) throws -> [String]
    {
        try Migrator(all()).run(on: connection, at: now).map(\.name)
    }

    /// The names of what the database lacks; changes nothing.
    package static func pending(on connection: PostgresConnection) throws -> [String] {
        try Migrator(all()).pending(on: connection).map(\.name)
    }

    /// Throws when a dump is not of this program's history, or of a newer program's.
    package static func check(_ dump: DumpFile) throws {
        _ = try Migrator(all()).version(of: dump)
    }

    /// Replaces everything by the rows of a dump, and brings them up to date.
    package static func rebuild(
        from dump: DumpFile, on connection: PostgresConnection, at now: Instant,
        check: (PostgresConnection) throws -> Void
    ) throws {
        try Migrator(all()).rebuild(from: dump, on: connection, at: now, check: check)
    }
}
