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

    package init(
        name: String, readyWithin: Duration = .seconds(60), grace: Duration = .seconds(10),
        prepare: @escaping @Sendable () async throws(ProcessFault) -> Program,
        isReady: @escaping @Sendable (Int32) async -> Bool
    ) {
        self.name = name
        self.readyWithin = readyWithin
        self.grace = grace
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
