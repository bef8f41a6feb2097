import CBLAS
import CKernels

/// Scans of every stored vector through BLAS, slab by slab.
struct ExactSearch {
    /// Queries that share one sgemm.
    static let queriesTogether = 64

    let nodes: NodeSlabs

    /// The `k` nearest of the accepted, into the scratch's pool. O(n · dimension), one sgemv a slab.
    ///
    /// `accepts` is asked only for living nodes; nil takes them all.
    func scan(
        _ query: UnsafePointer<Float>, offset: Float, k: Int, scratch: SearchScratch,
        accepts: ((Int64) -> Bool)?
    ) {
        scratch.beginPool(width: k)
        var mask = [UInt8](repeating: 0, count: accepts == nil ? 0 : NodeSlabs.rows)
        for slab in 0..<nodes.slabCount {
            let rows = min(NodeSlabs.rows, nodes.used - slab * NodeSlabs.rows)
            guard rows > 0 else { break }
            if let accepts {
                guard fill(&mask, slab: slab, rows: rows, accepts: accepts) else { continue }
            }
            for row in 0..<rows {
                scratch.distances[row] =
                    nodes.metric.usesBias ? nodes.biases[slab]![row] + offset : 0
            }
            cblas_sgemv(
                CblasRowMajor, CblasNoTrans, Int32(rows), Int32(nodes.dimension),
                -nodes.metric.scale, nodes.vectors[slab], Int32(nodes.dimension), query, 1, 1,
                scratch.distances, 1)
            let first = UInt32(slab * NodeSlabs.rows)
            if accepts == nil {
                frontdesk_vector_scan_merge(
                    scratch.pool, &scratch.poolCount, k, first, nodes.states[slab],
                    scratch.distances, rows)
            } else {
                frontdesk_vector_scan_merge(
                    scratch.pool, &scratch.poolCount, k, first, mask, scratch.distances, rows)
            }
        }
    }

    /// The `k` nearest among given slots, into the scratch's pool. O(slots · dimension)
    ///
    /// With `keeping` the pool's present entries compete too.
    func scan(
        _ query: UnsafePointer<Float>, offset: Float, k: Int, among slots: [UInt32],
        scratch: SearchScratch, keeping: Bool = false
    ) {
        if !keeping { scratch.beginPool(width: k) }
        var start = 0
        while start < slots.count {
            let count = min(SearchScratch.rowsMaximum, slots.count - start)
            for position in 0..<count { scratch.slots[position] = slots[start + position] }
            nodes.measure(query, offset: offset, count: count, by: nodes.metric, scratch: scratch)
            _ = scratch.mergeIntoPool(count: count, width: k)
            start += count
        }
    }

    /// The `k` nearest for each of up to 64 queries: one sgemm a slab. O(queries · n · dimension)
    func scan(together queries: [PreparedVector], k: Int) -> [[UInt64]] {
        let dimension = nodes.dimension
        let packed = queries.flatMap(\.components)
        var distances = [Float](repeating: 0, count: queries.count * NodeSlabs.rows)
        var pools = [UInt64](repeating: 0, count: queries.count * k)
        var counts = [Int](repeating: 0, count: queries.count)
        for slab in 0..<nodes.slabCount {
            let rows = min(NodeSlabs.rows, nodes.used - slab * NodeSlabs.rows)
            guard rows > 0 else { break }
            distances.withUnsafeMutableBufferPointer { distances in
                for index in queries.indices {
                    let line = distances.baseAddress! + index * rows
                    guard nodes.metric.usesBias else {
                        line.update(repeating: 0, count: rows)
                        continue
                    }
                    line.update(from: nodes.biases[slab]!, count: rows)
                    let offset = queries[index].offset
                    if offset != 0 { for row in 0..<rows { line[row] += offset } }
                }
            }
            cblas_sgemm(
                CblasRowMajor, CblasNoTrans, CblasTrans, Int32(queries.count), Int32(rows),
                Int32(dimension), -nodes.metric.scale, packed, Int32(dimension),
                nodes.vectors[slab], Int32(dimension), 1, &distances, Int32(rows))
            pools.withUnsafeMutableBufferPointer { pools in
                distances.withUnsafeBufferPointer { distances in
                    for index in queries.indices {
                        frontdesk_vector_scan_merge(
                            pools.baseAddress! + index * k, &counts[index], k,
                            UInt32(slab * NodeSlabs.rows), nodes.states[slab],
                            distances.baseAddress! + index * rows, rows)
                    }
                }
            }
        }
        return queries.indices.map { Array(pools[$0 * k..<$0 * k + counts[$0]]) }
    }

    /// Which rows of a slab are alive and accepted; false when none is.
    private func fill(
        _ mask: inout [UInt8], slab: Int, rows: Int, accepts: (Int64) -> Bool
    ) -> Bool {
        var found = false
        for row in 0..<rows {
            let taken =
                nodes.states[slab]![row] & 1 == 1 && accepts(nodes.ids[slab]![row])
            mask[row] = taken ? 1 : 0
            found = found || taken
        }
        return found
    }
}
