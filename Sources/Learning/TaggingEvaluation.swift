/// How good spans are on texts that were not learned from; a span counts when it is exactly right.
package struct TaggingEvaluation: Sendable, Hashable, Codable {
    package struct Counts: Sendable, Hashable, Codable {
        package var present = 0
        package var found = 0
        package var right = 0

        package init() {}

        package var precision: Double { found == 0 ? 0 : Double(right) / Double(found) }
        package var recall: Double { present == 0 ? 0 : Double(right) / Double(present) }
        /// The harmonic mean of both; 1 when there was nothing and nothing was found.
        package var f1: Double {
            present + found == 0 ? 1 : 2 * Double(right) / Double(present + found)
        }
    }

    package private(set) var texts = 0
    package private(set) var all = Counts()
    package private(set) var byKind: [String: Counts] = [:]

    package init() {}

    package var f1: Double { all.f1 }

    /// Adds one text's spans, of any kind of range.
    package mutating func add<Span: Hashable>(
        present: some Collection<Span>, found: some Collection<Span>,
        kind: (Span) -> String
    ) {
        texts += 1
        let truth = Set(present)
        for span in truth { note(kind(span)) { $0.present += 1 } }
        for span in Set(found) {
            note(kind(span)) { counts in
                counts.found += 1
                if truth.contains(span) { counts.right += 1 }
            }
        }
    }

    private mutating func note(_ kind: String, _ change: (inout Counts) -> Void) {
        change(&all)
        change(&byKind[kind, default: Counts()])
    }
}

/// What training measured on held-out texts; kept with the head.
package struct TaggingMetrics: Sendable, Hashable, Codable {
    package let penalty: Double
    package let heldOut: TaggingEvaluation
    /// Mean −log p of a token's tag among its neighbours'.
    package let negativeLogLikelihood: Double
}
