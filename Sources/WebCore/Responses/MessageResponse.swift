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
    /// What became of a message of ours; left out where that is not read.
    package var delivery: State?

    package struct State: Encodable {
        let status: DeliveryStatus
        let failure: DeliveryFailure.Kind?
        let explanation: String?
        let updatedAt: Instant
    }

    package init(_ message: Message, _ delivery: Delivery? = nil) {
        self.delivery = delivery.map {
            State(
                status: $0.status, failure: $0.failure?.kind,
                explanation: $0.failure?.explanation, updatedAt: $0.updatedAt)
        }
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
            .init(
                "delivery",
                .object(
                    named: "Delivery",
                    [
                        .init("status", .oneOf(DeliveryStatus.allCases.map(\.rawValue))),
                        .init(
                            "failure",
                            .oneOf(DeliveryFailure.Kind.allCases.map(\.rawValue)),
                            required: false),
                        .init("explanation", .string, required: false),
                        .init("updated_at", .instant),
                    ]), required: false, "What became of a message of ours."),
        ])
}
