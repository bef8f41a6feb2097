import Base
package import HTTP

/// Why there are no vectors.
package enum EmbeddingsFault: Fault, Equatable {
    case unreachable(FetchError)
    /// Every attempt was answered with this status, or one that trying again cannot change.
    case refused(status: Int)
    case late
    /// The answer is not what the interface says; the word names what is wrong.
    case malformed(String)
    case wrongCount(expected: Int, found: Int)
    case wrongDimension(expected: Int, found: [Int])
    case wrongModel
    /// The endpoint lists several models or none: EMBEDDINGS_MODEL must name one.
    case modelNotChosen

    package var retryable: Bool {
        switch self {
        case .unreachable(let error): error.retryable
        case .refused(let status): status == 408 || status == 429 || status >= 500
        case .late: true
        case .malformed, .wrongCount, .wrongDimension, .wrongModel, .modelNotChosen: false
        }
    }
}
