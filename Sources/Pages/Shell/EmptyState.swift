/// What a page says while it has nothing to show: why, and what to do next.
enum EmptyState {
    static func html(
        _ source: some IconSource, _ icon: Icon, _ title: String, _ text: String,
        @HTMLBuilder next: () -> HTML = { .empty }
    ) -> HTML {
        let actions = next()
        return div(.class("empty")) {
            span(.class("empty-mark"), .hidden) { source.assets.icon(icon) }
            h2 { title }
            p { text }
            if !actions.isEmpty { div(.class("empty-actions")) { actions } }
        }
    }
}

/// Something that has just been done, said once.
///
/// It travels as a code in the address, so nothing that a link could carry is ever shown.
enum Notice: String, Sendable {
    case reopened, undone, finished, replied, booked, moved, cancelled, saved, retired, restored
    case taken, given, deleted, reading
    case uploaded, retried, dropped

    var words: String {
        switch self {
        case .reopened: "The draft waits again."
        case .undone: "Taken back. Nothing was sent, and the draft waits again."
        case .finished: "Done. Nobody waits here any more."
        case .replied: "Your reply is on its way."
        case .booked: "Booked."
        case .moved: "Moved."
        case .cancelled: "Cancelled. The time is free again."
        case .saved: "Saved."
        case .retired: "Taken out of the catalogue. Appointments stay."
        case .restored: "Back in the catalogue."
        case .taken: "You have taken over. The assistant is quiet here."
        case .given: "The assistant answers here again."
        case .deleted: "Deleted. No answer uses it any more."
        case .reading: "The document is being read again."
        case .uploaded: "Uploaded. It is being read now."
        case .retried: "It is being tried again."
        case .dropped: "Dropped. It will not be done."
        }
    }

    /// Shown by the module as a toast, and as a line of the page without it.
    var html: HTML { p(.class("notice"), .role("status")) { words } }
}
