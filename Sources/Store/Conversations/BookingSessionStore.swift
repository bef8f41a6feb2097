package import Base
package import Domain
import Postgres

/// Where the booking part of each conversation stands.
package enum BookingSessionStore {
    package struct Session: Sendable {
        package let state: BookingState
        /// 0 before the first change.
        package let version: Int
        /// Whether what was stored can be read; if not, the session begins again at idle, and a
        /// person must look at what was being booked.
        package var isReadable = true
    }

    package static func find(_ id: ConversationID, _ reader: Reader) throws -> Session {
        let row = try reader.connection.query(
            """
            select state, version from booking_session
            where workspace_id = \(reader.workspace) and conversation_id = \(id)
            """
        ).oneOrNone()
        guard let row else { return Session(state: .idle, version: 0) }
        let version = Int(try row.decode("version", as: Int32.self))
        let state: BookingState? = try reader.decodable(.bookingSession, id) {
            try row.stored("state", as: StoredBookingSession.self)
        }
        return Session(state: state ?? .idle, version: version, isReadable: state != nil)
    }

    /// Stores the next state of a conversation that this work has locked.
    package static func save(
        _ state: BookingState, after version: Int, of id: ConversationID, at now: Instant,
        _ transaction: Transaction
    ) throws {
        _ = try transaction.connection.execute(
            """
            insert into booking_session
                (workspace_id, conversation_id, state_name, state, deadline, version, updated_at)
            values (\(transaction.workspace), \(id), \(state.name),
                \(try SQLJSON(state, as: StoredBookingSession.self)),
                \(state.deadline), \(Int32(version + 1)), \(now))
            on conflict (workspace_id, conversation_id) do update
            set state_name = excluded.state_name, state = excluded.state,
                deadline = excluded.deadline, version = excluded.version,
                updated_at = excluded.updated_at
            """)
        try transaction.record(
            BookingEvents.sessionChanged, of: id,
            ["state": .text(state.name.rawValue), "version": .whole(version + 1)], at: now)
    }
}
