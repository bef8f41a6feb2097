/// Training rows with extras brought to mean 0 and one spread, and a weight for each row.
struct PreparedRows: Sendable {
    let rows: [Float]
    let labels: [Int]
    let weights: [Float]
    let classCount: Int
    let width: Int
    private let dimension: Int
    private let spreads: [Spread]
    /// Nil for very wide rows, and with hidden units, which are trained in another way.
    private let curvature: RowCurvature?

    init(_ set: TrainingSet, _ options: HeadOptions) {
        labels = set.labels
        classCount = set.classes.count
        width = set.width
        dimension = set.dimension
        let features = set.features
        let width = set.width
        spreads = (set.dimension..<set.width).map { column in
            Spread(stride(from: column, to: features.count, by: width).map { Double(features[$0]) })
                .narrowed(to: options.extrasSpread)
        }
        rows = Self.scaled(features, width: width, dimension: set.dimension, spreads)
        var counts = [Int](repeating: 0, count: classCount)
        for label in labels { counts[label] += 1 }
        let even = Float(set.count) / Float(classCount)
        weights = labels.map { options.classWeights == .even ? 1 : even / Float(counts[$0]) }
        curvature =
            options.hiddenUnits > 0
            ? nil : RowCurvature(rows: rows, weights: weights, classCount: classCount, width: width)
    }

    func scaled(_ features: [Float]) -> [Float] {
        Self.scaled(features, width: width, dimension: dimension, spreads)
    }

    /// Trains on some of the rows; what was found for a stronger penalty is a good place to start.
    func train(
        rows chosen: [Int], penalty: Double, start: HeadWeights?, _ options: HeadOptions
    ) -> HeadWeights {
        if options.hiddenUnits > 0 {
            return HiddenUnitsTraining(
                rows: rows, labels: labels, weights: weights, classCount: classCount,
                width: width, units: options.hiddenUnits, penalty: Float(penalty),
                epochs: options.epochs
            ).train(on: chosen, seed: options.seed)
        }
        let objective = SoftmaxRegression(
            rows: gather(chosen), labels: chosen.map { labels[$0] },
            weights: chosen.map { weights[$0] }, classCount: classCount, width: width,
            penalty: penalty)
        let zero = [Float](repeating: 0, count: objective.parameterCount)
        // Nearer to the minimum no held-out row is told better; without the curvature the last steps
        // are small ones.
        let descent = LBFGS(
            iterationsMaximum: options.iterationsMaximum,
            valueTolerance: curvature == nil ? 1e-5 : 1e-3,
            preconditioner: curvature?.preconditioner(penalty: penalty))
        return HeadWeights(
            wide: descent.minimise(start?.wide ?? zero) { objective.evaluate($0, gradient: &$1) })
    }

    func logits(rows chosen: [Int], _ head: HeadWeights) -> [Float] {
        head.logits(gather(chosen), classCount: classCount, width: width)
    }

    /// Weights that take raw extras and give the same scores.
    func unscaled(_ head: HeadWeights) -> HeadWeights {
        HeadWeights(wide: unscaled(head.wide), inner: unscaled(head.inner), outer: head.outer)
    }

    private func unscaled(_ parameters: [Float]) -> [Float] {
        var result = parameters
        for start in stride(from: 0, to: result.count, by: width + 1) {
            for (index, spread) in spreads.enumerated() {
                let place = start + dimension + index
                let weight = Double(parameters[place]) / spread.scale
                result[place] = Float(weight)
                result[start + width] -= Float(weight * spread.mean)
            }
        }
        return result
    }

    private func gather(_ chosen: [Int]) -> [Float] {
        var gathered: [Float] = []
        gathered.reserveCapacity(chosen.count * width)
        for row in chosen { gathered += rows[row * width..<(row + 1) * width] }
        return gathered
    }

    private static func scaled(
        _ features: [Float], width: Int, dimension: Int, _ spreads: [Spread]
    ) -> [Float] {
        guard !spreads.isEmpty else { return features }
        var scaled = features
        for start in stride(from: 0, to: features.count, by: width) {
            for (index, spread) in spreads.enumerated() {
                let place = start + dimension + index
                scaled[place] = Float((Double(features[place]) - spread.mean) / spread.scale)
            }
        }
        return scaled
    }
}
