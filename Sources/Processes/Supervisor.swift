package import Base

/// Keeps children running around a piece of work.
///
/// They start in order, each when the one before is ready, and stop in the reverse order after the
/// work. One that dies is started again, at once the first time and then with growing pauses.
package struct Supervisor: Sendable {
    private let supervisors: [ChildSupervisor]

    package init(_ children: [Supervised], world: World, logger: Logger) {
        supervisors = children.map { ChildSupervisor($0, world: world, logger: logger) }
    }

    /// Where each child stands.
    package var statuses: [Supervised.Status] { supervisors.map(\.status) }

    /// Runs `work` with all children ready around it.
    ///
    /// Throws what a first start throws (nothing then stays running), or what `work` throws.
    /// Cancelling asks only `work` to stop: the children go after it.
    package func running<Result: Sendable>(
        _ work: sending () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Void.self) { group in
            var started: [ChildSupervisor] = []
            do {
                for supervisor in supervisors {
                    try await supervisor.firstStart()
                    started.append(supervisor)
                    group.addTask { await supervisor.keep() }
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

    private func stop(_ started: [ChildSupervisor]) async {
        for supervisor in started.reversed() { await supervisor.stop() }
    }
}
