import Base
import CKernels
import Foundation
import Synchronization

/// A snapshot that was opened: its header is checked, and so is everything that opening relies on.
///
/// The large parts are mapped into the memory of the index as they are (`SlabSection.map`), private
/// and copied by the kernel page by page when the index changes them; the file stays as it is. It
/// is never changed in place, only replaced, so a mapping keeps the old one. The sums of the large
/// parts are checked past the mapping: that neither makes pages resident nor sees changes.
final class SnapshotSource: @unchecked Sendable {
    let header: SnapshotHeader
    let descriptor: Int32
    /// Set once: 0 not known yet, 1 whole, 2 damaged.
    private let verdict = Atomic<UInt8>(0)
    /// The thread that checks the blocks, until somebody has waited for it.
    private let checking = Lock<pthread_t?>(nil)

    /// Blocks that are read at once.
    private static let blocksTogether = 16

    /// Checks the header only. O(blocks)
    init(header path: String) throws(VectorRefusal) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .snapshotUnreadable(.missing) }
        var status = stat()
        let size = fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
        let file = descriptor
        do throws(VectorRefusal) {
            header = try SnapshotHeader(fileBytes: size) { count throws(VectorRefusal) in
                try DiskFile.read(file, count, at: 0)
            }
        } catch {
            close(file)
            throw error
        }
    }

    /// Checks the header and every part that is trusted at once.
    convenience init(_ path: String) throws(VectorRefusal) {
        try self.init(header: path)
        var checked = 0
        for section in header.sections.sorted(by: { $0.offset < $1.offset })
        where section.part.isTrustedAtOnce {
            // A block may hold the end of one section and the beginning of the next.
            let blocks = header.blocks(of: section)
            let first = max(checked, blocks.lowerBound)
            guard first < blocks.upperBound else { continue }
            guard try damagedBlocks(first..<blocks.upperBound).isEmpty else {
                throw .snapshotUnreadable(.wrongChecksum)
            }
            checked = blocks.upperBound
        }
    }

    deinit {
        checking.withLock { thread in
            if let thread { pthread_detach(thread) }
        }
        close(descriptor)
    }

    /// A section that must be there and hold so many rows of so many bytes.
    func section(_ part: SnapshotPart, rows: Int, of rowBytes: Int) throws(VectorRefusal)
        -> SnapshotSection
    {
        guard let section = header.section(part), section.rowBytes == rowBytes,
            section.byteCount == rows * rowBytes
        else { throw .snapshotUnreadable(.wrongContents) }
        return section
    }

    /// A copy of all bytes of a section.
    func bytes(_ section: SnapshotSection) throws(VectorRefusal) -> [UInt8] {
        let bytes = try DiskFile.read(descriptor, section.byteCount, at: section.offset)
        guard bytes.count == section.byteCount else { throw .snapshotUnreadable(.wrongSize) }
        return bytes
    }

    /// Those among the blocks whose bytes do not fit their sums. O(bytes), nothing stays resident.
    func damagedBlocks(_ blocks: Range<Int>) throws(VectorRefusal) -> [Int] {
        var damaged: [Int] = []
        var first = blocks.lowerBound
        while first < blocks.upperBound {
            let last = min(first + Self.blocksTogether, blocks.upperBound)
            let start = header.bytes(ofBlock: first).lowerBound
            let end = header.bytes(ofBlock: last - 1).upperBound
            let bytes = try DiskFile.read(descriptor, end - start, at: start)
            for block in first..<last {
                let range = header.bytes(ofBlock: block)
                let isThere = range.upperBound - start <= bytes.count
                let sum = bytes.withUnsafeBytes {
                    isThere
                        ? frontdesk_crc32c(
                            0, $0.baseAddress! + range.lowerBound - start, range.count) : 0
                }
                if !isThere || sum != header.sums[block] { damaged.append(block) }
            }
            first = last
        }
        return damaged
    }

    /// Begins to check all blocks on another thread, or checks them here when there is none.
    func checkInBackground() {
        checking.withLock { thread in
            thread = spawn { [self] in check() }
            if thread == nil { check() }
        }
    }

    private func check() {
        var isWhole = false
        // `try?`: a file that cannot be read is as good as damaged.
        if let damaged = try? damagedBlocks(header.sums.indices) { isWhole = damaged.isEmpty }
        verdict.store(isWhole ? 1 : 2, ordering: .releasing)
    }

    /// Whether damage has been found so far. O(1), for every search.
    var isDamaged: Bool { verdict.load(ordering: .acquiring) == 2 }

    /// Waits for the check to end; whether all is as it was written.
    func isWhole() -> Bool {
        if verdict.load(ordering: .acquiring) == 0 {
            checking.withLock { thread in
                if let running = thread { pthread_join(running, nil) }
                thread = nil
            }
        }
        return verdict.load(ordering: .acquiring) == 1
    }
}
