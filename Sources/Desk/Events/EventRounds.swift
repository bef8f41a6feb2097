import Base

/// Looks at the log once, and again whenever something was recorded; rounds never overlap, and
/// however many notices come during one, one more follows.
struct EventRounds: Sendable {
    /// Hears notices until it is cancelled; the first comes at once, for what was there before.
    let listen: EventListening

    func run(_ round: @Sendable () async throws -> Void) async throws {
        let (rings, ring) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
        try await withThrowingTaskGroup(of: Void.self) { group in
            let listen = listen
            group.addTask {
                await listen { ring.yield() }
                ring.finish()
            }
            for await _ in rings { try await round() }
            group.cancelAll()
        }
    }
}

/// Calls back whenever something may have been recorded, until it is cancelled.
package typealias EventListening = @Sendable (_ ring: @escaping @Sendable () -> Void) async -> Void
