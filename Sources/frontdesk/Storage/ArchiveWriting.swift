import Base
import Cryptography
import Domain
import Foundation
import Glibc
import Postgres
import Processes
import Providers

/// What goes into a backup: a dump, and of the data folder what the dump names.
///
/// No folder is listed: uploads come and go while this is read, but a document that has a name
/// never changes, and while a backup is made none is removed.
struct ArchiveContents: Sendable {
    let manifest: Archive.Manifest
    private let dump: String
    private let blobs: [(name: String, path: String)]
    private let files: [(name: String, bytes: [UInt8])]

    /// Reads everything once, to know that it is what its name says.
    init(dump: DumpFile, of data: DataFolder, at now: Instant) throws {
        self.dump = dump.path
        let path = DiskBlobs(folder: data.blobs).port.path
        var missing: [String] = []
        var blobs: [(name: String, path: String)] = []
        for sha256 in try Archive.documents(in: dump) {
            // What cannot be read is as good as gone, and is told as such.
            if (try? Archive.sha256(path(sha256))) == sha256 {
                let name =
                    "\(Archive.blobs)/\(sha256.prefix(2))/\(sha256.dropFirst(2).prefix(2))/\(sha256)"
                blobs.append((name, path(sha256)))
            } else {
                missing.append(sha256)
            }
        }
        self.blobs = blobs
        files = try ArchiveContents.files(of: data)
        manifest = Archive.Manifest(
            format: Archive.format, program: FrontdeskCommand.version, madeAt: now.description,
            databaseSha256: try Archive.sha256(dump.path),
            files: Dictionary(uniqueKeysWithValues: files.map { ($0.name, SHA256.hex($0.bytes)) }),
            missing: missing)
    }

    var documents: Int { blobs.count }

    /// Small files, taken into memory at once: they may be replaced while the rest is written.
    private static func files(of data: DataFolder) throws -> [(name: String, bytes: [UInt8])] {
        var files: [(name: String, bytes: [UInt8])] = []
        for key in try FileManager.default.contentsOfDirectory(atPath: data.keys).sorted() {
            let name = "\(Archive.keys)/\(key)"
            // A key that is just being made is left out, under its passing name.
            guard Archive.Part(TarEntry(file: name)) != nil,
                let bytes = FileManager.default.contents(atPath: "\(data.keys)/\(key)")
            else { continue }
            files.append((name, Array(bytes)))
        }
        if let bytes = FileManager.default.contents(atPath: data.demo) {
            files.append((Archive.demo, Array(bytes)))
        }
        return files
    }

    /// Writes the archive; the manifest comes first. `room` is asked again and again.
    func pack(to file: String, at now: Instant, _ room: BackupRoom) async throws {
        let head = Array(try JSONCoding.encode(manifest))
        let gzip = Program("/bin/gzip", ["--stdout", "--fast"])
        try await gzip.checkWriting(to: file, timeout: Archive.longest) { descriptor in
            let tar = TarWriter(descriptor)
            let seconds = now.microseconds / 1_000_000
            try tar.begin(Archive.manifest, size: head.count, seconds: seconds)
            try tar.add(head)
            try add(dump, as: Archive.database, to: tar, seconds, room)
            for (name, bytes) in files {
                try tar.begin(name, size: bytes.count, seconds: seconds)
                try tar.add(bytes)
            }
            for (name, path) in blobs { try add(path, as: name, to: tar, seconds, room) }
            try tar.finish()
        }
    }

    private func add(
        _ path: String, as name: String, to tar: TarWriter, _ seconds: Int64, _ room: BackupRoom
    ) throws {
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        // A file that was only read loses nothing.
        defer { try? file.close() }
        let size = Int(try file.seekToEnd())
        try file.seek(toOffset: 0)
        try tar.begin(name, size: size, seconds: seconds)
        while !tar.isWhole {
            guard let piece = try file.read(upToCount: Archive.pieceBytes), !piece.isEmpty else {
                throw OperatorError("\(path) became shorter while it was read. Say it again.")
            }
            try tar.add(Array(piece))
            try room.check()
        }
    }
}

/// Keeps a backup from filling the disk that its own database works on.
struct BackupRoom: Sendable {
    private let freeBytes: @Sendable () -> Int?
    private let policy: StoragePolicy

    /// - Parameter folder: where the backup is written; on another disk only that disk is the limit.
    init(writingIn folder: String, beside data: DataFolder, reserveBytes: Int) {
        let isOwnDisk = BackupRoom.device(folder) == BackupRoom.device(data.blobs)
        let ask = DiskBlobs(folder: folder).port.freeBytes
        freeBytes = { isOwnDisk ? ask() : nil }
        policy = StoragePolicy(reserveBytes: reserveBytes)
    }

    /// The number of the disk that a folder is on; nil when it cannot be asked.
    private static func device(_ path: String) -> dev_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_dev : nil
    }

    func check() throws {
        guard policy.hasRoom(free: freeBytes()) else {
            throw OperatorError(
                "The disk has no room for a backup beside its reserve of"
                    + " \(policy.reserveBytes >> 20) MB. Make room, or name a file on another disk."
            )
        }
    }
}
