import Base
package import HTTP

/// Why there are no vectors.
package enum EmbeddingsFault: ExplainedFault, Equatable {
    case unreachable(FetchError)
    /// Every attempt was answered with this status, or one that trying again cannot change.
    case refused(status: Int)
    case late
    /// It has failed several times in a row and is left alone for a moment.
    case resting
    /// The answer is not what the interface says; the word names what is wrong.
    case malformed(String)
    case wrongCount(expected: Int, found: Int)
    case wrongDimension(expected: Int, found: [Int])
    case wrongModel
    /// The endpoint lists several models or none: EMBEDDINGS_MODEL must name one.
    case modelNotChosen

    init(_ fault: ProviderFault) {
        self =
            switch fault {
            case .unreachable(let error): .unreachable(error)
            case .refused(let answer): .refused(status: answer.status)
            case .late: .late
            case .resting: .resting
            }
    }

    package var retryable: Bool {
        switch self {
        case .unreachable(let error): error.retryable
        case .refused(let status): status == 408 || status == 429 || status >= 500
        // Of two lengths either may be the wrong one: the next answer is judged by itself.
        // Another model is asked for its name, and then it is the right one.
        case .late, .resting, .wrongDimension, .wrongModel: true
        case .malformed, .wrongCount, .modelNotChosen: false
        }
    }

    package var explanation: String {
        switch self {
        case .unreachable: "The embedding service cannot be reached."
        case .refused(status: 429): "The embedding service is busy."
        case .refused(let status): "The embedding service refuses its work (status \(status))."
        case .late: "The embedding service takes too long to answer."
        case .resting: "The embedding service keeps failing and is left alone for a moment."
        case .malformed: "The embedding service answers with something that cannot be read."
        case .wrongCount(let expected, let found):
            "The embedding service answers \(expected) texts with \(found) vectors."
        case .wrongDimension(let expected, let found):
            "The embedding service answers with vectors of \(found.map(String.init).joined(separator: ", "))"
                + " numbers; before, they had \(expected)."
        case .wrongModel: "The embedding service answers with vectors of another model."
        case .modelNotChosen:
            "The embedding service offers several models or none: one must be named."
        }
    }
}
