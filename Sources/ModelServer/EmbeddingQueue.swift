package import Base
package import Encoder
import Foundation

/// The encoder's threads, and what waits for them.
///
/// Whoever computes holds a seat, and there are as many seats as threads. `embed` is called from any
/// task: a query that finds nobody waiting is computed by its caller, which spares it two changes of
/// thread (a tenth of its time), but never in the last of several seats, so that callers leave a
/// thread of their pool to others. All else suspends until one of our threads has done it.
package final class EmbeddingQueue: Sendable {
    /// How much may wait before more is refused.
    package struct Limits: Sendable {
        package var inputs = 8_192
        package var bytes = 64 << 20

        package init() {}
    }

    private struct State {
        var lanes = EmbeddingLanes()
        var seats: [EncoderSeat]
        let seatCount: Int
        var stopped = false

        /// A seat for a caller; nil when it should wait for a thread.
        mutating func seatForCaller() -> EncoderSeat? {
            seats.count > 1 || seatCount == 1 ? seats.popLast() : nil
        }
    }

    /// What becomes of a job that arrives.
    private enum Admission {
        case refused(EmbeddingRefusal)
        case waits
        case computes(EncoderSeat)
    }

    private let encoder: TextEncoder
    private let limits: Limits
    private let metrics: Metrics
    private let now: @Sendable () -> Instant
    private let condition = NSCondition()
    private let state: Lock<State>

    package init(
        _ encoder: TextEncoder, threads: Int, limits: Limits = Limits(), metrics: Metrics,
        now: @escaping @Sendable () -> Instant
    ) {
        self.encoder = encoder
        self.limits = limits
        self.metrics = metrics
        self.now = now
        state = Lock(
            State(
                seats: (0..<threads).map { _ in EncoderSeat(EncoderScratch()) }, seatCount: threads)
        )
        for number in 0..<threads {
            let thread = Thread { [self] in compute() }
            thread.name = "encoder \(number)"
            thread.stackSize = 2 << 20
            thread.start()
        }
    }

    /// The embeddings of the inputs in their order; stops waiting when the task is cancelled.
    package func embed(
        _ inputs: [EmbeddingInput], _ subject: EmbeddingSubject = .texts
    ) async throws -> [Embedding] {
        guard !inputs.isEmpty else { return [] }
        guard !Task.isCancelled else {
            metrics.count("embedding_cancelled_total")
            throw CancellationError()
        }
        let job = EmbeddingJob(inputs, subject)
        switch state.withLock({ admit(job, &$0) }) {
        case .refused(let refusal):
            metrics.count("embedding_refused_total", ["reason": refusal.code])
            throw refusal
        case .computes(let seat):
            compute(inputs.indices.map { EmbeddingLanes.Piece(job: job, index: $0) }, seat)
            leave(seat)
            // Computed while nobody could cancel it.
            return try await job.outcome().get()
        case .waits:
            wake(all: inputs.count > 1)
        }
        return try await withTaskCancellationHandler {
            try await job.outcome().get()
        } onCancel: {
            state.withLock { $0.lanes.remove(job) }
            metrics.count("embedding_cancelled_total")
            job.end(.failure(CancellationError()))
        }
    }

    private func admit(_ job: EmbeddingJob, _ state: inout State) -> Admission {
        guard !state.stopped else { return .refused(.stopping) }
        guard state.lanes.inputs + job.inputs.count <= limits.inputs,
            state.lanes.bytes + job.bytes <= limits.bytes
        else { return .refused(.queueFull) }
        if job.isQuick, state.lanes.isEmpty, let seat = state.seatForCaller() {
            return .computes(seat)
        }
        state.lanes.add(job)
        return .waits
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
        while let turn = nextGroup() {
            compute(turn.group, turn.seat)
            leave(turn.seat)
        }
    }

    private func compute(_ group: [EmbeddingLanes.Piece], _ seat: EncoderSeat) {
        let pieces = group.filter { !$0.job.isOver }
        guard !pieces.isEmpty else { return }
        let start = now()
        // Nobody else has this seat: the lock only says so to the compiler.
        let tokens = seat.withLock { scratch in
            compute(pieces.filter { $0.job.subject == .texts }, scratch)
                + computeTokens(pieces.filter { $0.job.subject == .tokens }, scratch)
        }
        metrics.observe("embedding_group_seconds", now() - start)
        metrics.observe(
            "embedding_group_inputs", value: Double(pieces.count),
            bounds: EmbeddingQueue.groupBounds)
        metrics.observe(
            "embedding_group_tokens", value: Double(tokens),
            bounds: EmbeddingQueue.groupBounds)
        metrics.count("embedding_inputs_total", by: Double(pieces.count))
        metrics.count("embedding_tokens_total", by: Double(tokens))
    }

    private func leave(_ seat: EncoderSeat) {
        let isWanted = state.withLock { state in
            state.seats.append(seat)
            return !state.lanes.isEmpty
        }
        if isWanted { wake(all: false) }
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

    /// Waits for work and a seat; nil when there is to be no more.
    private func nextGroup() -> Turn? {
        condition.lock()
        defer { condition.unlock() }
        while true {
            let (turn, isOver) = state.withLock { state -> (Turn?, Bool) in
                if state.lanes.isEmpty { return (nil, state.stopped) }
                guard let seat = state.seats.popLast() else { return (nil, false) }
                let group = state.lanes.takeGroup(tokens: EncoderScratch.groupTokens)
                return (Turn(group: group, seat: seat), false)
            }
            if turn != nil || isOver { return turn }
            condition.wait()
        }
    }

    /// What a thread has to compute, and where.
    private struct Turn {
        let group: [EmbeddingLanes.Piece]
        let seat: EncoderSeat
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

/// The right to compute, with the memory for it; taken from and given back to the list of seats.
private typealias EncoderSeat = Lock<EncoderScratch>
