import Base
package import Domain

/// Remembers what was understood of a message while the same facts hold.
///
/// A turn answers all messages since the last reply, and each new message makes a turn: without
/// this the twentieth message would have the nineteen before it read once more. What was not used
/// for one whole generation is forgotten.
package final class UnderstandingMemory: Sendable {
    /// Messages of one generation; two are kept.
    package static let generationLimit = 512

    /// The same words may be written twice, at another place of the booking.
    private struct Key: Hashable {
        let message: String
        let facts: Int
    }

    private struct State {
        var fresh: [Key: Understanding] = [:]
        var old: [Key: Understanding] = [:]
    }

    private let state = Lock(State())
    private let limit: Int

    package init(generationLimit: Int = UnderstandingMemory.generationLimit) {
        limit = generationLimit
    }

    /// The same understander; it is asked only for what is not known.
    package func remembering(_ understander: UnderstandingPort) -> UnderstandingPort {
        UnderstandingPort { [self] message, facts in
            var settled = facts
            settled.state = facts.state.withoutChance
            let key = Key(message: message, facts: settled.hashValue)
            if let known = find(key) { return known }
            let understanding = try await understander.understand(message, facts)
            state.withLock { keep(understanding, of: key, &$0) }
            return understanding
        }
    }

    private func find(_ key: Key) -> Understanding? {
        state.withLock { state in
            if let known = state.fresh[key] { return known }
            guard let known = state.old[key] else { return nil }
            keep(known, of: key, &state)
            return known
        }
    }

    private func keep(_ understanding: Understanding, of key: Key, _ state: inout State) {
        if state.fresh.count >= limit {
            state.old = state.fresh
            state.fresh = [:]
        }
        state.fresh[key] = understanding
    }
}
