package import Base
import Domain
package import Store

/// Seals what was recorded, and removes what is older than its kind is kept.
package struct EventUpkeep: Service {
    package let name = "event upkeep"
    private let world: World
    private let database: Database
    private let logger: Logger

    package static let interval = Duration.minutes(1)

    package init(world: World, database: Database, logger: Logger) {
        self.world = world
        self.database = database
        self.logger = logger
    }

    package func run() async throws {
        while !Task.isCancelled {
            do {
                try await round()
            } catch let fault as any Fault {
                logger.warning("the log is sealed later", ["cause": .failure(fault)])
            }
            try await world.sleep(EventUpkeep.interval)
        }
    }

    /// One round over all workspaces. Several processes may do it: one at a time seals a workspace.
    package func round() async throws {
        let now = world.now()
        for workspace in try await database.beforeTenant({ try $0.allWorkspaces() }) {
            for retention in EventRetention.allCases {
                try await whileSome {
                    try await database.write(workspace, by: EventUpkeep.origin) { transaction in
                        try EventSeals.seal(retention, at: now, transaction)
                    }
                }
                try await whileSome {
                    try await database.write(workspace, by: EventUpkeep.origin) { transaction in
                        try EventSeals.remove(retention, at: now, transaction)
                    }
                }
            }
        }
    }

    private static let origin = EventOrigin.machine("event upkeep")

    private func whileSome(_ step: () async throws -> Int) async throws {
        while try await step() > 0, !Task.isCancelled {}
    }
}
