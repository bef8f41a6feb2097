import Base
import Cryptography
import Foundation
import Processes

/// The file of a backup: a compressed tar.
///
///     manifest.json   format, version, time, and the hash of the next
///     database.sql    the whole database
///     blobs/          documents, each named by its hash
///     keys/           secrets of the installation
///     demo.json       if there is one
enum Archive {
    static let format = 1
    static let manifest = "manifest.json"
    static let database = "database.sql"
    private static let folders = ["blobs", "keys"]
    private static let demo = "demo.json"
    private static let longest = Duration.hours(6)
    private static let pieceBytes = 1 << 20

    struct Manifest: Codable {
        var format: Int
        var program: String
        var madeAt: String
        var databaseSha256: String
    }

    static func pack(_ work: String, _ data: DataFolder, to file: String) async throws {
        let hasDemo = FileManager.default.fileExists(atPath: data.demo)
        let tar = Program(
            "/bin/tar",
            // An upload in progress is no document yet.
            ["--create", "--gzip", "--file=\(file)", "--exclude=upload-*", "-C", work, manifest]
                + [database, "-C", data.path] + folders + (hasDemo ? [demo] : []))
        _ = try await tar.check(timeout: longest)
    }

    static func unpack(_ file: String, to work: String) async throws {
        let tar = Program(
            "/bin/tar",
            [
                "--extract", "--gzip", "--file=\(file)", "--no-same-owner",
                "--no-same-permissions", "-C", work,
            ])
        do { _ = try await tar.check(timeout: longest) } catch {
            throw Advice("\(file) is no backup of Frontdesk, or is damaged.")
        }
    }

    /// Compares every hash; gives the number of documents.
    static func check(_ work: String) throws -> Int {
        guard let bytes = FileManager.default.contents(atPath: "\(work)/\(manifest)"),
            // What cannot be decoded is no manifest; the reason adds nothing.
            let found = try? JSONCoding.decode(Manifest.self, from: bytes)
        else { throw Advice("The file is no backup of Frontdesk.") }
        guard found.format == format else {
            throw Advice("The backup was made by a newer version (\(found.program)).")
        }
        guard try sha256("\(work)/\(database)") == found.databaseSha256 else {
            throw Advice("The backup is damaged: the database is not what was written.")
        }
        var count = 0
        let keys: [URLResourceKey] = [.isRegularFileKey, .isDirectoryKey]
        let walk = FileManager.default.enumerator(
            at: URL(fileURLWithPath: work), includingPropertiesForKeys: keys)
        while let place = walk?.nextObject() as? URL {
            let values = try place.resourceValues(forKeys: Set(keys))
            if values.isDirectory == true { continue }
            guard values.isRegularFile == true else {
                throw Advice("The backup holds \(place.lastPathComponent), which is no file.")
            }
            guard place.path.contains("/blobs/") else { continue }
            guard try sha256(place.path) == place.lastPathComponent else {
                throw Advice("The backup is damaged: a document is not what was written.")
            }
            count += 1
        }
        return count
    }

    /// Puts the folders of an unpacked backup in the place of those that are there.
    static func put(_ work: String, into data: DataFolder) throws {
        let files = FileManager.default
        for name in folders + [demo] {
            let place = "\(data.path)/\(name)"
            if files.fileExists(atPath: place) {
                try files.moveItem(atPath: place, toPath: "\(work)/replaced-\(name)")
            }
            guard files.fileExists(atPath: "\(work)/\(name)") else { continue }
            try files.moveItem(atPath: "\(work)/\(name)", toPath: place)
        }
        // Made from other tables; they are made again.
        for name in try files.contentsOfDirectory(atPath: data.snapshots) {
            try files.removeItem(atPath: "\(data.snapshots)/\(name)")
        }
    }

    static func sha256(_ path: String) throws -> String {
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        let hasher = SHA256.Hasher()
        while let piece = try handle.read(upToCount: pieceBytes), !piece.isEmpty {
            hasher.update(Array(piece))
        }
        try handle.close()
        return hasher.finish().hex
    }
}

/// A folder for work that must lie on the same file system as its outcome.
struct WorkFolder {
    let path: String

    init(beside file: String) throws {
        var template = Array("\(file).partial-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw Advice(
                "Nothing can be written beside \(file): \(String(cString: strerror(errno))).")
        }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    // What cannot be removed only takes room, and bears its name.
    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
