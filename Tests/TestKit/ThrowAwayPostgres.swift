import Foundation
package import Processes

/// A database server for one test run: nothing of it is meant to last.
///
/// It lies in a folder of its own in the temporary folder, writes carelessly, and ends with this
/// process. Folders that killed runs left are cleared away by the next.
package final class ThrowAwayPostgres: Sendable {
    package let server: EmbeddedPostgres
    package let child: Child
    private let folder: String
    private let lock: FileLock

    private static let prefix = "/tmp/frontdesk-throwaway-"

    /// Starts one from the binaries of `installation` (`.vendor/postgres`).
    package static func start(
        installation: String,
        settings: EmbeddedPostgres.Settings = EmbeddedPostgres.Settings(
            maxConnections: 200, sharedMemoryMegabytes: 64, durable: false)
    ) async throws(ProcessFault) -> ThrowAwayPostgres {
        clearAbandoned()
        let folder = try makeFolder()
        guard let lock = try FileLock("\(folder)/lock") else {
            throw .place(path: folder, problem: "a new folder is already taken")
        }
        let server = try await EmbeddedPostgres.prepare(
            installation: installation, cluster: "\(folder)/pg", settings: settings)
        let child = try await server.start()
        return ThrowAwayPostgres(server: server, child: child, folder: folder, lock: lock)
    }

    private init(server: EmbeddedPostgres, child: Child, folder: String, lock: FileLock) {
        self.server = server
        self.child = child
        self.folder = folder
        self.lock = lock
    }

    /// How libpq reaches a database of it; see `EmbeddedPostgres.connection`.
    package func connection(database: String = EmbeddedPostgres.owner) -> String {
        server.connection(database: database)
    }

    /// Ends the server and removes its folder.
    package func stop() async throws(ProcessFault) {
        await child.stop()
        Self.remove(folder)
    }

    private static func makeFolder() throws(ProcessFault) -> String {
        var path = Array("\(prefix)XXXXXX".utf8CString)
        // The account of the server must come through.
        guard mkdtemp(&path) != nil, chmod(path, 0o711) == 0 else {
            throw .place(path: prefix, problem: String(cString: strerror(errno)))
        }
        return path.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }

    private static func clearAbandoned() {
        let parent = URL(fileURLWithPath: prefix).deletingLastPathComponent().path
        // What cannot be listed cannot be cleared; the next run tries again.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        for name in names where "\(parent)/\(name)".hasPrefix(prefix) {
            let folder = "\(parent)/\(name)"
            // A folder of another account, or one whose lock is held, is not ours to clear.
            guard FileManager.default.fileExists(atPath: "\(folder)/lock"),
                let lock = try? FileLock("\(folder)/lock"),
                PostgresCluster.processes(workingIn: "\(folder)/pg").isEmpty
            else { continue }
            remove(folder)
            withExtendedLifetime(lock) {}
        }
    }

    /// What cannot be removed only takes room, and the next run tries again.
    private static func remove(_ folder: String) {
        let sockets = EmbeddedPostgres.socketFolder(of: "\(folder)/pg")
        for path in [folder, sockets] { try? FileManager.default.removeItem(atPath: path) }
    }
}
