/// A trained tagger over the token vectors of one model; a value, safe to share.
package struct TaggingHead: Sendable, Hashable {
    /// The embedding model it was trained on.
    package let model: String
    package let kinds: [String]
    package let dimension: Int
    /// Which data it was trained on; see `TaggingSet.fingerprint`.
    package let dataFingerprint: String
    package let metrics: TaggingMetrics
    let weights: TagWeights

    /// The spans of a text, in order and never overlapping. O(tokens · tags · (dimension + tags))
    ///
    /// `tokens` are the rows of its tokens behind each other, made as they were for training.
    package func spans(in tokens: [Float]) throws(LearningRefusal) -> [FoundSpan] {
        let length = try TaggingSet.length(of: tokens, dimension: dimension)
        let scores = weights.emissions(tokens, starts: [0, length])
        let chain = TagChain(weights)
        let spans = weights.scheme.spans(chain.best(scores))
        guard !spans.isEmpty else { return [] }
        let passes = scores.withUnsafeBufferPointer { chain.passes($0) }
        return spans.map { span in
            FoundSpan(
                span: TokenSpan(kind: kinds[span.kind], tokens: span.tokens),
                confidence: chain.likelihood(of: span, passes))
        }
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
}

/// A span, and how likely it is that it is there exactly so.
package struct FoundSpan: Sendable, Hashable {
    package let span: TokenSpan
    /// In 0…1, over all taggings that are possible.
    package let confidence: Double
}
