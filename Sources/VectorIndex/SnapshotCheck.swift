/// What `verify` found out about the files of an index.
package struct SnapshotReport: Sendable, Hashable {
    /// Blocks of the snapshot that were summed.
    package let blocks: Int
    /// The numbers of those whose bytes have changed since they were written.
    package let damagedBlocks: [Int]
    /// Vectors of the snapshot, and records of the log behind it.
    package let vectors: Int
    package let records: Int
    /// Everything else that is wrong, in words.
    package let flaws: [String]

    package var isSound: Bool { damagedBlocks.isEmpty && flaws.isEmpty }
}

extension StoredCollection {
    /// Checks everything: the header, every block, that the contents agree, and the log.
    ///
    /// Changes nothing. What cannot even be begun is refused as `open` refuses it. O(n · links)
    package static func verify(path: String) throws(VectorRefusal) -> SnapshotReport {
        let source = try SnapshotSource(header: path)
        let header = source.header
        let damaged = try source.damagedBlocks(header.sums.indices)
        guard damaged.isEmpty else {
            return SnapshotReport(
                blocks: header.sums.count, damagedBlocks: damaged, vectors: 0, records: 0,
                flaws: [])
        }
        guard let metric = Metric(rawValue: header.metric) else {
            throw .snapshotUnreadable(.wrongContents)
        }
        let collection = try VectorCollection.open(
            source, dimension: Int(header.dimension), metric: metric,
            model: String(decoding: header.model, as: UTF8.self))
        var flaws = collection.checkInvariants()
        var records = 0
        do throws(VectorRefusal) {
            records = try recordsOfLog(path + ".log", header, &flaws)
        } catch {
            flaws.append("the log: \(error.detail)")
        }
        return SnapshotReport(
            blocks: header.sums.count, damagedBlocks: [], vectors: collection.count,
            records: records, flaws: flaws)
    }

    private static func recordsOfLog(
        _ path: String, _ header: SnapshotHeader, _ flaws: inout [String]
    ) throws(VectorRefusal) -> Int {
        guard DiskFile.exists(path) else { return 0 }
        let file = try DiskFile(path, emptied: false, watch: .none)
        var reading = try LogReading(
            file, dimension: Int(header.dimension), generation: header.generation,
            model: header.model)
        guard !reading.isOlder else { return 0 }
        while try reading.next() != nil {}
        if reading.position < file.byteCount {
            let behind = try reading.hasRecordsBehind()
            flaws.append(
                behind
                    ? "the log is damaged at byte \(reading.position)"
                    : "the log ends in \(file.byteCount - reading.position) bytes of no record")
        }
        return Int(reading.number)
    }
}
