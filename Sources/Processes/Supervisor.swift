package import Base

/// Keeps children running around a piece of work.
///
/// They start in order, each when the one before is ready, and stop in the reverse order after the
/// work. One that dies is started again, at once the first time and then with growing pauses.
package struct Supervisor: Sendable {
    private let keepers: [Keeper]

    package init(_ children: [Supervised], world: World, logger: Logger) {
        keepers = children.map { Keeper($0, world: world, logger: logger) }
    }

    /// Where each child stands.
    package var statuses: [Supervised.Status] { keepers.map(\.status) }

    /// Runs `work` with all children ready around it.
    ///
    /// Throws what a first start throws (nothing then stays running), or what `work` throws.
    /// Cancelling asks only `work` to stop: the children go after it.
    package func running<Result: Sendable>(
        _ work: sending () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Void.self) { group in
            var started: [Keeper] = []
            do {
                for keeper in keepers {
                    try await keeper.firstStart()
                    started.append(keeper)
                    group.addTask { await keeper.keep() }
                }
                let result = try await work()
                await stop(started)
                // Ends pauses before a restart that nobody wants any more.
                group.cancelAll()
                return result
            } catch {
                await stop(started)
                group.cancelAll()
                throw error
            }
        }
    }

    private func stop(_ started: [Keeper]) async {
        for keeper in started.reversed() { await keeper.stop() }
    }
}
