package import Base

package enum ConversationSubject {}
package enum MessageSubject {}

package typealias ConversationID = ID<ConversationSubject>
package typealias MessageID = ID<MessageSubject>

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
    /// A reply did not reach the customer.
    case notDelivered = "not_delivered"
    /// Staff changed an appointment while a person answers here; the customer does not know yet.
    case bookingChanged = "booking_changed"
    /// What was being arranged cannot be read any more, so the assistant began anew.
    case sessionUnreadable = "session_unreadable"

    /// Whether the person answers in the assistant's place. A question or word of a delay that was
    /// passed on waits for somebody too, while the assistant goes on with what it can do.
    package var takesOver: Bool {
        switch self {
        case .asked, .complaint, .repeated, .wroteAgain, .takenOver, .rejected: true
        case .question, .late, .notDrafted, .notDelivered, .bookingChanged, .sessionUnreadable:
            false
        }
    }
}

package struct Conversation: Sendable, Hashable, Identifiable {
    package var id: ConversationID
    package var contact: ContactID
    package var channel: Channel
    /// The address of the contact that writes and is answered here.
    package var address: ContactAddressID
    package var status: ConversationStatus
    /// What it is about, where the channel or somebody said so.
    package var subject: String?
    /// What the channel calls it, where the channel has threads.
    package var thread: String?
    package var owner: ConversationOwner
    /// Number of the newest message of the customer; a draft answers up to one of these.
    package var lastInboundNumber: Int
    /// Number of the newest customer message that a reply has answered.
    package var answeredThrough: Int
    /// Why a person must see to it; nil when none must.
    package var need: PersonNeed?
    /// Since when.
    package var needSince: Instant?
    package var closedAt: Instant?
    package var version: Int
    package var createdAt: Instant
    package var updatedAt: Instant

    package init(
        id: ConversationID, contact: ContactID, channel: Channel, address: ContactAddressID,
        status: ConversationStatus, subject: String? = nil, thread: String? = nil,
        owner: ConversationOwner, lastInboundNumber: Int, answeredThrough: Int,
        need: PersonNeed? = nil, needSince: Instant? = nil, closedAt: Instant? = nil,
        version: Int, createdAt: Instant, updatedAt: Instant
    ) {
        self.id = id
        self.contact = contact
        self.channel = channel
        self.address = address
        self.status = status
        self.subject = subject
        self.thread = thread
        self.owner = owner
        self.lastInboundNumber = lastInboundNumber
        self.answeredThrough = answeredThrough
        self.need = need
        self.needSince = needSince
        self.closedAt = closedAt
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
    /// Sessions of one number that one network keeps waiting; an older one makes room for a new one.
    package static let sessionsOfNetwork = 20
    /// The same where networks cannot be told apart.
    package static let sessionsWithoutNetwork = 500
    package static let sessionsOfPhone = 2_000
    /// Customer messages that can wait for one answer.
    package static let unansweredMessages = 20
    /// The same where nobody hears a refusal; more are not stored.
    package static let unansweredFromServices = 500
    /// Characters of a subject.
    package static let subjectLength = 200
}
