package import Base
import Domain
package import Store

/// How long is kept what nobody looks at any more, in one place.
package struct RetentionPeriods: Sendable {
    /// Texts on the message console: it stands in for a provider, and they may hold codes.
    package var consoleMessages = Duration.days(30)
    /// Sign-ins of customers after their end; until then they tell a known phone from a new one.
    package var portalSessions = Duration.days(90)
    /// Drafts that a newer one took the place of before anybody decided.
    package var supersededDrafts = Duration.days(90)

    package init() {}
}

/// Removes what is older than its period, a bounded number at a time.
///
/// Runs in every server; an advisory lock lets one of them work at a time. What is evidence stays:
/// messages, decisions, the log of events, and everything that is live.
package struct DataRetention: Service {
    package let name = "data retention"
    private let world: World
    private let database: Database
    private let logger: Logger
    private let periods: RetentionPeriods

    package static let interval = Duration.hours(1)
    /// Rows of one kind that one transaction removes.
    package static let batch = 500

    package init(
        world: World, database: Database, logger: Logger,
        periods: RetentionPeriods = RetentionPeriods()
    ) {
        self.world = world
        self.database = database
        self.logger = logger
        self.periods = periods
    }

    package func run() async throws {
        while !Task.isCancelled {
            do {
                let removed = try await removeExpired()
                if removed > 0 {
                    logger.info(
                        "what was kept long enough was removed", ["rows": .integer(removed)])
                }
            } catch let fault as any Fault {
                logger.warning("old rows are removed later", ["cause": .failure(fault)])
            }
            try await world.sleep(DataRetention.interval)
        }
    }

    /// One round over all workspaces; gives how many rows were removed.
    package func removeExpired() async throws -> Int {
        var removed = 0
        for workspace in try await database.beforeTenant({ try $0.allWorkspaces() }) {
            while true {
                let counts = try await removeBatch(of: workspace)
                removed += counts.reduce(0, +)
                guard counts.contains(where: { $0 >= DataRetention.batch }) else { break }
            }
        }
        return removed
    }

    /// Nothing is removed while another server is at it.
    private func removeBatch(of workspace: WorkspaceID) async throws -> [Int] {
        let now = world.now()
        let periods = periods
        return try await database.write(workspace, by: .machine("retention")) { transaction in
            guard try transaction.isFirst(to: "data retention") else { return [] }
            return [
                try ConsoleStore.remove(
                    before: now - periods.consoleMessages, atMost: DataRetention.batch,
                    transaction),
                try PortalSessionStore.removeEnded(
                    before: now - periods.portalSessions, atMost: DataRetention.batch,
                    transaction),
                try DraftStore.removeSuperseded(
                    before: now - periods.supersededDrafts, atMost: DataRetention.batch,
                    transaction),
            ]
        }
    }
}
