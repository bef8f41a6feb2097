/// A trained classifier over embeddings of one model; a value, safe to share.
package struct ClassifierHead: Sendable, Hashable {
    /// The embedding model it was trained on.
    package let model: String
    package let classes: [String]
    package let dimension: Int
    package let extraNames: [String]
    /// Which data it was trained on; see `TrainingSet.fingerprint`.
    package let dataFingerprint: String
    package let metrics: HeadMetrics
    /// For raw extras: what brought them to one spread is worked in.
    let weights: HeadWeights
    let temperature: Double
    let outOfScope: OutOfScopeRule

    var width: Int { dimension + extraNames.count }

    /// What the head thinks of one row. O((classes + hidden units) · width)
    ///
    /// `nearestDistance` comes from `NearestVotes`; without it the other two traits decide whether
    /// the row is out of scope.
    package func predict(
        _ embedding: [Float], extras: [Float] = [], nearestDistance: Float? = nil
    ) throws(LearningRefusal) -> HeadPrediction {
        guard embedding.count == dimension else {
            throw .wrongDimension(expected: dimension, found: embedding.count)
        }
        guard extras.count == extraNames.count else {
            throw .wrongExtras(expected: extraNames.count, found: extras.count)
        }
        guard embedding.allSatisfy(\.isFinite), extras.allSatisfy(\.isFinite) else {
            throw .notFinite
        }
        let logits = weights.logits(
            embedding + extras, classCount: classes.count, width: width)
        let traits = Self.traits(logits[...], temperature, nearestDistance: nearestDistance)
        let score = outOfScope.score(traits)
        return HeadPrediction(
            classes: classes, probabilities: Temperature.probabilities(logits, temperature),
            outOfScopeScore: score, isOutOfScope: score > outOfScope.threshold)
    }

    /// Refuses unless the head belongs to the model that is in use.
    package func require(model: String, dimension: Int) throws(LearningRefusal) {
        guard self.model == model else {
            throw .anotherModel(expected: model, found: self.model)
        }
        guard self.dimension == dimension else {
            throw .wrongDimension(expected: dimension, found: self.dimension)
        }
    }

    /// Doubt, strangeness, distance; a missing distance is NaN and leaves the score as it is.
    static func traits(
        _ logits: ArraySlice<Float>, _ temperature: Double, nearestDistance: Float?
    ) -> [Double] {
        let highest = Temperature.probabilities(logits, temperature).max() ?? 0
        return [
            1 - highest, -Temperature.energy(logits, temperature),
            nearestDistance.map { Double($0) } ?? .nan,
        ]
    }
}

/// The outcome for one row.
package struct HeadPrediction: Sendable, Hashable {
    package let classes: [String]
    /// Calibrated, by class, summing to 1.
    package let probabilities: [Double]
    /// In 0…1, higher is stranger.
    package let outOfScopeScore: Double
    package let isOutOfScope: Bool

    /// The likeliest class and how sure the head is.
    package var best: (name: String, confidence: Double) {
        let index = probabilities.indices.max { probabilities[$0] < probabilities[$1] } ?? 0
        return (classes[index], probabilities[index])
    }

    /// Classes with their probabilities, likeliest first.
    package var ranked: [(name: String, confidence: Double)] {
        zip(classes, probabilities).map { (name: $0, confidence: $1) }
            .sorted { $0.confidence > $1.confidence }
    }
}

/// What training measured on held-out folds; kept with the head.
package struct HeadMetrics: Sendable, Hashable, Codable {
    package let penalty: Double
    package let temperature: Double
    package let heldOut: HeadEvaluation
    /// The same folds before calibration.
    package let uncalibratedNegativeLogLikelihood: Double
    /// On held-out rows in scope and on the examples that the rule was tuned with.
    package let outOfScope: OutOfScopeEvaluation
    package let outOfScopeExamples: Int
}
