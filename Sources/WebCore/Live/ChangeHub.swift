import Base
package import Domain

/// Tells open event streams what changed, workspace by workspace.
///
/// It is fed from the log (`EventFollower`). Changes carry ids and never content; who hears one looks
/// again with its own rights. Nobody waits for a slow reader: its buffer is bounded, and when it
/// overflows the reader is told to load everything again and is let go. The same is said to all
/// after a gap.
///
/// Streams are bounded for each sign-in, for each person over all their sign-ins, and over all. One
/// more ends the oldest of the same sign-in or person, so that a tab that was opened just now works.
/// When there are too many over all, the workspace with most gives one up, or else the newcomer is
/// refused: nobody takes the streams of others.
package final class ChangeHub: Sendable {
    package enum Event: Sendable, Hashable {
        case changed(Change)
        /// Something was missed: load again what is shown.
        case reload
        /// The reader's sign-in has ended; nothing comes after this.
        case signedOut
        /// A newer stream has taken the place of this one; nothing comes after this.
        case replaced
    }

    package static let bufferLimit = 64
    /// More tabs than browsers let one program keep open with HTTP/1.1.
    package static let sessionLimit = 8
    package static let personLimit = 24

    private struct Subscriber {
        let workspace: WorkspaceID
        let session: String?
        let person: String?
        let continuation: AsyncStream<Event>.Continuation
    }

    private struct State {
        /// By number, so that the lowest is the oldest.
        var subscribers: [Int: Subscriber] = [:]
        var next = 0
        /// The newest event that was told.
        var position: EventPosition?
    }

    private let limit: Int
    private let state = Lock(State())

    /// - Parameter limit: streams over all workspaces.
    package init(limit: Int = 1_000) {
        self.limit = limit
    }

    /// Events of a workspace from now on; ends when the reader is let go or goes, or when its
    /// sign-in `session` ends.
    ///
    /// Throws `WebRefusal.tooManyStreams` when too many listen already and none gives way.
    package func events(
        in workspace: WorkspaceID, session: String? = nil, person: String? = nil
    ) throws -> AsyncStream<Event> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Event.self, bufferingPolicy: .bufferingNewest(ChangeHub.bufferLimit))
        let new = Subscriber(
            workspace: workspace, session: session, person: person, continuation: continuation)
        let (number, replaced) = state.withLock { state -> (Int?, Subscriber?) in
            let replaced = givingWay(to: new, state)
            guard replaced != nil || state.subscribers.count < limit else { return (nil, nil) }
            let old = replaced.flatMap { state.subscribers.removeValue(forKey: $0) }
            state.next += 1
            state.subscribers[state.next] = new
            return (state.next, old)
        }
        guard let number else { throw WebRefusal.tooManyStreams }
        if let replaced {
            replaced.continuation.yield(.replaced)
            replaced.continuation.finish()
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { $0.subscribers[number] = nil }
        }
        return stream
    }

    /// The stream that ends for a new one; nil when there is room, or none has to give way.
    private func givingWay(to new: Subscriber, _ state: State) -> Int? {
        func oldest(_ limit: Int, _ isMeant: (Subscriber) -> Bool) -> Int? {
            let own = state.subscribers.filter { isMeant($0.value) }
            return own.count >= limit ? own.keys.min() : nil
        }
        let mine = { (other: Subscriber) in other.workspace == new.workspace }
        if let session = new.session,
            let number = oldest(
                ChangeHub.sessionLimit, { mine($0) && $0.session == session })
        {
            return number
        }
        if let person = new.person,
            let number = oldest(ChangeHub.personLimit, { mine($0) && $0.person == person })
        {
            return number
        }
        guard state.subscribers.count >= limit else { return nil }
        let counts = state.subscribers.values.reduce(into: [WorkspaceID: Int]()) { counts, other in
            counts[other.workspace, default: 0] += 1
        }
        guard let most = counts.max(by: { $0.value < $1.value }),
            most.value > counts[new.workspace, default: 0] + 1
        else { return nil }
        return oldest(1) { $0.workspace == most.key }
    }

    /// Passes events on to everybody in their workspaces; the end of a sign-in ends its streams.
    package func publish(_ events: [Domain.Event]) {
        for event in events {
            state.withLock { $0.position = event.position }
            if let session = Change.endedSession(event) {
                end(session, in: event.workspace)
            } else if let change = Change(event) {
                send(.changed(change)) { $0.workspace == event.workspace }
            }
        }
    }

    /// The newest event that was told here; nil before the first.
    package var position: EventPosition? { state.withLock { $0.position } }

    /// Says that events may have been missed.
    package func gap() {
        send(.reload) { _ in true }
    }

    package var subscriberCount: Int { state.withLock { $0.subscribers.count } }

    private func end(_ session: String, in workspace: WorkspaceID) {
        let ended = state.withLock { state in
            state.subscribers.values.filter {
                $0.workspace == workspace && $0.session == session
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
