package import Base
package import Domain
import Jobs
package import Store

/// Whether the parts that the desk needs are there.
package struct HealthDesk: Sendable {
    private let world: World
    private let database: Database
    private let embedder: EmbedderPort
    private let latest = Lock<(report: Report, at: Instant)?>(nil)

    /// A report is given again for this long, so that asking often costs nothing.
    package static let freshFor = Duration.seconds(1)
    /// Models that answer later than this count as away.
    package static let patience = Duration.seconds(2)

    package struct Report: Sendable, Equatable {
        package let database: Bool
        package let models: Bool
        /// Jobs that are queued, running or parked, by lane and state.
        package let queues: [Queue]
    }

    package struct Queue: Sendable, Equatable {
        package let lane: String
        package let state: String
        package let count: Int
    }

    package init(world: World, database: Database, embedder: EmbedderPort) {
        self.world = world
        self.database = database
        self.embedder = embedder
    }

    package func report() async -> Report {
        let now = world.now()
        if let known = latest.withLock({ $0 }), now - known.at < HealthDesk.freshFor,
            now >= known.at
        {
            return known.report
        }
        async let models = modelsAnswer()
        let queues = await queues()
        let report = Report(
            database: queues != nil, models: await models, queues: queues ?? [])
        latest.withLock { $0 = (report, now) }
        return report
    }

    /// Nil when the database is away: that it is away is the answer, not an error.
    private func queues() async -> [Queue]? {
        try? await database.lookUp { directory in
            try Outbox.depth(in: directory.connection).map {
                Queue(lane: $0.lane, state: $0.state, count: $0.count)
            }
        }
    }

    private func modelsAnswer() async -> Bool {
        let embedder = embedder
        return await withTaskGroup(of: Bool.self) { group in
            // Any failure means the same here: they do not answer.
            group.addTask { (try? await embedder.modelID()) != nil }
            group.addTask {
                // Cancelled when the models were faster.
                try? await Task.sleep(for: HealthDesk.patience)
                return false
            }
            let first = await group.next() ?? false
            group.cancelAll()
            return first
        }
    }
}
