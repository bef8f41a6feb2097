import Base
import CKernels
import Foundation

/// Saving to one file; the layout is drawn in `SnapshotHeader`.
extension VectorCollection {
    /// Saves everything; writers wait, searches do not. The file changes whole or not at all.
    ///
    /// Of removed vectors nothing is left in it, but for those that a search under way may still see.
    /// O(n · (dimension + links)), one pass over the memory as it lies, a megabyte besides.
    package func save(to path: String) throws(VectorRefusal) {
        try save(to: path, watch: .none)
    }

    func save(to path: String, watch: DiskWatch) throws(VectorRefusal) {
        try writer.withLock { _ throws(VectorRefusal) in
            // Damage must not be given sums that fit.
            try waitUntilWhole()
            bridgeDead(threads: 1)
            dropDeadPending()
            freeLimbo()
            nodes.clearFreed()
            let waiting = Array(pending.first(pending.count))
            var header = SnapshotHeader(
                metric: metric.rawValue, dimension: UInt32(dimension),
                connections: UInt32(settings.connections),
                constructionWidth: UInt32(settings.constructionWidth), used: UInt32(nodes.used),
                linked: UInt32(linkedCount), entry: graph.entry?.slot ?? SnapshotHeader.noEntry,
                seed: settings.seed, levelsDrawn: maintenance.levelsDrawn,
                model: Array(model.utf8))
            let table = table.withLock { $0 }
            header.lay(sections(waiting: waiting.count, table: table.places.count))
            let draft = try SnapshotDraft(path: path, header: header, watch: watch)
            try write(draft, waiting: waiting, table: table.places)
            try draft.finish()
        }
    }

    /// The parts of a snapshot in the order of the file; the small ones come first.
    private func sections(waiting: Int, table: Int) -> [SnapshotSection] {
        let used = nodes.used
        func section(_ part: SnapshotPart, _ rowBytes: Int, _ rows: Int) -> SnapshotSection {
            SnapshotSection(part: part, rowBytes: rowBytes, byteCount: rowBytes * rows)
        }
        let isLarge = nodes.form.current.pointee.isLarge
        return [
            section(.pending, 4, waiting), section(.table, 4, table),
            isLarge
                ? section(.centre, 4 * nodes.width, 1)
                : section(.originals, 4 * nodes.width, used),
        ]
            + snapshotSlabs.map { part, slabs in
                section(part, slabs.rowBytes, part == .upper ? Int(nodes.usedPlaces) : used)
            }
    }

    /// The sections of the memory that are mapped back as they lie.
    var snapshotSlabs: [(part: SnapshotPart, slabs: SlabSection)] {
        [
            (.ids, nodes.ids), (.states, nodes.states), (.levels, nodes.levels),
            (.places, nodes.places), (.upper, nodes.upper), (.ground, nodes.ground),
            (.heads, nodes.form.heads), (.codes, nodes.codes), (.rests, nodes.rests),
        ]
    }

    private func write(_ draft: SnapshotDraft, waiting: [UInt32], table: [UInt32])
        throws(VectorRefusal)
    {
        try draft.begin(.pending)
        for slot in waiting { try draft.add(number: slot) }
        try draft.begin(.table)
        for place in table { try draft.add(number: place) }
        let form = nodes.form.current
        if let centre = form.pointee.centre {
            try draft.begin(.centre)
            try draft.add(UnsafeRawBufferPointer(start: centre, count: 4 * nodes.width))
        } else if let originals = form.pointee.originals {
            try draft.begin(.originals)
            try draft.add(
                UnsafeRawBufferPointer(start: originals, count: 4 * nodes.width * nodes.used))
        }
        for (part, slabs) in snapshotSlabs {
            try draft.begin(part)
            var left = part == .upper ? Int(nodes.usedPlaces) : nodes.used
            for slab in 0..<slabs.slabCount where left > 0 {
                let rows = min(left, slabs.rows)
                try draft.add(
                    UnsafeRawBufferPointer(
                        start: slabs.directory[slab], count: rows * slabs.rowBytes))
                left -= rows
            }
        }
    }

    /// Takes the dead out of the list of the pending; nothing else refers to them.
    private func dropDeadPending() {
        let all = pending.first(pending.count)
        let kept = all.filter { nodes.state($0) == NodeState.pending }
        guard kept.count < all.count else { return }
        let dropped = all.filter { nodes.state($0) == NodeState.dead }
        pending.replace(with: kept)
        maintenance.deadPending = 0
        retire(dropped)
    }

    /// Returns once nothing of the file that this was opened from is in doubt; refuses damage.
    ///
    /// Searches need not ask: they stay within bounds whatever a link says. Whoever follows links to
    /// change them does not.
    func waitUntilWhole() throws(VectorRefusal) {
        guard !isWhole else { return }
        throw .snapshotUnreadable(.wrongChecksum)
    }

    /// Whether nothing of the file that this was opened from is damaged; waits for the answer.
    var isWhole: Bool { source?.isWhole() ?? true }

    /// Refuses when the background check has found damage by now. O(1)
    func refuseDamage() throws(VectorRefusal) {
        guard let source, source.isDamaged else { return }
        throw .snapshotUnreadable(.wrongChecksum)
    }
}
