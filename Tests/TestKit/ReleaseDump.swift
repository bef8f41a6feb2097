package import Base
import Foundation
package import Postgres
import Processes
import Store

/// The database that an earlier release left behind, with rows in every state that it knew.
///
/// Each was made by playing conversations with that release and ending it in the midst of its work,
/// and is never made again: what a release has stored must be read for ever.
package struct ReleaseDump: Sendable {
    /// The release that stored what had no version yet.
    package static let first = ReleaseDump(
        name: "release-0.1.0", lastWork: Instant(seconds: 1_796_146_742),
        staff: "ruth@marlow-finch.example", password: Secret("je7np-wr9d2-ggjdj-7kwhc"),
        slugs: ["marlow-finch", "harbour-lane-dental"])

    let name: String
    /// A second after its last transaction.
    package let lastWork: Instant
    /// Somebody of the first workspace, and what they signed in with.
    package let staff: String
    package let password: Secret
    package let slugs: [String]

    /// The dump as a file, in a folder that is removed with `folder`.
    package func unpacked(in folder: TestFolder) async throws -> DumpFile {
        let path = "\(folder.path)/\(name).sql"
        try await Program("/bin/gzip", ["-dc"]).checkBetweenFiles(
            from: Clone.file("Tests/StoreTests/Fixtures/\(name).sql.gz"), to: path,
            timeout: Patience.limit)
        return try DumpFile(path: path)
    }

    /// Makes a database of it and brings it up to date, as restoring a backup does.
    package func upgraded() async throws -> (owner: PostgresOptions, pool: PostgresOptions) {
        let options = try await TestDatabase.empty()
        let folder = try TestFolder()
        let dump = try await unpacked(in: folder)
        try SchemaMigrations.rebuild(
            from: dump, on: try PostgresConnection(options.owner), at: lastWork
        ) { _ in }
        return options
    }
}
