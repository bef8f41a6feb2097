import Base
import Desk
import Documents
import Domain

/// Fails the n-th call of any port or transaction of a desk, and no other; or that one and all that
/// follow, as when the process is killed.
///
/// A test runs the same story for n = 1, 2, 3 … until a plan was not reached: then every call has
/// failed once.
package final class FaultPlan: Sendable {
    private let state: Lock<(left: Int, calls: Int, kills: Bool)>

    /// 0 fails none and only counts.
    package init(failing number: Int) {
        state = Lock((number, 0, false))
    }

    /// How many calls were made.
    package var calls: Int { state.withLock { $0.calls } }
    /// Whether the call that fails was made.
    package var wasReached: Bool { state.withLock { $0.left <= 0 } }

    /// Begins to count here; 0 fails none. With `kills` nothing works after the one that fails,
    /// until `disarm`.
    package func arm(_ number: Int, kills: Bool = false) {
        state.withLock { $0 = (number, 0, kills && number > 0) }
    }

    /// Fails nothing any more.
    package func disarm() {
        state.withLock { state in
            state.left = 0
            state.kills = false
        }
    }

    package func call() throws(InjectedFault) {
        let fails = state.withLock { state in
            state.calls += 1
            state.left -= 1
            return state.left == 0 || (state.kills && state.left < 0)
        }
        if fails { throw InjectedFault() }
    }
}

/// What a fault plan throws: the world failed, and trying again can help.
package struct InjectedFault: Fault, Equatable {
    package init() {}
    package var retryable: Bool { true }
}

extension DeskPorts {
    /// The same ports, each call counted before it is made, and again before its answer arrives.
    func breaking(by plan: FaultPlan) -> DeskPorts {
        let ports = self
        var broken = ports
        broken.embedder = EmbedderPort(
            embed: { texts, purpose in
                try plan.call()
                return try await ports.embedder.embed(texts, purpose)
            },
            modelID: {
                try plan.call()
                return try await ports.embedder.modelID()
            }, forget: ports.embedder.forget)
        broken.blobs.keep = { path, sha256 in
            try plan.call()
            try ports.blobs.keep(path, sha256)
            try plan.call()
        }
        broken.blobs.delete = { sha256 in
            try plan.call()
            try ports.blobs.delete(sha256)
            try plan.call()
        }
        broken.extractor = ExtractorPort { path, type, name in
            try plan.call()
            return try await ports.extractor.extract(path, type, name)
        }
        broken.channels = ports.channels.map { channel in
            guard case .port(let port) = channel.outlet else { return channel }
            return ConnectedChannel(
                channel.capabilities,
                .port(
                    MessagePort { message in
                        try plan.call()
                        let outcome = try await port.send(message)
                        try plan.call()
                        return outcome
                    }), endpoints: channel.endpoints)
        }
        broken.understander = UnderstandingPort { message, facts in
            try plan.call()
            return try await ports.understander.understand(message, facts)
        }
        broken.answerer = AnswerPort { facts in
            try plan.call()
            return try await ports.answerer.answer(facts)
        }
        return broken
    }
}
