package import Base
package import Domain
import Jobs
package import Store

/// Whether the parts that the desk needs are there.
package struct HealthDesk: Sendable {
    private let world: World
    private let database: Database
    private let embedders: [EmbedderPort]
    private let latest = Lock<(report: Report, at: Instant)?>(nil)

    /// A report is given again for this long, so that asking often costs nothing.
    package static let freshFor = Duration.seconds(1)
    /// A part that answers later than this counts as away.
    package static let patience = Duration.seconds(2)

    package struct Report: Sendable, Equatable {
        package let database: Bool
        package let models: Bool
        /// Jobs that are queued, running or parked, by kind and state.
        package let queues: [Queue]
        /// Rows that were met in the last quarter of an hour and cannot be read.
        package let unreadableRows: Int

        /// Whether everything works. A job that was given up, or a record that cannot be read, keeps
        /// somebody waiting although all parts answer.
        package var isWell: Bool {
            database && models && unreadableRows == 0
                && !queues.contains { $0.state == "parked" && $0.count > 0 }
        }
    }

    package struct Queue: Sendable, Equatable {
        package let lane: String
        package let kind: String
        package let state: String
        package let count: Int
    }

    package init(world: World, database: Database, embedders: [EmbedderPort]) {
        self.world = world
        self.database = database
        self.embedders = embedders
    }

    /// What is so now: every part is asked, and one that does not answer in time is away.
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
            database: queues != nil, models: await models, queues: queues ?? [],
            unreadableRows: database.unreadable.count)
        // Who was cut off while asking has learned nothing.
        if !Task.isCancelled { latest.withLock { $0 = (report, now) } }
        return report
    }

    /// Nil when the database is away: that it is away is the answer, not an error.
    private func queues() async -> [Queue]? {
        let database = database
        return await HealthDesk.inTime {
            try? await database.beforeTenant { directory in
                try Outbox.depth(in: directory.connection).map {
                    Queue(lane: $0.lane, kind: $0.kind, state: $0.state, count: $0.count)
                }
            }
        }
    }

    private func modelsAnswer() async -> Bool {
        for embedder in embedders {
            let answer = await HealthDesk.inTime { () -> Bool? in
                do {
                    if let check = embedder.check {
                        try await check()
                    } else {
                        _ = try await embedder.modelID()
                    }
                    return true
                } catch {
                    // Any failure means the same here: they do not answer.
                    return false
                }
            }
            if answer != true { return false }
        }
        return true
    }

    /// Nil when the work takes longer than the patience.
    private static func inTime<Value: Sendable>(
        _ work: @escaping @Sendable () async -> Value?
    ) async -> Value? {
        await withTaskGroup(of: Value?.self) { group in
            group.addTask { await work() }
            group.addTask {
                // Cancelled when the work was faster.
                try? await Task.sleep(for: patience)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }
}
