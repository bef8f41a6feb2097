package import Base
package import Domain
import Postgres

/// Conversations and their messages.
package enum ConversationStore {
    /// Keeps others from placing a message of this address until this work is done.
    package static func lock(
        _ address: ContactAddressID, _ transaction: Transaction
    ) throws {
        _ = try transaction.connection.query(
            """
            select from contact_address
            where workspace_id = \(transaction.workspace) and address_id = \(address)
            for no key update
            """)
    }

    /// Begins a conversation, for the assistant to answer.
    package static func insert(
        _ id: ConversationID, of contact: ContactID, on channel: Channel,
        address: ContactAddressID, subject: String?, thread: String?, at now: Instant,
        _ transaction: Transaction
    ) throws -> Conversation {
        try conversation(
            transaction.connection.query(
                """
                insert into conversation
                    (workspace_id, conversation_id, contact_id, channel, address_id, status,
                     subject, thread, owner, last_number, last_inbound, answered, last_message,
                     version, created_at, updated_at)
                values (\(transaction.workspace), \(id), \(contact), \(channel.rawValue),
                    \(address), 'open', \(subject), \(thread), 'assistant', 0, 0, 0, '', 1,
                    \(now), \(now))
                returning *
                """
            ).one())
    }

    /// The newest conversation with an address on a channel, or the one of a thread there.
    package static func latest(
        of address: ContactAddressID, on channel: Channel, thread: String?, _ reader: Reader
    ) throws -> Conversation? {
        let wanted: SQL =
            thread.map { "thread = \($0)" } ?? "address_id = \(address)"
        return try reader.connection.query(
            """
            select * from conversation
            where workspace_id = \(reader.workspace) and channel = \(channel.rawValue)
                and \(wanted)
            order by created_at desc, conversation_id desc limit 1
            """
        ).oneOrNone().map(conversation)
    }

    package static func find(_ id: ConversationID, _ reader: Reader) throws -> Conversation? {
        try reader.connection.query(
            """
            select * from conversation
            where workspace_id = \(reader.workspace) and conversation_id = \(id)
            """
        ).oneOrNone().map(conversation)
    }

    /// The conversation that goes on with an address on a channel: the newest one.
    package static func current(
        of address: Address, on channel: Channel, _ reader: Reader
    ) throws -> Conversation? {
        try reader.connection.query(
            """
            select v.* from contact_address a
            join conversation v using (workspace_id, address_id)
            where a.workspace_id = \(reader.workspace) and a.kind = \(address.kind)
                and a.value = \(address.value) and v.channel = \(channel.rawValue)
            order by v.created_at desc, v.conversation_id desc limit 1
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

    /// Which conversations a list shows.
    package struct Filter: Sendable, Hashable {
        package var needingPerson = false
        package var status: ConversationStatus?
        package var channel: Channel?
        package var contact: ContactID?

        package init(
            needingPerson: Bool = false, status: ConversationStatus? = nil,
            channel: Channel? = nil, contact: ContactID? = nil
        ) {
            self.needingPerson = needingPerson
            self.status = status
            self.channel = channel
            self.contact = contact
        }

        fileprivate var condition: SQL {
            let needed: SQL = needingPerson ? "needs_person is not null" : "true"
            let status: SQL = status.map { "and status = \($0)" } ?? ""
            let channel: SQL = channel.map { "and channel = \($0.rawValue)" } ?? ""
            let contact: SQL = contact.map { "and contact_id = \($0)" } ?? ""
            return "\(needed) \(status) \(channel) \(contact)"
        }
    }

    /// Conversations, the one that changed last first; those that need a person the longest
    /// waiting first.
    ///
    /// - Parameter offset: entries to leave out, for a page that is asked for by its number.
    package static func page(
        _ filter: Filter = Filter(), after cursor: PageCursor?, limit: Int, offset: Int = 0,
        _ reader: Reader
    ) throws -> Page<Listed> {
        let position: SQL
        let order: SQL
        if filter.needingPerson {
            position =
                cursor.map {
                    "and (needs_person_since, conversation_id) > (\($0.at), \($0.id)::uuid)"
                } ?? ""
            order = "needs_person_since, conversation_id"
        } else {
            position =
                cursor.map { "and (updated_at, conversation_id) < (\($0.at), \($0.id)::uuid)" }
                ?? ""
            order = "updated_at desc, conversation_id desc"
        }
        // The page is cut first: otherwise every open draft is read to look 50 of them up.
        let rows = try reader.connection.query(
            """
            select v.*, \(ContactStore.columns), exists (
                select from draft d where d.workspace_id = v.workspace_id
                    and d.conversation_id = v.conversation_id
                    and d.status in ('ready', 'claimed', 'edited')) as waiting,
                exists (
                select from draft d where d.workspace_id = v.workspace_id
                    and d.conversation_id = v.conversation_id
                    and d.status = 'scheduled') as sending
            from (
                select * from conversation
                where workspace_id = \(reader.workspace) and \(filter.condition) \(position)
                order by \(order) limit \(limit + 1) offset \(offset)
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
                let at = filter.needingPerson ? last.needSince ?? last.updatedAt : last.updatedAt
                return PageCursor(at: at, id: last.id.description).text
            } : nil
        return Page(items: items, next: next)
    }

    /// How many a list would show in all. O(conversations)
    package static func count(_ filter: Filter, _ reader: Reader) throws -> Int {
        try reader.connection.query(
            """
            select count(*) as all_of_them from conversation
            where workspace_id = \(reader.workspace) and \(filter.condition)
            """
        ).one().decode("all_of_them")
    }

    static func conversation(_ row: PostgresRow) throws -> Conversation {
        Conversation(
            id: try row.decode("conversation_id"), contact: try row.decode("contact_id"),
            channel: try row.decode("channel"), address: try row.decode("address_id"),
            status: try row.decode("status"), subject: try row.decode("subject"),
            thread: try row.decode("thread"), owner: try row.decode("owner"),
            lastInboundNumber: Int(try row.decode("last_inbound", as: Int32.self)),
            answeredThrough: Int(try row.decode("answered", as: Int32.self)),
            need: try row.decode("needs_person"), needSince: try row.decode("needs_person_since"),
            closedAt: try row.decode("closed_at"),
            version: Int(try row.decode("version", as: Int32.self)),
            createdAt: try row.decode("created_at"), updatedAt: try row.decode("updated_at"))
    }

    /// Stores a status that the machine has allowed.
    package static func setStatus(
        _ status: ConversationStatus, of id: ConversationID, at now: Instant,
        _ transaction: Transaction
    ) throws {
        _ = try transaction.connection.execute(
            """
            update conversation
            set status = \(status), closed_at = \(status == .closed ? now : nil),
                version = version + 1, updated_at = \(now)
            where workspace_id = \(transaction.workspace) and conversation_id = \(id)
            """)
        try transaction.record(
            ConversationEvents.statusChanged, of: id, ["status": .text(status.rawValue)], at: now)
    }

    package static func setSubject(
        _ subject: String?, of id: ConversationID, at now: Instant, _ transaction: Transaction
    ) throws {
        _ = try transaction.connection.execute(
            """
            update conversation
            set subject = \(subject), version = version + 1, updated_at = \(now)
            where workspace_id = \(transaction.workspace) and conversation_id = \(id)
            """)
        try transaction.record(ConversationEvents.subjectChanged, of: id, at: now)
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
        try transaction.record(
            ConversationEvents.ownerChanged, of: id, ["owner": .text(owner.rawValue)], at: now)
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
        // As ConversationMachine says: whoever wrote waits, until all of it is answered.
        let number = try transaction.connection.query(
            """
            update conversation
            set last_number = last_number + 1,
                last_inbound = case when \(inbound) then last_number + 1 else last_inbound end,
                answered = greatest(answered, coalesce(\(message.answers.map(Int32.init)), 0)),
                status = case
                    when \(inbound) then 'open'
                    when greatest(answered, coalesce(\(message.answers.map(Int32.init)), 0))
                        >= last_inbound and needs_person is null then 'waiting'
                    else status end,
                closed_at = null,
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
        try transaction.record(
            inbound ? ConversationEvents.messageReceived : ConversationEvents.messageSent,
            of: message.conversation, message.recorded(as: Int(number)), at: now)
        return Message(
            id: message.id, conversation: message.conversation, number: Int(number),
            sender: message.sender, content: message.content, createdAt: now)
    }

    package static func message(
        idempotencyKey: String, in conversation: ConversationID, _ reader: Reader
    ) throws -> Message? {
        try messages("idempotency_key = \(idempotencyKey)", in: conversation, reader).first
    }

    /// The message with this key in any conversation with an address on a channel.
    package static func message(
        idempotencyKey: String, from address: ContactAddressID, on channel: Channel,
        _ reader: Reader
    ) throws -> Message? {
        try reader.connection.query(
            """
            select m.* from conversation v join message m using (workspace_id, conversation_id)
            where v.workspace_id = \(reader.workspace) and v.address_id = \(address)
                and v.channel = \(channel.rawValue) and m.idempotency_key = \(idempotencyKey)
            limit 1
            """
        ).oneOrNone().map(message)
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
        ).map(message)
    }

    private static func message(_ row: PostgresRow) throws -> Message {
        Message(
            id: try row.decode("message_id"), conversation: try row.decode("conversation_id"),
            number: Int(try row.decode("number", as: Int32.self)),
            sender: try row.decode("sender"), content: try row.decode("content"),
            createdAt: try row.decode("created_at"))
    }
}
