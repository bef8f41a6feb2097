import Foundation
import Glibc

/// The folder that holds everything an installation keeps (`FRONTDESK_DATA`).
///
///     pg/         the embedded PostgreSQL (as root perhaps a link, see `EmbeddedPostgres`)
///     blobs/      uploaded documents, named by SHA-256
///     snapshots/  search indexes, which can be made again
///     keys/       secrets of this installation
///     master.key  opens stored credentials; the one secret that no backup holds
///     lock        held by the running server
///
/// All is for the owner alone. Only the folder itself lets others through (not read) when root
/// owns it, because the database's account must reach `pg`.
package struct DataFolder: Sendable {
    package let path: String

    package var postgres: String { "\(path)/pg" }
    package var blobs: String { "\(path)/blobs" }
    package var snapshots: String { "\(path)/snapshots" }
    package var keys: String { "\(path)/keys" }
    package var masterKey: String { "\(path)/master.key" }
    package var demo: String { "\(path)/demo.json" }
    private var lockFile: String { "\(path)/lock" }

    /// Makes what is missing. Parents of the folder are made too.
    package init(preparing given: String) throws(ProcessFault) {
        let absolute = URL(fileURLWithPath: given).standardizedFileURL.path
        do {
            try FileManager.default.createDirectory(
                atPath: absolute, withIntermediateDirectories: true)
        } catch {
            throw .place(path: absolute, problem: "the folder cannot be made: \(error)")
        }
        path = Files.realPath(absolute) ?? absolute
        try Files.ensureFolder(path, mode: SystemUser.isRoot ? 0o711 : 0o700)
        for folder in [blobs, snapshots, keys] { try Files.ensureFolder(folder, mode: 0o700) }
    }

    /// A folder that is there, as it is: nothing is made, closed or opened.
    package init(existing path: String) {
        self.path = URL(fileURLWithPath: path).standardizedFileURL.path
    }

    /// Whether a server runs on it now, without taking the lock from anybody.
    package var isInUse: Bool {
        let descriptor = open(lockFile, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_SH | LOCK_NB) != 0
    }

    /// Takes the folder for this process, or gives nil when another one has it.
    package func lockIfFree() throws(ProcessFault) -> FileLock? { try FileLock(lockFile) }

    /// Takes the folder for this process; keep the lock as long as the server runs.
    package func lock() throws(ProcessFault) -> FileLock {
        if let lock = try FileLock(lockFile) { return lock }
        // Without a readable number the message is still right.
        let holder = (try? String(contentsOfFile: lockFile, encoding: .utf8)) ?? ""
        let number = holder.trimmingCharacters(in: .whitespacesAndNewlines)
        throw .place(
            path: path,
            problem: "another frontdesk (process \(number.isEmpty ? "unknown" : number)) uses this"
                + " folder. Stop it first, or set FRONTDESK_DATA to another folder.")
    }
}
