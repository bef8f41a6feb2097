import CKernels

/// What searches have cost so far, in counts that do not depend on the machine.
package struct SearchEffort: Sendable, Hashable {
    /// Codes that were compared with a query.
    package let distances: Int
    /// Nodes that were met on the way, most of them left out by their sketch.
    package let visited: Int
}

extension VectorCollection {
    /// The sum over the searches of this thread, while no other thread searches. O(1)
    ///
    /// For measuring: the difference around a search is what that search cost.
    package var effort: SearchEffort {
        readers.read { scratch in
            SearchEffort(
                distances: Int(scratch.walk.pointee.distances),
                visited: Int(scratch.walk.pointee.visits))
        }
    }
}
