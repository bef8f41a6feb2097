/// Training rows with extras brought to mean 0 and spread 1, and a weight for each row.
struct PreparedRows {
    let rows: [Float]
    let labels: [Int]
    let weights: [Float]
    let classCount: Int
    let width: Int
    private let dimension: Int
    private let spreads: [Spread]

    init(_ set: TrainingSet, _ classWeights: HeadOptions.ClassWeights) {
        labels = set.labels
        classCount = set.classes.count
        width = set.width
        dimension = set.dimension
        let features = set.features
        let width = set.width
        spreads = (set.dimension..<set.width).map { column in
            Spread(stride(from: column, to: features.count, by: width).map { Double(features[$0]) })
        }
        rows = Self.scaled(features, width: width, dimension: set.dimension, spreads)
        var counts = [Int](repeating: 0, count: classCount)
        for label in labels { counts[label] += 1 }
        let even = Float(set.count) / Float(classCount)
        weights = labels.map { classWeights == .even ? 1 : even / Float(counts[$0]) }
    }

    var parameterCount: Int { classCount * (width + 1) }

    func scaled(_ features: [Float]) -> [Float] {
        Self.scaled(features, width: width, dimension: dimension, spreads)
    }

    /// Trains on some of the rows from a starting point.
    func train(rows chosen: [Int], penalty: Double, start: [Float], iterations: Int) -> [Float] {
        let objective = SoftmaxRegression(
            rows: gather(chosen), labels: chosen.map { labels[$0] },
            weights: chosen.map { weights[$0] }, classCount: classCount, width: width,
            penalty: penalty)
        return LBFGS(iterationsMaximum: iterations).minimise(start) {
            objective.evaluate($0, gradient: &$1)
        }
    }

    func logits(rows chosen: [Int], parameters: [Float]) -> [Float] {
        SoftmaxRegression.logits(
            gather(chosen), parameters, classCount: classCount, width: width)
    }

    /// Parameters that take raw extras and give the same scores.
    func unscaled(_ parameters: [Float]) -> [Float] {
        var result = parameters
        for row in 0..<classCount {
            let start = row * (width + 1)
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
