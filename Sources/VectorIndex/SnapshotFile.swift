import Foundation

/// A file that appears whole or not at all: written beside its place, synced, then renamed.
final class SnapshotFile {
    private let path: String
    private let descriptor: Int32
    private var block: [UInt8] = []
    private var sum: UInt64 = 0
    private var bodyBytes: UInt64 = 0
    private var closed = false

    private var draft: String { path + ".new" }

    /// Opens the draft and leaves room for the header.
    init(path: String, headerBytes: Int) throws(VectorRefusal) {
        self.path = path
        descriptor = open(path + ".new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .snapshotUnreadable(.cannotWrite) }
        guard lseek(descriptor, off_t(headerBytes), SEEK_SET) >= 0 else {
            throw .snapshotUnreadable(.cannotWrite)
        }
        block.reserveCapacity(SnapshotHeader.blockBytes)
    }

    deinit {
        close(descriptor)
        if !closed { unlink(draft) }
    }

    /// Adds to the body.
    func write(_ bytes: UnsafeRawBufferPointer) throws(VectorRefusal) {
        var start = 0
        while start < bytes.count {
            let count = min(SnapshotHeader.blockBytes - block.count, bytes.count - start)
            block.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[start..<start + count]))
            start += count
            if block.count == SnapshotHeader.blockBytes { try flush() }
        }
    }

    /// Writes the header with the body's size and sum, syncs, and puts the file in its place.
    func finish(_ header: SnapshotHeader) throws(VectorRefusal) {
        if !block.isEmpty { try flush() }
        var header = header
        header.bodyBytes = bodyBytes
        header.bodyChecksum = sum
        let bytes = header.encoded()
        guard pwrite(descriptor, bytes, bytes.count, 0) == bytes.count,
            fsync(descriptor) == 0, rename(draft, path) == 0
        else { throw .snapshotUnreadable(.cannotWrite) }
        closed = true
        let folder = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_CLOEXEC)
        if folder >= 0 {
            fsync(folder)
            close(folder)
        }
    }

    private func flush() throws(VectorRefusal) {
        sum = checksum(block, after: sum)
        bodyBytes += UInt64(block.count)
        var start = 0
        while start < block.count {
            let written = block.withUnsafeBytes {
                Foundation.write(descriptor, $0.baseAddress! + start, block.count - start)
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw .snapshotUnreadable(.cannotWrite) }
            start += written
        }
        block.removeAll(keepingCapacity: true)
    }

    /// The whole file, or a refusal.
    static func read(_ path: String) throws(VectorRefusal) -> [UInt8] {
        // `try?`: a file that is absent and one that cannot be read both mean building anew.
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: path)) else {
            throw .snapshotUnreadable(.missing)
        }
        return [UInt8](data)
    }
}
