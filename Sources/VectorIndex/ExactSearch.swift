import CBLAS
import CKernels

/// Scans of every stored vector.
///
/// A small collection is scanned in full precision through BLAS. A large one is scanned by sketches
/// and codes, and the caller orders the best by code and rest: twelve bits of each component, which
/// puts a distance within about 0.00003 for embeddings at unit length. Batches of a large one go
/// through BLAS over vectors made again from code and rest.
struct ExactSearch {
    /// Queries that share one sgemm.
    static let queriesTogether = 64
    /// Rows of one call to BLAS.
    static let rowsTogether = 256
    /// Standard errors by which a sketch may be wrong before a scan overlooks a vector.
    static let caution: Float = 4

    let nodes: NodeSlabs
    let form: UnsafePointer<NodeForm>

    /// The nearest of the accepted into the scratch's pool, which says how many. O(n · dimension)
    ///
    /// `accepts` is asked only for living nodes; nil takes them all.
    func scan(scratch: SearchScratch, accepts: ((Int64) -> Bool)?) {
        let used = nodes.used
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.rowsTogether) { mask in
            for first in stride(from: 0, to: used, by: Self.rowsTogether) {
                let count = min(Self.rowsTogether, used - first)
                var open = UnsafePointer(nodes.states.row(UInt32(first)))
                if let accepts {
                    guard fill(mask, first: first, count: count, accepts: accepts) else { continue }
                    open = UnsafePointer(mask.baseAddress.unsafelyUnwrapped)
                }
                if let originals = form.pointee.originals {
                    measure(originals + first * nodes.width, first, count, scratch: scratch)
                    frontdesk_vector_scan_merge(
                        scratch.walk.pointee.pool, &scratch.walk.pointee.count,
                        scratch.walk.pointee.width, UInt32(first), open, scratch.distances, count)
                } else {
                    withUnsafePointer(to: form.pointee.upper) { rows in
                        frontdesk_vector_scan(
                            nodes.isa, rows, scratch.query, UInt32(first), open, count,
                            scratch.walk)
                    }
                }
            }
        }
    }

    /// Offers given slots to the scratch's pool. O(slots · dimension)
    func scan(among slots: [UInt32], scratch: SearchScratch) {
        guard let originals = form.pointee.originals else {
            var start = 0
            while start < slots.count {
                let count = min(SearchScratch.offerMaximum, slots.count - start)
                for place in 0..<count { scratch.slots[place] = slots[start + place] }
                withUnsafePointer(to: form.pointee.upper) { rows in
                    _ = frontdesk_vector_offer(
                        nodes.isa, rows, scratch.query, scratch.slots, count, scratch.walk)
                }
                start += count
            }
            return
        }
        let walk = scratch.walk
        for slot in slots {
            measure(originals + Int(slot) * nodes.width, Int(slot), 1, scratch: scratch)
            let entry = frontdesk_vector_pack(scratch.distances[0], slot)
            _ = frontdesk_vector_insert(
                scratch.pool, &walk.pointee.count, walk.pointee.width, entry)
        }
    }

    /// Distances of consecutive originals, by one sgemv.
    private func measure(
        _ rows: UnsafePointer<Float>, _ first: Int, _ count: Int, scratch: SearchScratch
    ) {
        let query = scratch.query.pointee
        for row in 0..<count {
            scratch.distances[row] =
                query.offset + query.bias_weight * form.bias(UInt32(first + row))
        }
        cblas_sgemv(
            CblasRowMajor, CblasNoTrans, Int32(count), Int32(nodes.width), -query.scale, rows,
            Int32(nodes.width), scratch.vector, 1, 1, scratch.distances, 1)
    }

    /// The `k` nearest for each of up to 64 queries, one after the other in `queries`, `width`
    /// numbers each: one sgemm for every 256 rows. O(queries · n · dimension)
    func scan(together queries: [Float], offsets: [Float], k: Int) -> [[UInt64]] {
        let width = nodes.width
        let used = nodes.used
        var made = [Float](
            repeating: 0, count: form.pointee.originals == nil ? Self.rowsTogether * width : 0)
        var distances = [Float](repeating: 0, count: offsets.count * Self.rowsTogether)
        var pools = [UInt64](repeating: 0, count: offsets.count * k)
        var counts = [Int](repeating: 0, count: offsets.count)
        let metric = nodes.metric
        for first in stride(from: 0, to: used, by: Self.rowsTogether) {
            let count = min(Self.rowsTogether, used - first)
            for row in 0..<count {
                let bias = metric.usesBias ? form.bias(UInt32(first + row)) : 0
                for (place, offset) in offsets.enumerated() {
                    distances[place * count + row] = bias + offset
                }
            }
            made.withUnsafeMutableBufferPointer { made in
                let rows = vectors(first, count, made)
                cblas_sgemm(
                    CblasRowMajor, CblasNoTrans, CblasTrans, Int32(offsets.count), Int32(count),
                    Int32(width), -metric.scale, queries, Int32(width), rows, Int32(width), 1,
                    &distances, Int32(count))
            }
            pools.withUnsafeMutableBufferPointer { pools in
                distances.withUnsafeBufferPointer { distances in
                    for place in offsets.indices {
                        frontdesk_vector_scan_merge(
                            pools.baseAddress.unsafelyUnwrapped + place * k, &counts[place], k,
                            UInt32(first), nodes.states.row(UInt32(first)),
                            distances.baseAddress.unsafelyUnwrapped + place * count, count)
                    }
                }
            }
        }
        return offsets.indices.map { Array(pools[$0 * k..<$0 * k + counts[$0]]) }
    }

    /// The originals of consecutive slots, or what code and rest remember of them in `made`.
    private func vectors(
        _ first: Int, _ count: Int, _ made: UnsafeMutableBufferPointer<Float>
    ) -> UnsafePointer<Float> {
        if let originals = form.pointee.originals {
            return UnsafePointer(originals + first * nodes.width)
        }
        let base = made.baseAddress.unsafelyUnwrapped
        withUnsafePointer(to: form.pointee.upper) { rows in
            for row in 0..<count where nodes.state(UInt32(first + row)) & 1 == 1 {
                frontdesk_vector_decode(
                    nodes.isa, rows, UInt32(first + row), base + row * nodes.width)
            }
        }
        return UnsafePointer(base)
    }

    /// Which of consecutive slots are alive and accepted; false when none is.
    private func fill(
        _ mask: UnsafeMutableBufferPointer<UInt8>, first: Int, count: Int,
        accepts: (Int64) -> Bool
    ) -> Bool {
        var found = false
        for row in 0..<count {
            let slot = UInt32(first + row)
            let taken = nodes.state(slot) & 1 == 1 && accepts(nodes.id(slot))
            mask[row] = taken ? 1 : 0
            found = found || taken
        }
        return found
    }
}
