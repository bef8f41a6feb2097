import CKernels

/// Working memory of one search or one planning thread; reused, never shared at the same time.
final class SearchScratch {
    /// Vectors compared in one call.
    static let offerMaximum = Int(FRONTDESK_VECTOR_OFFER_MAX)

    let width: Int
    /// The pool, the marks and the counts of the present walk.
    let walk: UnsafeMutablePointer<frontdesk_vector_walk>
    /// The query of the present walk with its codes.
    let query: UnsafeMutablePointer<frontdesk_vector_query>
    /// The query's own numbers: `width` of them.
    let vector: UnsafeMutablePointer<Float>
    let slots: UnsafeMutablePointer<UInt32>
    let distances: UnsafeMutablePointer<Float>
    /// Ascending packed entries from which links are chosen.
    private(set) var candidates: UnsafeMutablePointer<UInt64>
    private var candidateCapacity = 512
    var candidateCount = 0
    private let codes: UnsafeMutableRawPointer
    private var poolCapacity = 512
    private var markCapacity = 0

    init(width: Int) {
        self.width = width
        vector = Self.aligned(width)
        vector.initialize(repeating: 0, count: width)
        // Codes, wide codes, centred codes and four planes of bits.
        codes = .allocate(byteCount: width * 5, alignment: 64)
        codes.initializeMemory(as: UInt8.self, repeating: 0, count: width * 5)
        query = .allocate(capacity: 1)
        query.initialize(to: frontdesk_vector_query())
        query.pointee.exact = vector
        query.pointee.wide = codes.assumingMemoryBound(to: Int16.self)
        query.pointee.codes = (codes + 2 * width).assumingMemoryBound(to: Int8.self)
        query.pointee.centred = (codes + 3 * width).assumingMemoryBound(to: Int8.self)
        query.pointee.planes = (codes + 4 * width).assumingMemoryBound(to: UInt64.self)
        slots = Self.aligned(Self.offerMaximum)
        distances = Self.aligned(Self.offerMaximum)
        candidates = Self.aligned(candidateCapacity)
        walk = .allocate(capacity: 1)
        walk.initialize(to: frontdesk_vector_walk())
        walk.pointee.pool = Self.aligned(poolCapacity)
        walk.pointee.waiting = Self.aligned(Self.offerMaximum + 4)
    }

    deinit {
        vector.deallocate()
        codes.deallocate()
        query.deallocate()
        slots.deallocate()
        distances.deallocate()
        candidates.deallocate()
        walk.pointee.pool?.deallocate()
        walk.pointee.marks?.deallocate()
        walk.pointee.touched?.deallocate()
        walk.pointee.waiting.deallocate()
        walk.deallocate()
    }

    private static func aligned<Element>(_ count: Int) -> UnsafeMutablePointer<Element> {
        UnsafeMutableRawPointer.allocate(
            byteCount: count * MemoryLayout<Element>.stride, alignment: 64
        ).bindMemory(to: Element.self, capacity: count)
    }

    var pool: UnsafeMutablePointer<UInt64> { walk.pointee.pool.unsafelyUnwrapped }
    var poolCount: Int { walk.pointee.count }

    /// Empties the pool, makes room for `width` entries, and marks for slots below `limit`.
    func begin(width: Int, limit: Int) {
        widen(to: width)
        walk.pointee.count = 0
        unmark()
        guard markCapacity < limit else { return }
        // Room to grow, so that steady inserts do not allocate at every search.
        let capacity = max(1_024, limit + limit / 4)
        walk.pointee.marks?.deallocate()
        walk.pointee.touched?.deallocate()
        let words = (capacity + 63) / 64
        let marks: UnsafeMutablePointer<UInt64> = Self.aligned(words)
        marks.initialize(repeating: 0, count: words)
        walk.pointee.marks = marks
        // One more: the last is written before it is known to count.
        walk.pointee.touched = Self.aligned(capacity + 1)
        walk.pointee.limit = UInt32(capacity)
        markCapacity = capacity
    }

    /// Lets the pool hold so many.
    func widen(to width: Int) {
        if poolCapacity < width {
            let wider: UnsafeMutablePointer<UInt64> = Self.aligned(width)
            wider.update(from: pool, count: walk.pointee.count)
            walk.pointee.pool?.deallocate()
            walk.pointee.pool = wider
            poolCapacity = width
        }
        walk.pointee.width = width
    }

    /// Keeps the nearest entries, unexpanded, as starting points of the next layer.
    func restart(keeping count: Int) {
        unmark()
        walk.pointee.count = min(walk.pointee.count, count)
        for position in 0..<walk.pointee.count {
            pool[position] &= ~1
            _ = frontdesk_vector_mark(walk, slot(at: position))
        }
    }

    func unmark() {
        if walk.pointee.touched_count > 0 { frontdesk_vector_unmark(walk) }
    }

    func slot(at position: Int) -> UInt32 { UInt32(truncatingIfNeeded: pool[position]) >> 1 }

    /// Drops the entries whose slot does not pass.
    func keep(_ passes: (UInt32) -> Bool) {
        var kept = 0
        for position in 0..<poolCount where passes(slot(at: position)) {
            pool[kept] = pool[position]
            kept += 1
        }
        walk.pointee.count = kept
    }

    // MARK: Candidates for links

    /// Empties the candidates and makes room for so many.
    func beginCandidates(width: Int) {
        if candidateCapacity < width {
            candidates.deallocate()
            candidates = Self.aligned(width)
            candidateCapacity = width
        }
        candidateCount = 0
    }

    func candidate(at position: Int) -> UInt32 {
        UInt32(truncatingIfNeeded: candidates[position]) >> 1
    }

    /// Puts an entry among the nearest `width` candidates.
    func insertCandidate(_ entry: UInt64, width: Int) {
        _ = frontdesk_vector_insert(candidates, &candidateCount, width, entry)
    }

    /// Appends an entry of the pool, which must not be nearer than the last candidate.
    func appendCandidate(poolPosition: Int) {
        candidates[candidateCount] = pool[poolPosition] & ~1
        candidateCount += 1
    }
}
