import CBLAS

/// Trains heads; pure and repeatable.
package enum HeadTrainer {
    /// A head for a set: folds choose the penalty and calibrate, then all rows train the weights.
    ///
    /// O(penalties · folds · iterations · rows · classes · width). It blocks the thread for as long
    /// as it takes: seconds for 10,000 rows of 384.
    package static func train(
        _ set: TrainingSet, model: String, options: HeadOptions = HeadOptions()
    ) throws(LearningRefusal) -> ClassifierHead {
        try check(set, model, options)
        // One BLAS thread gives the same sums every time.
        openblas_set_num_threads(1)
        let prepared = PreparedRows(set, options)
        let folds = Folds(
            labels: set.labels, classCount: set.classes.count, count: options.folds,
            seed: options.seed)
        let chosen = choosePenalty(prepared, folds, options)
        let weights = prepared.train(
            rows: Array(0..<set.count), penalty: chosen.penalty, start: chosen.start, options)
        let temperature = Temperature.fit(
            logits: chosen.logits, labels: set.labels, classCount: set.classes.count)
        let scope = tuneScope(
            set, prepared, heldOut: chosen.logits, weights,
            temperature: temperature, options)
        return ClassifierHead(
            model: model, classes: set.classes, dimension: set.dimension,
            extraNames: set.extraNames, dataFingerprint: set.fingerprint,
            metrics: metrics(set, chosen, temperature, scope),
            weights: prepared.unscaled(weights), temperature: temperature,
            outOfScope: scope.rule)
    }

    private static func check(_ set: TrainingSet, _ model: String, _ options: HeadOptions)
        throws(LearningRefusal)
    {
        guard LearningLimits.nameBytes.contains(model.utf8.count) else {
            throw .outOfRange("model name bytes")
        }
        guard LearningLimits.folds.contains(options.folds) else { throw .outOfRange("folds") }
        guard LearningLimits.iterations.contains(options.iterationsMaximum) else {
            throw .outOfRange("iterations")
        }
        guard LearningLimits.hiddenUnits.contains(options.hiddenUnits) else {
            throw .outOfRange("hidden units")
        }
        guard LearningLimits.epochs.contains(options.epochs) else { throw .outOfRange("epochs") }
        guard options.extrasSpread > 0, options.extrasSpread.isFinite else {
            throw .outOfRange("spread of extras")
        }
        guard !options.penalties.isEmpty, options.penalties.allSatisfy({ $0 > 0 && $0.isFinite })
        else { throw .outOfRange("penalties") }
        var counts = [Int](repeating: 0, count: set.classes.count)
        for label in set.labels { counts[label] += 1 }
        for (name, count) in zip(set.classes, counts) where count < 2 {
            throw .tooFewRows(ofClass: name)
        }
    }

    private struct Choice {
        let penalty: Double
        /// Held-out logits for every row.
        let logits: [Float]
        /// Weights of one fold, near the final ones: a good place to start from.
        let start: HeadWeights?
    }

    /// The penalty with the lowest held-out loss, and the logits that every fold has for its rows.
    ///
    /// As many folds as hold `choiceRows` tell the penalties apart, from the strongest on, until one
    /// is worse; the others learn with the chosen one only. A fold starts where the stronger penalty
    /// left it, and never from weights that have seen its rows.
    private static func choosePenalty(
        _ prepared: PreparedRows, _ folds: Folds, _ options: HeadOptions
    ) -> Choice {
        let perFold = max(1, prepared.labels.count / folds.count)
        let judges = min(
            folds.count, (LearningLimits.choiceRows + perFold - 1) / perFold)
        let penalties = options.penalties.sorted(by: >)
        var best: (penalty: Double, loss: Double, learned: [FoldOutcome])?
        var starts = [HeadWeights?](repeating: nil, count: folds.count)
        for penalty in penalties {
            let before = starts
            let learned = concurrently(penalties.count == 1 ? 0 : judges) { fold in
                learn(fold, folds, prepared, penalty, from: before[fold], options)
            }
            for (fold, outcome) in learned.enumerated() { starts[fold] = outcome.weights }
            let loss = loss(learned, prepared)
            if let best, loss >= best.loss { break }
            best = (penalty, loss, learned)
        }
        guard let best else { preconditionFailure("there is at least one penalty") }
        let known = best.learned.count
        let others = concurrently(folds.count - known) { number in
            learn(known + number, folds, prepared, best.penalty, from: nil, options)
        }
        let outcomes = best.learned + others
        let classCount = prepared.classCount
        var logits = [Float](repeating: 0, count: prepared.labels.count * classCount)
        for outcome in outcomes {
            for (index, row) in outcome.rows.enumerated() {
                for column in 0..<classCount {
                    logits[row * classCount + column] = outcome.logits[index * classCount + column]
                }
            }
        }
        return Choice(penalty: best.penalty, logits: logits, start: outcomes[0].weights)
    }

    /// What one fold's weights, learned from the other folds, say of its rows.
    private struct FoldOutcome: Sendable {
        let rows: [Int]
        let logits: [Float]
        let weights: HeadWeights
    }

    private static func learn(
        _ fold: Int, _ folds: Folds, _ prepared: PreparedRows, _ penalty: Double,
        from start: HeadWeights?, _ options: HeadOptions
    ) -> FoldOutcome {
        let weights = prepared.train(
            rows: folds.rows(outside: fold), penalty: penalty, start: start, options)
        let held = folds.rows(in: fold)
        return FoldOutcome(
            rows: held, logits: prepared.logits(rows: held, weights), weights: weights)
    }

    /// Mean loss at the best temperature.
    private static func loss(_ outcomes: [FoldOutcome], _ prepared: PreparedRows) -> Double {
        let logits = outcomes.flatMap(\.logits)
        let labels = outcomes.flatMap { $0.rows.map { prepared.labels[$0] } }
        let temperature = Temperature.fit(
            logits: logits, labels: labels, classCount: prepared.classCount)
        return Temperature.negativeLogLikelihood(
            logits: logits, labels: labels, classCount: prepared.classCount,
            temperature: temperature)
    }

    private struct Scope {
        let rule: OutOfScopeRule
        let evaluation: OutOfScopeEvaluation
    }

    private static func tuneScope(
        _ set: TrainingSet, _ prepared: PreparedRows, heldOut: [Float], _ weights: HeadWeights,
        temperature: Double, _ options: HeadOptions
    ) -> Scope {
        let nearest = NearestVotes(set)
        let step = max(1, set.count / LearningLimits.distanceSample)
        let sample = Array(stride(from: 0, to: set.count, by: step))
        let width = set.width
        let sampled = sample.flatMap { set.features[$0 * width..<($0 + 1) * width] }
        let distances = nearest.nearestDistances(sampled, width: width, own: sample)
        let classCount = set.classes.count
        let inScope = zip(sample, distances).map { row, distance in
            ClassifierHead.traits(
                heldOut[row * classCount..<(row + 1) * classCount], temperature,
                nearestDistance: distance)
        }
        let strange = nearest.nearestDistances(set.outOfScope, width: width, own: nil)
        let logits = weights.logits(
            prepared.scaled(set.outOfScope), classCount: classCount, width: width)
        let outOfScope = strange.indices.map { row in
            ClassifierHead.traits(
                logits[row * classCount..<(row + 1) * classCount], temperature,
                nearestDistance: strange[row])
        }
        let rule = OutOfScopeRule(
            inScope: inScope, outOfScope: outOfScope,
            falseRejectionShare: options.falseRejectionShare)
        return Scope(
            rule: rule,
            evaluation: OutOfScopeEvaluation(
                inScope: inScope.map { rule.score($0) > rule.threshold },
                outOfScope: outOfScope.map { rule.score($0) > rule.threshold }))
    }

    private static func metrics(
        _ set: TrainingSet, _ chosen: Choice, _ temperature: Double, _ scope: Scope
    ) -> HeadMetrics {
        let classCount = set.classes.count
        let probabilities = set.labels.indices.map { row in
            Temperature.probabilities(
                chosen.logits[row * classCount..<(row + 1) * classCount], temperature)
        }
        return HeadMetrics(
            penalty: chosen.penalty, temperature: temperature,
            heldOut: HeadEvaluation(
                probabilities: probabilities, labels: set.labels, classCount: classCount),
            uncalibratedNegativeLogLikelihood: Temperature.negativeLogLikelihood(
                logits: chosen.logits, labels: set.labels, classCount: classCount,
                temperature: 1),
            outOfScope: scope.evaluation, outOfScopeExamples: set.outOfScopeCount)
    }
}
