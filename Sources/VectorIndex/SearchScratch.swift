import CBLAS
import CKernels

/// Working memory of one search or one planning thread; reused, never shared at the same time.
final class SearchScratch {
    /// Rows gathered for one BLAS call.
    static let rowsMaximum = 256

    let dimension: Int
    /// Ascending packed entries; see `vector_kernels.h`.
    private(set) var pool: UnsafeMutablePointer<UInt64>
    private(set) var poolCapacity = 512
    var poolCount = 0
    /// Ascending packed entries from which links are chosen.
    private(set) var candidates: UnsafeMutablePointer<UInt64>
    private var candidateCapacity = 512
    private(set) var candidateCount = 0
    /// The other nodes of a block with their distances, kept while one node is planned.
    let peers: UnsafeMutablePointer<UInt32>
    let peerDistances: UnsafeMutablePointer<Float>
    let rows: UnsafeMutablePointer<Float>
    let distances: UnsafeMutablePointer<Float>
    let slots: UnsafeMutablePointer<UInt32>
    /// Biases of the rows that link selection has kept so far.
    let slotBias: UnsafeMutablePointer<Float>
    private var marks: UnsafeMutablePointer<UInt32>
    private var markCount = 0
    private var epoch: UInt32 = 0

    init(dimension: Int) {
        self.dimension = dimension
        pool = .allocate(capacity: poolCapacity)
        candidates = .allocate(capacity: candidateCapacity)
        peers = .allocate(capacity: Self.rowsMaximum)
        peerDistances = .allocate(capacity: Self.rowsMaximum)
        rows = .allocate(capacity: Self.rowsMaximum * dimension)
        distances = .allocate(capacity: Self.rowsMaximum)
        slots = .allocate(capacity: Self.rowsMaximum)
        slotBias = .allocate(capacity: Self.rowsMaximum)
        marks = .allocate(capacity: 1)
    }

    deinit {
        pool.deallocate()
        candidates.deallocate()
        peers.deallocate()
        peerDistances.deallocate()
        rows.deallocate()
        distances.deallocate()
        slots.deallocate()
        slotBias.deallocate()
        marks.deallocate()
    }

    /// Empties the pool and makes room for `width` entries.
    func beginPool(width: Int) {
        if poolCapacity < width {
            pool.deallocate()
            pool = .allocate(capacity: width)
            poolCapacity = width
        }
        poolCount = 0
    }

    /// Empties the candidates and makes room for so many.
    func beginCandidates(width: Int) {
        if candidateCapacity < width {
            candidates.deallocate()
            candidates = .allocate(capacity: width)
            candidateCapacity = width
        }
        candidateCount = 0
    }

    /// Merges slots with their distances into the nearest `width` candidates.
    func mergeIntoCandidates(
        _ slots: UnsafePointer<UInt32>, _ distances: UnsafePointer<Float>, count: Int, width: Int
    ) {
        _ = frontdesk_vector_pool_merge(
            candidates, &candidateCount, width, slots, distances, count)
    }

    func candidate(at position: Int) -> UInt32 {
        UInt32(truncatingIfNeeded: candidates[position]) >> 1
    }
    func candidateDistance(at position: Int) -> Float {
        frontdesk_vector_distance(candidates[position])
    }

    /// Appends an entry of the pool, which must not be nearer than the last candidate.
    func appendCandidate(poolPosition: Int) {
        candidates[candidateCount] = pool[poolPosition] & ~1
        candidateCount += 1
    }

    /// Forgets which nodes were visited. O(1) but for growth and once in 4 billion searches.
    func beginVisit(capacity: Int) {
        if markCount < capacity {
            marks.deallocate()
            marks = .allocate(capacity: capacity)
            marks.initialize(repeating: 0, count: capacity)
            markCount = capacity
            epoch = 0
        }
        if epoch == .max {
            marks.update(repeating: 0, count: markCount)
            epoch = 0
        }
        epoch += 1
    }

    /// Marks a node; false if it was marked already.
    func visit(_ slot: UInt32) -> Bool {
        if marks[Int(slot)] == epoch { return false }
        marks[Int(slot)] = epoch
        return true
    }

    /// Copies the not yet visited links to `slots`; at most `rowsMaximum`.
    func collectUnvisited(_ links: UnsafeBufferPointer<UInt32>) -> Int {
        frontdesk_vector_unvisited(
            links.baseAddress, min(links.count, Self.rowsMaximum), marks, epoch, slots)
    }

    /// Merges `slots[..<count]` with `distances` into the pool; the lowest position that changed.
    func mergeIntoPool(count: Int, width: Int) -> Int {
        frontdesk_vector_pool_merge(pool, &poolCount, width, slots, distances, count)
    }

    func slot(at position: Int) -> UInt32 { UInt32(truncatingIfNeeded: pool[position]) >> 1 }
    func distance(at position: Int) -> Float { frontdesk_vector_distance(pool[position]) }
}

extension NodeSlabs {
    /// Distances from a query to `scratch.slots[..<count]`, by one gather and one sgemv.
    ///
    /// O(count · dimension). `offset` is the query's part of the distance.
    func measure(
        _ query: UnsafePointer<Float>, offset: Float, count: Int, by metric: Metric,
        scratch: SearchScratch
    ) {
        frontdesk_vector_gather(
            vectors, Self.shift, dimension, scratch.slots, count, scratch.rows)
        if metric.usesBias {
            frontdesk_vector_gather_bias(
                biases, Self.shift, scratch.slots, count, offset, scratch.distances)
        } else {
            scratch.distances.update(repeating: offset, count: count)
        }
        cblas_sgemv(
            CblasRowMajor, CblasNoTrans, Int32(count), Int32(dimension), -metric.scale,
            scratch.rows, Int32(dimension), query, 1, 1, scratch.distances, 1)
    }

    /// The offset of a stored vector when links are chosen for it.
    func linkOffset(_ slot: UInt32) -> Float {
        metric.linking == .squaredEuclidean ? bias(slot) : 0
    }
}
