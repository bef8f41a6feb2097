import Base

/// The chat of the customer portal.
extension Channel {
    package static let web = Channel(named: "web")
}

extension ChannelCapabilities {
    package static let portal = ChannelCapabilities(
        channel: .web, title: "Web chat", medium: .chat, addressKind: .portal,
        textLength: ConversationLimits.messageLength,
        threading: .byAddress(reopenWithin: .days(7)), receipts: .immediate, consent: .inherent)
}

extension Customer {
    /// Whoever is signed in to the portal speaks and reads there.
    package var channel: Channel { .web }

    /// The sign-in by which they are known; it stays when contacts are merged or split.
    package var address: Address { Address(portal: phone) }
}

extension InboundMessage {
    /// What a customer wrote in the portal.
    ///
    /// - Parameter key: the browser's, so that a repeated request is one message.
    package init(_ content: String, from customer: Customer, key: String?) {
        self.init(
            channel: customer.channel, from: customer.address, content: content, key: key)
    }
}
