package import Base
package import Domain
package import Store

/// What customers write, and what staff write back by hand.
package struct InboxDesk: Sendable {
    private let world: World
    private let database: Database

    package init(world: World, database: Database) {
        self.world = world
        self.database = database
    }

    /// Stores a customer's message once, whatever is retried, and asks for an answer to it.
    ///
    /// An open draft does not answer this message, so it is superseded in the same transaction.
    package func receive(
        _ content: String, from customer: Customer, channel: Channel = .web, key: String?
    ) async throws -> Message {
        let content = try InboxDesk.checked(content)
        let now = world.now()
        let world = world
        return try await database.write(customer.workspace) { transaction in
            let conversation = try ConversationStore.findOrInsert(
                contact: customer.contact.id, channel: channel, id: world.id(), at: now,
                transaction)
            if let earlier = try InboxDesk.earlier(key, content, conversation.id, transaction) {
                return earlier
            }
            let waiting = try ConversationStore.unanswered(
                in: conversation.id, since: conversation.answeredThrough,
                limit: ConversationLimits.unansweredMessages, transaction.reader)
            guard waiting.count < ConversationLimits.unansweredMessages else {
                throw ConversationRefusal.tooManyMessages
            }
            let message = try ConversationStore.append(
                .init(
                    id: world.id(), conversation: conversation.id, sender: .customer,
                    content: content, idempotencyKey: key),
                at: now, transaction)
            try DraftStore.supersedeOpen(
                of: conversation.id, cause: DraftRefusal.customerWroteAgain.cause, at: now,
                transaction)
            switch conversation.owner {
            case .assistant:
                // What was turned down is tried again, and waits with the drafts; what was passed on
                // still waits for a person.
                if conversation.need == .rejected {
                    try ConversationStore.clearNeed(in: conversation.id, transaction)
                }
                try TurnJobs.turn.enqueue(
                    TurnJob(conversation: conversation.id), world, key: "turn-\(message.id)",
                    transaction)
            // Nobody but a person will answer this, so it must be seen that one has to.
            case .staff:
                try ConversationStore.needPerson(
                    .wroteAgain, in: conversation.id, at: now, transaction)
            }
            return message
        }
    }

    /// A reply that a person wrote. It answers everything so far, so an open draft is superseded.
    ///
    /// Whoever answers has taken the conversation over: the assistant does not speak in between.
    package func reply(
        _ content: String, in id: ConversationID, by staff: Staff, key: String?
    ) async throws -> Message {
        try staff.require(.converse)
        let content = try InboxDesk.checked(content)
        let now = world.now()
        let world = world
        return try await database.write(staff.workspace) { transaction in
            guard let conversation = try ConversationStore.lock(id, transaction) else {
                throw ConversationRefusal.unknownConversation
            }
            // Keys of different people are apart, also where they write to one conversation.
            let key = key.map { "\(staff.account):\($0)" }
            if let earlier = try InboxDesk.earlier(key, content, id, transaction) { return earlier }
            try DraftStore.supersedeOpen(
                of: id, cause: "a colleague answered by hand", at: now, transaction)
            if conversation.owner == .assistant {
                try ConversationStore.setOwner(.staff, of: id, at: now, transaction)
            }
            try ConversationStore.clearNeed(in: id, transaction)
            // Whoever answers has seen what was to be told, in the list or in the draft.
            try BookingNoticeStore.settle(of: conversation.contact, transaction)
            return try ConversationStore.append(
                .init(
                    id: world.id(), conversation: id, sender: .staff, content: content,
                    account: staff.account, idempotencyKey: key,
                    answers: conversation.lastInboundNumber),
                at: now, transaction)
        }
    }

    /// A person takes the conversation over, or gives it back to the assistant.
    ///
    /// - Parameter versions: what the person has seen of the conversation; nil is whatever it is.
    package func setOwner(
        _ owner: ConversationOwner, of id: ConversationID, from versions: Set<Int>? = nil,
        by staff: Staff, receipt: Receipt<Void>? = nil
    ) async throws {
        try staff.require(.converse)
        let now = world.now()
        let world = world
        try await database.write(staff.workspace, receipt) { transaction in
            guard let conversation = try ConversationStore.lock(id, transaction) else {
                throw ConversationRefusal.unknownConversation
            }
            guard conversation.owner != owner else { return }
            try EditRefusal.check(conversation.version, in: versions)
            try ConversationStore.setOwner(owner, of: id, at: now, transaction)
            switch owner {
            case .staff:
                try DraftStore.supersedeOpen(
                    of: id, cause: "somebody took the conversation over", at: now, transaction)
                if conversation.isWaiting {
                    try ConversationStore.needPerson(.takenOver, in: id, at: now, transaction)
                }
            case .assistant:
                try ConversationStore.clearNeed(in: id, transaction)
                if try TurnDesk.isDue(conversation, at: now, transaction.reader) {
                    try TurnJobs.turn.enqueue(TurnJob(conversation: id), world, transaction)
                }
            }
        }
    }

    /// A person saw to it in another way than by a reply here: off the list.
    ///
    /// - Parameters:
    ///   - seen: number of the newest customer message that the person has seen; a newer one is not
    ///     taken for seen to, and refused as `EditRefusal`.
    ///   - versions: the same by versions of the conversation.
    package func finish(
        _ id: ConversationID, seen: Int? = nil, from versions: Set<Int>? = nil, by staff: Staff,
        receipt: Receipt<Void>? = nil
    ) async throws {
        try staff.require(.converse)
        let now = world.now()
        let world = world
        try await database.write(staff.workspace, receipt) { transaction in
            guard let conversation = try ConversationStore.lock(id, transaction) else {
                throw ConversationRefusal.unknownConversation
            }
            guard let need = conversation.need else { return }
            try EditRefusal.check(conversation.version, in: versions)
            if let seen, conversation.lastInboundNumber > seen {
                throw EditRefusal.changedMeanwhile(current: conversation.version)
            }
            try ConversationStore.clearNeed(in: id, transaction)
            // Beside a question that was passed on the assistant answers what was written since.
            if conversation.owner == .staff || need.takesOver {
                try ConversationStore.markAnswered(id, at: now, transaction)
            }
            if need == .bookingChanged {
                try BookingNoticeStore.settle(of: conversation.contact, transaction)
            }
            try AuditStore.record(
                "conversation.finish", subject: id.description, by: staff.account,
                id: world.id(), at: now, transaction)
        }
    }

    /// The message that was stored under this key before; the same key for other words is refused.
    private static func earlier(
        _ key: String?, _ content: String, _ conversation: ConversationID,
        _ transaction: Transaction
    ) throws -> Message? {
        guard let key,
            let message = try ConversationStore.message(
                idempotencyKey: key, in: conversation, transaction.reader)
        else { return nil }
        guard message.content == content else { throw ConversationRefusal.keyReused }
        return message
    }

    /// The text as it is stored: outer white space and control characters removed.
    static func checked(_ content: String) throws(ConversationRefusal) -> String {
        guard content.unicodeScalars.count <= ConversationLimits.messageLength else {
            throw .messageTooLong(limit: ConversationLimits.messageLength)
        }
        let kept = content.unicodeScalars.filter { scalar in
            scalar == "\n" || scalar == "\t" || !(scalar.value < 0x20 || scalar.value == 0x7F)
        }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: kept)
        let trimmed = String(text).trimmingWhitespace
        guard !trimmed.isEmpty else { throw .emptyMessage }
        return trimmed
    }
}
