import Base
package import Encoder

/// A vector, and how many tokens its text had.
package struct Embedding: Sendable, Hashable {
    /// One vector, or for token embeddings one for each of `tokens`, behind each other.
    package let vector: [Float]
    /// With start and end token.
    package let tokenCount: Int
    /// Without start and end token; empty when the whole text was asked for.
    package var tokens: [PlacedToken] = []
}

/// What a caller wants of its texts.
package enum EmbeddingSubject: Sendable {
    /// One vector of length 1 for each text.
    case texts
    /// The last layer's vector of each token.
    case tokens
}

/// The inputs of one caller, on their way through the queue.
final class EmbeddingJob: Sendable {
    typealias Outcome = Result<[Embedding], any Error>

    /// Jobs of up to this many tokens are quick: a query or two.
    static let quickTokens = 64

    private struct State {
        var embeddings: [Embedding?]
        var missing: Int
        var outcome: Outcome?
        var continuation: CheckedContinuation<Outcome, Never>?
    }

    let inputs: [EmbeddingInput]
    let subject: EmbeddingSubject
    let estimatedTokens: Int
    let bytes: Int
    private let state: Lock<State>

    init(_ inputs: [EmbeddingInput], _ subject: EmbeddingSubject = .texts) {
        self.inputs = inputs
        self.subject = subject
        estimatedTokens = inputs.reduce(0) { $0 + $1.estimatedTokens }
        bytes = inputs.reduce(0) { $0 + $1.bytes }
        state = Lock(
            State(
                embeddings: Array(repeating: nil, count: inputs.count), missing: inputs.count))
    }

    var isQuick: Bool { estimatedTokens <= Self.quickTokens }

    /// Whether nobody waits for more of it.
    var isOver: Bool { state.withLock { $0.outcome != nil } }

    /// Waits for the outcome, however it comes.
    func outcome() async -> Outcome {
        await withCheckedContinuation { continuation in
            let ready = state.withLock { state -> Outcome? in
                if state.outcome == nil { state.continuation = continuation }
                return state.outcome
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }

    /// Notes one result; the last one completes the job.
    func finish(_ index: Int, _ embedding: Embedding) {
        let complete = state.withLock { state -> [Embedding]? in
            guard state.outcome == nil, state.embeddings[index] == nil else { return nil }
            state.embeddings[index] = embedding
            state.missing -= 1
            return state.missing == 0 ? state.embeddings.compactMap { $0 } : nil
        }
        if let complete { end(.success(complete)) }
    }

    /// Gives the outcome once; later ones are ignored.
    func end(_ outcome: Outcome) {
        let continuation = state.withLock { state -> CheckedContinuation<Outcome, Never>? in
            guard state.outcome == nil else { return nil }
            state.outcome = outcome
            defer { state.continuation = nil }
            return state.continuation
        }
        continuation?.resume(returning: outcome)
    }
}
