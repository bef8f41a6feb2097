package import Base
package import Domain
import Jobs
package import Store

/// Every kind of work that the desk puts off, with its lane. The outbox stores the case.
package enum DeskJob: Sendable, Hashable, Codable {
    /// Answer what the customer of this conversation wrote last.
    case turn(ConversationID)
    /// Make a document searchable.
    case ingest(DocumentID)
    /// Deliver a text outside the portal.
    case sendText(OutgoingText)
    /// Send a reply that was approved at this version and can be undone until then.
    case sendReply(DraftID, version: Int)
    /// Remove the bytes of a deleted document if nothing else uses them.
    case removeBlob(sha256: String)

    package enum Lane: String, Sendable, CaseIterable {
        case turn, ingest, send, reply, upkeep
    }

    package var lane: Lane {
        switch self {
        case .turn: .turn
        case .ingest: .ingest
        case .sendText: .send
        case .sendReply: .reply
        case .removeBlob: .upkeep
        }
    }

    package var kind: String {
        switch self {
        case .turn: "turn"
        case .ingest: "ingest"
        case .sendText: "send_text"
        case .sendReply: "send_reply"
        case .removeBlob: "remove_blob"
        }
    }

    /// Jobs of one subject run one after the other.
    package var subject: String? {
        switch self {
        case .turn(let conversation): conversation.description
        case .ingest(let document): document.description
        case .sendText(let text): text.to.e164
        // Each waits for its own time and holds nothing back; the conversation's row keeps order.
        case .sendReply: nil
        case .removeBlob(let sha256): sha256
        }
    }

    /// Lets queued jobs of the same subject run now, whatever they wait for; false without any.
    package func hasten(_ world: World, _ transaction: Transaction) throws -> Bool {
        guard let subject else { return false }
        return try Outbox.hasten(
            subject: subject, lane: lane.rawValue, workspace: transaction.workspace.uuid,
            at: world.now(), in: transaction.connection) > 0
    }

    /// Puts the job into the outbox of the transaction that causes it.
    ///
    /// - Parameters:
    ///   - runAfter: when it may be begun; nil is at once.
    ///   - notAfter: when the job is worthless and shall not be begun any more.
    package func enqueue(
        _ world: World, key: String? = nil, at runAfter: Instant? = nil,
        notAfter: Instant? = nil, _ transaction: Transaction
    ) throws {
        let job = try NewJob(
            id: ID(world.uuid()), workspace: transaction.workspace.uuid, lane: lane.rawValue,
            kind: kind, encoding: self, key: key ?? ownKey, subject: subject, runAfter: runAfter,
            notAfter: notAfter)
        try Outbox.enqueue(job, at: world.now(), in: transaction.connection)
    }

    /// Drops the job when it has not begun.
    func withdraw(_ transaction: Transaction) throws {
        guard let ownKey else { return }
        try Outbox.withdraw(
            keys: [ownKey], workspace: transaction.workspace.uuid, in: transaction.connection)
    }

    /// The key of a job that can be withdrawn.
    private var ownKey: String? {
        if case .sendReply(let draft, let version) = self {
            "reply-\(draft)-\(version)"
        } else {
            nil
        }
    }
}
