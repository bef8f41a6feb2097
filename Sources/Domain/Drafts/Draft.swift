package import Base

package enum DraftSubject {}
package typealias DraftID = ID<DraftSubject>

/// A reply that waits for a person, with everything that person must see.
package struct Draft: Sendable, Hashable, Codable, Identifiable {
    package var id: DraftID
    package var conversation: ConversationID
    package var status: DraftStatus
    package var text: String
    package var citations: [Citation]
    package var commands: [Command]
    /// What approving will do beside sending the reply.
    package var effects: [BookingPreview]
    /// Why a person should look twice; empty when nothing is unusual.
    package var warnings: [String]
    package var intent: Intent
    /// 0 … 1.
    package var confidence: Double
    package var basis: DraftBasis
    package var version: Int
    package var createdAt: Instant
    /// False when the stored proposal cannot be read: another version made it, or it was damaged.
    /// Only its words are here then; it can be rejected or drafted again, and never approved.
    package private(set) var isReadable = true

    package init(
        id: DraftID, conversation: ConversationID, status: DraftStatus, text: String,
        citations: [Citation], commands: [Command], effects: [BookingPreview], warnings: [String],
        intent: Intent, confidence: Double, basis: DraftBasis, version: Int, createdAt: Instant
    ) {
        self.id = id
        self.conversation = conversation
        self.status = status
        self.text = text
        self.citations = citations
        self.commands = commands
        self.effects = effects
        self.warnings = warnings
        self.intent = intent
        self.confidence = confidence
        self.basis = basis
        self.version = version
        self.createdAt = createdAt
    }
}

extension Draft {
    /// What is left of a draft whose proposal cannot be read.
    package static func unreadable(
        id: DraftID, conversation: ConversationID, status: DraftStatus, text: String, version: Int,
        createdAt: Instant
    ) -> Draft {
        var draft = Draft(
            id: id, conversation: conversation, status: status, text: text, citations: [],
            commands: [], effects: [],
            warnings: [
                "Another version of the program made this draft, or its record is damaged, so what "
                    + "approving would do is not known. Have it drafted again."
            ],
            intent: .fallback, confidence: 0,
            basis: DraftBasis(lastInbound: 0, session: 0, outcome: .idle, spoken: [], times: []),
            version: version, createdAt: createdAt)
        draft.isReadable = false
        return draft
    }
}

/// The versions that a draft rests on; approving compares them with the present.
package struct DraftBasis: Sendable, Hashable, Codable {
    /// Number of the newest customer message that the draft answers.
    package var lastInbound: Int
    /// Version of the booking session.
    package var session: Int
    /// The booking state that the commands lead to, as it was previewed.
    package var outcome: BookingState.Name
    /// What the machine had to say then; the same words must come out when it is run for good.
    package var spoken: [String]
    /// When each command was written: a yes counts from its own time, not from the approval's.
    package var times: [Instant]

    package init(
        lastInbound: Int, session: Int, outcome: BookingState.Name, spoken: [String],
        times: [Instant]
    ) {
        self.lastInbound = lastInbound
        self.session = session
        self.outcome = outcome
        self.spoken = spoken
        self.times = times
    }
}

/// The exact words of a document that a reply rests on.
package struct Citation: Sendable, Hashable, Codable {
    package var passage: PassageID
    package var document: DocumentID
    package var title: String
    package var page: Int?
    package var text: String
    package var score: Double

    package init(
        passage: PassageID, document: DocumentID, title: String, page: Int?, text: String,
        score: Double
    ) {
        self.passage = passage
        self.document = document
        self.title = title
        self.page = page
        self.text = text
        self.score = score
    }
}

package enum DraftStatus: String, Sendable, Codable, CaseIterable, Hashable {
    /// Goes to ready, failed, superseded.
    case generating
    /// Waits for a person. Goes to claimed, edited, approved, rejected, superseded, expired.
    case ready
    /// Somebody is looking at it. Goes where ready goes, and back to ready.
    case claimed
    /// The text was changed and not yet approved. Goes where ready goes.
    case edited
    /// A person said yes. Goes to sending.
    case approved
    /// Handed to the channel. Goes to sent, failed.
    case sending
    /// The channel accepted it. Goes to delivered, failed.
    case sent
    case delivered
    /// A person said no. Goes back to ready when that is taken back.
    case rejected
    /// A newer draft answers in its place.
    case superseded
    case expired
    case failed

    /// Whether a person can still decide about it.
    package var isOpen: Bool { self == .ready || self == .claimed || self == .edited }
}

package enum DraftEvent: String, Sendable, Hashable, CaseIterable {
    case generated, claim, unclaim, edit, approve, reject, reopen, supersede, expire
    case handedOver = "handed_over"
    case accepted, delivered, fail
}

/// The life of a draft as a pure function; every pair that is not allowed is a refusal.
package enum DraftMachine {
    package static func next(
        _ status: DraftStatus, _ event: DraftEvent
    ) throws(DraftRefusal) -> DraftStatus {
        switch event {
        case .generated: try only(.generating, status, becomes: .ready)
        case .claim: try open(status, becomes: .claimed)
        case .unclaim: try only(.claimed, status, becomes: .ready)
        case .edit: try open(status, becomes: .edited)
        case .approve: try open(status, becomes: .approved)
        case .reject: try open(status, becomes: .rejected)
        case .reopen: try only(.rejected, status, becomes: .ready)
        case .expire: try open(status, becomes: .expired)
        case .supersede: try supersede(status)
        case .handedOver: try only(.approved, status, becomes: .sending)
        case .accepted: try only(.sending, status, becomes: .sent)
        case .delivered: try only(.sent, status, becomes: .delivered)
        case .fail: try fail(status)
        }
    }

    private static func only(
        _ wanted: DraftStatus, _ status: DraftStatus, becomes next: DraftStatus
    ) throws(DraftRefusal) -> DraftStatus {
        guard status == wanted else { throw .notOpen(status) }
        return next
    }

    private static func open(
        _ status: DraftStatus, becomes next: DraftStatus
    ) throws(DraftRefusal) -> DraftStatus {
        switch status {
        case .ready, .claimed, .edited: return next
        case .generating, .approved, .sending, .sent, .delivered, .rejected, .superseded, .expired,
            .failed:
            throw .notOpen(status)
        }
    }

    private static func supersede(_ status: DraftStatus) throws(DraftRefusal) -> DraftStatus {
        switch status {
        case .generating, .ready, .claimed, .edited: return .superseded
        case .approved, .sending, .sent, .delivered, .rejected, .superseded, .expired, .failed:
            throw .notOpen(status)
        }
    }

    private static func fail(_ status: DraftStatus) throws(DraftRefusal) -> DraftStatus {
        switch status {
        case .generating, .approved, .sending, .sent: return .failed
        case .ready, .claimed, .edited, .delivered, .rejected, .superseded, .expired, .failed:
            throw .notOpen(status)
        }
    }
}

package enum DraftRefusal: Refusal, Equatable {
    case unknownDraft
    /// Somebody decided already, or a newer draft took its place.
    case notOpen(DraftStatus)
    case versionChanged(current: Int)
    /// The customer wrote again; a new draft is being made.
    case customerWroteAgain
    /// The slot that the draft speaks of has gone; a new draft offers these.
    case slotTaken(alternatives: [Slot])
    /// The slot cannot be had any more for another reason; a new draft offers these.
    case slotUnavailable(Unavailability, alternatives: [Slot])
    /// The booking changed since the draft was made; a new draft is being made.
    case bookingChanged
    /// A document that the draft quotes was deleted or read again; a new draft is being made.
    case sourceGone
    /// What the draft proposes cannot be read; a new draft is being made.
    case unreadable
    /// A colleague answered, or another draft waits: what was rejected stays so.
    case answeredMeanwhile
    case emptyText
    case textTooLong(limit: Int)
    case reasonMissing

    package var code: String {
        switch self {
        case .unknownDraft: "draft.unknown"
        case .notOpen: "draft.not_open"
        case .versionChanged: "draft.version_changed"
        case .customerWroteAgain: "draft.customer_wrote_again"
        case .slotTaken: "draft.slot_taken"
        case .slotUnavailable: "draft.slot_unavailable"
        case .bookingChanged: "draft.booking_changed"
        case .sourceGone: "draft.source_gone"
        case .unreadable: "draft.unreadable"
        case .answeredMeanwhile: "draft.answered_meanwhile"
        case .emptyText: "draft.empty_text"
        case .textTooLong: "draft.text_too_long"
        case .reasonMissing: "draft.reason_missing"
        }
    }

    package var kind: RefusalKind {
        switch self {
        case .unknownDraft: .missing
        case .notOpen, .versionChanged, .customerWroteAgain, .slotTaken, .slotUnavailable,
            .bookingChanged, .sourceGone, .unreadable, .answeredMeanwhile:
            .conflict
        case .emptyText, .textTooLong, .reasonMissing: .invalid
        }
    }

    package var detail: String {
        switch self {
        case .unknownDraft: "There is no such draft."
        case .notOpen(let status): "This draft is \(status.rawValue) already."
        case .versionChanged: "Somebody changed this draft meanwhile. Look at it again."
        case .customerWroteAgain: "The customer wrote again. A new draft is being made."
        case .slotTaken: "That time has just been taken. A new draft offers other times."
        case .slotUnavailable(let reason, _): "\(reason.detail) A new draft is being made."
        case .bookingChanged: "The appointment changed meanwhile. A new draft is being made."
        case .sourceGone: "A document that it quotes has changed. A new draft is being made."
        case .unreadable: "This draft cannot be read any more. A new draft is being made."
        case .answeredMeanwhile: "Somebody answered meanwhile. The draft stays rejected."
        case .emptyText: "The reply is empty."
        case .textTooLong(let limit): "A reply can have at most \(limit) characters."
        case .reasonMissing: "Say why, so that the next draft can be better."
        }
    }
}
