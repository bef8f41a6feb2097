package import Base
package import Domain
import Postgres

/// The conversations that wait for a person.
extension ConversationStore {
    /// Puts a conversation that this work has locked on the list of those that need a person.
    ///
    /// One that is there already stays as long as it has been there, with its first reason, unless
    /// a person must take over by now.
    package static func needPerson(
        _ need: PersonNeed, in id: ConversationID, at now: Instant, _ transaction: Transaction
    ) throws {
        let count = try transaction.connection.execute(
            """
            update conversation
            set needs_person = \(need),
                needs_person_since = coalesce(needs_person_since, \(now)),
                status = 'open', closed_at = null, version = version + 1
            where workspace_id = \(transaction.workspace) and conversation_id = \(id)
                and (needs_person is null
                    or (\(need.takesOver) and not needs_person = any(\(lasting))))
            """)
        guard count > 0 else { return }
        try transaction.record(
            ConversationEvents.personNeeded, of: id, ["need": .text(need.rawValue)], at: now)
    }

    private static let lasting = PersonNeed.allCases.filter(\.takesOver).map(\.rawValue)

    /// Takes a conversation off that list; false when it was not there.
    @discardableResult
    package static func clearNeed(
        in id: ConversationID, at now: Instant, _ transaction: Transaction
    ) throws -> Bool {
        let count = try transaction.connection.execute(
            """
            update conversation
            set needs_person = null, needs_person_since = null,
                status = case when status = 'open' and last_inbound <= answered then 'waiting'
                    else status end,
                version = version + 1
            where workspace_id = \(transaction.workspace) and conversation_id = \(id)
                and needs_person is not null
            """)
        guard count > 0 else { return false }
        try transaction.record(ConversationEvents.needCleared, of: id, at: now)
        return true
    }

    /// Says that what the customer wrote was seen to in another way than by a reply.
    package static func markAnswered(
        _ id: ConversationID, at now: Instant, _ transaction: Transaction
    ) throws {
        _ = try transaction.connection.execute(
            """
            update conversation
            set answered = last_inbound,
                status = case when status = 'open' and needs_person is null then 'waiting'
                    else status end,
                version = version + 1, updated_at = \(now)
            where workspace_id = \(transaction.workspace) and conversation_id = \(id)
            """)
        try transaction.record(ConversationEvents.answered, of: id, at: now)
    }

    package static func needCount(_ reader: Reader) throws -> Int {
        try reader.connection.query(
            """
            select count(*) as count from conversation
            where workspace_id = \(reader.workspace) and needs_person is not null
            """
        ).one().decode("count")
    }

    /// The conversation of a customer in which something was written last, locked for this work.
    package static func lockNewest(
        of contact: ContactID, _ transaction: Transaction
    ) throws -> Conversation? {
        try transaction.connection.query(
            """
            select * from conversation
            where workspace_id = \(transaction.workspace) and contact_id = \(contact)
            order by updated_at desc, conversation_id desc limit 1 for update
            """
        ).oneOrNone().map(conversation)
    }
}
