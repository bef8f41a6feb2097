import CKernels
import Foundation

/// A snapshot being written: beside its place until it is whole and synced, then renamed.
final class SnapshotDraft {
    private let target: String
    private let file: DiskFile
    private var header: SnapshotHeader
    /// Bytes that are not written yet; they begin at `place` in the file.
    private var waiting: [UInt8] = []
    private var place: Int
    private var section: SnapshotSection?
    private var isDone = false

    /// Written at once: whole blocks.
    private static let shareBytes = 16 * SnapshotHeader.blockBytes

    /// `header` knows the sections already; their bytes follow in that order.
    init(path: String, header: SnapshotHeader, watch: DiskWatch) throws(VectorRefusal) {
        target = path
        file = try DiskFile(path + ".new", watch: watch)
        self.header = header
        place = header.headerBytes
        waiting.reserveCapacity(Self.shareBytes)
    }

    deinit {
        if !isDone { unlink(file.path) }
    }

    /// What follows belongs to this part.
    func begin(_ part: SnapshotPart) throws(VectorRefusal) {
        guard let next = header.section(part) else {
            preconditionFailure("a section that the header does not know")
        }
        try fill(to: next.offset)
        section = next
    }

    func add(_ bytes: UnsafeRawBufferPointer) throws(VectorRefusal) {
        precondition(
            section.map { place + waiting.count + bytes.count <= $0.offset + $0.byteCount } == true)
        var start = 0
        while start < bytes.count {
            let count = min(Self.shareBytes - waiting.count, bytes.count - start)
            waiting.append(
                contentsOf: UnsafeRawBufferPointer(rebasing: bytes[start..<start + count]))
            start += count
            if waiting.count == Self.shareBytes { try flush() }
        }
    }

    func add(number: some FixedWidthInteger) throws(VectorRefusal) {
        try withUnsafeBytes(of: number.littleEndian) { (bytes) throws(VectorRefusal) in
            try add(bytes)
        }
    }

    /// Writes the header with all sums, syncs, and puts the file in its place.
    func finish() throws(VectorRefusal) {
        try fill(to: header.fileBytes)
        try flush()
        try file.write(header.encoded(), at: 0)
        try file.sync()
        try file.takePlace(of: target)
        isDone = true
    }

    /// Ends a section: it must be as long as was said; zeros follow up to the next page.
    private func fill(to offset: Int) throws(VectorRefusal) {
        if let section {
            precondition(place + waiting.count == section.offset + section.byteCount)
        }
        section = nil
        let zeros = offset - place - waiting.count
        precondition((0..<SnapshotHeader.pageBytes).contains(zeros))
        waiting.append(contentsOf: repeatElement(0, count: zeros))
        if waiting.count >= Self.shareBytes { try flush() }
    }

    private func flush() throws(VectorRefusal) {
        // Only the last share may end within a block.
        var count = waiting.count / SnapshotHeader.blockBytes * SnapshotHeader.blockBytes
        if place + waiting.count == header.fileBytes { count = waiting.count }
        guard count > 0 else { return }
        waiting.withUnsafeBytes { bytes in
            for start in stride(from: 0, to: count, by: SnapshotHeader.blockBytes) {
                let block = (place + start - header.headerBytes) / SnapshotHeader.blockBytes
                header.sums[block] = frontdesk_crc32c(
                    0, bytes.baseAddress! + start,
                    min(SnapshotHeader.blockBytes, count - start))
            }
        }
        let at = place
        try waiting.withUnsafeBufferPointer { (bytes) throws(VectorRefusal) in
            let ready = UnsafeBufferPointer(rebasing: bytes[..<count])
            try file.write(UnsafeRawBufferPointer(ready), at: at)
        }
        waiting.removeFirst(count)
        place += count
    }
}
