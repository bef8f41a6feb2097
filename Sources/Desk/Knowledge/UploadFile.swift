import Base
import Domain
import Glibc

/// The file that an upload is written to; a disk that is full is a refusal, told in words.
///
/// Every call runs on a thread that may block: a slow disk must not hold up those who do not wait
/// for it.
final class UploadFile: Sendable {
    private let descriptor: Int32

    /// For all uploads of this process: a disk does not get faster by more of them at once.
    static let threads = BlockingThreads(name: "uploads", limit: 8)

    /// Makes the file, for its owner alone.
    static func create(at path: String) async throws -> UploadFile {
        let descriptor = try await UploadFile.threads.run {
            let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw UploadFile.reason(errno) }
            return descriptor
        }
        return UploadFile(descriptor)
    }

    /// Takes the file away; a left-over one would only take room.
    static func remove(_ path: String) async {
        await UploadFile.threads.run { _ = unlink(path) }
    }

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    func write(_ bytes: [UInt8]) async throws {
        try await UploadFile.threads.run { [self] in
            var written = 0
            while written < bytes.count {
                let count = bytes.withUnsafeBytes {
                    Glibc.write(
                        descriptor, $0.baseAddress.map { $0 + written }, bytes.count - written)
                }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw UploadFile.reason(errno) }
                written += count
            }
        }
    }

    /// Returns once the bytes are on the disk.
    func force() async throws {
        try await UploadFile.threads.run { [self] in
            guard fsync(descriptor) == 0 else { throw UploadFile.reason(errno) }
        }
    }

    private static func reason(_ code: Int32) -> any Error {
        code == ENOSPC || code == EDQUOT ? KnowledgeRefusal.diskFull : KnowledgeFault.cannotStore
    }
}
