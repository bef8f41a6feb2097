package import Base
package import Domain
import Postgres

/// Conversations and their messages.
package enum ConversationStore {
    /// A customer's conversation on a channel, made if there is none, and locked for this work.
    package static func findOrInsert(
        contact: ContactID, channel: Channel, id: ConversationID, at now: Instant,
        _ transaction: Transaction
    ) throws -> Conversation {
        _ = try transaction.connection.execute(
            """
            insert into conversation
                (workspace_id, conversation_id, contact_id, channel, owner, last_number,
                 last_inbound, answered, last_message, version, created_at, updated_at)
            values (\(transaction.workspace), \(id), \(contact), \(channel), 'assistant', 0, 0, 0,
                '', 1, \(now), \(now))
            on conflict (workspace_id, contact_id, channel) do nothing
            """)
        return try conversation(
            transaction.connection.query(
                """
                select * from conversation
                where workspace_id = \(transaction.workspace) and contact_id = \(contact)
                    and channel = \(channel) for update
                """
            ).one())
    }

    package static func find(_ id: ConversationID, _ reader: Reader) throws -> Conversation? {
        try reader.connection.query(
            """
            select * from conversation
            where workspace_id = \(reader.workspace) and conversation_id = \(id)
            """
        ).oneOrNone().map(conversation)
    }

    package static func find(
        contact: ContactID, channel: Channel, _ reader: Reader
    ) throws -> Conversation? {
        try reader.connection.query(
            """
            select * from conversation
            where workspace_id = \(reader.workspace) and contact_id = \(contact)
                and channel = \(channel)
            """
        ).oneOrNone().map(conversation)
    }

    /// Reads a conversation and keeps others from changing it until this work is done.
    package static func lock(
        _ id: ConversationID, _ transaction: Transaction
    ) throws -> Conversation? {
        try transaction.connection.query(
            """
            select * from conversation
            where workspace_id = \(transaction.workspace) and conversation_id = \(id) for update
            """
        ).oneOrNone().map(conversation)
    }

    /// A conversation as a list shows it.
    package struct Listed: Sendable {
        package let conversation: Conversation
        package let contact: Contact
        package let lastMessage: String
        /// Whether a draft waits for a person.
        package let waiting: Bool
        /// Whether an approved reply is about to leave.
        package let sending: Bool
    }

    /// Conversations, the one that changed last first; those that need a person the longest
    /// waiting first.
    package static func page(
        needingPerson: Bool = false, after cursor: PageCursor?, limit: Int, _ reader: Reader
    ) throws -> Page<Listed> {
        let wanted: SQL
        let order: SQL
        if needingPerson {
            let position: SQL =
                cursor.map {
                    "and (needs_person_since, conversation_id) > (\($0.at), \($0.id)::uuid)"
                } ?? ""
            wanted = "needs_person is not null \(position)"
            order = "needs_person_since, conversation_id"
        } else {
            let position: SQL =
                cursor.map { "(updated_at, conversation_id) < (\($0.at), \($0.id)::uuid)" }
                ?? "true"
            wanted = position
            order = "updated_at desc, conversation_id desc"
        }
        // The page is cut first: otherwise every open draft is read to look 50 of them up.
        let rows = try reader.connection.query(
            """
            select v.*, c.phone, c.name, exists (
                select from draft d where d.workspace_id = v.workspace_id
                    and d.conversation_id = v.conversation_id
                    and d.status in ('ready', 'claimed', 'edited')) as waiting,
                exists (
                select from draft d where d.workspace_id = v.workspace_id
                    and d.conversation_id = v.conversation_id
                    and d.status = 'approved') as sending
            from (
                select * from conversation
                where workspace_id = \(reader.workspace) and \(wanted)
                order by \(order) limit \(limit + 1)
            ) v
            join contact c using (workspace_id, contact_id)
            order by \(order)
            """)
        let items = try rows.prefix(limit).map { row in
            Listed(
                conversation: try conversation(row), contact: try ContactStore.contact(row),
                lastMessage: try row.decode("last_message"), waiting: try row.decode("waiting"),
                sending: try row.decode("sending"))
        }
        let last = items.last?.conversation
        let next =
            rows.count > limit
            ? last.map { last in
                let at = needingPerson ? last.needSince ?? last.updatedAt : last.updatedAt
                return PageCursor(at: at, id: last.id.description).text
            } : nil
        return Page(items: items, next: next)
    }

    static func conversation(_ row: PostgresRow) throws -> Conversation {
        Conversation(
            id: try row.decode("conversation_id"), contact: try row.decode("contact_id"),
            channel: try row.decode("channel"), owner: try row.decode("owner"),
            lastInboundNumber: Int(try row.decode("last_inbound", as: Int32.self)),
            answeredThrough: Int(try row.decode("answered", as: Int32.self)),
            need: try row.decode("needs_person"), needSince: try row.decode("needs_person_since"),
            version: Int(try row.decode("version", as: Int32.self)),
            createdAt: try row.decode("created_at"), updatedAt: try row.decode("updated_at"))
    }

    package static func setOwner(
        _ owner: ConversationOwner, of id: ConversationID, at now: Instant,
        _ transaction: Transaction
    ) throws {
        _ = try transaction.connection.execute(
            """
            update conversation
            set owner = \(owner), version = version + 1, updated_at = \(now)
            where workspace_id = \(transaction.workspace) and conversation_id = \(id)
            """)
        try transaction.notify(.conversation, id.description)
    }

    // MARK: Messages

    package struct NewMessage: Sendable {
        package var id: MessageID
        package var conversation: ConversationID
        package var sender: SenderType
        package var content: String
        package var account: AccountID?
        package var draft: DraftID?
        package var idempotencyKey: String?
        /// For a reply: the newest customer message that it answers.
        package var answers: Int?

        package init(
            id: MessageID, conversation: ConversationID, sender: SenderType, content: String,
            account: AccountID? = nil, draft: DraftID? = nil, idempotencyKey: String? = nil,
            answers: Int? = nil
        ) {
            self.id = id
            self.conversation = conversation
            self.sender = sender
            self.content = content
            self.account = account
            self.draft = draft
            self.idempotencyKey = idempotencyKey
            self.answers = answers
        }
    }

    /// Adds a message at the end of a conversation that this work has locked.
    package static func append(
        _ message: NewMessage, at now: Instant, _ transaction: Transaction
    ) throws -> Message {
        let inbound = message.sender == .customer
        let number = try transaction.connection.query(
            """
            update conversation
            set last_number = last_number + 1,
                last_inbound = case when \(inbound) then last_number + 1 else last_inbound end,
                answered = greatest(answered, coalesce(\(message.answers.map(Int32.init)), 0)),
                last_message = \(String(message.content.prefix(200))),
                version = version + 1, updated_at = \(now)
            where workspace_id = \(transaction.workspace)
                and conversation_id = \(message.conversation)
            returning last_number
            """
        ).one().decode("last_number", as: Int32.self)
        _ = try transaction.connection.execute(
            """
            insert into message
                (workspace_id, message_id, conversation_id, number, sender, content, account_id,
                 draft_id, idempotency_key, created_at)
            values (\(transaction.workspace), \(message.id), \(message.conversation), \(number),
                \(message.sender), \(message.content), \(message.account), \(message.draft),
                \(message.idempotencyKey), \(now))
            """)
        try transaction.notify(.conversation, message.conversation.description)
        return Message(
            id: message.id, conversation: message.conversation, number: Int(number),
            sender: message.sender, content: message.content, createdAt: now)
    }

    package static func message(
        idempotencyKey: String, in conversation: ConversationID, _ reader: Reader
    ) throws -> Message? {
        try messages("idempotency_key = \(idempotencyKey)", in: conversation, reader).first
    }

    /// Messages after number `since`, oldest first.
    package static func messages(
        in conversation: ConversationID, since number: Int = 0, limit: Int = 500, _ reader: Reader
    ) throws -> [Message] {
        try messages(
            "number > \(number) order by number limit \(limit)", in: conversation, reader)
    }

    /// The customer's messages after number `since`, oldest first.
    package static func unanswered(
        in conversation: ConversationID, since number: Int, limit: Int, _ reader: Reader
    ) throws -> [Message] {
        try messages(
            "number > \(number) and sender = 'customer' order by number limit \(limit)",
            in: conversation, reader)
    }

    /// The newest messages, oldest first.
    package static func latest(
        _ count: Int, in conversation: ConversationID, _ reader: Reader
    ) throws -> [Message] {
        try messages(
            "true order by number desc limit \(count)", in: conversation, reader
        ).reversed()
    }

    private static func messages(
        _ condition: SQL, in conversation: ConversationID, _ reader: Reader
    ) throws -> [Message] {
        try reader.connection.query(
            """
            select * from message
            where workspace_id = \(reader.workspace) and conversation_id = \(conversation)
                and \(condition)
            """
        ).map { row in
            Message(
                id: try row.decode("message_id"), conversation: conversation,
                number: Int(try row.decode("number", as: Int32.self)),
                sender: try row.decode("sender"), content: try row.decode("content"),
                createdAt: try row.decode("created_at"))
        }
    }
}

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
            try row.json("state")
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
            values (\(transaction.workspace), \(id), \(state.name), \(try SQLJSON(state)),
                \(state.deadline), \(Int32(version + 1)), \(now))
            on conflict (workspace_id, conversation_id) do update
            set state_name = excluded.state_name, state = excluded.state,
                deadline = excluded.deadline, version = excluded.version,
                updated_at = excluded.updated_at
            """)
    }
}

/// What the message port would have sent while no provider is configured.
package enum ConsoleStore {
    package struct Entry: Sendable {
        package let to: String
        package let channel: String
        package let text: String
        package let createdAt: Instant
    }

    package static func insert(
        _ text: OutgoingText, id: MessageID, at now: Instant, _ transaction: Transaction
    ) throws {
        _ = try transaction.connection.execute(
            """
            insert into console_message
                (workspace_id, message_id, recipient, channel, text, idempotency_key, created_at)
            values (\(transaction.workspace), \(id), \(text.to.e164), \(text.channel),
                \(text.text), \(text.idempotencyKey), \(now))
            on conflict (workspace_id, idempotency_key) do nothing
            """)
        try transaction.notify(.console)
    }

    package static func page(
        after cursor: PageCursor?, limit: Int, _ reader: Reader
    ) throws -> Page<Entry> {
        let position: SQL =
            cursor.map { "and (created_at, message_id) < (\($0.at), \($0.id)::uuid)" } ?? ""
        let rows = try reader.connection.query(
            """
            select * from console_message where workspace_id = \(reader.workspace) \(position)
            order by created_at desc, message_id desc limit \(limit + 1)
            """)
        let items = try rows.prefix(limit).map { row in
            Entry(
                to: try row.decode("recipient"), channel: try row.decode("channel"),
                text: try row.decode("text"), createdAt: try row.decode("created_at"))
        }
        let next =
            try rows.count > limit
            ? rows.prefix(limit).last.map { row in
                PageCursor(
                    at: try row.decode("created_at"),
                    id: try row.decode("message_id", as: MessageID.self).description
                ).text
            } : nil
        return Page(items: items, next: next)
    }
}
