/// The loss of a tagging head over some texts, and its gradient.
///
/// Loss = Σ −log p(tags of a text) / tokens + penalty/2 · |weights|²; biases are not penalised.
/// Texts are cut into a fixed number of parts, summed in order: the result is the same on any
/// number of cores.
struct TaggingObjective: Sendable {
    private static let partsMaximum = 8

    let scheme: TagScheme
    let dimension: Int
    let penalty: Double
    private let parts: [TaggedTexts]
    private let tokenCount: Int

    init(_ set: TaggingSet, _ chosen: [Int], penalty: Double) {
        scheme = set.scheme
        dimension = set.dimension
        self.penalty = penalty
        let size = max(1, (chosen.count + Self.partsMaximum - 1) / Self.partsMaximum)
        parts = stride(from: 0, to: chosen.count, by: size).map { first in
            set.texts(Array(chosen[first..<min(first + size, chosen.count)]))
        }
        tokenCount = max(1, parts.reduce(0) { $0 + $1.tokenCount })
    }

    /// The same texts under another penalty.
    init(_ other: TaggingObjective, penalty: Double) {
        scheme = other.scheme
        dimension = other.dimension
        parts = other.parts
        tokenCount = other.tokenCount
        self.penalty = penalty
    }

    var parameterCount: Int { TagWeights.count(scheme, dimension) }

    /// Mean loss of a token without the penalty.
    func loss(_ values: [Float]) -> Double {
        let weights = TagWeights(scheme: scheme, dimension: dimension, values: values)
        let chain = TagChain(weights)
        return concurrently(parts.count) { number in
            part(parts[number], weights, chain, gradient: nil).loss
        }.reduce(0, +) / Double(tokenCount)
    }

    /// Fills the gradient and returns the loss. O(tokens · tags · (dimension + tags))
    func evaluate(_ values: [Float], gradient: inout [Float]) -> Double {
        let weights = TagWeights(scheme: scheme, dimension: dimension, values: values)
        let chain = TagChain(weights)
        let zero = [Float](repeating: 0, count: values.count)
        let results = concurrently(parts.count) { number in
            part(parts[number], weights, chain, gradient: zero)
        }
        let scale = 1 / Float(tokenCount)
        for index in gradient.indices { gradient[index] = 0 }
        for result in results {
            for index in gradient.indices { gradient[index] += result.gradient[index] * scale }
        }
        var squares = 0.0
        for index in values.indices where isPenalised(index, weights) {
            gradient[index] += Float(penalty) * values[index]
            squares += Double(values[index] * values[index])
        }
        let loss = results.reduce(0) { $0 + $1.loss } / Double(tokenCount)
        return loss + penalty / 2 * squares
    }

    private func isPenalised(_ index: Int, _ weights: TagWeights) -> Bool {
        index < weights.biasStart || index >= weights.stepStart
    }

    private func part(
        _ texts: TaggedTexts, _ weights: TagWeights, _ chain: TagChain, gradient start: [Float]?
    ) -> (loss: Double, gradient: [Float]) {
        let count = scheme.count
        let scores = weights.emissions(texts.rows, starts: texts.starts)
        var errors = [Float](repeating: 0, count: start == nil ? 0 : scores.count)
        var gradient = start ?? []
        var expected = [Float](repeating: 0, count: count * count)
        var loss = 0.0
        for text in 0..<texts.count {
            let range = texts.starts[text]..<texts.starts[text + 1]
            let passes = scores.withUnsafeBufferPointer { scores in
                chain.passes(
                    UnsafeBufferPointer(
                        rebasing: scores[range.lowerBound * count..<range.upperBound * count]))
            }
            loss += passes.total - score(of: texts.tags[range], scores, at: range, chain)
            guard start != nil else { continue }
            for (place, token) in range.enumerated() {
                for tag in 0..<count {
                    errors[token * count + tag] =
                        passes.forward[place * count + tag] * passes.backward[place * count + tag]
                }
            }
            for tag in 0..<count {
                gradient[weights.firstStart + tag] += errors[range.lowerBound * count + tag]
            }
            gradient[weights.firstStart + texts.tags[range.lowerBound]] -= 1
            chain.addExpectedSteps(passes, to: &expected)
            for token in range.dropFirst() {
                expected[texts.tags[token - 1] * count + texts.tags[token]] -= 1
            }
        }
        guard start != nil else { return (loss, []) }
        for (token, tag) in texts.tags.enumerated() { errors[token * count + tag] -= 1 }
        for index in expected.indices { gradient[weights.stepStart + index] += expected[index] }
        weights.addGradient(of: errors, texts.rows, starts: texts.starts, to: &gradient)
        return (loss, gradient)
    }

    private func score(
        of tags: ArraySlice<Int>, _ scores: [Float], at range: Range<Int>, _ chain: TagChain
    ) -> Double {
        let count = scheme.count
        var sum = 0.0
        var before: Int?
        for (token, tag) in zip(range, tags) {
            sum += Double(scores[token * count + tag])
            sum += Double(before.map { chain.steps[$0 * count + tag] } ?? chain.firsts[tag])
            before = tag
        }
        return sum
    }
}
