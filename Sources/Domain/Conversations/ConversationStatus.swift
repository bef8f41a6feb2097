package import Base

/// Who owes the next word.
package enum ConversationStatus: String, Sendable, Codable, CaseIterable, Hashable {
    /// The business does: something is unanswered or was promised.
    case open
    /// The customer does: everything was answered.
    case waiting
    /// Nobody does. What the customer writes next opens it again, or begins another one.
    case closed
}

package enum ConversationEvent: String, Sendable, CaseIterable, Hashable {
    /// The customer wrote.
    case wrote
    /// Everything the customer wrote was answered or seen to.
    case answered
    /// A person must see to it.
    case needed
    case close
    /// A closed one is taken up again, with something unanswered in it.
    case reopenUnanswered = "reopen_unanswered"
    /// A closed one is taken up again, and all was answered.
    case reopenAnswered = "reopen_answered"
}

package enum ConversationMachine {
    package static func next(
        _ status: ConversationStatus, _ event: ConversationEvent
    ) throws(ConversationRefusal) -> ConversationStatus {
        switch event {
        case .wrote:
            switch status {
            case .open, .waiting: return .open
            // Only after it was opened again, so that nothing is written unseen.
            case .closed: throw .closed
            }
        case .answered:
            switch status {
            case .open, .waiting: return .waiting
            case .closed: throw .closed
            }
        case .needed:
            switch status {
            case .open, .waiting, .closed: return .open
            }
        case .close:
            switch status {
            case .open, .waiting, .closed: return .closed
            }
        case .reopenUnanswered:
            switch status {
            case .closed, .open: return .open
            case .waiting: return .waiting
            }
        case .reopenAnswered:
            switch status {
            case .closed, .waiting: return .waiting
            case .open: return .open
            }
        }
    }
}

/// Where an inbound message belongs.
package enum ConversationPlacement: Sendable, Hashable {
    case into(ConversationID)
    case reopening(ConversationID)
    case beginning

    /// - Parameter latest: by threads, the conversation of the message's thread; otherwise the
    ///   newest one with the same address on this channel.
    package init(
        _ threading: ChannelCapabilities.Threading, latest: Conversation?, at now: Instant
    ) {
        guard let latest else {
            self = .beginning
            return
        }
        guard latest.status == .closed else {
            self = .into(latest.id)
            return
        }
        switch threading {
        case .byThread: self = .reopening(latest.id)
        case .byAddress(let limit):
            // A closing in what is now the future was made by a clock that was set back.
            let age = now - (latest.closedAt ?? latest.updatedAt)
            self = age < limit ? .reopening(latest.id) : .beginning
        }
    }
}
