import Base
import Foundation
import HTTP

/// An open event stream that is read beside the work, so that an event's moment is its arrival.
final class EventStream: Sendable {
    struct Arrival: Sendable {
        let event: ServerSentEvent
        let at: ContinuousClock.Instant
    }

    private struct State {
        var arrivals: [Arrival] = []
        var waiter: CheckedContinuation<Void, Never>?
        var waitingSince = ContinuousClock.now
        var ended = false
    }

    private let state = Lock(State())

    /// How long an event may be waited for; then something is wrong.
    private static let patience = Duration.seconds(20)

    private init() {}

    /// Runs `body` with an open stream: the server has said `ready`.
    static func open<Value: Sendable>(
        _ caller: Caller, _ body: (EventStream) async throws -> Value
    ) async throws -> Value {
        let stream = EventStream()
        let bytes = try await caller.events()
        return try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await stream.read(bytes) }
            group.addTask { await stream.watch() }
            _ = try await stream.next { $0.event == "ready" }
            let value = try await body(stream)
            group.cancelAll()
            return value
        }
    }

    private func read(_ body: HTTPBody) async {
        var parser = ServerSentEventParser()
        do {
            for try await chunk in body { take(try parser.parse(chunk)) }
        } catch {
            // However it ended, whoever waits for more is told.
        }
        end { _ in true }
    }

    private func watch() async {
        while !Task.isCancelled {
            // Only cancellation throws here, and the loop sees it.
            try? await Task.sleep(for: .seconds(1))
            end { $0.waiter != nil && ContinuousClock.now - $0.waitingSince > Self.patience }
        }
    }

    private func end(when over: (State) -> Bool) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard over(state) else { return nil }
            state.ended = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    private func take(_ events: [ServerSentEvent]) {
        let now = ContinuousClock.now
        let waiter = state.withLock { state in
            state.arrivals += events.map { Arrival(event: $0, at: now) }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    var hasEnded: Bool { state.withLock { $0.ended } }

    /// Everything that has arrived and was not taken.
    func drain() -> [Arrival] {
        state.withLock { state in
            defer { state.arrivals = [] }
            return state.arrivals
        }
    }

    /// The next event that fits; those before it are passed over. One reader at a time.
    func next(_ fits: (ServerSentEvent) -> Bool) async throws -> Arrival {
        while true {
            while let arrival = first() {
                if fits(arrival.event) { return arrival }
            }
            if hasEnded { throw BenchFailure("an event did not come, or its stream ended") }
            await withCheckedContinuation { continuation in
                let ready = state.withLock { state in
                    guard state.arrivals.isEmpty, !state.ended else { return true }
                    state.waiter = continuation
                    state.waitingSince = .now
                    return false
                }
                if ready { continuation.resume() }
            }
        }
    }

    private func first() -> Arrival? {
        state.withLock { $0.arrivals.isEmpty ? nil : $0.arrivals.removeFirst() }
    }

    /// The id in an event about something that changed; empty when it has none.
    static func id(_ event: ServerSentEvent) -> String {
        let parts = event.data.split(separator: "\"")
        return parts.count > 3 ? String(parts[3]) : ""
    }
}
