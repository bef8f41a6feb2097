package import Base

package enum ConversationSubject {}
package enum MessageSubject {}

package typealias ConversationID = ID<ConversationSubject>
package typealias MessageID = ID<MessageSubject>

package enum Channel: String, Sendable, Codable, CaseIterable, Hashable {
    case web, sms
}

package enum SenderType: String, Sendable, Codable, CaseIterable, Hashable {
    case customer, assistant, staff
}

/// Who answers: the assistant with approvals, or a person who took over.
package enum ConversationOwner: String, Sendable, Codable, CaseIterable, Hashable {
    case assistant, staff
}

/// Why a conversation waits for a person and not for the assistant.
package enum PersonNeed: String, Sendable, Codable, CaseIterable, Hashable {
    /// The customer asked for one, and was promised one.
    case asked = "asked_for_person"
    case complaint
    /// The assistant asked the same thing too often and said that a person takes over.
    case repeated = "asked_too_often"
    /// A question that the business's knowledge does not answer was passed on.
    case question
    /// Word that somebody comes late was passed on.
    case late
    /// A person answers here, and the customer wrote.
    case wroteAgain = "wrote_again"
    /// Somebody took over while the customer waited for an answer.
    case takenOver = "taken_over"
    /// The draft was turned down, and the customer still waits.
    case rejected
    /// The assistant could not make a draft, however often it tried.
    case notDrafted = "not_drafted"
    /// Staff changed an appointment while a person answers here; the customer does not know yet.
    case bookingChanged = "booking_changed"

    /// Whether the person answers in the assistant's place. A question or word of a delay that was
    /// passed on waits for somebody too, while the assistant goes on with what it can do.
    package var takesOver: Bool {
        switch self {
        case .asked, .complaint, .repeated, .wroteAgain, .takenOver, .rejected: true
        case .question, .late, .notDrafted, .bookingChanged: false
        }
    }
}

package struct Conversation: Sendable, Hashable, Codable, Identifiable {
    package var id: ConversationID
    package var contact: ContactID
    package var channel: Channel
    package var owner: ConversationOwner
    /// Number of the newest message of the customer; a draft answers up to one of these.
    package var lastInboundNumber: Int
    /// Number of the newest customer message that a sent reply has answered.
    package var answeredThrough: Int
    /// Why a person must see to it; nil when none must.
    package var need: PersonNeed?
    /// Since when.
    package var needSince: Instant?
    package var version: Int
    package var createdAt: Instant
    package var updatedAt: Instant

    package init(
        id: ConversationID, contact: ContactID, channel: Channel, owner: ConversationOwner,
        lastInboundNumber: Int, answeredThrough: Int, need: PersonNeed? = nil,
        needSince: Instant? = nil,
        version: Int, createdAt: Instant, updatedAt: Instant
    ) {
        self.id = id
        self.contact = contact
        self.channel = channel
        self.owner = owner
        self.lastInboundNumber = lastInboundNumber
        self.answeredThrough = answeredThrough
        self.need = need
        self.needSince = needSince
        self.version = version
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

extension Conversation {
    /// Whether the customer wrote something that no reply has answered.
    package var isWaiting: Bool { lastInboundNumber > answeredThrough }
}

package struct Message: Sendable, Hashable, Codable, Identifiable {
    package var id: MessageID
    package var conversation: ConversationID
    /// Position in the conversation, from 1.
    package var number: Int
    package var sender: SenderType
    package var content: String
    package var createdAt: Instant

    package init(
        id: MessageID, conversation: ConversationID, number: Int, sender: SenderType,
        content: String, createdAt: Instant
    ) {
        self.id = id
        self.conversation = conversation
        self.number = number
        self.sender = sender
        self.content = content
        self.createdAt = createdAt
    }
}

/// Limits of what customers can write and try.
package enum ConversationLimits {
    /// Unicode scalars in one message.
    package static let messageLength = 4_000
    /// Wrong codes in one session.
    package static let codeTries = 5
    package static let codeLifetime = PortalCode.lifetime
    /// Texts with one code, when it is asked for again.
    package static let textsOfCode = 3
    /// Texts to one number in an hour; beyond it only a new code is sent, at most every ten minutes.
    package static let textsToPhonePerHour = 5
    /// Codes sent for what one network asks in an hour (IPv4: 24 bits, IPv6: 64 bits), to numbers that were
    /// not proved from there before.
    package static let textsOfNetworkPerHour = 30
    /// Codes that a workspace sends in an hour to such numbers, and in all.
    package static let textsToStrangersPerHour = 300
    package static let textsPerHour = 600
    /// Sessions of one number that one network keeps waiting; an older one makes room for a new one.
    package static let sessionsOfNetwork = 20
    /// The same where networks cannot be told apart.
    package static let sessionsWithoutNetwork = 500
    package static let sessionsOfPhone = 2_000
    /// Customer messages that can wait for one answer.
    package static let unansweredMessages = 20
}

package enum ConversationRefusal: Refusal, Equatable {
    case unknownWorkspace
    case invalidPhone
    case emptyMessage
    case messageTooLong(limit: Int)
    case unknownConversation
    case unknownSession
    case wrongCode(triesLeft: Int)
    case codeUsed
    case codeExpired
    case codeEnded
    case tooManyCodes(retryAfterSeconds: Int)
    case tooManyMessages
    case keyReused

    package var code: String {
        switch self {
        case .unknownWorkspace: "conversation.unknown_workspace"
        case .invalidPhone: "conversation.invalid_phone"
        case .emptyMessage: "conversation.empty_message"
        case .messageTooLong: "conversation.message_too_long"
        case .unknownConversation: "conversation.unknown"
        case .unknownSession: "conversation.unknown_session"
        case .wrongCode: "conversation.wrong_code"
        case .codeUsed: "conversation.code_used"
        case .codeExpired: "conversation.code_expired"
        case .codeEnded: "conversation.code_ended"
        case .tooManyCodes: "conversation.too_many_codes"
        case .tooManyMessages: "conversation.too_many_messages"
        case .keyReused: "conversation.key_reused"
        }
    }

    package var kind: RefusalKind {
        switch self {
        case .unknownWorkspace, .unknownConversation, .unknownSession: .missing
        case .invalidPhone, .emptyMessage: .invalid
        case .messageTooLong: .tooLarge
        case .wrongCode, .codeUsed, .codeExpired, .codeEnded: .unauthenticated
        case .tooManyCodes, .tooManyMessages: .limited
        case .keyReused: .conflict
        }
    }

    package var detail: String {
        switch self {
        case .unknownWorkspace: "There is no business at this address."
        case .invalidPhone: "Give the phone number with its country code, such as +44 20 7946 0000."
        case .emptyMessage: "Write something first."
        case .messageTooLong(let limit): "A message can have at most \(limit) characters."
        case .unknownConversation: "There is no such conversation."
        case .unknownSession: "This sign-in is not known any more. Ask for a new code."
        case .wrongCode(let left):
            left == 0
                ? "That code is not right. Ask for a new one."
                : "That code is not right. \(left) more \(left == 1 ? "try" : "tries")."
        case .codeUsed: "That code was used already. Ask for a new one."
        case .codeExpired: "That code has expired. Ask for a new one."
        case .codeEnded:
            "That code has ended, because too many wrong ones were tried for this number. "
                + "Ask for a new one."
        case .tooManyCodes(let seconds):
            "Too many codes were asked for. Try again in \(seconds / 60 + 1) minutes."
        case .tooManyMessages: "Please wait for an answer before writing more."
        case .keyReused: "This Idempotency-Key was used for a different message."
        }
    }

    package var fields: [FieldProblem] {
        switch self {
        case .invalidPhone: [FieldProblem("phone", detail)]
        case .emptyMessage, .messageTooLong: [FieldProblem("content", detail)]
        case .wrongCode, .codeUsed, .codeExpired, .codeEnded: [FieldProblem("code", detail)]
        case .unknownWorkspace, .unknownConversation, .unknownSession, .tooManyCodes,
            .tooManyMessages, .keyReused:
            []
        }
    }
}

/// A text for a person's phone or inbox.
package struct OutgoingText: Sendable, Hashable, Codable {
    package var to: PhoneNumber
    package var channel: Channel
    package var text: String
    /// Given to the provider, so that a repeated send is one send.
    package var idempotencyKey: String

    package init(to: PhoneNumber, channel: Channel, text: String, idempotencyKey: String) {
        self.to = to
        self.channel = channel
        self.text = text
        self.idempotencyKey = idempotencyKey
    }
}

/// Delivers texts outside the portal. Nil in the composition when no provider is configured; texts
/// then appear in the operator's message console.
package struct MessagePort: Sendable {
    /// Returns the provider's id once the provider has accepted the text. Throws a `Fault`.
    package var send: @Sendable (OutgoingText) async throws -> String

    package init(send: @escaping @Sendable (OutgoingText) async throws -> String) {
        self.send = send
    }
}
