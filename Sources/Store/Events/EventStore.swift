package import Base
package import Domain
import Postgres

/// The log of everything that has happened: rows are only added, in the transaction that causes
/// them.
///
/// It is the audit trail, the history of an appointment, and what other parts of the program
/// follow. Nobody waits for anybody to record: a place is a transaction's number and a counter. The
/// price is that a place can be filled while later ones are read, which readers avoid by looking
/// only below the oldest transaction that still runs (the horizon).
package enum EventStore {
    /// Told when something was recorded; the payload is the workspace.
    package static let channel = "frontdesk_event"

    package static func record(_ event: NewEvent, in transaction: Transaction) throws {
        let origin = event.origin ?? transaction.origin
        // One statement for both: a notice with the same payload is sent once for a transaction.
        _ = try transaction.connection.query(
            """
            with added as (
                insert into event
                    (workspace_id, at, "column", kind, subject, retention, actor_kind, actor_id,
                     cause_kind, cause_id, payload)
                values (\(transaction.workspace), \(event.at), \(event.kind.column),
                    \(event.kind.name), \(event.subject), \(event.kind.retention.rawValue),
                    \(origin.actor.kind), \(origin.actor.id), \(origin.causation?.kind),
                    \(origin.causation?.id), \(try SQLJSON(StoredEventPayload(event.payload))))
                returning event_no
            )
            select pg_notify(\(channel), \(transaction.workspace.description)) from added
            """)
    }

    // MARK: Reading

    /// What a list is narrowed to; nil is all.
    package struct Filter: Sendable, Hashable {
        package var column: String?
        package var kind: String?
        package var subject: String?
        /// `person`, `customer`, `assistant` or `machine`.
        package var actor: String?
        /// The account, the contact, or the name of the machine.
        package var actorID: String?
        package var since: Instant?
        package var until: Instant?

        package init() {}
    }

    /// One page of the log, newest first, before a place.
    package static func page(
        _ filter: Filter, before position: EventPosition?, limit: Int, _ reader: Reader
    ) throws -> Page<Event> {
        var condition: SQL = "workspace_id = \(reader.workspace)"
        if let position {
            let place: SQL = "(\(position.turn), \(position.number))"
            condition = "\(condition) and (turn, event_no) < \(place)"
        }
        if let column = filter.column { condition = "\(condition) and \"column\" = \(column)" }
        if let kind = filter.kind { condition = "\(condition) and kind = \(kind)" }
        if let subject = filter.subject { condition = "\(condition) and subject = \(subject)" }
        if let actor = filter.actor { condition = "\(condition) and actor_kind = \(actor)" }
        if let id = filter.actorID { condition = "\(condition) and actor_id = \(id)" }
        if let since = filter.since { condition = "\(condition) and at >= \(since)" }
        if let until = filter.until { condition = "\(condition) and at < \(until)" }
        let rows = try reader.connection.query(
            """
            select * from event where \(condition)
            order by turn desc, event_no desc limit \(limit + 1)
            """)
        let items = try rows.prefix(limit).map { try event($0, reader.unreadable) }
        let next = rows.count > limit ? items.last?.position.text : nil
        return Page(items: items, next: next)
    }

    /// What happened to one subject, oldest first, after a place.
    package static func history(
        of subject: some CustomStringConvertible, after position: EventPosition = .start,
        limit: Int = 500, _ reader: Reader
    ) throws -> [Event] {
        try reader.connection.query(
            """
            select * from event
            where workspace_id = \(reader.workspace) and subject = \(subject.description)
                and (turn, event_no) > (\(position.turn), \(position.number))
            order by turn, event_no limit \(limit)
            """
        ).map { try event($0, reader.unreadable) }
    }

    static func event(_ row: PostgresRow, _ unreadable: UnreadableRows) throws -> Event {
        let workspace: WorkspaceID = try row.decode("workspace_id")
        let position = EventPosition(
            turn: try row.decode("turn"), number: try row.decode("event_no"))
        let payload: StoredEventPayload? = try unreadable.decodable(
            .event, position.text, in: workspace, { try row.json("payload") })
        let cause: String? = try row.decode("cause_kind")
        let causeID: String? = try row.decode("cause_id")
        return Event(
            position: position, workspace: workspace, at: try row.decode("at"),
            column: try row.decode("column"), kind: try row.decode("kind"),
            subject: try row.decode("subject"),
            actor: EventActor(
                kind: try row.decode("actor_kind"), id: try row.decode("actor_id")),
            causation: cause.flatMap { EventCausation(kind: $0, id: causeID ?? "") },
            payload: payload?.payload)
    }
}
