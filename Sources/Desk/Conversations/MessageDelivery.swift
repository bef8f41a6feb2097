package import Base
package import Domain
package import Store

/// Brings messages to people: the one way out, whatever the channel.
///
/// What is sent is written down as a delivery in the transaction that causes it. A channel of ours
/// is done then; a service is called by a job, and its reports come later. Nothing counts as sent
/// before the service has it.
package struct MessageDelivery: Sendable {
    private let world: World
    private let database: Database
    private let channels: ChannelRegistry
    private let logger: Logger

    package init(world: World, database: Database, channels: ChannelRegistry, logger: Logger) {
        self.world = world
        self.database = database
        self.channels = channels
        self.logger = logger
    }

    // MARK: Causing

    /// Adds a message of ours to a conversation that this work has locked, and has it delivered.
    ///
    /// Throws `ConversationRefusal.closed`, or a `DeliveryRefusal` where the channel takes no such
    /// message now.
    func send(
        _ message: ConversationStore.NewMessage, in conversation: Conversation, at now: Instant,
        _ transaction: Transaction
    ) throws -> Message {
        guard conversation.status != .closed else { throw ConversationRefusal.closed }
        guard let channel = channels[conversation.channel] else { throw DeliveryRefusal.noChannel }
        let lastInboundAt =
            channel.capabilities.window == nil
            ? nil
            : try ConversationStore.messages(
                in: conversation.id, since: conversation.lastInboundNumber - 1, limit: 1,
                transaction.reader
            ).first?.createdAt
        try channel.capabilities.check(message.content, lastInboundAt: lastInboundAt, at: now)
        guard let to = try ContactStore.address(conversation.address, transaction.reader) else {
            throw DeliveryRefusal.noChannel
        }
        let stored = try ConversationStore.append(message, at: now, transaction)
        try deliver(
            OutboundMessage(
                id: world.id(), channel: conversation.channel, to: to, text: stored.content,
                subject: conversation.subject, thread: conversation.thread, message: stored.id,
                conversation: conversation.id),
            at: now, transaction)
        return stored
    }

    /// Writes a delivery down, and begins it.
    func deliver(_ message: OutboundMessage, at now: Instant, _ transaction: Transaction) throws {
        guard let channel = channels[message.channel] else { throw DeliveryRefusal.noChannel }
        switch channel.outlet {
        case .inPlace:
            try DeliveryStore.insert(
                message, status: try channel.statusAtOnce(), at: now, transaction)
        case .recorded(let record):
            try DeliveryStore.insert(
                message, status: try channel.statusAtOnce(), at: now, transaction)
            try record(message, now, transaction)
        case .port:
            try DeliveryStore.insert(message, status: .queued, at: now, transaction)
            // An attempt that comes too late says so in the delivery; the job itself never lapses.
            try ConversationJobs.deliver.enqueue(
                DeliverJob(delivery: message.id), world, key: "delivery-\(message.id)", transaction)
        }
    }

    /// Has a message delivered again that did not arrive. A new delivery under a key of its own: the
    /// service would answer the old key with the old failure.
    ///
    /// Gives the conversation. Done twice, the second finds nothing that failed.
    package func sendAgain(_ id: MessageID, by staff: Staff) async throws -> ConversationID {
        try staff.require(.converse)
        let now = world.now()
        let delivery = self
        return try await database.write(staff.workspace, by: staff.origin) { transaction in
            guard let last = try DeliveryStore.latest(of: id, transaction),
                let (found, stored) = try DeliveryStore.lock(last, transaction),
                var message = stored, let conversation = found.conversation
            else { throw DeliveryRefusal.unknownDelivery }
            guard found.status == .failed else {
                throw DeliveryRefusal.notPossible(found.status, .send)
            }
            message.id = delivery.world.id()
            try delivery.deliver(message, at: now, transaction)
            if try ConversationStore.lock(conversation, transaction)?.need == .notDelivered {
                try ConversationStore.clearNeed(in: conversation, at: now, transaction)
            }
            try transaction.record(
                ConversationEvents.sentAgain, of: conversation,
                ["message": .text(id.description)], at: now)
            return conversation
        }
    }

    // MARK: Carrying out

    /// What an attempt begins with.
    private enum Attempt: Sendable {
        case send(OutboundMessage, MessagePort, wasCut: Bool)
        case done
    }

    /// Makes one attempt for a delivery; does nothing for one that is over.
    ///
    /// - Parameters:
    ///   - isLast: whether nobody will try again, so that the delivery fails when this one does.
    ///   - finish: completes the job together with what came of it.
    func attempt(
        _ id: DeliveryID, in workspace: WorkspaceID, isLast: Bool,
        finish: @escaping @Sendable (Transaction) throws -> Void
    ) async throws {
        guard case .send(let message, let port, let wasCut) = try await begin(id, workspace, finish)
        else { return }
        let outcome: SendOutcome
        do {
            outcome = try await hand(message, to: port, wasCut: wasCut)
        } catch {
            if error is CancellationError { throw error }
            let fault = error as? any Fault
            // Only a fault that is known says that the message was surely not taken.
            let isUnknown = fault == nil || error is OutcomeUnknown
            // What stands in a conversation is given up where staff see it, anything else with its
            // job, which is then among the work that was given up and can be tried again.
            guard message.message != nil, isLast || fault?.retryable == false else {
                if !isUnknown { try await record(.release, of: id, in: workspace) }
                throw error
            }
            logger.warning("a delivery was given up", ["cause": .failure(error)])
            return try await record(
                .fail, of: id, in: workspace,
                failure: DeliveryFailure(isUnknown ? .unknown : .transient), finish: finish)
        }
        switch outcome {
        case .accepted(let providerID):
            try await record(
                .accept, of: id, in: workspace, providerID: providerID, finish: finish)
        case .refused(let failure):
            try await record(.fail, of: id, in: workspace, failure: failure, finish: finish)
        }
    }

    /// Marks the attempt before it is made, so that one that is cut off is known.
    private func begin(
        _ id: DeliveryID, _ workspace: WorkspaceID,
        _ finish: @escaping @Sendable (Transaction) throws -> Void
    ) async throws -> Attempt {
        let now = world.now()
        let channels = channels
        return try await database.write(workspace, by: .machine("delivery")) { transaction in
            guard let (delivery, stored) = try DeliveryStore.lock(id, transaction),
                delivery.status.isPending
            else {
                try finish(transaction)
                return .done
            }
            func fail(_ kind: DeliveryFailure.Kind) throws -> Attempt {
                try MessageDelivery.apply(
                    .fail, to: delivery, failure: DeliveryFailure(kind), at: now, transaction)
                try finish(transaction)
                return .done
            }
            guard let message = stored else { return try fail(.unknown) }
            if let notAfter = message.notAfter, now >= notAfter { return try fail(.expired) }
            guard case .port(let port)? = channels[delivery.channel]?.outlet else {
                return try fail(.channel)
            }
            try MessageDelivery.apply(.send, to: delivery, at: now, transaction)
            return .send(message, port, wasCut: delivery.status == .sending)
        }
    }

    /// After an attempt that was cut off the service is asked first, where it takes no keys.
    private func hand(
        _ message: OutboundMessage, to port: MessagePort, wasCut: Bool
    ) async throws -> SendOutcome {
        if wasCut, let lookUp = port.lookUp, let known = try await lookUp(message) { return known }
        return try await port.send(message)
    }

    private func record(
        _ event: DeliveryEvent, of id: DeliveryID, in workspace: WorkspaceID,
        providerID: String? = nil, failure: DeliveryFailure? = nil,
        finish: @escaping @Sendable (Transaction) throws -> Void = { _ in }
    ) async throws {
        let now = world.now()
        try await database.write(workspace, by: .machine("delivery")) { transaction in
            if let (delivery, _) = try DeliveryStore.lock(id, transaction),
                // A report may have come meanwhile: then there is nothing to take back.
                event != .release || delivery.status == .sending
            {
                try MessageDelivery.apply(
                    event, to: delivery, providerID: providerID, failure: failure, at: now,
                    transaction)
            }
            try finish(transaction)
        }
    }

    /// Takes an event to a delivery that this work has locked; staff see what did not arrive.
    private static func apply(
        _ event: DeliveryEvent, to delivery: Delivery, providerID: String? = nil,
        failure: DeliveryFailure? = nil, at now: Instant, _ transaction: Transaction
    ) throws {
        let next = try DeliveryMachine.next(delivery.status, event)
        guard next != delivery.status || (providerID != nil && delivery.providerID == nil) else {
            return
        }
        try DeliveryStore.update(
            delivery, to: next, providerID: providerID, failure: failure, at: now, transaction)
        guard next == .failed, let conversation = delivery.conversation,
            try ConversationStore.lock(conversation, transaction) != nil
        else { return }
        try ConversationStore.needPerson(.notDelivered, in: conversation, at: now, transaction)
    }

    // MARK: Reports

    /// Takes what a service reports; gives how many reports were about nothing that is known here.
    @discardableResult
    package func take(
        _ reports: [DeliveryReport], in workspace: WorkspaceID
    ) async throws -> Int {
        let now = world.now()
        var unknown = 0
        for report in reports where report.event.isReport {
            let isKnown = try await database.write(workspace, by: .machine("delivery")) {
                transaction in
                let delivery: Delivery? =
                    switch report.subject {
                    case .delivery(let id): try DeliveryStore.lock(id, transaction)?.delivery
                    case .providerID(let id):
                        try DeliveryStore.lock(
                            providerID: id, on: report.channel, transaction)
                    }
                guard let delivery, delivery.channel == report.channel else { return false }
                var providerID: String?
                if case .providerID(let id) = report.subject { providerID = id }
                try MessageDelivery.apply(
                    report.event, to: delivery, providerID: providerID, failure: report.failure,
                    at: now, transaction)
                return true
            }
            if !isKnown { unknown += 1 }
        }
        return unknown
    }
}

extension ConnectedChannel {
    /// Where a delivery stands that is done in the transaction that causes it.
    fileprivate func statusAtOnce() throws(DeliveryRefusal) -> DeliveryStatus {
        var status = try DeliveryMachine.next(.queued, .send)
        status = try DeliveryMachine.next(status, .accept)
        guard capabilities.receipts == .immediate else { return status }
        return try DeliveryMachine.next(status, .deliver)
    }
}
