import Foundation

/// The memory of all packed weights, in large pages: every text reads all of it.
final class WeightRoom: @unchecked Sendable {
    // Unchecked: handed out only while the encoder is made, by one thread.
    private static let pageBytes = 2 << 20
    private let start: UnsafeMutableRawPointer
    private let bytes: Int
    private var taken = 0

    init(bytes: Int) {
        let page = WeightRoom.pageBytes
        self.bytes = (bytes + page - 1) / page * page
        start = .allocate(byteCount: self.bytes, alignment: page)
        // Small pages are slower, not wrong: what the system answers does not matter.
        madvise(start, self.bytes, MADV_HUGEPAGE)
    }

    /// So many bytes in whole cache lines.
    static func lines(_ count: Int) -> Int { (count + 63) / 64 * 64 }

    deinit { start.deallocate() }

    /// The next so many bytes, beginning on a cache line.
    func take(_ count: Int) -> UnsafeMutableRawPointer {
        defer { taken += WeightRoom.lines(count) }
        precondition(taken + count <= bytes, "the room for weights is too small")
        return start + taken
    }
}
