package import Base
package import Domain
package import Store

/// What customers write, and what staff write back by hand.
package struct InboxDesk: Sendable {
    let world: World
    let database: Database
    private let channels: ChannelRegistry
    private let delivery: MessageDelivery
    private let blobs: BlobPort
    private let logger: Logger

    package init(
        world: World, database: Database, channels: ChannelRegistry, delivery: MessageDelivery,
        blobs: BlobPort, logger: Logger
    ) {
        self.world = world
        self.database = database
        self.channels = channels
        self.delivery = delivery
        self.blobs = blobs
        self.logger = logger
    }

    /// Stores what a customer wrote in the portal.
    package func receive(
        _ content: String, from customer: Customer, key: String?
    ) async throws -> Message {
        try await receive(
            InboundMessage(content, from: customer, key: key), in: customer.workspace,
            by: customer.origin)
    }

    /// Stores an inbound message once, whatever is retried, and asks for an answer to it.
    ///
    /// Whoever wrote becomes a contact if nobody is known by that address. An open draft does not
    /// answer this message, so it is superseded in the same transaction.
    ///
    /// - Parameters:
    ///   - limit: messages that can wait for one answer.
    ///   - origin: who causes it, where more is known than whose address it came from.
    package func receive(
        _ inbound: InboundMessage, in workspace: WorkspaceID,
        limit: Int = ConversationLimits.unansweredMessages, by origin: EventOrigin? = nil
    ) async throws -> Message {
        guard let channel = channels[inbound.channel] else { throw DeliveryRefusal.noChannel }
        return try await ReceivedFiles.with(
            inbound.files, channel.capabilities.media, blobs, world
        ) { files in
            let content = try InboxDesk.checked(inbound.content, orNothingWith: files.attachments)
            let now = world.now()
            let world = world
            return try await database.write(workspace, by: EventOrigin(.customer(nil))) {
                transaction in
                let contact = try ContactStore.findOrInsert(
                    inbound.from, name: inbound.name.flatMap(DisplayName.cleaned), id: world.id(),
                    at: now, transaction)
                guard let address = contact.addresses.first(where: { $0.address == inbound.from })
                else { throw ContactRefusal.unknownContact }
                let transaction = transaction.by(origin ?? EventOrigin(.customer(contact.id)))
                try ConversationStore.lock(address.id, transaction)
                if let earlier = try InboxDesk.earlier(
                    inbound.key, content, from: address.id, on: inbound.channel, transaction)
                {
                    return earlier
                }
                let conversation = try place(
                    inbound, of: contact.id, address.id, channel.capabilities, at: now, transaction)
                let waiting = try ConversationStore.unanswered(
                    in: conversation.id, since: conversation.answeredThrough,
                    limit: limit, transaction.reader)
                guard waiting.count < limit else {
                    throw ConversationRefusal.tooManyMessages
                }
                let message = try ConversationStore.append(
                    .init(
                        id: world.id(), conversation: conversation.id, sender: .customer,
                        content: content, idempotencyKey: inbound.key),
                    at: now, transaction)
                try files.keep(with: message.id, at: now, transaction)
                try DraftStore.supersedeOpen(
                    of: conversation.id, cause: DraftRefusal.customerWroteAgain.cause, at: now,
                    transaction)
                switch conversation.owner {
                case .assistant:
                    // What was turned down is tried again, and waits with the drafts; what was passed on
                    // still waits for a person.
                    if conversation.need == .rejected {
                        try ConversationStore.clearNeed(in: conversation.id, at: now, transaction)
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
    }

    /// Takes what an outside service reports for a workspace: messages and what became of ours.
    ///
    /// A message that is refused is left out and noted in the log: the service would only send it
    /// again, with all the others.
    package func take(_ batch: InboundBatch) async throws {
        for message in batch.messages {
            var message = message
            message.content = InboxDesk.cut(message.content)
            do {
                _ = try await receive(
                    message, in: batch.workspace,
                    limit: ConversationLimits.unansweredFromServices)
            } catch let refusal as any Refusal {
                logger.warning(
                    "an inbound message was refused",
                    ["code": .text(refusal.code), "channel": .text(message.channel.rawValue)])
            }
        }
        let unknown = try await delivery.take(batch.reports, in: batch.workspace)
        if unknown > 0 {
            logger.notice("reports about unknown messages", ["count": .number(Double(unknown))])
        }
    }

    /// A text that nobody can be asked to shorten.
    private static func cut(_ content: String) -> String {
        let limit = ConversationLimits.messageLength
        guard content.unicodeScalars.count > limit else { return content }
        return String(String.UnicodeScalarView(content.unicodeScalars.prefix(limit - 1))) + "…"
    }

    /// The conversation that an inbound message belongs to, locked.
    private func place(
        _ inbound: InboundMessage, of contact: ContactID, _ address: ContactAddressID,
        _ capabilities: ChannelCapabilities, at now: Instant, _ transaction: Transaction
    ) throws -> Conversation {
        var latest: Conversation?
        if capabilities.threading != .byThread || inbound.thread != nil {
            latest = try ConversationStore.latest(
                of: address, on: inbound.channel, thread: inbound.thread, transaction.reader)
            // Read again under its lock: somebody may be closing it.
            if let id = latest?.id { latest = try ConversationStore.lock(id, transaction) }
        }
        switch ConversationPlacement(capabilities.threading, latest: latest, at: now) {
        case .into(let id), .reopening(let id):
            guard let found = try ConversationStore.lock(id, transaction) else {
                throw ConversationRefusal.unknownConversation
            }
            return found
        case .beginning:
            return try ConversationStore.insert(
                world.id(), of: contact, on: inbound.channel, address: address,
                subject: inbound.subject.flatMap(InboxDesk.subject), thread: inbound.thread,
                at: now,
                transaction)
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
        let delivery = delivery
        return try await database.write(staff.workspace, by: staff.origin) { transaction in
            guard let conversation = try ConversationStore.lock(id, transaction) else {
                throw ConversationRefusal.unknownConversation
            }
            // Keys of different people are apart, also where they write to one conversation.
            let key = key.map { "\(staff.account):\($0)" }
            if let earlier = try InboxDesk.earlier(key, content, in: id, transaction) {
                return earlier
            }
            try DraftStore.supersedeOpen(
                of: id, cause: "a colleague answered by hand", at: now, transaction)
            if conversation.owner == .assistant {
                try ConversationStore.setOwner(.staff, of: id, at: now, transaction)
            }
            try ConversationStore.clearNeed(in: id, at: now, transaction)
            // Whoever answers has seen what was to be told, in the list or in the draft.
            try BookingNoticeStore.settle(of: conversation.contact, transaction)
            return try delivery.send(
                .init(
                    id: world.id(), conversation: id, sender: .staff, content: content,
                    account: staff.account, idempotencyKey: key,
                    answers: conversation.lastInboundNumber),
                in: conversation, at: now, transaction)
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
        try await database.write(staff.workspace, by: staff.origin, receipt) { transaction in
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
                try ConversationStore.clearNeed(in: id, at: now, transaction)
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
        try await database.write(staff.workspace, by: staff.origin, receipt) { transaction in
            guard let conversation = try ConversationStore.lock(id, transaction) else {
                throw ConversationRefusal.unknownConversation
            }
            guard let need = conversation.need else { return }
            try EditRefusal.check(conversation.version, in: versions)
            if let seen, conversation.lastInboundNumber > seen {
                throw EditRefusal.changedMeanwhile(current: conversation.version)
            }
            try ConversationStore.clearNeed(in: id, at: now, transaction)
            // Beside a question that was passed on the assistant answers what was written since.
            if conversation.owner == .staff || need.takesOver {
                try ConversationStore.markAnswered(id, at: now, transaction)
            }
            if need == .bookingChanged {
                try BookingNoticeStore.settle(of: conversation.contact, transaction)
            }
            try transaction.record(ConversationEvents.finished, of: id, at: now)
        }
    }

    /// The message that was stored under this key before; the same key for other words is refused.
    private static func earlier(
        _ key: String?, _ content: String, in conversation: ConversationID,
        _ transaction: Transaction
    ) throws -> Message? {
        try same(
            content,
            key.flatMap {
                try ConversationStore.message(
                    idempotencyKey: $0, in: conversation, transaction.reader)
            })
    }

    /// The same for what comes in, whichever conversation it was put into.
    private static func earlier(
        _ key: String?, _ content: String, from address: ContactAddressID, on channel: Channel,
        _ transaction: Transaction
    ) throws -> Message? {
        try same(
            content,
            key.flatMap {
                try ConversationStore.message(
                    idempotencyKey: $0, from: address, on: channel, transaction.reader)
            })
    }

    private static func same(_ content: String, _ message: Message?) throws -> Message? {
        guard let message else { return nil }
        guard message.content == content else { throw ConversationRefusal.keyReused }
        return message
    }

    /// A subject on one line, cut to size; nil when nothing is left.
    static func subject(_ text: String) -> String? {
        let line = text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: line)
        let trimmed = String(view).trimmingWhitespace
        return trimmed.isEmpty
            ? nil : String(trimmed.prefix(ConversationLimits.subjectLength)).trimmingWhitespace
    }

    /// The text of a message, which may be empty beside files.
    private static func checked(
        _ content: String, orNothingWith files: [Attachment]
    ) throws(ConversationRefusal) -> String {
        if !files.isEmpty, content.allSatisfy(\.isWhitespace) { return "" }
        return try checked(content)
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
