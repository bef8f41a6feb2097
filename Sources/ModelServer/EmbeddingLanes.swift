/// What waits for the encoder, in the order in which it will be taken; a plain value.
struct EmbeddingLanes {
    /// One input of a job.
    struct Piece {
        let job: EmbeddingJob
        let index: Int
    }

    /// After so many quick groups in a row, bulk gets one.
    static let quickGroupsInRow = 4
    /// Inputs of one group, so that tokenizing it stays short.
    static let groupInputs = 64

    private struct Waiting {
        let job: EmbeddingJob
        var next = 0
    }

    private var quick: [Waiting] = []
    private var bulk: [Waiting] = []
    private var quickInRow = 0
    private(set) var inputs = 0
    private(set) var bytes = 0

    var isEmpty: Bool { quick.isEmpty && bulk.isEmpty }

    mutating func add(_ job: EmbeddingJob) {
        if job.isQuick {
            quick.append(Waiting(job: job))
        } else {
            bulk.append(Waiting(job: job))
        }
        inputs += job.inputs.count
        bytes += job.bytes
    }

    /// Takes inputs of about `tokens` tokens, at least one, from the lane whose turn it is.
    mutating func takeGroup(tokens: Int) -> [Piece] {
        let turn = quickInRow >= EmbeddingLanes.quickGroupsInRow && !bulk.isEmpty
        if quick.isEmpty || turn {
            quickInRow = 0
            return take(from: \.bulk, tokens: tokens)
        }
        quickInRow += 1
        return take(from: \.quick, tokens: tokens)
    }

    private mutating func take(
        from lane: WritableKeyPath<EmbeddingLanes, [Waiting]>, tokens limit: Int
    ) -> [Piece] {
        var pieces: [Piece] = []
        var tokens = 0
        // Jobs taken whole leave the lane together at the end: one move, however many they are.
        var done = 0
        while done < self[keyPath: lane].count, pieces.count < EmbeddingLanes.groupInputs {
            let waiting = self[keyPath: lane][done]
            let input = waiting.job.inputs[waiting.next]
            guard pieces.isEmpty || tokens + input.estimatedTokens <= limit else { break }
            tokens += input.estimatedTokens
            pieces.append(Piece(job: waiting.job, index: waiting.next))
            inputs -= 1
            bytes -= input.bytes
            self[keyPath: lane][done].next += 1
            if waiting.next + 1 == waiting.job.inputs.count { done += 1 }
        }
        self[keyPath: lane].removeFirst(done)
        return pieces
    }

    /// Forgets a job that nobody waits for.
    mutating func remove(_ job: EmbeddingJob) {
        for lane in [\EmbeddingLanes.quick, \EmbeddingLanes.bulk] {
            guard let place = self[keyPath: lane].firstIndex(where: { $0.job === job })
            else { continue }
            let rest = job.inputs[self[keyPath: lane][place].next...]
            inputs -= rest.count
            bytes -= rest.reduce(0) { $0 + $1.bytes }
            self[keyPath: lane].remove(at: place)
        }
    }

    /// Everything that waits, taken out.
    mutating func removeAll() -> [EmbeddingJob] {
        defer { self = EmbeddingLanes() }
        return (quick + bulk).map(\.job)
    }
}
