package import Base
package import Domain
package import HTTP

/// A message as clients see it.
package struct MessageResponse: Encodable {
    package let id: MessageID
    package let number: Int
    package let senderType: SenderType
    package let content: String
    package let createdAt: Instant

    package init(_ message: Message) {
        id = message.id
        number = message.number
        senderType = message.sender
        content = message.content
        createdAt = message.createdAt
    }

    package static let schema = JSONSchema.object(
        named: "Message",
        [
            .init("id", .id), .init("number", .integer, "Position in the conversation, from 1."),
            .init("sender_type", .oneOf(SenderType.allCases.map(\.rawValue))),
            .init("content", .string), .init("created_at", .instant),
        ])
}
