/// What can happen to a subject, as the column that it belongs to names it.
///
/// There is no list of all kinds: each column declares its own in `Domain/<Column>`, so a new one
/// changes no file of another column. Names are stored for ever; a name is never given a second
/// meaning.
package struct EventKind: Sendable, Hashable {
    /// The column that declares it, such as `Bookings`.
    package let column: String
    /// What it happened to and what happened, such as `booking.moved`.
    package let name: String
    package let retention: EventRetention

    package init(_ name: String, in column: String, kept retention: EventRetention = .lasting) {
        precondition(name.split(separator: ".").count == 2, "a kind is a subject and a verb")
        self.column = column
        self.name = name
        self.retention = retention
    }
}

/// For how long events of a kind are kept. Each of these is sealed in a chain of its own, so that
/// removing what is old breaks no seal of what stays.
package enum EventRetention: String, Sendable, Hashable, CaseIterable {
    /// As long as the workspace.
    case lasting
    /// Long enough to look into what went wrong.
    case usual
    /// Of use only while it happens, such as the progress of a document.
    case brief

    /// Nil is for ever.
    package var duration: Duration? {
        switch self {
        case .lasting: nil
        case .usual: .seconds(400 * 86_400)
        case .brief: .seconds(7 * 86_400)
        }
    }
}
