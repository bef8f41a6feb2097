package import Base

/// A message for somebody on a channel, in words that no provider owns.
package struct OutboundMessage: Sendable, Hashable {
    /// Given to the provider, so that a repeated attempt is one message.
    package var id: DeliveryID
    package var channel: Channel
    package var to: Address
    package var text: String
    package var subject: String?
    /// The thread that it continues, as the channel named it.
    package var thread: String?
    package var attachments: [Attachment]
    /// The message of a conversation that this delivers; nil for what stands in none, such as a
    /// code.
    package var message: MessageID?
    package var conversation: ConversationID?
    /// When it is worthless and shall not be sent any more.
    package var notAfter: Instant?

    package init(
        id: DeliveryID, channel: Channel, to: Address, text: String, subject: String? = nil,
        thread: String? = nil, attachments: [Attachment] = [], message: MessageID? = nil,
        conversation: ConversationID? = nil, notAfter: Instant? = nil
    ) {
        self.id = id
        self.channel = channel
        self.to = to
        self.text = text
        self.subject = subject
        self.thread = thread
        self.attachments = attachments
        self.message = message
        self.conversation = conversation
        self.notAfter = notAfter
    }
}

/// What came of handing a message to a provider, as far as it said anything.
package enum SendOutcome: Sendable, Hashable {
    /// Its documented id came back.
    case accepted(providerID: String)
    /// Its documented error came back: trying the same again gives the same.
    case refused(DeliveryFailure)
}

/// The call was cut or timed out, so the provider may have taken the message.
///
/// A fault of any other type that is `retryable` says that it was surely not taken.
package struct OutcomeUnknown: Fault {
    package init() {}

    package var retryable: Bool { true }
}

/// Hands messages to one provider.
package struct MessagePort: Sendable {
    package var send: @Sendable (OutboundMessage) async throws -> SendOutcome
    /// Finds out what became of a message whose outcome is unknown; nil where it was not taken.
    ///
    /// Nil in the port itself where the provider takes the message's id as a key and makes one
    /// message of several attempts, so that sending again is the way to find out.
    package var lookUp: (@Sendable (OutboundMessage) async throws -> SendOutcome?)?

    package init(
        send: @escaping @Sendable (OutboundMessage) async throws -> SendOutcome,
        lookUp: (@Sendable (OutboundMessage) async throws -> SendOutcome?)? = nil
    ) {
        self.send = send
        self.lookUp = lookUp
    }
}
