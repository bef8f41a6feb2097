package import Base

package enum DraftSubject {}
package typealias DraftID = ID<DraftSubject>

/// A reply that waits for a person, with everything that person must see.
package struct Draft: Sendable, Hashable, Identifiable {
    package var id: DraftID
    package var conversation: ConversationID
    package var status: DraftStatus
    package var text: String
    package var citations: [Citation]
    package var commands: [Command]
    /// What approving will do beside sending the reply.
    package var effects: [ProposedEffect]
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
    /// When an approved reply leaves; until then the approval can be undone.
    package var sendsAt: Instant?
    /// Why an approved reply was not sent after all.
    package var notSent: String?

    package init(
        id: DraftID, conversation: ConversationID, status: DraftStatus, text: String,
        citations: [Citation], commands: [Command], effects: [ProposedEffect], warnings: [String],
        intent: Intent, confidence: Double, basis: DraftBasis, version: Int, createdAt: Instant,
        sendsAt: Instant? = nil, notSent: String? = nil
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
        self.sendsAt = sendsAt
        self.notSent = notSent
    }

    /// Why a person sees to the conversation once this is sent; nil when it promises nobody.
    package var handOff: PersonNeed? {
        // Drafts of the first releases kept only the effect, and only one thing caused it.
        effects.lazy.compactMap(HandOffEffect.need).first ?? basis.handOff
            ?? (effects.contains(where: HandOffEffect.isProposed) ? .repeated : nil)
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
            basis: DraftBasis(
                lastInboundNumber: 0, sessionVersion: 0, expectedState: .idle, commandTimes: [],
                identities: [], effects: [], today: LocalDate(dayNumber: 0)),
            version: version, createdAt: createdAt)
        draft.isReadable = false
        return draft
    }
}

/// What a draft rests on: the versions that approving compares with the present, and the chance
/// that was drawn, so that approving repeats the run that was previewed.
package struct DraftBasis: Sendable, Hashable {
    /// Number of the newest customer message that the draft answers.
    package var lastInboundNumber: Int
    /// Version of the booking session.
    package var sessionVersion: Int
    /// The booking state that the commands lead to, as it was previewed.
    package var expectedState: BookingState.Name
    /// When each command was written: a yes counts from its own time, not from the approval's.
    package var commandTimes: [Instant]
    /// What an appointment is called that a command makes, one for each command.
    package var identities: [BookingIdentity]
    /// What the machine did and said, `comparable`; nil in drafts from before it was kept.
    package var effects: [BookingEffect]?
    /// The day from which the reply counts "today" and "tomorrow"; nil in older drafts.
    package var today: LocalDate?
    /// Why a person sees to the conversation once the reply is sent, in older drafts; in others
    /// the effect says so.
    package var handOff: PersonNeed?
    /// The sentences of an older draft, which kept no effects; empty in all others.
    package var renderedPrompts: [String]

    package init(
        lastInboundNumber: Int, sessionVersion: Int, expectedState: BookingState.Name,
        commandTimes: [Instant], identities: [BookingIdentity], effects: [BookingEffect],
        today: LocalDate
    ) {
        self.lastInboundNumber = lastInboundNumber
        self.sessionVersion = sessionVersion
        self.expectedState = expectedState
        self.commandTimes = commandTimes
        self.identities = identities
        self.effects = effects.map(\.comparable)
        self.today = today
        renderedPrompts = []
    }
}

/// The exact words of a document that a reply rests on.
package struct Citation: Sendable, Hashable {
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
    /// Waits for a person. Goes to claimed, edited, scheduled, approved, rejected, superseded,
    /// expired.
    case ready
    /// Somebody is looking at it. Goes where ready goes, and back to ready.
    case claimed
    /// The text was changed and not yet approved. Goes where ready goes.
    case edited
    /// A person said yes, and can undo it until the reply leaves. Goes to approved, back to ready,
    /// and to superseded when it can no longer be carried out.
    case scheduled
    /// A person said yes, and it was done. What becomes of the reply is its delivery's matter.
    case approved
    /// A person said no. Goes back to ready when that is taken back.
    case rejected
    /// A newer draft answers in its place.
    case superseded
    case expired
    case failed

    /// Whether a person can still decide about it.
    package var isOpen: Bool { self == .ready || self == .claimed || self == .edited }

    /// Whether it answers the conversation for now: open, or about to leave.
    package var stands: Bool { isOpen || self == .scheduled }
}

package enum DraftEvent: String, Sendable, Hashable, CaseIterable {
    case generated, claim, unclaim, edit, schedule, approve, undo, leave, reject, reopen
    case supersede, expire, fail
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
        case .schedule: try open(status, becomes: .scheduled)
        case .approve: try open(status, becomes: .approved)
        case .undo: try only(.scheduled, status, becomes: .ready)
        case .leave: try only(.scheduled, status, becomes: .approved)
        case .reject: try open(status, becomes: .rejected)
        case .reopen: try only(.rejected, status, becomes: .ready)
        case .expire: try open(status, becomes: .expired)
        case .supersede: try supersede(status)
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
        case .generating, .scheduled, .approved, .rejected, .superseded, .expired, .failed:
            throw .notOpen(status)
        }
    }

    private static func supersede(_ status: DraftStatus) throws(DraftRefusal) -> DraftStatus {
        switch status {
        case .generating, .ready, .claimed, .edited, .scheduled: return .superseded
        case .approved, .rejected, .superseded, .expired, .failed:
            throw .notOpen(status)
        }
    }

    private static func fail(_ status: DraftStatus) throws(DraftRefusal) -> DraftStatus {
        switch status {
        case .generating: return .failed
        case .ready, .claimed, .edited, .scheduled, .approved, .rejected, .superseded, .expired,
            .failed:
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
    case undoTooLong(limit: Int)

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
        case .undoTooLong: "draft.undo_too_long"
        }
    }

    package var kind: RefusalKind {
        switch self {
        case .unknownDraft: .missing
        case .notOpen, .versionChanged, .customerWroteAgain, .slotTaken, .slotUnavailable,
            .bookingChanged, .sourceGone, .unreadable, .answeredMeanwhile:
            .conflict
        case .emptyText, .textTooLong, .reasonMissing, .undoTooLong: .invalid
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
        case .undoTooLong(let limit): "Give 0 to \(limit) seconds for undoing."
        }
    }

    /// The same as a reason, for the draft that takes the place of an approved one.
    package var cause: String {
        switch self {
        case .customerWroteAgain: "the customer wrote again"
        case .slotTaken: "that time has just been taken"
        case .slotUnavailable: "that time cannot be had any more"
        case .unreadable: "it could not be read any more"
        case .bookingChanged: "the appointment changed meanwhile"
        case .sourceGone: "a document that it quotes has changed"
        case .unknownDraft, .notOpen, .versionChanged, .answeredMeanwhile, .emptyText,
            .textTooLong, .reasonMissing, .undoTooLong:
            "something changed meanwhile"
        }
    }
}
