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

    /// The penalty with the lowest held-out loss. Folds start where the stronger penalty ended.
    private static func choosePenalty(
        _ prepared: PreparedRows, _ folds: Folds, _ options: HeadOptions
    ) -> Choice {
        var starts = [HeadWeights?](repeating: nil, count: folds.count)
        var best: (loss: Double, choice: Choice)?
        for penalty in options.penalties.sorted(by: >) {
            var logits = [Float](
                repeating: 0, count: prepared.labels.count * prepared.classCount)
            for fold in 0..<folds.count {
                let weights = prepared.train(
                    rows: folds.rows(outside: fold), penalty: penalty, start: starts[fold],
                    options)
                starts[fold] = weights
                let held = folds.rows(in: fold)
                let found = prepared.logits(rows: held, weights)
                for (index, row) in held.enumerated() {
                    for column in 0..<prepared.classCount {
                        logits[row * prepared.classCount + column] =
                            found[index * prepared.classCount + column]
                    }
                }
            }
            let temperature = Temperature.fit(
                logits: logits, labels: prepared.labels, classCount: prepared.classCount)
            let loss = Temperature.negativeLogLikelihood(
                logits: logits, labels: prepared.labels, classCount: prepared.classCount,
                temperature: temperature)
            if best.map({ loss < $0.loss }) ?? true {
                best = (loss, Choice(penalty: penalty, logits: logits, start: starts[0]))
            }
        }
        guard let best else { preconditionFailure("there is at least one penalty") }
        return best.choice
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
