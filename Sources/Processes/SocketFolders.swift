import Foundation
import Glibc

/// The folders of the sockets, whose short names do not tell what they are for.
///
/// Each holds a file with the path of its cluster, so that the next start can clear away those whose
/// cluster is gone: a killed server cannot do it for itself.
enum SocketFolders {
    static let prefix = "frontdesk-"
    private static let sign = "cluster"
    /// A path is not longer.
    private static let signBytes = 4_096

    static var parent: String { SystemUser.isRoot ? "/run" : "/tmp" }

    static func sign(_ folder: String, for cluster: String) throws(ProcessFault) {
        do {
            try cluster.write(toFile: "\(folder)/\(sign)", atomically: true, encoding: .utf8)
        } catch {
            throw .place(path: folder, problem: "cannot be written: \(error)")
        }
    }

    /// Removes the folder if nothing is left in it but the sign.
    static func remove(_ folder: String) {
        unlink("\(folder)/\(sign)")
        rmdir(folder)
    }

    /// Removes the folders whose cluster is gone.
    static func clearAbandoned(_ user: SystemUser?) async throws(ProcessFault) {
        // What cannot be listed cannot be cleared; the next start tries again.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        let gone = names.filter { $0.hasPrefix(prefix) }.map { "\(parent)/\($0)" }
            .filter { isAbandoned($0, user) }
        if !gone.isEmpty { try await Files.removeTree(gone) }
    }

    /// Others can make folders of such names in the shared place: theirs are left alone, unread.
    private static func isAbandoned(_ folder: String, _ user: SystemUser?) -> Bool {
        var status = stat()
        guard lstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR,
            status.st_uid == geteuid() || status.st_uid == user?.id,
            let file = FileHandle(forReadingAtPath: "\(folder)/\(sign)")
        else { return false }
        // A sign that cannot be read says nothing, and the folder stays.
        let bytes = (try? file.read(upToCount: signBytes)) ?? Data()
        let cluster = String(decoding: bytes, as: UTF8.self)
        return cluster.hasPrefix("/") && !Files.exists(cluster)
    }
}
