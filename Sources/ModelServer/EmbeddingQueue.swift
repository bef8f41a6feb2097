package import Base
package import Encoder
import Foundation

/// The encoder's own threads, and what waits for them.
///
/// `embed` is called from any task and suspends; only the threads compute.
package final class EmbeddingQueue: Sendable {
    /// How much may wait before more is refused.
    package struct Limits: Sendable {
        package var inputs = 8_192
        package var bytes = 64 << 20

        package init() {}
    }

    private struct State {
        var lanes = EmbeddingLanes()
        var stopped = false
    }

    private let encoder: TextEncoder
    private let limits: Limits
    private let metrics: Metrics
    private let now: @Sendable () -> Instant
    private let condition = NSCondition()
    private let state = Lock(State())

    package init(
        _ encoder: TextEncoder, threads: Int, limits: Limits = Limits(), metrics: Metrics,
        now: @escaping @Sendable () -> Instant
    ) {
        self.encoder = encoder
        self.limits = limits
        self.metrics = metrics
        self.now = now
        for number in 0..<threads {
            let thread = Thread { [self] in compute() }
            thread.name = "encoder \(number)"
            thread.stackSize = 2 << 20
            thread.start()
        }
    }

    /// The embeddings of the inputs in their order; ends early when the task is cancelled.
    package func embed(
        _ inputs: [EmbeddingInput], _ subject: EmbeddingSubject = .texts
    ) async throws -> [Embedding] {
        guard !inputs.isEmpty else { return [] }
        let job = EmbeddingJob(inputs, subject)
        let refusal = state.withLock { state -> EmbeddingRefusal? in
            guard !state.stopped else { return .stopping }
            guard state.lanes.inputs + inputs.count <= limits.inputs,
                state.lanes.bytes + job.bytes <= limits.bytes
            else { return .queueFull }
            state.lanes.add(job)
            return nil
        }
        if let refusal {
            metrics.count("embedding_refused_total", ["reason": refusal.code])
            throw refusal
        }
        wake(all: inputs.count > 1)
        return try await withTaskCancellationHandler {
            try await job.outcome().get()
        } onCancel: {
            state.withLock { $0.lanes.remove(job) }
            metrics.count("embedding_cancelled_total")
            job.end(.failure(CancellationError()))
        }
    }

    /// The number of inputs that wait.
    package var waitingInputs: Int { state.withLock { $0.lanes.inputs } }

    /// Ends the threads after what they are computing; what waits is refused.
    package func stop() {
        let jobs = state.withLock { state in
            state.stopped = true
            return state.lanes.removeAll()
        }
        wake(all: true)
        for job in jobs { job.end(.failure(EmbeddingRefusal.stopping)) }
    }

    private func wake(all: Bool) {
        condition.lock()
        if all { condition.broadcast() } else { condition.signal() }
        condition.unlock()
    }

    /// Upper bounds of the sizes of groups.
    static let groupBounds: [Double] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]

    private func compute() {
        let scratch = EncoderScratch()
        while let group = nextGroup() {
            let pieces = group.filter { !$0.job.isOver }
            guard !pieces.isEmpty else { continue }
            let start = now()
            let tokens = compute(pieces.filter { $0.job.subject == .texts }, scratch)
            let more = computeTokens(pieces.filter { $0.job.subject == .tokens }, scratch)
            metrics.observe("embedding_group_seconds", now() - start)
            metrics.observe(
                "embedding_group_inputs", value: Double(pieces.count),
                bounds: EmbeddingQueue.groupBounds)
            metrics.observe(
                "embedding_group_tokens", value: Double(tokens + more),
                bounds: EmbeddingQueue.groupBounds)
            metrics.count("embedding_inputs_total", by: Double(pieces.count))
            metrics.count("embedding_tokens_total", by: Double(tokens + more))
        }
    }

    /// The vectors of texts; gives how many tokens they had.
    private func compute(_ pieces: [EmbeddingLanes.Piece], _ scratch: EncoderScratch) -> Int {
        guard !pieces.isEmpty else { return 0 }
        let tokens = pieces.map { self.tokens(of: $0.job.inputs[$0.index]) }
        let vectors = encoder.vectors(ofTokens: tokens, scratch)
        for (piece, (tokens, vector)) in zip(pieces, zip(tokens, vectors)) {
            piece.job.finish(piece.index, Embedding(vector: vector, tokenCount: tokens.count))
        }
        return tokens.reduce(0) { $0 + $1.count }
    }

    /// The vectors of each token, text by text; gives how many tokens they had.
    private func computeTokens(
        _ pieces: [EmbeddingLanes.Piece], _ scratch: EncoderScratch
    ) -> Int {
        var count = 0
        for piece in pieces {
            let tokens = placedTokens(of: piece.job.inputs[piece.index])
            count += tokens.count
            piece.job.finish(
                piece.index,
                Embedding(
                    vector: encoder.states(ofTokens: tokens.map(\.id), scratch),
                    tokenCount: tokens.count, tokens: Array(tokens.dropFirst().dropLast())))
        }
        return count
    }

    /// Waits for work; nil when there is to be no more.
    private func nextGroup() -> [EmbeddingLanes.Piece]? {
        condition.lock()
        defer { condition.unlock() }
        while true {
            let (group, stopped) = state.withLock { state in
                let group =
                    state.lanes.isEmpty
                    ? [] : state.lanes.takeGroup(tokens: EncoderScratch.groupTokens)
                return (group, state.stopped)
            }
            if !group.isEmpty { return group }
            if stopped { return nil }
            condition.wait()
        }
    }

    private func tokens(of input: EmbeddingInput) -> [Int32] {
        switch input {
        case .text(let text): encoder.tokenizer.tokens(of: text)
        case .tokens(let tokens): encoder.tokenizer.framed(tokens)
        }
    }

    /// Tokens that a caller made have no text: their places are those in the caller's own list.
    private func placedTokens(of input: EmbeddingInput) -> [PlacedToken] {
        if case .text(let text) = input { return encoder.tokenizer.placedTokens(of: text) }
        return tokens(of: input).enumerated().map { number, token in
            PlacedToken(id: token, range: max(0, number - 1)..<number)
        }
    }
}
