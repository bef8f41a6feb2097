/// What `verify` found out about the file of an index.
package struct SnapshotReport: Sendable, Hashable {
    /// Blocks of the snapshot that were summed.
    package let blocks: Int
    /// The numbers of those whose bytes have changed since they were written.
    package let damagedBlocks: [Int]
    package let vectors: Int
    /// Everything else that is wrong, in words.
    package let flaws: [String]

    package var isSound: Bool { damagedBlocks.isEmpty && flaws.isEmpty }
}

extension VectorCollection {
    /// Checks a snapshot whole: the header, every block, and that the contents agree.
    ///
    /// Changes nothing. What cannot even be begun is refused as `open` refuses it. O(n · links)
    package static func verify(path: String) throws(VectorRefusal) -> SnapshotReport {
        let source = try SnapshotSource(header: path)
        let header = source.header
        let damaged = try source.damagedBlocks(header.sums.indices)
        guard damaged.isEmpty else {
            return SnapshotReport(
                blocks: header.sums.count, damagedBlocks: damaged, vectors: 0, flaws: [])
        }
        guard let metric = Metric(rawValue: header.metric) else {
            throw .snapshotUnreadable(.wrongContents)
        }
        let collection = try VectorCollection.open(
            source, dimension: Int(header.dimension), metric: metric,
            model: String(decoding: header.model, as: UTF8.self))
        return SnapshotReport(
            blocks: header.sums.count, damagedBlocks: [], vectors: collection.count,
            flaws: collection.checkInvariants())
    }
}
