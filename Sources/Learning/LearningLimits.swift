/// The limits of the room and the defaults of training.
package enum LearningLimits {
    package static let dimension = 1...4_096
    package static let extras = 0...256
    package static let classes = 2...1_000
    package static let rows = 0...1_000_000
    package static let folds = 2...20
    package static let iterations = 1...2_000
    package static let hiddenUnits = 0...1_024
    package static let epochs = 1...1_000
    package static let nameBytes = 1...256
    /// Held-out rows that tell penalties apart; folds beyond them only calibrate.
    static let choiceRows = 2_000
    /// Bytes of a saved head.
    package static let fileBytes = 0...(64 << 20)
    /// Rows whose nearest neighbour is looked up for the out-of-scope rule.
    static let distanceSample = 2_000
}

/// How to train a head; the defaults suit a few hundred to ten thousand utterances.
package struct HeadOptions: Sendable {
    package enum ClassWeights: Sendable, Hashable {
        case even
        /// Every class counts the same, however many rows it has.
        case balanced
    }

    package var classWeights = ClassWeights.balanced
    /// Strengths of the L2 penalty to choose from, per row.
    package var penalties = [1e-5, 1e-4, 1e-3, 1e-2]
    package var folds = 5
    package var iterationsMaximum = 200
    /// Hidden units beside the linear part; with any, training is by descent over `epochs`.
    package var hiddenUnits = 0
    /// Passes over the rows; only with hidden units.
    package var epochs = 10
    /// The spread that extras are brought to; less makes them count less beside the embedding.
    package var extrasSpread = 1.0
    /// The share of in-scope utterances that may be taken for out-of-scope.
    package var falseRejectionShare = 0.05
    package var seed: UInt64 = 1

    package init() {}
}
