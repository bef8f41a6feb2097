import Base
package import Domain
package import Postgres

extension EventStore {
    /// Makes sure that new events come after those that are there, whatever server they were
    /// recorded in; for the owner of the tables, before anything is recorded.
    package static func catchUp(on connection: PostgresConnection) throws {
        _ = try connection.query("select event_catch_up()")
    }

    /// Calls `ring` at the start, whenever something was recorded, and when notices may have been
    /// missed, until it is cancelled.
    package static func listen(
        _ options: PostgresOptions, _ ring: @Sendable () -> Void
    ) async {
        for await _ in PostgresListener.events(options, channels: [channel]) { ring() }
    }

    /// Events of a workspace after a place, in order, that nothing can be added before any more.
    package static func after(
        _ position: EventPosition, limit: Int, _ reader: Reader
    ) throws -> [Event] {
        try reader.connection.query(
            """
            select * from event
            where workspace_id = \(reader.workspace)
                and (turn, event_no) > (\(position.turn), \(position.number))
                and turn < (select event_horizon())
            order by turn, event_no limit \(limit)
            """
        ).map { try event($0, reader.unreadable) }
    }
}

/// Reading the log across workspaces, by whoever keeps something up to date with it.
extension TenantLookup {
    /// The events after a place, in order, that nothing can be added before any more.
    package func events(
        after position: EventPosition, limit: Int, unreadable: UnreadableRows
    ) throws -> [Event] {
        try connection.query(
            "select * from event_follow(\(position.turn), \(position.number), \(Int32(limit)))"
        ).map { try EventStore.event($0, unreadable) }
    }

    /// Whether something is recorded that cannot be read yet: a transaction that began before it
    /// still runs, and nobody is told when that ends.
    package func isEventWaiting() throws -> Bool {
        try connection.query("select event_is_behind() as waits").one().decode("waits")
    }

    /// The newest place that can be read.
    package func lastEvent() throws -> EventPosition {
        try connection.query("select * from event_last()").oneOrNone().map { row in
            EventPosition(turn: try row.decode("turn"), number: try row.decode("event_no"))
        } ?? .start
    }
}
