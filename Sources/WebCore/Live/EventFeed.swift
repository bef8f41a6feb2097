import Base
package import Desk
import Domain
package import HTTP
import Store

/// Changes as server-sent events, to staff about their workspace and to customers about their own
/// conversation.
///
/// Staff get `conversation`, `draft`, `document`, `booking`, `catalogue` and `console`, each with the
/// id of what changed. Customers get `conversation`, and each new `message` whole. `reload` asks
/// for everything to be loaded again; `signed_out` is the last word when the sign-in has ended, and
/// `replaced` when the same person has opened more streams than one may have.
package struct EventFeed: Sendable {
    /// A stream is ended after this, should the notice of a sign-out be lost; the browser connects
    /// again.
    package static let lifetime = Duration.minutes(15)
    package static let retry = Duration.seconds(2)
    /// How long a browser waits whose stream had to give way to a newer one.
    package static let retryReplaced = Duration.seconds(60)
    /// Events that a staff member's stream catches up with one by one.
    static let missedLimit = 500
    /// Conversations that a customer's stream remembers as not its own.
    package static let strangersLimit = 1_000

    private let desk: FrontDesk
    private let changes: ChangeHub

    package init(desk: FrontDesk, changes: ChangeHub) {
        self.desk = desk
        self.changes = changes
    }

    /// An open stream for whoever asks; `lastEventID` goes on after a lost connection.
    package func response(for visitor: Visitor, lastEventID: String?) throws -> HTTPResponse {
        switch visitor.identity {
        case .anonymous: throw AccountRefusal.notSignedIn
        case .staff(let staff):
            let events = try changes.events(
                in: staff.workspace, session: visitor.session?.id, person: visitor.actor)
            let after = lastEventID.map { EventPosition($0) }
            // Who comes back has the place of what was told last until the missed was told too.
            let position = lastEventID == nil ? changes.position : nil
            return stream(for: visitor, at: position) { writer in
                try await StaffFeed(desk: desk, workspace: staff.workspace, writer: writer)
                    .tell(events, after: after)
            }
        case .customer(let customer):
            let events = try changes.events(
                in: customer.workspace, session: visitor.session?.id, person: visitor.actor)
            return stream(for: visitor) { writer in
                let after = lastEventID.flatMap { Int($0) }
                try await CustomerFeed(desk: desk, customer: customer, writer: writer)
                    .tell(events, after: after)
            }
        }
    }

    private func stream(
        for visitor: Visitor, at position: EventPosition? = nil,
        _ tell: @escaping @Sendable (EventWriter) async throws -> Void
    ) -> HTTPResponse {
        let left = visitor.session?.expiresAt.map { $0 - desk.world.now() }
        let lifetime = min(EventFeed.lifetime, max(.zero, left ?? EventFeed.lifetime))
        let logger = desk.logger
        return .events { writer in
            do {
                try await writer.send(
                    ServerSentEvent(
                        data: "{}", event: "ready", id: position?.text, retry: EventFeed.retry))
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await tell(writer) }
                    group.addTask { try await Task.sleep(for: lifetime) }
                    try await group.next()
                    group.cancelAll()
                }
            } catch {
                EventFeed.note(error, logger)
                throw error
            }
        }
    }

    /// A reader that went away is no failure; everything else would be lost with the stream.
    private static func note(_ error: any Error, _ logger: Logger) {
        if error is CancellationError || error is HTTPBodyError { return }
        logger.error("an event stream failed", ["cause": .failure(error)])
    }
}

extension ChangeHub.Event {
    /// The event without content that asks to load again, or says goodbye.
    fileprivate var asNews: ServerSentEvent {
        switch self {
        case .signedOut: ServerSentEvent(data: "{}", event: "signed_out")
        // A browser that came back at once would end another of its own tabs' streams.
        case .replaced:
            ServerSentEvent(data: "{}", event: "replaced", retry: EventFeed.retryReplaced)
        case .reload, .changed: ServerSentEvent(data: "{}", event: "reload")
        }
    }
}

/// The stream of a member of staff: what was missed since the last connection, then what comes.
private struct StaffFeed {
    let desk: FrontDesk
    let workspace: WorkspaceID
    let writer: EventWriter

    /// - Parameter after: nil for a first connection; nil within where the client's place is none.
    func tell(_ events: AsyncStream<ChangeHub.Event>, after: EventPosition??) async throws {
        var told = EventPosition.start
        if let after {
            if let after, let last = try await tellMissed(after) {
                told = last
            } else {
                try await writer.send(ChangeHub.Event.reload.asNews)
            }
        }
        for await event in events {
            guard case .changed(let change) = event else {
                try await writer.send(event.asNews)
                continue
            }
            if change.position > told { try await send(change) }
        }
    }

    /// Tells of each subject once; nil when there is so much that all is to be loaded again, or when
    /// the place lies ahead of the log, as after the restore of a backup.
    private func tellMissed(_ after: EventPosition) async throws -> EventPosition? {
        let limit = EventFeed.missedLimit
        let newest = try await desk.reading.read(workspace) { reader in
            try EventStore.page(.init(), before: nil, limit: 1, reader).items.first?.position
        }
        guard after <= newest ?? .start else { return nil }
        let events = try await desk.reading.read(workspace) { reader in
            try EventStore.after(after, limit: limit + 1, reader)
        }
        guard events.count <= limit else { return nil }
        var newestOf: [String: Change] = [:]
        for change in events.compactMap(Change.init) {
            newestOf["\(change.topic) \(change.id)"] = change
        }
        for change in newestOf.values.sorted(by: { $0.position < $1.position }) {
            try await send(change)
        }
        return events.last?.position ?? after
    }

    private func send(_ change: Change) async throws {
        try await writer.send(
            ServerSentEvent(
                data: "{\"id\":\"\(change.id)\"}", event: change.topic,
                id: change.position.text))
    }
}

/// One customer's stream: looks up once whether a conversation is theirs, then tells its messages.
private struct CustomerFeed {
    let desk: FrontDesk
    let customer: Customer
    let writer: EventWriter

    func tell(_ events: AsyncStream<ChangeHub.Event>, after: Int?) async throws {
        var own = try await ownConversation()
        var last: Int
        if let after { last = after } else { last = try await newest(own) }
        if let own, after != nil { last = try await sendMessages(of: own, after: last) }
        var strangers: Set<String> = []
        for await event in events {
            guard case .changed(let notice) = event else {
                try await writer.send(event.asNews)
                continue
            }
            guard notice.topic == "conversation", !strangers.contains(notice.id) else { continue }
            if own?.description != notice.id {
                // Another one may have begun: its messages are counted anew.
                let current = try await ownConversation()
                if current != own { (own, last) = (current, 0) }
            }
            guard let own, own.description == notice.id else {
                if strangers.count < EventFeed.strangersLimit { strangers.insert(notice.id) }
                continue
            }
            last = try await sendMessages(of: own, after: last)
            try await writer.send(
                ServerSentEvent(data: "{\"id\":\"\(own)\"}", event: "conversation"))
        }
    }

    private func ownConversation() async throws -> ConversationID? {
        let customer = customer
        return try await desk.reading.read(customer.workspace) { reader in
            try ConversationStore.current(
                of: customer.address, on: customer.channel, reader)?.id
        }
    }

    private func newest(_ id: ConversationID?) async throws -> Int {
        guard let id else { return 0 }
        return try await desk.reading.read(customer.workspace) { reader in
            try ConversationStore.latest(1, in: id, reader).last?.number ?? 0
        }
    }

    private func sendMessages(of id: ConversationID, after number: Int) async throws -> Int {
        let messages = try await desk.reading.read(customer.workspace) { reader in
            try ConversationStore.messages(in: id, since: number, limit: 100, reader)
        }
        for message in messages {
            let text = try JSONCoding.text(MessageResponse(message))
            try await writer.send(
                ServerSentEvent(data: text, event: "message", id: String(message.number)))
        }
        return messages.last?.number ?? number
    }
}
