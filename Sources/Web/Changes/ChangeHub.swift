import Base
package import Domain
package import Store

/// Tells open event streams what changed, workspace by workspace.
///
/// Notices carry ids and never content; who hears one looks again with its own rights. Nobody waits
/// for a slow reader: its buffer is bounded, and when it overflows the reader is told to load
/// everything again and is let go. The same is said to all after a gap in the notices.
package final class ChangeHub: Sendable {
    package enum Event: Sendable, Hashable {
        case changed(ChangeNotice)
        /// Something was missed: load again what is shown.
        case reload
        /// The reader's sign-in has ended; nothing comes after this.
        case signedOut
    }

    package static let bufferLimit = 64
    package static let subscriberLimit = 2_000

    private struct Subscriber {
        let workspace: WorkspaceID
        let session: String?
        let continuation: AsyncStream<Event>.Continuation
    }

    private struct State {
        var subscribers: [Int: Subscriber] = [:]
        var next = 0
    }

    private let state = Lock(State())

    package init() {}

    /// Events of a workspace from now on; ends when the reader is let go or goes, or when its
    /// sign-in `session` ends.
    ///
    /// Throws `WebRefusal.tooManyStreams` when too many listen already.
    package func events(
        in workspace: WorkspaceID, session: String? = nil
    ) throws -> AsyncStream<Event> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Event.self, bufferingPolicy: .bufferingNewest(ChangeHub.bufferLimit))
        let number: Int? = state.withLock { state in
            guard state.subscribers.count < ChangeHub.subscriberLimit else { return nil }
            state.next += 1
            state.subscribers[state.next] = Subscriber(
                workspace: workspace, session: session, continuation: continuation)
            return state.next
        }
        guard let number else { throw WebRefusal.tooManyStreams }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { $0.subscribers[number] = nil }
        }
        return stream
    }

    /// Passes a notice on to everybody in its workspace; the end of a sign-in ends its streams.
    package func publish(_ notice: ChangeNotice) {
        guard notice.kind != .session else { return end(notice) }
        send(.changed(notice)) { $0.workspace == notice.workspace }
    }

    /// Reads a notice as the database sent it; what is no notice is ignored.
    package func publish(payload: String) {
        if let notice = ChangeNotice(payload: payload) { publish(notice) }
    }

    /// Says that notices may have been missed.
    package func gap() {
        send(.reload) { _ in true }
    }

    package var subscriberCount: Int { state.withLock { $0.subscribers.count } }

    private func end(_ notice: ChangeNotice) {
        let ended = state.withLock { state in
            state.subscribers.values.filter {
                $0.workspace == notice.workspace && $0.session == notice.id
            }
        }
        for subscriber in ended {
            subscriber.continuation.yield(.signedOut)
            subscriber.continuation.finish()
        }
    }

    private func send(_ event: Event, to isMeant: (Subscriber) -> Bool) {
        let all = state.withLock { Array($0.subscribers.values) }
        for subscriber in all where isMeant(subscriber) {
            guard case .dropped = subscriber.continuation.yield(event) else { continue }
            // The oldest went; one more makes room for the word to load everything.
            subscriber.continuation.yield(.reload)
            subscriber.continuation.finish()
        }
    }
}
