import Base
import Processes

extension DeskParts {
    /// Keeps our own embedding server running until this task is cancelled.
    ///
    /// Models that cannot start leave the desk degraded, not down.
    func keepModels() async {
        let supervisor = Supervisor([models.supervised], world: world, logger: logger)
        while !Task.isCancelled {
            do {
                // Only cancellation ends this sleep.
                try await supervisor.running {
                    while !Task.isCancelled { try? await Task.sleep(for: .seconds(3_600)) }
                }
            } catch {
                if Task.isCancelled { return }
                logger.error("the embedding server cannot start", ["cause": .failure(error)])
                // Only cancellation ends this early, and the loop sees it.
                try? await Task.sleep(for: .seconds(5))
            }
        }
    }
}
