import Base
import Cryptography
import Domain
import Store

/// The files of one inbound message: on the disk before the transaction, kept as blobs in it.
///
/// What the channel does not carry is left out; the message itself is never lost for a file.
struct ReceivedFiles: Sendable {
    let attachments: [Attachment]
    private let paths: [String]
    private let blobs: BlobPort

    /// Runs `body` while the files lie on the disk; kept or not, they are taken away after it.
    static func with<Result>(
        _ files: [InboundFile], _ media: ChannelCapabilities.Media, _ blobs: BlobPort,
        _ world: World, _ body: (ReceivedFiles) async throws -> Result
    ) async throws -> Result {
        let taken = files.filter {
            media.takes($0.contentType) && !$0.bytes.isEmpty && $0.bytes.count <= media.bytes
        }.prefix(min(media.count, Attachment.countLimit))
        let paths = taken.map { _ in blobs.temporaryPath() }
        do {
            var attachments: [Attachment] = []
            for (file, path) in zip(taken, paths) {
                let upload = try await UploadFile.create(at: path)
                try await upload.write(file.bytes)
                try await upload.force()
                attachments.append(
                    Attachment(
                        id: world.id(), fileName: DocumentUpload.cleaned(file.name),
                        contentType: String(file.contentType.prefix(127)),
                        bytes: file.bytes.count, sha256: SHA256.digest(file.bytes).hex))
            }
            let result = try await body(
                ReceivedFiles(attachments: attachments, paths: paths, blobs: blobs))
            await remove(paths)
            return result
        } catch {
            await remove(paths)
            throw error
        }
    }

    /// Keeps the bytes together with their rows.
    func keep(with message: MessageID, at now: Instant, _ transaction: Transaction) throws {
        try AttachmentStore.insert(attachments, of: message, at: now, transaction)
        for (attachment, path) in zip(attachments, paths) {
            try blobs.keep(path, attachment.sha256)
        }
    }

    /// What cannot be removed is removed with other left-over uploads at the next start.
    private static func remove(_ paths: [String]) async {
        for path in paths { await UploadFile.remove(path) }
    }
}
