package import Base

/// What a conversation is, as the log alone tells it: fold its events in order.
///
/// The words of messages are not in the log, but their digests are; so a replay that equals what is
/// stored proves that nothing of the conversation was changed behind the log's back.
package struct ConversationReplay: Sendable, Hashable, Codable {
    package struct Entry: Sendable, Hashable, Codable {
        package var message: String
        package var number: Int
        package var sender: String
        /// SHA-256 of the content, in hexadecimal.
        package var sha256: String
        package var account: String?
        package var draft: String?
        package var at: Instant

        package init(
            message: String, number: Int, sender: String, sha256: String, account: String?,
            draft: String?, at: Instant
        ) {
            self.message = message
            self.number = number
            self.sender = sender
            self.sha256 = sha256
            self.account = account
            self.draft = draft
            self.at = at
        }
    }

    package var entries: [Entry] = []
    package var owner = ConversationOwner.assistant
    package var lastInbound = 0
    package var answered = 0
    package var need: PersonNeed?
    package var needSince: Instant?

    package init() {}

    /// Takes the next event of the conversation; those of other kinds change nothing here.
    package mutating func take(_ event: Event) {
        let payload = event.payload ?? [:]
        switch event.kind {
        case ConversationEvents.messageReceived.name, ConversationEvents.messageSent.name:
            let number = payload.whole("number") ?? 0
            entries.append(
                Entry(
                    message: payload.text("message") ?? "", number: number,
                    sender: payload.text("sender") ?? "", sha256: payload.text("sha256") ?? "",
                    account: payload.text("account"), draft: payload.text("draft"), at: event.at))
            if event.isOf(ConversationEvents.messageReceived) { lastInbound = number }
            answered = max(answered, payload.whole("answers") ?? 0)
        case ConversationEvents.ownerChanged.name:
            owner = payload.text("owner").flatMap(ConversationOwner.init) ?? owner
        case ConversationEvents.personNeeded.name:
            need = payload.text("need").flatMap(PersonNeed.init)
            needSince = needSince ?? event.at
        case ConversationEvents.needCleared.name:
            (need, needSince) = (nil, nil)
        case ConversationEvents.answered.name:
            answered = lastInbound
        default: break
        }
    }
}
