/// What happens to conversations; the log alone says which messages there are, of whom, and where the
/// conversation stands (`ConversationReplay`).
package enum ConversationEvents {
    package static let messageReceived = EventKind("conversation.message_received", in: column)
    package static let messageSent = EventKind("conversation.message_sent", in: column)
    package static let ownerChanged = EventKind("conversation.owner_changed", in: column)
    package static let personNeeded = EventKind("conversation.person_needed", in: column)
    package static let needCleared = EventKind("conversation.need_cleared", in: column)
    /// Counts as answered up to the newest message.
    package static let answered = EventKind("conversation.answered", in: column)
    package static let statusChanged = EventKind("conversation.status_changed", in: column)
    package static let subjectChanged = EventKind("conversation.subject_changed", in: column)
    /// What became of a message of ours.
    package static let deliveryChanged = EventKind("conversation.delivery_changed", in: column)
    package static let sentAgain = EventKind("conversation.sent_again", in: column)
    /// Somebody saw to it in another way than by a reply.
    package static let finished = EventKind("conversation.finished", in: column)

    /// The message console took a text that no provider was there for.
    package static let consoleTexted = EventKind("console.texted", in: column, kept: .brief)

    private static let column = "Conversations"
}
