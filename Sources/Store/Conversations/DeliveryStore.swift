package import Base
package import Domain
import Postgres

/// The way of each message to somebody.
package enum DeliveryStore {
    /// Writes down what is to be sent; `text` is kept only for what stands in no conversation.
    package static func insert(
        _ message: OutboundMessage, status: DeliveryStatus, at now: Instant,
        _ transaction: Transaction
    ) throws {
        _ = try transaction.connection.execute(
            """
            insert into delivery
                (workspace_id, delivery_id, channel, address_kind, address, conversation_id,
                 message_id, status, text, not_after, version, created_at, updated_at)
            values (\(transaction.workspace), \(message.id), \(message.channel.rawValue),
                \(message.to.kind), \(message.to.value), \(message.conversation),
                \(message.message), \(status),
                \(message.message == nil && status.isPending ? message.text : nil),
                \(message.notAfter), 1, \(now), \(now))
            """)
    }

    /// A delivery with what is to be sent; others are kept from changing it until this work is
    /// done. The message is nil when its words are gone.
    package static func lock(
        _ id: DeliveryID, _ transaction: Transaction
    ) throws -> (delivery: Delivery, message: OutboundMessage?)? {
        let row = try transaction.connection.query(
            """
            select d.*, m.content, v.subject, v.thread
            from delivery d
            left join message m using (workspace_id, message_id)
            left join conversation v on v.workspace_id = d.workspace_id
                and v.conversation_id = d.conversation_id
            where d.workspace_id = \(transaction.workspace) and d.delivery_id = \(id)
            for no key update of d
            """
        ).oneOrNone()
        guard let row else { return nil }
        let delivery = try delivery(row)
        let content: String? = try row.decode("content")
        let own: String? = try row.decode("text")
        guard let words = content ?? own else { return (delivery, nil) }
        let attachments = try delivery.message.map {
            try AttachmentStore.attachments(of: $0, transaction.reader)
        }
        let message = OutboundMessage(
            id: id, channel: delivery.channel, to: delivery.to, text: words,
            subject: try row.decode("subject"), thread: try row.decode("thread"),
            attachments: attachments ?? [], message: delivery.message,
            conversation: delivery.conversation, notAfter: try row.decode("not_after"))
        return (delivery, message)
    }

    /// The delivery that a provider knows by this id; locked.
    package static func lock(
        providerID: String, on channel: Channel, _ transaction: Transaction
    ) throws -> Delivery? {
        try transaction.connection.query(
            """
            select * from delivery
            where workspace_id = \(transaction.workspace) and channel = \(channel.rawValue)
                and provider_id = \(providerID)
            for no key update
            """
        ).oneOrNone().map(delivery)
    }

    /// Stores what the machine has allowed. Words that stand nowhere else are dropped once no
    /// attempt will be made any more.
    package static func update(
        _ delivery: Delivery, to status: DeliveryStatus, providerID: String? = nil,
        failure: DeliveryFailure? = nil, at now: Instant, _ transaction: Transaction
    ) throws {
        let failure = status == .failed ? failure ?? DeliveryFailure(.unknown) : nil
        _ = try transaction.connection.execute(
            """
            update delivery
            set status = \(status), provider_id = coalesce(\(providerID), provider_id),
                failure = \(failure?.kind), failure_code = \(failure?.code),
                text = case when \(status.isPending) then text end,
                version = version + 1, updated_at = \(now)
            where workspace_id = \(transaction.workspace) and delivery_id = \(delivery.id)
            """)
        if let conversation = delivery.conversation {
            try transaction.record(
                ConversationEvents.deliveryChanged, of: conversation,
                [
                    "delivery": .text(delivery.id.description), "status": .text(status.rawValue),
                ], at: now)
        }
    }

    /// The newest delivery of a message.
    package static func latest(
        of message: MessageID, _ transaction: Transaction
    ) throws -> DeliveryID? {
        try transaction.connection.query(
            """
            select delivery_id from delivery
            where workspace_id = \(transaction.workspace) and message_id = \(message)
            order by created_at desc, delivery_id desc limit 1
            """
        ).oneOrNone()?.decode("delivery_id")
    }

    /// Where the reply stands that a draft became; nil for one from before there were deliveries.
    package static func status(
        ofReply draft: DraftID, _ reader: Reader
    ) throws -> DeliveryStatus? {
        try reader.connection.query(
            """
            select d.status from message m join delivery d using (workspace_id, message_id)
            where m.workspace_id = \(reader.workspace) and m.draft_id = \(draft)
            order by d.created_at desc, d.delivery_id desc limit 1
            """
        ).oneOrNone()?.decode("status")
    }

    package static func find(_ id: DeliveryID, _ reader: Reader) throws -> Delivery? {
        try reader.connection.query(
            """
            select * from delivery
            where workspace_id = \(reader.workspace) and delivery_id = \(id)
            """
        ).oneOrNone().map(delivery)
    }

    /// The newest delivery of each of these messages; the customer's own have none.
    package static func deliveries(
        of messages: [Message], _ reader: Reader
    ) throws -> [MessageID: Delivery] {
        let ids = messages.filter { $0.sender != .customer }.map(\.id)
        guard !ids.isEmpty else { return [:] }
        let found = try reader.connection.query(
            """
            select distinct on (message_id) * from delivery
            where workspace_id = \(reader.workspace) and message_id = any(\(ids))
            order by message_id, created_at desc, delivery_id desc
            """
        ).map(delivery)
        return Dictionary(
            found.compactMap { delivery in delivery.message.map { ($0, delivery) } },
            uniquingKeysWith: { first, _ in first })
    }

    private static func delivery(_ row: PostgresRow) throws -> Delivery {
        let failure: DeliveryFailure.Kind? = try row.decode("failure")
        let code: String? = try row.decode("failure_code")
        return Delivery(
            id: try row.decode("delivery_id"), channel: try row.decode("channel"),
            to: Address(
                stored: try row.decode("address"), try row.decode("address_kind")),
            message: try row.decode("message_id"), conversation: try row.decode("conversation_id"),
            status: try row.decode("status"), providerID: try row.decode("provider_id"),
            failure: failure.map { DeliveryFailure($0, code: code) },
            version: Int(try row.decode("version", as: Int32.self)),
            createdAt: try row.decode("created_at"), updatedAt: try row.decode("updated_at"))
    }
}
