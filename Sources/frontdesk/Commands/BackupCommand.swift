import Base
import Foundation
import Postgres
import Processes

/// `frontdesk backup`: database, documents and keys in one file, beside a running server or not.
///
/// The database is written first, then what it names. Documents never change once they have a name,
/// and until the file is whole none is removed, so the server goes on meanwhile.
enum BackupCommand {
    static func run(_ words: [String]) async throws {
        let arguments = try Arguments(words, plain: 1)
        guard let name = arguments.plain.first else { throw UsageError("Name the file.") }
        let file = URL(fileURLWithPath: name).standardizedFileURL.path
        guard !FileManager.default.fileExists(atPath: file) else {
            throw OperatorError("\(file) is there already. Name another file.")
        }
        let missing = try await CommandEnvironment.with(.copying, for: "backup") {
            parts, place, _ in
            let work = try WorkFolder(beside: file)
            defer { work.remove() }
            let room = BackupRoom(
                writingIn: work.path, beside: parts.data,
                reserveBytes: parts.config.diskReserveBytes)
            try room.check()
            let path = "\(work.path)/\(Archive.database)"
            try await DatabaseTools(place).dump(to: path)
            try room.check()
            let now = parts.world.now()
            let contents = try ArchiveContents(
                dump: try DumpFile(path: path), of: parts.data, at: now)
            let packed = "\(work.path)/packed"
            try await contents.pack(to: packed, at: now, room)
            guard chmod(packed, 0o600) == 0, rename(packed, file) == 0 else {
                throw OperatorError("\(file) cannot be put in place.")
            }
            return contents.manifest.missing?.count ?? 0
        }
        let size = try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int ?? 0
        Terminal.say(
            "\(file) holds everything (\(size >> 10) KB). It also holds keys: keep it safe.")
        if missing > 0 {
            Terminal.say(
                "The bytes of \(missing) documents were gone or damaged before: upload them again.")
        }
    }
}
