import Base
import Cryptography
import Foundation
import Processes
import Store

/// `frontdesk backup`: database, documents and keys in one file, beside a running server or not.
///
/// The database is written first. Documents never change once they have a name, so those that it
/// names are copied as they are, while the server goes on.
enum BackupCommand {
    static func run(_ words: [String]) async throws {
        let arguments = try Arguments(words, plain: 1)
        guard let name = arguments.plain.first else { throw WrongWords("Name the file.") }
        let file = URL(fileURLWithPath: name).standardizedFileURL.path
        guard !FileManager.default.fileExists(atPath: file) else {
            throw Advice("\(file) is there already. Name another file.")
        }
        try await Workplace.with { parts, place, _ in
            let work = try WorkFolder(beside: file)
            defer { work.remove() }
            let dump = "\(work.path)/\(Archive.database)"
            try await DatabaseTools(place).dump(to: dump)
            let manifest = Archive.Manifest(
                format: Archive.format, program: FrontdeskCommand.version,
                madeAt: parts.world.now().description, databaseSha256: try Archive.sha256(dump))
            try PrivateFile.write(
                try JSONCoding.encode(manifest), to: "\(work.path)/\(Archive.manifest)")
            let packed = "\(work.path)/packed"
            try await Archive.pack(work.path, parts.data, to: packed)
            guard chmod(packed, 0o600) == 0, rename(packed, file) == 0 else {
                throw Advice("\(file) cannot be put in place.")
            }
        }
        let size = try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int ?? 0
        Terminal.say(
            "\(file) holds everything (\(size >> 10) KB). It also holds keys: keep it safe.")
    }
}

/// `frontdesk restore`: what a backup holds takes the place of what is here.
///
/// Everything is unpacked and checked before anything is touched. The database is replaced in one
/// transaction, the folders by renaming.
enum RestoreCommand {
    static func run(_ words: [String]) async throws {
        let arguments = try Arguments(words, flags: ["--force"], plain: 1)
        guard let name = arguments.plain.first else { throw WrongWords("Name the file.") }
        let file = URL(fileURLWithPath: name).standardizedFileURL.path
        guard FileManager.default.isReadableFile(atPath: file) else {
            throw Advice("\(file) is not there or cannot be read.")
        }
        let config = try Config.read(ProcessInfo.processInfo.environment)
        let data = try DataFolder(preparing: config.dataFolder)
        // Told before the work of unpacking; the lock itself is taken below.
        if data.isInUse { throw Advice("Stop the server on \(data.path) first.") }
        let work = try WorkFolder(beside: "\(data.path)/restore")
        defer { work.remove() }
        try await Archive.unpack(file, to: work.path)
        let documents = try Archive.check(work.path)
        try await Workplace.with(alone: true) { parts, place, database in
            let count = try await database.lookUp { try $0.workspaceCount() }
            guard count == 0 || arguments.flags.contains("--force") else {
                throw Advice(
                    "There are \(count) workspaces here. Say --force to replace them and their"
                        + " documents by the backup.")
            }
            try await DatabaseTools(place).replace(by: "\(work.path)/\(Archive.database)")
            try Archive.put(work.path, into: parts.data)
            // A backup of an older version is brought up to date.
            try await place.migrate(parts.world)
        }
        Terminal.say("Restored, with \(documents) documents. Start the server.")
    }
}
