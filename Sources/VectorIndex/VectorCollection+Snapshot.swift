import Base
import CKernels
import Synchronization

/// Saving to one file and opening it again; the layout is drawn in `SnapshotHeader`.
extension VectorCollection {
    /// Saves everything; writers wait, searches do not. The file changes whole or not at all.
    ///
    /// O(n · (dimension + links)), one pass, one block of memory.
    package func save(to path: String) throws(VectorRefusal) {
        try writer.withLock { _ throws(VectorRefusal) in
            bridgeDead(threads: 1)
            let linked = (0..<UInt32(nodes.used)).filter {
                nodes.state($0) == NodeState.linked
            }
            let waiting = pending.first(pending.count).filter {
                nodes.state($0) == NodeState.pending
            }
            let order = linked + waiting
            var places = [UInt32](repeating: 0, count: nodes.used)
            for (place, slot) in order.enumerated() { places[Int(slot)] = UInt32(place) }
            let header = SnapshotHeader(
                metric: metric.rawValue, dimension: UInt32(dimension),
                connections: UInt32(settings.connections),
                constructionWidth: UInt32(settings.constructionWidth), model: Array(model.utf8),
                count: UInt64(order.count), seed: settings.seed,
                levelsDrawn: upkeep.levelsDrawn,
                entry: graph.entry.map { places[Int($0.slot)] } ?? SnapshotHeader.noEntry,
                linked: UInt32(linked.count))
            let file = try SnapshotFile(path: path, headerBytes: header.byteCount)
            for slot in order { try file.write(number: nodes.id(slot)) }
            for slot in order { try file.write(number: UInt8(nodes.level(slot))) }
            for slot in order {
                for component in vector(nodes.id(slot)) ?? [] {
                    try file.write(number: component.bitPattern)
                }
            }
            for slot in linked {
                for layer in 0...nodes.level(slot) {
                    let links = nodes.links(slot, layer: layer)
                    try file.write(number: UInt32(links.count))
                    for link in links { try file.write(number: places[Int(link)]) }
                }
            }
            try file.finish(header)
        }
    }

    /// Opens a snapshot made with the same model, metric and dimension; refuses anything damaged.
    ///
    /// O(n · (dimension + links)). Every number is checked before it is used.
    package static func open(
        path: String, dimension: Int, metric: Metric, model: String
    ) throws(VectorRefusal) -> VectorCollection {
        var reader = SnapshotReader(try SnapshotFile.read(path))
        let header = try SnapshotHeader(reading: &reader)
        guard header.model == Array(model.utf8) else { throw .snapshotOfAnother("model") }
        guard header.metric == metric.rawValue else { throw .snapshotOfAnother("metric") }
        guard Int(header.dimension) == dimension else { throw .snapshotOfAnother("dimension") }
        let count = Int(header.count)
        guard header.bodyBytes == UInt64(reader.left), count * (9 + 4 * dimension) <= reader.left
        else { throw .snapshotUnreadable(.wrongSize) }
        guard reader.checksumOfRest() == header.bodyChecksum else {
            throw .snapshotUnreadable(.wrongChecksum)
        }
        let collection = try VectorCollection(
            dimension: dimension, metric: metric, model: model,
            settings: HNSWSettings(
                connections: Int(header.connections),
                constructionWidth: Int(header.constructionWidth), seed: header.seed))
        try collection.fill(header, &reader)
        return collection
    }

    private func fill(_ header: SnapshotHeader, _ reader: inout SnapshotReader)
        throws(VectorRefusal)
    {
        let count = Int(header.count)
        let linked = Int(header.linked)
        upkeep.levelsDrawn = header.levelsDrawn
        var ids: [Int64] = []
        for _ in 0..<count { ids.append(Int64(bitPattern: try reader.long())) }
        var levels: [Int] = []
        for _ in 0..<count { levels.append(Int(try reader.byte())) }
        guard levels.allSatisfy({ $0 <= VectorLimits.topLayer }) else {
            throw .snapshotUnreadable(.wrongContents)
        }
        for place in 0..<count {
            let start = try reader.take(dimension * 4)
            let vector = reader.data.withUnsafeBytes { bytes in
                (0..<dimension).map {
                    bytes.loadUnaligned(fromByteOffset: start + 4 * $0, as: Float.self)
                }
            }
            let squared = try checked(vector)
            guard !contains(ids[place]), metric != .cosine || abs(squared - 1) < 1e-3 else {
                throw .snapshotUnreadable(.wrongContents)
            }
            try store(ids[place], vector, squared: squared, level: levels[place])
        }
        for slot in 0..<UInt32(linked) { nodes.setState(slot, NodeState.linked) }
        pending.removeFirst(linked)
        self.linked.store(linked, ordering: .releasing)
        for slot in 0..<UInt32(linked) {
            for layer in 0...nodes.level(slot) {
                try fillLinks(slot, layer: layer, linked: linked, &reader)
            }
        }
        guard reader.left == 0 else { throw .snapshotUnreadable(.wrongSize) }
        guard linked > 0 else { return }
        let top = nodes.level(header.entry)
        guard (0..<UInt32(linked)).allSatisfy({ nodes.level($0) <= top }) else {
            throw .snapshotUnreadable(.wrongContents)
        }
        graph.setEntry(header.entry, level: top)
    }

    private func fillLinks(
        _ slot: UInt32, layer: Int, linked: Int, _ reader: inout SnapshotReader
    ) throws(VectorRefusal) {
        let count = Int(try reader.word())
        guard count <= settings.maximumLinks(layer: layer) else {
            throw .snapshotUnreadable(.wrongContents)
        }
        var links: [UInt32] = []
        for _ in 0..<count {
            let link = try reader.word()
            guard link < linked, link != slot, nodes.level(link) >= layer, !links.contains(link)
            else { throw .snapshotUnreadable(.wrongContents) }
            links.append(link)
        }
        nodes.setLinks(slot, layer: layer, links)
    }
}

extension SnapshotFile {
    func write(number: some FixedWidthInteger) throws(VectorRefusal) {
        let place = number.littleEndian
        try withUnsafeBytes(of: place) { (bytes) throws(VectorRefusal) in try write(bytes) }
    }
}
