import CBLAS

/// The numbers of a tagging head: what each token says of its tag and of its neighbours', which tag
/// follows which, and which begins.
///
/// One flat array, as L-BFGS wants it: for each offset −reach…reach and each tag a row of
/// `dimension` weights; then a bias for each tag; then tags × tags of steps; then the beginnings.
struct TagWeights: Sendable, Hashable {
    static let reach = 1
    static let window = 2 * reach + 1

    let scheme: TagScheme
    let dimension: Int
    var values: [Float]

    init(scheme: TagScheme, dimension: Int, values: [Float]? = nil) {
        self.scheme = scheme
        self.dimension = dimension
        let count = TagWeights.count(scheme, dimension)
        precondition(values.map { $0.count == count } ?? true)
        self.values = values ?? [Float](repeating: 0, count: count)
    }

    static func count(_ scheme: TagScheme, _ dimension: Int) -> Int {
        window * scheme.count * dimension + scheme.count * (2 + scheme.count)
    }

    /// Where the weights on tokens end.
    var biasStart: Int { TagWeights.window * scheme.count * dimension }
    var stepStart: Int { biasStart + scheme.count }
    var firstStart: Int { stepStart + scheme.count * scheme.count }

    /// Tokens × tags of scores of some texts, each token seeing its neighbours within its text.
    func emissions(_ rows: [Float], starts: [Int]) -> [Float] {
        let tags = scheme.count
        let tokens = rows.count / dimension
        let wide = TagWeights.window * tags
        var seen = [Float](repeating: 0, count: tokens * wide)
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, Int32(tokens), Int32(wide), Int32(dimension),
            1, rows, Int32(dimension), values, Int32(dimension), 0, &seen, Int32(wide))
        var scores = [Float](repeating: 0, count: tokens * tags)
        scores.withUnsafeMutableBufferPointer { scores in
            seen.withUnsafeBufferPointer { seen in
                for token in 0..<tokens {
                    for tag in 0..<tags { scores[token * tags + tag] = values[biasStart + tag] }
                }
                TagWeights.forNeighbours(starts) { token, neighbour, offset in
                    let to = token * tags
                    let from = neighbour * wide + offset * tags
                    for tag in 0..<tags { scores[to + tag] += seen[from + tag] }
                }
            }
        }
        return scores
    }

    /// Spreads errors of tokens × tags back over the neighbours that were seen, and adds the
    /// gradient of the weights on tokens and of the biases.
    func addGradient(
        of errors: [Float], _ rows: [Float], starts: [Int], to gradient: inout [Float]
    ) {
        let tags = scheme.count
        let tokens = rows.count / dimension
        let wide = TagWeights.window * tags
        var seen = [Float](repeating: 0, count: tokens * wide)
        seen.withUnsafeMutableBufferPointer { seen in
            errors.withUnsafeBufferPointer { errors in
                TagWeights.forNeighbours(starts) { token, neighbour, offset in
                    let from = token * tags
                    let to = neighbour * wide + offset * tags
                    for tag in 0..<tags { seen[to + tag] += errors[from + tag] }
                }
                for token in 0..<tokens {
                    for tag in 0..<tags { gradient[biasStart + tag] += errors[token * tags + tag] }
                }
            }
        }
        cblas_sgemm(
            CblasRowMajor, CblasTrans, CblasNoTrans, Int32(wide), Int32(dimension), Int32(tokens),
            1, seen, Int32(wide), rows, Int32(dimension), 1, &gradient, Int32(dimension))
    }

    private static func forNeighbours(
        _ starts: [Int], _ body: (_ token: Int, _ neighbour: Int, _ offset: Int) -> Void
    ) {
        for text in 0..<starts.count - 1 {
            let (first, end) = (starts[text], starts[text + 1])
            for token in first..<end {
                for offset in 0..<window {
                    let neighbour = token + offset - reach
                    if neighbour >= first, neighbour < end { body(token, neighbour, offset) }
                }
            }
        }
    }
}
