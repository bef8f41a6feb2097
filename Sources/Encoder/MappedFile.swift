import CKernels
import Foundation

/// A file in memory, read-only, for as long as this object lives.
package final class MappedFile: @unchecked Sendable {
    // Unchecked: the mapping is read-only and its address never changes.
    package let name: String
    package let bytes: UnsafeRawBufferPointer

    package init(path: String) throws(EncoderFault) {
        name = (path as NSString).lastPathComponent
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable(file: name, errno: errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG
        else { throw .unreadable(file: name, errno: EINVAL) }
        guard status.st_size > 0 else { throw .malformed(file: name, reason: "it is empty") }
        let count = Int(status.st_size)
        let address = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
        guard let address, address != MAP_FAILED
        else { throw .unreadable(file: name, errno: errno) }
        bytes = UnsafeRawBufferPointer(start: address, count: count)
    }

    deinit {
        munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    }

    /// The SHA-256 of the whole file in lower-case hexadecimal.
    package var sha256: String {
        var digest = [UInt8](repeating: 0, count: 32)
        frontdesk_sha256(bytes.baseAddress, bytes.count, &digest)
        return digest.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    /// Refuses a file that is not exactly the expected one.
    package func check(sha256 expected: String) throws(EncoderFault) {
        let found = sha256
        guard found == expected
        else { throw .wrongHash(file: name, expected: expected, found: found) }
    }

    /// Gives pages that were touched back to the system; they are read again when needed.
    package func releasePages() {
        madvise(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count, MADV_DONTNEED)
    }
}
