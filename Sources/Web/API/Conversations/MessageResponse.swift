import Base
import Domain
import HTTP

/// A message as clients see it.
struct MessageResponse: Encodable {
    let id: MessageID
    let number: Int
    let senderType: SenderType
    let content: String
    let createdAt: Instant

    init(_ message: Message) {
        id = message.id
        number = message.number
        senderType = message.sender
        content = message.content
        createdAt = message.createdAt
    }

    static let schema = JSONSchema.object(
        named: "Message",
        [
            .init("id", .id), .init("number", .integer, "Position in the conversation, from 1."),
            .init("sender_type", .oneOf(SenderType.allCases.map(\.rawValue))),
            .init("content", .string), .init("created_at", .instant),
        ])
}
