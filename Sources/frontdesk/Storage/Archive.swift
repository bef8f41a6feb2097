import Base
import Cryptography
import Foundation
import Glibc
import Postgres
import Processes

/// The file of a backup: a compressed tar of plain files.
///
///     manifest.json         format, version, time, hashes, and documents whose bytes were not there
///     database.sql          the whole database
///     blobs/ab/cd/abcd…     documents, each named by its hash
///     keys/…                secrets of the installation
///     demo.json             if there is one
enum Archive {
    static let format = 1
    static let manifest = "manifest.json"
    static let database = "database.sql"
    static let blobs = "blobs"
    static let keys = "keys"
    static let demo = "demo.json"
    static let longest = Duration.hours(6)
    static let pieceBytes = 1 << 20

    struct Manifest: Codable, Sendable {
        var format: Int
        var program: String
        var madeAt: String
        var databaseSha256: String
        /// Hashes of keys and of `demo.json`, by their names; older backups have none.
        var files: [String: String]?
        /// Documents that the database names and whose bytes were gone or damaged already.
        var missing: [String]?
    }

    /// What a name in the archive stands for; any other name is refused, so that none leads outside.
    enum Part: Equatable {
        case manifest, database, demo
        case blob(sha256: String)
        case key(String)
        case folder

        init?(_ entry: TarEntry) {
            let parts = entry.name.split(separator: "/", omittingEmptySubsequences: false)
                .map(String.init)
            if entry.isFolder {
                let name = parts.last == "" ? Array(parts.dropLast()) : parts
                guard name.count <= 3, [Archive.blobs, Archive.keys].contains(name.first),
                    name.dropFirst().allSatisfy({ Archive.isHexadecimal($0, count: 2) })
                else { return nil }
                self = .folder
                return
            }
            switch parts {
            case [Archive.manifest]: self = .manifest
            case [Archive.database]: self = .database
            case [Archive.demo]: self = .demo
            case _ where parts.count == 4 && parts[0] == Archive.blobs:
                let sha256 = parts[3]
                guard Archive.isHash(sha256), parts[1] == sha256.prefix(2),
                    parts[2] == sha256.dropFirst(2).prefix(2)
                else { return nil }
                self = .blob(sha256: sha256)
            case _ where parts.count == 2 && parts[0] == Archive.keys:
                let name = parts[1]
                guard (1...40).contains(name.utf8.count),
                    name.utf8.allSatisfy({ byte in
                        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                            || byte == UInt8(ascii: "-")
                    })
                else { return nil }
                self = .key(name)
            default: return nil
            }
        }

        /// Bytes that a part may have; the database is bounded by the disk alone.
        var limitBytes: Int {
            switch self {
            case .manifest: 64 << 20
            case .database: .max
            case .demo, .key: 1 << 20
            // The largest that UPLOAD_LIMIT_MB can allow.
            case .blob: 2_000 << 20
            case .folder: 0
            }
        }
    }

    static func isHash(_ text: String) -> Bool { isHexadecimal(text, count: 64) }

    private static func isHexadecimal(_ text: String, count: Int) -> Bool {
        text.utf8.count == count
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
            }
    }

    /// The hash of every document that a dump names and that was not deleted, and of every file
    /// that came or went with a message.
    static func documents(in dump: DumpFile) throws -> [String] {
        guard let table = dump.table("document") else { return [] }
        var found: Set<String> = []
        // Dumps of older releases have no such table.
        if let attachments = dump.table("attachment") {
            try dump.forEachRow(of: attachments, ["sha256"]) { values in
                guard let sha256 = values[0], isHash(sha256) else {
                    throw DumpFault.unknown("a file without a hash")
                }
                found.insert(sha256)
            }
        }
        try dump.forEachRow(of: table, ["sha256", "status"]) { values in
            guard let sha256 = values[0], values[1] != "deleted" else { return }
            guard isHash(sha256) else { throw DumpFault.unknown("a document without a hash") }
            found.insert(sha256)
        }
        return found.sorted()
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
            throw OperatorError(
                "Nothing can be written beside \(file): \(String(cString: strerror(errno))).")
        }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    // What cannot be removed only takes room, and bears its name.
    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
