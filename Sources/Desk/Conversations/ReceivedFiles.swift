import Base
import Cryptography
import Domain
import Foundation
import Store

/// The files of one inbound message: on the disk before the transaction, kept as blobs in it.
///
/// What the channel does not carry is left out; the message itself is never lost for a file.
struct ReceivedFiles: Sendable {
    let attachments: [Attachment]
    private let paths: [String]
    private let blobs: BlobPort

    init(
        _ files: [InboundFile], _ media: ChannelCapabilities.Media, _ blobs: BlobPort,
        _ world: World
    ) throws {
        let taken = files.filter {
            media.takes($0.contentType) && !$0.bytes.isEmpty && $0.bytes.count <= media.bytes
        }.prefix(min(media.count, Attachment.countLimit))
        var attachments: [Attachment] = []
        var paths: [String] = []
        do {
            for file in taken {
                let path = blobs.temporaryPath()
                let upload = try UploadFile(path: path)
                paths.append(path)
                try upload.write(file.bytes)
                try upload.force()
                attachments.append(
                    Attachment(
                        id: world.id(), fileName: KnowledgeIntake.cleaned(file.name),
                        contentType: String(file.contentType.prefix(127)),
                        bytes: file.bytes.count, sha256: SHA256.digest(file.bytes).hex))
            }
        } catch {
            ReceivedFiles.remove(paths)
            throw error
        }
        self.attachments = attachments
        self.paths = paths
        self.blobs = blobs
    }

    /// Keeps the bytes together with their rows.
    func keep(with message: MessageID, at now: Instant, _ transaction: Transaction) throws {
        try AttachmentStore.insert(attachments, of: message, at: now, transaction)
        for (attachment, path) in zip(attachments, paths) {
            try blobs.keep(path, attachment.sha256)
        }
    }

    /// Kept or not, the temporary files are done with.
    func discard() { ReceivedFiles.remove(paths) }

    /// What cannot be removed is removed with other left-over uploads at the next start.
    private static func remove(_ paths: [String]) {
        for path in paths { try? FileManager.default.removeItem(atPath: path) }
    }
}
