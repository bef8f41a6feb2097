import Base
import Cryptography
package import Domain
import Postgres

/// A conversation from its rows and from the log, for comparing them.
extension ConversationStore {
    /// As the tables have it; nil when there is none.
    package static func stored(
        _ id: ConversationID, _ reader: Reader
    ) throws -> ConversationReplay? {
        guard let conversation = try find(id, reader) else { return nil }
        var stored = ConversationReplay()
        stored.owner = conversation.owner
        stored.lastInbound = conversation.lastInboundNumber
        stored.answered = conversation.answeredThrough
        (stored.need, stored.needSince) = (conversation.need, conversation.needSince)
        stored.entries = try reader.connection.query(
            """
            select message_id, number, sender, content, account_id, draft_id, created_at
            from message
            where workspace_id = \(reader.workspace) and conversation_id = \(id) order by number
            """
        ).map { row in
            ConversationReplay.Entry(
                message: try row.decode("message_id", as: MessageID.self).description,
                number: Int(try row.decode("number", as: Int32.self)),
                sender: try row.decode("sender"),
                sha256: SHA256.hex(try row.decode("content", as: String.self).utf8),
                account: try row.decode("account_id", as: AccountID?.self)?.description,
                draft: try row.decode("draft_id", as: DraftID?.self)?.description,
                at: try row.decode("created_at"))
        }
        return stored
    }

    /// As the log tells it.
    package static func replayed(
        _ id: ConversationID, _ reader: Reader
    ) throws -> ConversationReplay {
        var replay = ConversationReplay()
        var place = EventPosition.start
        while true {
            let events = try EventStore.history(of: id, after: place, limit: 500, reader)
            for event in events { replay.take(event) }
            guard let last = events.last, events.count == 500 else { return replay }
            place = last.position
        }
    }

    /// The conversations that are not as the log tells them, of those that began in the log.
    ///
    /// - Returns: how many were compared, and the ids of those that differ.
    package static func compareWithLog(
        _ reader: Reader
    ) throws -> (compared: Int, differing: [ConversationID]) {
        let ids: [ConversationID] = try reader.connection.query(
            """
            select c.conversation_id from conversation c
            where c.workspace_id = \(reader.workspace) and exists (
                select from event e
                where e.workspace_id = c.workspace_id
                    and e.subject = c.conversation_id::text
                    and e.kind = \(ConversationEvents.messageReceived.name)
                    and e.payload -> 'values' -> 'number' = '1')
            order by c.conversation_id
            """
        ).map { try $0.decode("conversation_id") }
        let differing = try ids.filter { id in
            try stored(id, reader) != replayed(id, reader)
        }
        return (ids.count, differing)
    }
}

extension ConversationStore.NewMessage {
    /// What the log tells of a message: never its words, but a digest that proves them.
    func recorded(as number: Int) -> EventPayload {
        var payload: EventPayload = [
            "message": .text(id.description), "number": .whole(number),
            "sender": .text(sender.rawValue), "sha256": .text(SHA256.hex(content.utf8)),
        ]
        if let account { payload.values["account"] = .text(account.description) }
        if let draft { payload.values["draft"] = .text(draft.description) }
        if let answers { payload.values["answers"] = .whole(answers) }
        return payload
    }
}
