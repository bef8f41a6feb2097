import CBLAS

/// How to train a tagging head; the defaults suit some thousand short texts.
package struct TaggingOptions: Sendable {
    /// Strengths of the L2 penalty to choose from, per token.
    package var penalties = [1e-4, 1e-5]
    /// One part in so many is held out to choose and to measure.
    package var folds = 5
    package var iterationsMaximum = 100
    package var seed: UInt64 = 1

    package init() {}
}

/// Trains tagging heads; pure and repeatable.
package enum TaggingTrainer {
    /// A head for a set: held-out texts choose the penalty and measure, then all texts train.
    ///
    /// O(penalties · iterations · tokens · tags · (dimension + tags)). It blocks the thread for as
    /// long as it takes: seconds for 8,000 short texts of 400 numbers a token.
    package static func train(
        _ set: TaggingSet, model: String, options: TaggingOptions = TaggingOptions()
    ) throws(LearningRefusal) -> TaggingHead {
        try check(set, model, options)
        // One BLAS thread gives the same sums every time; the parts share the cores.
        openblas_set_num_threads(1)
        let folds = Folds(
            labels: [Int](repeating: 0, count: set.count), classCount: 1, count: options.folds,
            seed: options.seed)
        let learned = TaggingObjective(set, folds.rows(outside: 0), penalty: 0)
        let held = TaggingObjective(set, folds.rows(in: 0), penalty: 0)
        var start = [Float](repeating: 0, count: learned.parameterCount)
        var best: (penalty: Double, loss: Double, values: [Float])?
        for penalty in options.penalties.sorted(by: >) {
            start = minimise(TaggingObjective(learned, penalty: penalty), from: start, options)
            let loss = held.loss(start)
            if let best, loss >= best.loss { break }
            best = (penalty, loss, start)
        }
        guard let best else { preconditionFailure("there is at least one penalty") }
        let metrics = TaggingMetrics(
            penalty: best.penalty,
            heldOut: evaluate(
                TagWeights(scheme: set.scheme, dimension: set.dimension, values: best.values),
                set, folds.rows(in: 0)),
            negativeLogLikelihood: best.loss)
        let all = TaggingObjective(set, Array(0..<set.count), penalty: best.penalty)
        return TaggingHead(
            model: model, kinds: set.kinds, dimension: set.dimension,
            dataFingerprint: set.fingerprint, metrics: metrics,
            weights: TagWeights(
                scheme: set.scheme, dimension: set.dimension,
                values: minimise(all, from: best.values, options)))
    }

    private static func minimise(
        _ objective: TaggingObjective, from start: [Float], _ options: TaggingOptions
    ) -> [Float] {
        LBFGS(iterationsMaximum: options.iterationsMaximum, valueTolerance: 1e-4)
            .minimise(start) { objective.evaluate($0, gradient: &$1) }
    }

    private static func evaluate(
        _ weights: TagWeights, _ set: TaggingSet, _ chosen: [Int]
    ) -> TaggingEvaluation {
        let chain = TagChain(weights)
        var evaluation = TaggingEvaluation()
        for text in chosen {
            let one = set.texts([text])
            func named(_ tags: [Int]) -> [TokenSpan] {
                set.scheme.spans(tags).map {
                    TokenSpan(kind: set.kinds[$0.kind], tokens: $0.tokens)
                }
            }
            let scores = weights.emissions(one.rows, starts: one.starts)
            evaluation.add(present: named(one.tags), found: named(chain.best(scores))) { $0.kind }
        }
        return evaluation
    }

    private static func check(
        _ set: TaggingSet, _ model: String, _ options: TaggingOptions
    ) throws(LearningRefusal) {
        guard LearningLimits.nameBytes.contains(model.utf8.count) else {
            throw .outOfRange("model name bytes")
        }
        guard LearningLimits.folds.contains(options.folds), set.count >= options.folds else {
            throw .outOfRange("folds")
        }
        guard LearningLimits.iterations.contains(options.iterationsMaximum) else {
            throw .outOfRange("iterations")
        }
        guard !options.penalties.isEmpty, options.penalties.allSatisfy({ $0 > 0 && $0.isFinite })
        else { throw .outOfRange("penalties") }
        for (number, kind) in set.kinds.enumerated()
        where set.tags.count(where: { $0 == TagScheme.begin(number) }) < 2 {
            throw .tooFewRows(ofClass: kind)
        }
    }
}
