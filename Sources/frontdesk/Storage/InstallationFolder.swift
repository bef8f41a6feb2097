import Base
import Foundation
import Glibc
import Postgres
import Processes
import Store

/// Which data folder belongs to a database: the bytes of its documents and the keys of its codes lie
/// there and nowhere else.
///
/// Both bear the same id, the folder in `keys/installation`. A server that was started with another
/// folder would refuse every code and could read no document, so it does not start.
struct InstallationFolder: Sendable {
    let data: DataFolder
    let place: DatabaseLocation
    let world: World

    private var file: String { "\(data.keys)/installation" }

    /// Compares the ids, and makes them at the first start.
    ///
    /// - Parameter isTakingOver: makes this folder the one, because the other is gone.
    func check(isTakingOver: Bool = false) async throws {
        let known = try id
        let fresh = world.uuid().uuidString.lowercased()
        let here = "\(HostName.own):\(data.path)"
        let file = file
        let path = data.path
        let blobs = data.blobs
        try await place.asOwner { connection in
            var stored = try InstallationStore.value(of: .folder, connection)
            let id = known ?? fresh
            if isTakingOver || stored == nil {
                if !isTakingOver {
                    try InstallationFolder.refuseWithoutDocuments(blobs, connection)
                }
                if known == nil { try PrivateFile.write(Data((id + "\n").utf8), to: file) }
                if isTakingOver { try InstallationStore.set(.folder, id, connection) }
                // Another folder may have been a moment faster.
                stored = try InstallationStore.settle(.folder, id, connection)
            }
            guard stored == id else {
                let other = try InstallationStore.value(of: .folderPath, connection)
                throw InstallationFolder.refusal(other ?? "of another installation", path)
            }
            guard try InstallationStore.value(of: .folderPath, connection) != here else { return }
            try InstallationStore.set(.folderPath, here, connection)
        }
    }

    /// A database from before there were ids tells by its documents that the folder is another's.
    private static func refuseWithoutDocuments(
        _ blobs: String, _ connection: PostgresConnection
    ) throws {
        let (all, missing) = try count(blobs, connection)
        guard all == 0 || missing < all else {
            throw refusal("with the bytes of its \(all) documents", blobs)
        }
    }

    private static func refusal(_ other: String, _ path: String) -> OperatorError {
        OperatorError(
            "This database belongs to the data folder \(other), not to \(path): its documents and"
                + " keys lie there. Set FRONTDESK_DATA to that folder. If it is gone for good,"
                + " `frontdesk migrate --take-over` goes on with this one; documents must then be"
                + " uploaded again.")
    }

    private static func count(
        _ blobs: String, _ connection: PostgresConnection
    ) throws -> (all: Int, missing: Int) {
        var all = 0
        var missing = 0
        try InstallationStore.documentHashes(connection) { sha256 in
            all += 1
            let path = "\(blobs)/\(sha256.prefix(2))/\(sha256.dropFirst(2).prefix(2))/\(sha256)"
            if access(path, R_OK) != 0 { missing += 1 }
        }
        return (all, missing)
    }

    private var id: String? {
        get throws {
            guard let bytes = FileManager.default.contents(atPath: file) else { return nil }
            let text = String(decoding: bytes, as: UTF8.self)
                .trimmingCharacters(in: .whitespacesAndNewlines)
            guard UUID(uuidString: text) != nil else {
                throw OperatorError("\(file) is damaged. Bring it back from a backup.")
            }
            return text
        }
    }

    /// Documents that the database names and whose bytes are not in the folder.
    func missingDocuments() async throws -> Int {
        let blobs = data.blobs
        return try await place.asOwner { try InstallationFolder.count(blobs, $0).missing }
    }
}

/// Says in the log, once, when bytes of documents are not where they should be.
struct DocumentCheck: Service {
    let name = "document check"
    let folder: InstallationFolder
    let logger: Logger

    func run() async throws {
        do {
            let missing = try await folder.missingDocuments()
            guard missing > 0 else { return }
            logger.error(
                "bytes of documents are gone: upload them again, or restore a backup",
                ["documents": .integer(missing)])
        } catch let fault as any Fault {
            // The database was away just then; `doctor` asks the same.
            logger.debug("documents were not compared", ["cause": .failure(fault)])
        }
    }
}
