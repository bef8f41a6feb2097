package import Base
package import Domain
import Foundation
import Glibc
import Synchronization

/// Uploaded bytes on the local disk, each file named by its SHA-256.
///
///     blobs/ab/cd/abcd…      a stored file
///     blobs/upload-…         an upload in progress
///
/// A file is complete before it has its name: it is written beside, forced to the disk and linked.
/// So a name that exists is whole, and storing the same bytes again changes nothing.
package struct DiskBlobs: Sendable {
    private let folder: String
    /// Other places that must not run full either, such as that of the database.
    private let companions: [String]
    /// Makes names of uploads differ within this process.
    private let count = UploadCount()

    /// An upload in progress that is older than this has been left by a process that is gone.
    package static let abandonedAfter = Duration.hours(24)

    /// The folder must exist, for its owner alone. Of it and its companions the fullest disk
    /// counts.
    package init(folder: String, companions: [String] = []) {
        self.folder = folder
        self.companions = companions
    }

    /// What the desk is given.
    package var port: BlobPort {
        BlobPort(
            keep: { try keep($0, sha256: $1) }, path: path(of:), delete: { try delete($0) },
            temporaryPath: temporaryPath, freeBytes: freeBytes)
    }

    /// What an account without privileges may still write, which is what the database is.
    private func freeBytes() -> Int? {
        ([folder] + companions).compactMap { path -> Int? in
            var space = statvfs()
            guard statvfs(path, &space) == 0 else { return nil }
            return Int(clamping: UInt64(space.f_bavail) * UInt64(space.f_frsize))
        }.min()
    }

    /// Removes uploads that were never finished; called at the start, under the folder's lock.
    package func removeAbandoned(before limit: Instant) {
        // What cannot be listed or removed only takes room, and the next start tries again.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where name.hasPrefix(DiskBlobs.prefix) {
            var status = stat()
            guard stat("\(folder)/\(name)", &status) == 0,
                Instant(seconds: Int64(status.st_mtim.tv_sec)) < limit
            else { continue }
            unlink("\(folder)/\(name)")
        }
    }

    private static let prefix = "upload-"

    private func temporaryPath() -> String {
        "\(folder)/\(DiskBlobs.prefix)\(getpid())-\(count.next())"
    }

    /// The name is checked because it becomes part of a path.
    private func path(of sha256: String) -> String {
        precondition(DiskBlobs.isName(sha256), "a blob is named by 64 hexadecimal digits")
        return "\(folder)/\(sha256.prefix(2))/\(sha256.dropFirst(2).prefix(2))/\(sha256)"
    }

    private static func isName(_ text: String) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy(isHexadecimal)
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }

    private func keep(_ temporary: String, sha256: String) throws(BlobFault) {
        let place = path(of: sha256)
        let inner = String(place.dropLast(65))
        try ensure(String(inner.dropLast(3)))
        try ensure(inner)
        guard chmod(temporary, 0o600) == 0 else { throw .failed("permissions", code: errno) }
        try force(temporary)
        // A second name and not another one: whoever keeps may have to keep again.
        guard link(temporary, place) == 0 || errno == EEXIST else {
            throw .failed("link", code: errno)
        }
        // The name must outlive a power cut as well.
        try force(inner)
    }

    /// The name comes out of a stored job, so it is refused and not believed.
    private func delete(_ sha256: String) throws(BlobFault) {
        guard DiskBlobs.isName(sha256) else { throw .failed("name", code: EINVAL) }
        guard unlink(path(of: sha256)) == 0 || errno == ENOENT else {
            throw .failed("delete", code: errno)
        }
    }

    private func ensure(_ path: String) throws(BlobFault) {
        if mkdir(path, 0o700) == 0 {
            try force(folder)
        } else if errno != EEXIST {
            throw .failed("folder", code: errno)
        }
    }

    private func force(_ path: String) throws(BlobFault) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .failed("open", code: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .failed("write", code: errno) }
    }
}

private final class UploadCount: Sendable {
    private let count = Atomic(0)

    func next() -> Int { count.add(1, ordering: .relaxed).newValue }
}
