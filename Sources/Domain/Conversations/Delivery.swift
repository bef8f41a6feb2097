package import Base

package enum DeliverySubject {}
package typealias DeliveryID = ID<DeliverySubject>

/// The way of one message to somebody, from the decision to send it to its being read.
package struct Delivery: Sendable, Hashable, Identifiable {
    package var id: DeliveryID
    package var channel: Channel
    package var to: Address
    package var message: MessageID?
    package var conversation: ConversationID?
    package var status: DeliveryStatus
    /// What the provider calls it.
    package var providerID: String?
    package var failure: DeliveryFailure?
    package var version: Int
    package var createdAt: Instant
    package var updatedAt: Instant

    package init(
        id: DeliveryID, channel: Channel, to: Address, message: MessageID?,
        conversation: ConversationID?, status: DeliveryStatus, providerID: String? = nil,
        failure: DeliveryFailure? = nil, version: Int = 1, createdAt: Instant, updatedAt: Instant
    ) {
        self.id = id
        self.channel = channel
        self.to = to
        self.message = message
        self.conversation = conversation
        self.status = status
        self.providerID = providerID
        self.failure = failure
        self.version = version
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

package enum DeliveryStatus: String, Sendable, Codable, CaseIterable, Hashable {
    /// Written down with what caused it. Goes to sending, failed, cancelled; further where the
    /// provider has it although an attempt seemed to have failed.
    case queued
    /// An attempt is made; whether the provider has it is not known. Goes to accepted, delivered,
    /// read, failed, and back to queued when it surely was not taken.
    case sending
    /// The provider has it. Only from here on is it sent. Goes to delivered, read, failed.
    case accepted
    /// It has arrived. Goes to read, and to failed where it bounced afterwards.
    case delivered
    /// Somebody opened it.
    case read
    /// It did not arrive. The provider's word that it did after all is believed.
    case failed
    /// It was taken back before an attempt. Goes on only where the provider has it after all.
    case cancelled

    /// Whether the provider has it, so that it may be called sent.
    package var isSent: Bool {
        switch self {
        case .accepted, .delivered, .read: true
        case .queued, .sending, .failed, .cancelled: false
        }
    }

    /// Whether an attempt may still be made.
    package var isPending: Bool { self == .queued || self == .sending }
}

package enum DeliveryEvent: String, Sendable, Codable, CaseIterable, Hashable {
    /// An attempt begins.
    case send
    /// The attempt surely reached nobody; another one may be made.
    case release
    case accept, deliver, read, fail, cancel

    /// What a provider can report of a message that it has.
    package var isReport: Bool {
        switch self {
        case .accept, .deliver, .read, .fail: true
        case .send, .release, .cancel: false
        }
    }
}

/// Why a message did not arrive: the provider's code put into our words.
package struct DeliveryFailure: Sendable, Hashable {
    package enum Kind: String, Sendable, Codable, CaseIterable {
        /// It may work later.
        case transient
        case throttled
        /// Our credentials are not taken.
        case auth
        /// The account is closed, unpaid or not allowed to do this.
        case account
        /// The address does not exist or takes no messages.
        case recipient
        /// They have asked not to be written to.
        case consent
        /// Too long after their last message.
        case window
        case content
        case template
        /// It was not sent before it became worthless.
        case expired
        /// The channel is not set up here any more.
        case channel
        case unknown
    }

    package var kind: Kind
    /// What the provider called it.
    package var code: String?

    package static let codeLimit = 64

    package init(_ kind: Kind, code: String? = nil) {
        self.kind = kind
        self.code = code.map { String($0.prefix(DeliveryFailure.codeLimit)) }
    }

    /// For staff: what happened, and what to do.
    package var explanation: String {
        switch kind {
        case .transient: "The service could not take it. Send it again later."
        case .throttled: "Too many messages were sent at once. Send it again later."
        case .auth: "The service does not accept our sign-in. Check the channel's settings."
        case .account: "The account at the service may not send this. Check it there."
        case .recipient: "The address does not exist, or takes no messages. Ask for another one."
        case .consent: "They asked not to be written to here. Reach them in another way."
        case .window: "Their last message is too long ago for a free reply on this channel."
        case .content: "The service refused the text. Write it differently."
        case .template: "The template is not approved, or its fields do not fit."
        case .expired: "It could not be sent in time, and was not sent late."
        case .channel: "This channel is not set up any more. Reach them in another way."
        case .unknown: "The service did not say why. Ask whether it arrived before sending again."
        }
    }
}

/// What a provider reports about a message that it was given.
package struct DeliveryReport: Sendable, Hashable {
    package enum Subject: Sendable, Hashable {
        case delivery(DeliveryID)
        case providerID(String)
    }

    package var channel: Channel
    package var subject: Subject
    /// One of those that `isReport`.
    package var event: DeliveryEvent
    package var failure: DeliveryFailure?

    package init(
        channel: Channel, _ subject: Subject, _ event: DeliveryEvent,
        failure: DeliveryFailure? = nil
    ) {
        self.channel = channel
        self.subject = subject
        self.event = event
        self.failure = failure
    }
}

package enum DeliveryRefusal: Refusal, Equatable {
    case unknownDelivery
    case notPossible(DeliveryStatus, DeliveryEvent)
    case textTooLong(limit: Int)
    case windowClosed
    /// The channel is not one of this installation.
    case noChannel

    package var code: String {
        switch self {
        case .unknownDelivery: "delivery.unknown"
        case .notPossible: "delivery.not_possible"
        case .textTooLong: "delivery.text_too_long"
        case .windowClosed: "delivery.window_closed"
        case .noChannel: "delivery.no_channel"
        }
    }

    package var kind: RefusalKind {
        switch self {
        case .unknownDelivery: .missing
        case .notPossible, .windowClosed, .noChannel: .conflict
        case .textTooLong: .invalid
        }
    }

    package var detail: String {
        switch self {
        case .unknownDelivery: "There is no such delivery."
        case .notPossible(let status, _): "This message is \(status.rawValue) already."
        case .textTooLong(let limit):
            "A message on this channel can have at most \(limit) characters. Shorten it."
        case .windowClosed:
            "Too much time has passed since the customer wrote, so this channel takes no free "
                + "reply. Reach them in another way."
        case .noChannel:
            "This channel is not set up any more. Reach the customer in another way."
        }
    }
}
