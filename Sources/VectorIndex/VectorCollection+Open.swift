import Base
import CKernels
import Foundation
import Synchronization

/// Opening a snapshot: its large parts become the memory of the index where they lie.
extension VectorCollection {
    /// Opens a snapshot made with the same model, metric and dimension.
    ///
    /// The header and the small parts are checked first, the large ones in the background: what is
    /// found there to be damaged is refused from then on (`.wrongChecksum`) by searches and changes,
    /// and no search before goes out of bounds. O(n) with a tiny constant: milliseconds a million.
    package static func open(
        path: String, dimension: Int, metric: Metric, model: String,
        instructions: VectorInstructions = .auto
    ) throws(VectorRefusal) -> VectorCollection {
        try open(
            SnapshotSource(path), dimension: dimension, metric: metric, model: model,
            instructions: instructions)
    }

    static func open(
        _ source: SnapshotSource, dimension: Int, metric: Metric, model: String,
        instructions: VectorInstructions = .auto
    ) throws(VectorRefusal) -> VectorCollection {
        let header = source.header
        guard header.model == Array(model.utf8) else { throw .snapshotOfAnother("model") }
        guard header.metric == metric.rawValue else { throw .snapshotOfAnother("metric") }
        guard Int(header.dimension) == dimension else { throw .snapshotOfAnother("dimension") }
        let collection = try VectorCollection(
            dimension: dimension, metric: metric, model: model,
            settings: HNSWSettings(
                connections: Int(header.connections),
                constructionWidth: Int(header.constructionWidth), seed: header.seed),
            instructions: instructions)
        try collection.writer.withLock { _ throws(VectorRefusal) in
            try collection.adopt(source)
        }
        source.checkInBackground()
        return collection
    }

    private func adopt(_ source: SnapshotSource) throws(VectorRefusal) {
        let header = source.header
        let used = Int(header.used)
        try adoptForm(source, used: used)
        for (part, slabs) in snapshotSlabs {
            guard let section = header.section(part), section.rowBytes == slabs.rowBytes,
                part == .upper || section.byteCount == used * slabs.rowBytes
            else { throw .snapshotUnreadable(.wrongContents) }
            guard
                slabs.map(
                    source.descriptor, offset: section.offset,
                    rows: section.byteCount / slabs.rowBytes)
            else { throw .snapshotUnreadable(.cannotRead) }
        }
        nodes.usedPlaces = UInt32(
            (header.section(.upper)?.byteCount ?? 0) / nodes.upper.rowBytes)
        nodes.usedSlots.store(used, ordering: .releasing)
        maintenance.levelsDrawn = header.levelsDrawn
        try takeStock(header)
        let ids = try words(.table, source)
        guard let found = IDTable(places: ids, used: used), found.count == count else {
            throw .snapshotUnreadable(.wrongContents)
        }
        table.withLock { $0 = found }
        let waiting = try words(.pending, source)
        guard waiting.count == pendingCount,
            waiting.allSatisfy({ $0 < used && nodes.state($0) == NodeState.pending })
        else { throw .snapshotUnreadable(.wrongContents) }
        pending.replace(with: waiting)
        pending.dropRetired()
        self.source = source
    }

    /// Small or large, as it was when it was saved.
    private func adoptForm(_ source: SnapshotSource, used: Int) throws(VectorRefusal) {
        if source.header.section(.centre) != nil {
            let bytes = try source.bytes(source.section(.centre, rows: 1, of: 4 * nodes.width))
            let centre = UnsafeMutablePointer<Float>.allocate(capacity: nodes.width)
            UnsafeMutableRawPointer(centre).copyMemory(from: bytes, byteCount: bytes.count)
            nodes.form.enlarge(heads: NodeFormBox.makeHeads(width: nodes.width), centre: centre)
            nodes.form.dropRetired()
            return
        }
        let rows = try source.section(.originals, rows: used, of: 4 * nodes.width)
        guard used <= VectorLimits.exactCrossover,
            let originals = nodes.form.current.pointee.originals
        else { throw .snapshotUnreadable(.wrongContents) }
        let bytes = try source.bytes(rows)
        UnsafeMutableRawPointer(originals).copyMemory(from: bytes, byteCount: bytes.count)
    }

    /// Counts the states, finds what is free, and checks that levels and the entry agree. O(n)
    private func takeStock(_ header: SnapshotHeader) throws(VectorRefusal) {
        var totals = [Int](repeating: 0, count: 4)
        var freed: [UInt32] = []
        var isTaken = [Bool](repeating: false, count: Int(nodes.usedPlaces))
        for slot in 0..<header.used {
            let state = nodes.states.row(slot)[0]
            let level = nodes.level(slot)
            guard state <= NodeState.linked, state != NodeState.dead, level <= VectorLimits.topLayer
            else { throw .snapshotUnreadable(.wrongContents) }
            totals[Int(state)] += 1
            if state == NodeState.free { freed.append(slot) }
            guard level > 0, state != NodeState.free else { continue }
            let place = Int(nodes.places.row(slot, of: UInt32.self)[0])
            guard place + level <= isTaken.count else {
                throw .snapshotUnreadable(.wrongContents)
            }
            for row in place..<place + level { isTaken[row] = true }
        }
        nodes.adopt(
            freed: freed,
            places: isTaken.indices.filter { !isTaken[$0] }.map { UInt32($0) })
        living.store(
            totals[Int(NodeState.linked)] + totals[Int(NodeState.pending)], ordering: .releasing)
        linked.store(totals[Int(NodeState.linked)], ordering: .releasing)
        guard totals[Int(NodeState.linked)] == Int(header.linked) else {
            throw .snapshotUnreadable(.wrongContents)
        }
        guard header.linked > 0 else { return }
        guard nodes.state(header.entry) == NodeState.linked else {
            throw .snapshotUnreadable(.wrongContents)
        }
        graph.setEntry(header.entry, level: nodes.level(header.entry))
    }

    private func words(_ part: SnapshotPart, _ source: SnapshotSource) throws(VectorRefusal)
        -> [UInt32]
    {
        guard let section = source.header.section(part), section.rowBytes == 4 else {
            throw .snapshotUnreadable(.wrongContents)
        }
        let bytes = try source.bytes(section)
        return bytes.withUnsafeBytes { Array($0.bindMemory(to: UInt32.self)) }
    }
}

extension SlabSection {
    /// Makes the slabs for so many rows out of a file: its pages, private to us, copied on change.
    ///
    /// The offset is a multiple of the page. Each slab is reserved as always and the file is laid
    /// over its beginning, so the last one has room to grow. False when the system refuses.
    func map(_ descriptor: Int32, offset: Int, rows count: Int) -> Bool {
        var left = count
        var place = offset
        while left > 0 {
            let bytes = min(left, rows) * rowBytes
            guard makeSlab(), let start = directory[slabCount - 1],
                mmap(
                    start, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, descriptor,
                    off_t(place)) != MAP_FAILED
            else { return false }
            place += bytes
            left -= min(left, rows)
        }
        return true
    }
}
