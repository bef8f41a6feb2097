/// What happens to proposed replies.
package enum DraftEvents {
    package static let made = EventKind("draft.made", in: column)
    package static let superseded = EventKind("draft.superseded", in: column)
    package static let claimed = EventKind("draft.claimed", in: column)
    package static let edited = EventKind("draft.edited", in: column)
    /// Approved, and about to leave unless that is taken back.
    package static let scheduled = EventKind("draft.scheduled", in: column)
    package static let approved = EventKind("draft.approved", in: column)
    package static let undone = EventKind("draft.undone", in: column)
    package static let rejected = EventKind("draft.rejected", in: column)
    package static let reopened = EventKind("draft.reopened", in: column)
    package static let failed = EventKind("draft.failed", in: column)

    /// What has happened when a draft goes from one status to another.
    package static func kinds(from status: DraftStatus, to next: DraftStatus) -> [EventKind] {
        switch next {
        case .generating: []
        case .ready: status == .rejected ? [reopened] : status == .scheduled ? [undone] : []
        case .claimed: [claimed]
        case .edited: [status == .scheduled ? undone : edited]
        case .scheduled: [scheduled]
        case .approved: [approved]
        case .rejected: [rejected]
        case .superseded: [superseded]
        case .expired, .failed: [failed]
        }
    }

    private static let column = "Drafts"
}
