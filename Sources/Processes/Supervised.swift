/// A child that is to run as long as the server does.
package struct Supervised: Sendable {
    package let name: String
    /// Makes ready and says what to run; called before each start.
    package let prepare: @Sendable () async throws(ProcessFault) -> Program
    /// Whether the child with this process id does its work.
    package let isReady: @Sendable (_ processID: Int32) async -> Bool
    /// How long it may take from its start until it is ready.
    package var readyWithin: Duration
    /// How long it may take to stop before it is killed.
    package var grace: Duration
    /// How it is told that one which runs does not do its work any more; nil asks nothing.
    package var liveness: Liveness?

    /// A child that is ready is asked again and again whether it still is.
    package struct Liveness: Sendable {
        /// Between two answers.
        package var interval: Duration
        /// How long one answer may take.
        package var patience: Duration
        /// So many without an answer, one after the other, and it is replaced.
        package var failures: Int
        /// Between an answer that did not come and the next question.
        package var pause: Duration

        package init(
            interval: Duration = .seconds(3), patience: Duration = .seconds(4),
            failures: Int = 3, pause: Duration = .seconds(1)
        ) {
            self.interval = interval
            self.patience = patience
            self.failures = failures
            self.pause = pause
        }
    }

    package init(
        name: String, readyWithin: Duration = .seconds(60), grace: Duration = .seconds(10),
        liveness: Liveness? = nil,
        prepare: @escaping @Sendable () async throws(ProcessFault) -> Program,
        isReady: @escaping @Sendable (Int32) async -> Bool
    ) {
        self.name = name
        self.readyWithin = readyWithin
        self.grace = grace
        self.liveness = liveness
        self.prepare = prepare
        self.isReady = isReady
    }

    /// Where a supervised child stands, for `/health` and `doctor`.
    package struct Status: Sendable, Equatable {
        package enum Phase: String, Sendable, Codable {
            case waiting, starting, ready, restarting, stopping, stopped
        }

        package let name: String
        package var phase = Phase.waiting
        package var processID: Int32?
        /// How often it was started again.
        package var restarts = 0
        /// Why it was started again the last time, with the last lines that it wrote.
        package var lastFailure: String?
    }
}

extension EmbeddedPostgres {
    /// This server for a supervisor. A fast end writes all to disk first, so it gets long grace.
    package var supervised: Supervised {
        Supervised(name: "postgres", grace: .seconds(60)) { () throws(ProcessFault) in
            try await PostgresCluster.endOrphans(cluster)
            return program
        } isReady: {
            isReady($0)
        }
    }
}
