package import Base
package import Domain
import Postgres

/// What the message port would have sent while no provider is configured.
package enum ConsoleStore {
    package struct Entry: Sendable {
        package let to: String
        package let channel: String
        package let text: String
        package let createdAt: Instant
    }

    package static func insert(
        _ message: OutboundMessage, at now: Instant, _ transaction: Transaction
    ) throws {
        _ = try transaction.connection.execute(
            """
            insert into console_message
                (workspace_id, message_id, recipient, channel, text, idempotency_key, created_at)
            values (\(transaction.workspace), \(message.id), \(message.to.value),
                \(message.channel.rawValue), \(message.text), \(message.id.description),
                \(now))
            on conflict (workspace_id, idempotency_key) do nothing
            """)
        try transaction.record(ConversationEvents.consoleTexted, of: message.id, at: now)
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
