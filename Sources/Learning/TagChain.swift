import Foundation

/// Which tag follows which, as factors and as scores; what the scheme forbids is 0 and −∞.
///
/// A linear-chain conditional random field (Lafferty, McCallum and Pereira, ICML 2001).
struct TagChain: Sendable {
    let scheme: TagScheme
    /// Tags × tags, from row to column.
    let steps: [Float]
    let firsts: [Float]
    private let stepFactors: [Float]
    private let firstFactors: [Float]

    init(_ weights: TagWeights) {
        let scheme = weights.scheme
        let count = scheme.count
        self.scheme = scheme
        steps = (0..<count * count).map { index in
            scheme.allows(index % count, after: index / count)
                ? weights.values[weights.stepStart + index] : -.infinity
        }
        firsts = (0..<count).map { tag in
            scheme.allows(tag, after: nil) ? weights.values[weights.firstStart + tag] : -.infinity
        }
        stepFactors = steps.map { expf($0) }
        firstFactors = firsts.map { expf($0) }
    }

    /// What a text's scores say of each place: the parts of the forward-backward algorithm, each
    /// scaled by its place's sum (Rabiner, 1989), so that no text is too long for the numbers.
    struct Passes {
        /// Places × tags: factors of the scores, forward and backward parts.
        var factors: [Float]
        var forward: [Float]
        var backward: [Float]
        var sums: [Float]
        /// The logarithm of what all sequences of tags weigh together.
        var total = 0.0
    }

    /// O(places · tags²)
    func passes(_ scores: UnsafeBufferPointer<Float>) -> Passes {
        let count = scheme.count
        let length = scores.count / count
        let zero = [Float](repeating: 0, count: scores.count)
        var passes = Passes(
            factors: zero, forward: zero, backward: zero,
            sums: [Float](repeating: 1, count: length))
        for place in 0..<length {
            let row = place * count
            var highest = -Float.infinity
            for tag in 0..<count { highest = max(highest, scores[row + tag]) }
            for tag in 0..<count { passes.factors[row + tag] = expf(scores[row + tag] - highest) }
            passes.total += Double(highest)
        }
        goForward(&passes, length)
        goBackward(&passes, length)
        return passes
    }

    private func goForward(_ passes: inout Passes, _ length: Int) {
        let count = scheme.count
        passes.factors.withUnsafeBufferPointer { factors in
            passes.forward.withUnsafeMutableBufferPointer { forward in
                for place in 0..<length {
                    let row = place * count
                    var sum: Float = 0
                    for tag in 0..<count {
                        var reached = place == 0 ? firstFactors[tag] : 0
                        if place > 0 {
                            for before in 0..<count {
                                reached +=
                                    forward[row - count + before]
                                    * stepFactors[before * count + tag]
                            }
                        }
                        reached *= factors[row + tag]
                        forward[row + tag] = reached
                        sum += reached
                    }
                    sum = max(sum, .leastNormalMagnitude)
                    for tag in 0..<count { forward[row + tag] /= sum }
                    passes.sums[place] = sum
                    passes.total += log(Double(sum))
                }
            }
        }
    }

    private func goBackward(_ passes: inout Passes, _ length: Int) {
        let count = scheme.count
        passes.factors.withUnsafeBufferPointer { factors in
            passes.backward.withUnsafeMutableBufferPointer { backward in
                for tag in 0..<count { backward[(length - 1) * count + tag] = 1 }
                for place in stride(from: length - 2, through: 0, by: -1) {
                    let row = place * count
                    let next = row + count
                    for tag in 0..<count {
                        var sum: Float = 0
                        for after in 0..<count {
                            sum +=
                                stepFactors[tag * count + after] * factors[next + after]
                                * backward[next + after]
                        }
                        backward[row + tag] = sum / passes.sums[place + 1]
                    }
                }
            }
        }
    }

    /// Adds how often each step is expected in a text. O(places · tags²)
    func addExpectedSteps(_ passes: Passes, to expected: inout [Float]) {
        let count = scheme.count
        for place in 1..<max(1, passes.sums.count) {
            let row = place * count
            for before in 0..<count {
                let reached = passes.forward[row - count + before] / passes.sums[place]
                guard reached > 0 else { continue }
                for tag in 0..<count {
                    expected[before * count + tag] +=
                        reached * stepFactors[before * count + tag] * passes.factors[row + tag]
                        * passes.backward[row + tag]
                }
            }
        }
    }

    /// The likeliest allowed tags (Viterbi, 1967). O(places · tags²)
    func best(_ scores: [Float]) -> [Int] {
        let count = scheme.count
        let length = scores.count / count
        guard length > 0 else { return [] }
        var reached = (0..<count).map { firsts[$0] + scores[$0] }
        var cameFrom = [Int](repeating: 0, count: scores.count)
        for place in 1..<max(1, length) {
            var next = [Float](repeating: -.infinity, count: count)
            for tag in 0..<count {
                for before in 0..<count {
                    let score = reached[before] + steps[before * count + tag]
                    if score > next[tag] {
                        next[tag] = score
                        cameFrom[place * count + tag] = before
                    }
                }
                next[tag] += scores[place * count + tag]
            }
            reached = next
        }
        var tags = [Int](repeating: 0, count: length)
        tags[length - 1] = reached.indices.max { reached[$0] < reached[$1] } ?? 0
        for place in stride(from: length - 1, to: 0, by: -1) {
            tags[place - 1] = cameFrom[place * count + tags[place]]
        }
        return tags
    }

    /// How likely exactly this span is, over all sequences of tags. O(length · tags)
    func likelihood(of span: (kind: Int, tokens: Range<Int>), _ passes: Passes) -> Double {
        let count = scheme.count
        let inside = TagScheme.inside(span.kind)
        var tag = TagScheme.begin(span.kind)
        var likelihood = Double(passes.forward[span.tokens.lowerBound * count + tag])
        for place in span.tokens.dropFirst() {
            likelihood *= Double(stepFactors[tag * count + inside])
            likelihood *= Double(passes.factors[place * count + inside] / passes.sums[place])
            tag = inside
        }
        let end = span.tokens.upperBound
        guard end < passes.sums.count else { return min(1, likelihood) }
        var rest = 0.0
        for after in 0..<count where after != inside {
            rest +=
                Double(stepFactors[tag * count + after] * passes.factors[end * count + after])
                * Double(passes.backward[end * count + after] / passes.sums[end])
        }
        return min(1, likelihood * rest)
    }
}
