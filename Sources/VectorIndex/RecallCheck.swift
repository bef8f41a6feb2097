import CKernels
import Synchronization

/// How much of the truth the graph finds, measured on a sample of the collection's own vectors.
package struct RecallCheck: Sendable, Hashable {
    /// Vectors that were asked for their neighbours.
    package let sample: Int
    package let k: Int
    /// The recall that was wished for.
    package let goal: Double
    /// The narrowest width tried that reaches the goal, or the widest.
    package let width: Int
    /// The share of the exact `k` nearest that the graph finds with that width.
    package let recall: Double

    package var isReached: Bool { recall >= goal }
}

extension VectorCollection {
    /// Widths that are tried, from the quickest on.
    private static let widths = [16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 1_024]
    /// Vectors whose neighbours are looked for.
    package static let checkSample = 1...4_096

    /// Measures recall against exact search and from then on searches with the width that suffices.
    ///
    /// Every sampled vector is asked for its `k` nearest as if it were not there. Blocks for
    /// O(sample · (n + widths · width · links) · dimension); other threads search and change meanwhile.
    @discardableResult
    package func checkRecall(
        goal: Double = VectorLimits.recallDefault, k: Int = 10, sample: Int = 256
    ) throws(VectorRefusal) -> RecallCheck {
        guard VectorLimits.results.contains(k + 1) else { throw .countOutOfRange(k) }
        guard Self.checkSample.contains(sample) else { throw .countOutOfRange(sample) }
        let asked = sampledSlots(sample).compactMap { slot in
            vector(nodes.id(slot)).map { (slot: slot, id: nodes.id(slot), vector: $0) }
        }
        var truth: [Set<Int64>] = []
        let together = ExactSearch.queriesTogether
        for first in stride(from: 0, to: asked.count, by: together) {
            let share = asked[first..<min(first + together, asked.count)]
            let found = try search(batch: share.map(\.vector), k: k + 1, strategy: .exact)
            for (query, hits) in zip(share, found) {
                truth.append(Set(hits.map(\.id).filter { $0 != query.id }.prefix(k)))
            }
        }
        let total = truth.reduce(0) { $0 + $1.count }
        var width = Self.widths[0]
        var recall = 0.0
        for wider in Self.widths where wider >= k && recall < goal {
            width = wider
            var hits = 0
            for (query, right) in zip(asked, truth) {
                let found = try search(query.vector, without: query.slot, k: k, width: width)
                hits += right.intersection(found.map(\.id)).count
            }
            recall = total == 0 ? 1 : Double(hits) / Double(total)
        }
        tuned.store(width, ordering: .releasing)
        return RecallCheck(
            sample: asked.count, k: k, goal: goal, width: width, recall: recall)
    }

    /// What the graph would answer if a node were not in it, which is then like any new query.
    private func search(_ query: [Float], without slot: UInt32, k: Int, width: Int)
        throws(VectorRefusal) -> [Neighbour]
    {
        try readers.read { (scratch) throws(VectorRefusal) in
            try load(query, scratch)
            scratch.hidden = slot
            defer { scratch.hidden = nil }
            return answer(
                .graph(width: width, share: 1), k: k, filter: .everything, scratch: scratch)
        }
    }

    /// Nodes of the graph, evenly over the slots.
    private func sampledSlots(_ count: Int) -> [UInt32] {
        let used = nodes.used
        let step = max(1, used / count)
        return stride(from: 0, to: used, by: step).prefix(count).map { UInt32($0) }
            .filter { nodes.state($0) == NodeState.linked }
    }
}
