package import Base
import Jobs
package import Store

/// Clears away what is done: finished jobs, which may hold a one-time code in their payload, do not
/// outlive the code.
package struct OutboxPruning: Service {
    package let name = "outbox pruning"
    private let world: World
    private let database: Database
    private let logger: Logger

    package static let interval = Duration.minutes(1)
    /// How long a finished job is kept: as long as a code can be used.
    package static let keepsJobs = Duration.minutes(10)
    /// Jobs that one round removes at a time.
    package static let batch = 1_000

    package init(world: World, database: Database, logger: Logger) {
        self.world = world
        self.database = database
        self.logger = logger
    }

    package func run() async throws {
        while !Task.isCancelled {
            do {
                _ = try await prune()
            } catch let fault as any Fault {
                logger.warning("finished jobs are removed later", ["cause": .failure(fault)])
            }
            try await world.sleep(OutboxPruning.interval)
        }
    }

    /// One round; gives how many jobs were removed.
    package func prune() async throws -> Int {
        let limit = world.now() - OutboxPruning.keepsJobs
        var removed = 0
        while true {
            let count = try await database.beforeTenant { directory in
                try Outbox.prune(
                    doneBefore: limit, atMost: OutboxPruning.batch, in: directory.connection)
            }
            removed += count
            if count < OutboxPruning.batch { return removed }
        }
    }
}
