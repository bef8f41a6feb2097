import Domain
import Glibc

/// The file that an upload is written to; a disk that is full is a refusal, told in words.
struct UploadFile: ~Copyable {
    private let descriptor: Int32

    /// Makes the file, for its owner alone.
    init(path: String) throws {
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw UploadFile.reason(errno) }
    }

    deinit { close(descriptor) }

    borrowing func write(_ bytes: [UInt8]) throws {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress.map { $0 + written }, bytes.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw UploadFile.reason(errno) }
            written += count
        }
    }

    /// Returns once the bytes are on the disk.
    borrowing func force() throws {
        guard fsync(descriptor) == 0 else { throw UploadFile.reason(errno) }
    }

    private static func reason(_ code: Int32) -> any Error {
        code == ENOSPC || code == EDQUOT ? KnowledgeRefusal.diskFull : KnowledgeFault.cannotStore
    }
}
