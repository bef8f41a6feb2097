import Foundation

/// One kind of row for all nodes, in slabs that never move: slot `s` is row `s mod rows` of slab
/// `s / rows`.
///
/// A slab is reserved whole and zeroed, but the system backs only the pages that are touched. A
/// slab pointer is written before any slot in it is published, so readers need no lock for it.
final class SlabSection: @unchecked Sendable {
    /// What a file calls it; never reused for another meaning.
    let name: String
    let rowBytes: Int
    let rows: Int
    let shift: UInt32
    /// Slab by slab; nil where none was made yet.
    let directory: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>
    private let slabsMaximum: Int
    private var reservations: [(start: UnsafeMutableRawPointer, count: Int)] = []
    /// Slabs from 0 that are there.
    private(set) var slabCount = 0

    /// Transparent huge pages are of this size where there are any.
    private static let hugePage = 1 << 21

    init(_ name: String, rowBytes: Int, shift: UInt32, slabsMaximum: Int) {
        self.name = name
        self.rowBytes = rowBytes
        self.shift = shift
        self.slabsMaximum = slabsMaximum
        rows = 1 << Int(shift)
        directory = .allocate(capacity: slabsMaximum)
        directory.initialize(repeating: nil, count: slabsMaximum)
    }

    deinit {
        for reservation in reservations { munmap(reservation.start, reservation.count) }
        directory.deallocate()
    }

    /// Bytes of one slab.
    var slabBytes: Int { rows * rowBytes }

    /// Adds a zeroed slab; false when the system gives no memory.
    func makeSlab() -> Bool {
        guard slabCount < slabsMaximum else { return false }
        let bytes = slabBytes + Self.hugePage
        let memory = mmap(
            nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
        guard let memory, memory != MAP_FAILED else { return false }
        reservations.append((memory, bytes))
        // On a boundary of huge pages, so that the kernel can use them.
        let address =
            (UInt(bitPattern: memory) + UInt(Self.hugePage - 1))
            / UInt(Self.hugePage) * UInt(Self.hugePage)
        directory[slabCount] = UnsafeMutablePointer(bitPattern: address)
        slabCount += 1
        return true
    }

    /// Asks for huge pages under the first `count` rows, where whole ones fit; only a wish.
    func gather(rows count: Int) {
        for slab in 0..<slabCount {
            let bytes = min(max(0, count - slab * rows), rows) * rowBytes
            let whole = bytes / Self.hugePage * Self.hugePage
            guard whole > 0, let start = directory[slab] else { continue }
            madvise(start, whole, Self.collapse)
        }
    }

    /// MADV_COLLAPSE, which Linux has since 6.1 and glibc's headers do not name everywhere.
    private static let collapse: Int32 = 25

    func row(_ slot: UInt32) -> UnsafeMutablePointer<UInt8> {
        directory[Int(slot >> shift)].unsafelyUnwrapped
            + Int(slot & (UInt32(truncatingIfNeeded: rows) &- 1)) &* rowBytes
    }

    func row<Element>(_ slot: UInt32, of _: Element.Type) -> UnsafeMutablePointer<Element> {
        UnsafeMutableRawPointer(row(slot)).assumingMemoryBound(to: Element.self)
    }
}
