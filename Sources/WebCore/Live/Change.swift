package import Domain

/// What an open stream is told of an event: its subject and its place, and never content.
package struct Change: Sendable, Hashable {
    package let workspace: WorkspaceID
    /// The name of the stream's event.
    package let topic: String
    package let id: String
    package let position: EventPosition

    /// Nil for an event that no stream tells of.
    package init?(_ event: Event) {
        guard let topic = Change.topic(of: event.kind) else { return nil }
        self.topic = topic
        workspace = event.workspace
        id = event.subject
        position = event.position
    }

    private static func topic(of kind: String) -> String? {
        let subject = String(kind.prefix { $0 != "." })
        return switch subject {
        case "conversation", "draft", "document", "booking", "console": subject
        case "service", "staff", "hours", "profile": "catalogue"
        // Whose conversations are whose: lists of them are looked at again.
        case "contact": "conversation"
        default: nil
        }
    }

    /// The sign-in that an event ends.
    static func endedSession(_ event: Event) -> String? {
        event.isOf(AccountEvents.sessionEnded) || event.isOf(ContactEvents.sessionEnded)
            ? event.subject : nil
    }
}
