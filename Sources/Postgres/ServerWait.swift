import Base

/// One wait for the server: since when it is silent, and what was asked of it meanwhile.
struct ServerWait {
    /// Why a statement was stopped.
    enum Cause {
        /// Whoever wanted the result does not want it any more.
        case request
        /// The time for the work, or the server's time to say something, is over.
        case limit

        var error: any Error {
            switch self {
            case .request: CancellationError()
            case .limit: PostgresError.deadlineExceeded
            }
        }
    }

    struct Stop {
        let cause: Cause
        let request: CancelRequest
        /// When a server that does not even stop loses the session.
        let giveUpAt: ContinuousClock.Instant
    }

    /// Housekeeping such as a commit is not stopped: it ends, or the session does.
    let isStoppable: Bool
    var heardAt = ContinuousClock.now
    var stop: Stop?

    init(isStoppable: Bool) {
        self.isStoppable = isStoppable
    }

    /// When the present wait is over.
    func limit(
        deadline: ContinuousClock.Instant?, answerLimit: Duration?
    ) -> ContinuousClock.Instant? {
        if let stop { return stop.giveUpAt }
        let limits = [isStoppable ? deadline : nil, answerLimit.map { heardAt + $0 }]
        return limits.compactMap { $0 }.min()
    }
}
