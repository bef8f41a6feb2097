import Base
import Cryptography
import Foundation
import Glibc
import Postgres
import Processes
import Store

/// An unpacked backup that was found whole.
///
/// Whoever made the file is not believed: names that are not ours, links, sizes without measure,
/// another history of the schema and hashes that do not fit are refused while nothing but the folder
/// of work was touched.
struct UnpackedArchive: Sendable {
    let manifest: Archive.Manifest
    let dump: DumpFile
    /// Documents whose bytes came with it.
    let blobs: Set<String>
    /// Names below the staging folder that stand for themselves in the data folder.
    let hasDemo: Bool

    /// Bytes that must stay free beside what is unpacked, for the database that is loaded from it.
    private static let marginBytes = 64 << 20

    /// - Parameters:
    ///   - work: where manifest and dump go.
    ///   - staging: where blobs, keys and `demo.json` go, each under its final name.
    init(unpacking file: String, to work: String, staging: String) async throws {
        for name in [Archive.blobs, Archive.keys] {
            try FileManager.default.createDirectory(
                atPath: "\(staging)/\(name)", withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        }
        let unpacked = Lock<(blobs: Set<String>, files: [String: String])>(([], [:]))
        do {
            let gzip = Program("/bin/gzip", ["--decompress", "--stdout"])
            try await gzip.checkReading(from: file, timeout: Archive.longest) { descriptor in
                let tar = TarReader(descriptor)
                while let entry = try tar.next() {
                    guard let part = Archive.Part(entry) else {
                        throw OperatorError(
                            "The backup holds \(entry.name.prefix(80)), which none of ours does.")
                    }
                    if part == .folder { continue }
                    let below = part == .manifest || part == .database ? work : staging
                    let sha256 = try UnpackedArchive.write(
                        entry, of: part, from: tar, to: "\(below)/\(entry.name)")
                    if case .blob(let name) = part {
                        guard sha256 == name else {
                            throw OperatorError(
                                "The backup is damaged: a document is not what was written.")
                        }
                        unpacked.withLock { _ = $0.blobs.insert(name) }
                    } else {
                        unpacked.withLock { $0.files[entry.name] = sha256 }
                    }
                }
            }
        } catch let advice as OperatorError {
            throw advice
        } catch TarFault.notAFile(let name) {
            throw OperatorError("The backup holds \(name.prefix(80)), which is no file.")
        } catch {
            throw OperatorError("\(file) is no backup of Frontdesk, or is damaged.")
        }
        let (found, files) = unpacked.withLock { $0 }
        blobs = found
        hasDemo = files[Archive.demo] != nil
        manifest = try UnpackedArchive.manifest(in: work, files)
        dump = try UnpackedArchive.dump(in: work)
        try checkDocuments()
    }

    /// Writes one file that is not there yet, and gives its hash.
    private static func write(
        _ entry: TarEntry, of part: Archive.Part, from tar: TarReader, to path: String
    ) throws -> String {
        guard entry.size <= part.limitBytes else {
            throw OperatorError(
                "The backup holds \(entry.name) of \(entry.size >> 20) MB: too large.")
        }
        let folder = (path as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        try refuseWithoutRoom(for: entry.size, in: folder)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw OperatorError(
                errno == EEXIST
                    ? "The backup holds \(entry.name) twice."
                    : "The backup cannot be unpacked: \(String(cString: strerror(errno))).")
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        let hasher = SHA256.Hasher()
        while true {
            let piece = try tar.piece()
            if piece.isEmpty { break }
            hasher.update(piece)
            do { try file.write(contentsOf: piece) } catch {
                throw OperatorError(
                    "The backup cannot be unpacked: the disk is full. Make room first.")
            }
        }
        return hasher.finish().hex
    }

    private static func refuseWithoutRoom(for bytes: Int, in folder: String) throws {
        var space = statvfs()
        guard statvfs(folder, &space) == 0 else { return }
        let free = Int(clamping: UInt64(space.f_bavail) * UInt64(space.f_frsize))
        guard free - marginBytes >= bytes else {
            throw OperatorError(
                "The backup does not fit on the disk: \(free >> 20) MB are free, and"
                    + " \(bytes >> 20) MB are to be written. Make room first.")
        }
    }

    private static func manifest(
        in work: String, _ files: [String: String]
    ) throws -> Archive.Manifest {
        guard let bytes = FileManager.default.contents(atPath: "\(work)/\(Archive.manifest)"),
            // What cannot be decoded is no manifest; the reason adds nothing.
            let found = try? JSONCoding.decode(Archive.Manifest.self, from: bytes)
        else { throw OperatorError("The file is no backup of Frontdesk.") }
        guard found.format == Archive.format else {
            throw OperatorError("The backup was made by a newer version (\(found.program)).")
        }
        guard files[Archive.database] == found.databaseSha256 else {
            throw OperatorError("The backup is damaged: the database is not what was written.")
        }
        for (name, sha256) in found.files ?? [:] where files[name] != sha256 {
            throw OperatorError("The backup is damaged: \(name) is not what was written.")
        }
        return found
    }

    private static func dump(in work: String) throws -> DumpFile {
        do {
            let dump = try DumpFile(path: "\(work)/\(Archive.database)")
            try SchemaMigrations.check(dump)
            return dump
        } catch MigrationError.databaseNewer(let database, let program) {
            throw OperatorError(
                "The backup was made by a newer version: its database is at \(database), this"
                    + " program knows \(program). Nothing was changed. Restore it with that version."
            )
        } catch let error as MigrationError {
            throw OperatorError("The backup is of another history: \(error). Nothing was changed.")
        } catch let fault as DumpFault {
            throw OperatorError("The backup is damaged: \(fault).")
        }
    }

    /// Every document has its bytes, or was without them when the backup was made.
    private func checkDocuments() throws {
        let known = blobs.union(manifest.missing ?? [])
        let lost = try Archive.documents(in: dump).filter { !known.contains($0) }
        guard lost.isEmpty else {
            throw OperatorError(
                "The backup is damaged: the bytes of \(lost.count) documents are not in it.")
        }
    }
}
