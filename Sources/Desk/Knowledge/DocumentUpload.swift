package import Base
import Cryptography
package import Documents
package import Domain
import Foundation
package import Store

/// Uploads: bytes stream to a file named by their hash, then a document and its job are one
/// transaction. Nothing of the upload is kept in memory.
package struct DocumentUpload: Sendable {
    private let world: World
    private let database: Database
    private let blobs: BlobPort
    /// Bytes that a document may have.
    package let sizeLimit: Int
    /// Documents of one workspace that may wait to be read; more are taken when some are ready.
    package let waitingLimit: Int
    private let storage: StoragePolicy

    package static let usualSizeLimit = 50 << 20
    /// The disk is asked again after so many bytes of one upload.
    static let measureBytes = 1 << 20

    package init(
        world: World, database: Database, blobs: BlobPort, sizeLimit: Int = usualSizeLimit,
        waitingLimit: Int = Limit.documentsWaiting.usual, storage: StoragePolicy = StoragePolicy()
    ) {
        self.world = world
        self.database = database
        self.blobs = blobs
        self.sizeLimit = sizeLimit
        self.waitingLimit = waitingLimit
        self.storage = storage
    }

    /// What a workspace uses of the room that there is.
    package func storageState(of workspace: WorkspaceID) async throws -> StorageState {
        let used = try await database.read(workspace) { try DocumentStore.usedBytes($0) }
        return StorageState(
            usedBytes: used, quotaBytes: storage.quotaBytes,
            isDiskFull: !storage.hasRoom(free: blobs.freeBytes()))
    }

    /// Stores a document and asks for it to be read.
    ///
    /// - Parameters:
    ///   - name: the file's name as the owner knows it.
    ///   - chunks: its bytes as they arrive; reading stops at the limit.
    /// - Throws: `KnowledgeRefusal` when it is empty, too large, of no kind that can be read, when
    ///   there is no room for it, or when too many wait already.
    package func upload<Chunks: AsyncSequence>(
        name: String, chunks: Chunks, by staff: Staff, receipt: Receipt<DocumentID>? = nil
    ) async throws -> DocumentID where Chunks.Element == [UInt8] {
        try staff.require(.manageKnowledge)
        // Asked before the bytes are taken; a few that arrive together may pass side by side.
        let waitingLimit = waitingLimit
        let waiting = try await database.read(staff.workspace) {
            try DocumentStore.underWay(upTo: waitingLimit, $0)
        }
        guard waiting < waitingLimit else {
            throw KnowledgeRefusal.tooManyWaiting(limit: waitingLimit)
        }
        if let refusal = try await storageState(of: staff.workspace).refusal { throw refusal }
        let name = DocumentUpload.cleaned(name)
        let path = blobs.temporaryPath()
        // Kept or not, this name is done with afterwards.
        do {
            let received = try await receive(chunks, at: path)
            let type = try DocumentUpload.sniff(received.start, name: name)
            let id = try await store(
                .init(
                    id: world.id(), title: DocumentUpload.title(of: name), fileName: name,
                    fileType: type.rawValue, fileSize: received.size, sha256: received.hash.hex),
                at: path, by: staff, receipt)
            await UploadFile.remove(path)
            return id
        } catch {
            await UploadFile.remove(path)
            throw error
        }
    }

    private struct Received {
        var size = 0
        var start: [UInt8] = []
        var hash: [UInt8] = []
    }

    private func receive<Chunks: AsyncSequence>(
        _ chunks: Chunks, at path: String
    ) async throws -> Received where Chunks.Element == [UInt8] {
        let file = try await UploadFile.create(at: path)
        let hasher = SHA256.Hasher()
        var received = Received()
        var measured = 0
        for try await chunk in chunks {
            received.size += chunk.count
            guard received.size <= sizeLimit else {
                throw KnowledgeRefusal.tooLarge(limitBytes: sizeLimit)
            }
            // Asked again and again, because others write to the same disk meanwhile.
            if measured == 0 || received.size - measured >= DocumentUpload.measureBytes {
                let free = await UploadFile.threads.run(blobs.freeBytes)
                guard storage.hasRoom(free: free, for: chunk.count) else {
                    throw KnowledgeRefusal.diskFull
                }
                measured = received.size
            }
            if received.start.count < FileType.sniffedBytes {
                received.start += chunk.prefix(FileType.sniffedBytes - received.start.count)
            }
            hasher.update(chunk)
            try await file.write(chunk)
        }
        guard received.size > 0 else { throw KnowledgeRefusal.empty }
        try await file.force()
        received.hash = hasher.finish()
        return received
    }

    /// Keeps the bytes and their document together: a deletion of the same bytes comes before
    /// both, or sees the document and leaves the bytes alone.
    private func store(
        _ document: DocumentStore.NewDocument, at path: String, by staff: Staff,
        _ receipt: Receipt<DocumentID>?
    ) async throws -> DocumentID {
        let now = world.now()
        let world = world
        let blobs = blobs
        let storage = storage
        return try await database.write(staff.workspace, by: staff.origin, receipt) { transaction in
            try DocumentStore.lockUsage(transaction)
            let used = try DocumentStore.usedBytes(transaction.reader)
            guard storage.isWithinQuota(used: used, adding: document.fileSize) else {
                throw KnowledgeRefusal.quotaReached(limitBytes: storage.quotaBytes)
            }
            try DocumentStore.lockBlob(document.sha256, transaction)
            try blobs.keep(path, document.sha256)
            try DocumentStore.insert(document, at: now, transaction)
            try KnowledgeJobs.ingest.enqueue(
                IngestJob(document: document.id), world,
                key: IngestJob.key(document.id, version: 1), transaction)
            return document.id
        }
    }

    static func sniff(_ start: [UInt8], name: String) throws(KnowledgeRefusal) -> FileType {
        do throws(ExtractionRefusal) {
            return try FileType.sniff(start, name: name)
        } catch {
            throw error == .empty ? .empty : .unsupportedType(error.detail)
        }
    }

    /// The last part of a path, without control characters, at most 200 long.
    static func cleaned(_ name: String) -> String {
        let last = name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init)
        return DisplayName.cleaned(last ?? "") ?? "document"
    }

    static func title(of name: String) -> String {
        let stem =
            name.contains(".") ? name.split(separator: ".").dropLast().joined(separator: ".") : name
        let words = stem.replacing("_", with: " ").replacing("-", with: " ").trimmingWhitespace
        return words.isEmpty ? name : words.prefix(1).uppercased() + words.dropFirst()
    }
}

package enum KnowledgeFault: ExplainedFault, Equatable {
    case cannotStore
    /// The embedder answered with vectors of another length, or with too few of them.
    case wrongVectors
    /// Vectors of so many numbers, which no stored vector of the same model has.
    case otherLength(Int)
    /// The embedder changed its model while it worked on one document.
    case otherModel
    case extractionUnavailable
    /// What reading the document would store has no room.
    case diskFull

    package var retryable: Bool { true }

    package var explanation: String {
        switch self {
        case .cannotStore: "The file cannot be stored."
        case .wrongVectors: "The embedding service answers with vectors that cannot be used."
        case .otherLength(let length):
            "The embedding service answers with vectors of \(length) numbers, which those of the"
                + " other documents do not have."
        case .otherModel: "The embedding service has been given another model meanwhile."
        case .extractionUnavailable: "The process that reads documents cannot be started."
        case .diskFull: "The disk of this server is nearly full."
        }
    }
}

/// Reads a stored file in a confined process.
package struct ExtractorPort: Sendable {
    /// Throws a `Fault` when the process could not be run; what the document does to it is a result.
    package var extract:
        @Sendable (_ path: String, _ type: FileType, _ name: String) async throws
            -> ExtractionResult

    package init(
        extract: @escaping @Sendable (String, FileType, String) async throws -> ExtractionResult
    ) {
        self.extract = extract
    }
}
