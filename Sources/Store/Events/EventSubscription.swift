import Base
package import Domain
import Postgres

/// How a step of a subscriber ended.
package enum EventStep: Sendable, Equatable {
    /// So many events were dealt with, and more may be there.
    case moved(Int)
    /// There is nothing more; `waits` when something is recorded that cannot be read yet.
    case idle(waits: Bool)
    /// Another process works under this name.
    case elsewhere
}

extension Database {
    /// One step of the subscriber of a name: its next events, what `body` makes of them, and its new
    /// place are one transaction, and nobody else works under the name meanwhile. So each event is
    /// dealt with once, whatever is killed when.
    ///
    /// - Parameter body: is given each event with a transaction of its workspace. It runs again after
    ///   a deadlock, so it must do nothing but talk to the database.
    package func followEvents(
        as name: String, limit: Int,
        _ body: @escaping @Sendable (Event, Transaction) throws -> Void
    ) async throws -> EventStep {
        let unreadable = unreadable
        return try await beforeTenant { lookup in
            let connection = lookup.connection
            let place = try connection.query("select * from event_cursor_take(\(name))")
                .oneOrNone()
            guard let place else { return .elsewhere }
            let events = try lookup.events(
                after: EventPosition(
                    turn: try place.decode("turn"), number: try place.decode("event_no")),
                limit: limit, unreadable: unreadable)
            guard let last = events.last?.position else {
                return .idle(waits: try lookup.isEventWaiting())
            }
            var entered: WorkspaceID?
            for event in events {
                if event.workspace != entered {
                    _ = try connection.query(
                        "select set_config('app.workspace_id', \(event.workspace.description), true)"
                    )
                    entered = event.workspace
                }
                try body(
                    event,
                    Transaction(
                        connection: connection, workspace: event.workspace,
                        unreadable: unreadable, origin: .machine(name)))
            }
            _ = try connection.query(
                "select event_cursor_move(\(name), \(last.turn), \(last.number))")
            return .moved(events.count)
        }
    }
}
