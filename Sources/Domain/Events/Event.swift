package import Base

/// A place in the log: every event comes before or after every other, over all workspaces.
///
/// Places are handed out by transaction, and within one in the order of recording. A transaction
/// that began earlier may commit later, so a reader looks only at places that nobody can fill any
/// more; then "after this place" misses nothing.
package struct EventPosition: Sendable, Hashable, Comparable {
    /// Grows with the transactions.
    package let turn: Int64
    package let number: Int64

    package init(turn: Int64, number: Int64) {
        self.turn = turn
        self.number = number
    }

    package static let start = EventPosition(turn: 0, number: 0)

    /// For clients: opaque, and no longer than `sizeLimit`.
    package var text: String { "\(turn)-\(number)" }

    package static let sizeLimit = 40

    package init?(_ text: some StringProtocol) {
        guard text.utf8.count <= EventPosition.sizeLimit else { return nil }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let turn = Int64(parts[0]), let number = Int64(parts[1]),
            turn >= 0, number >= 0
        else { return nil }
        self.init(turn: turn, number: number)
    }

    package static func < (left: EventPosition, right: EventPosition) -> Bool {
        (left.turn, left.number) < (right.turn, right.number)
    }
}

/// A value of a payload.
package enum EventValue: Sendable, Hashable {
    case text(String)
    case whole(Int)
    case flag(Bool)
}

extension EventValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral
{
    package init(stringLiteral value: String) { self = .text(value) }
    package init(integerLiteral value: Int) { self = .whole(value) }
    package init(booleanLiteral value: Bool) { self = .flag(value) }
}

/// What an event tells beside who, what and why: ids, numbers and digests, and never what people
/// wrote, because the log is not changed when somebody's words are erased.
package struct EventPayload: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    package var values: [String: EventValue]

    package init(_ values: [String: EventValue] = [:]) {
        self.values = values
    }

    package init(dictionaryLiteral elements: (String, EventValue)...) {
        values = Dictionary(elements) { _, last in last }
    }

    package func text(_ name: String) -> String? {
        if case .text(let text)? = values[name] { text } else { nil }
    }

    package func whole(_ name: String) -> Int? {
        if case .whole(let number)? = values[name] { number } else { nil }
    }

    package func flag(_ name: String) -> Bool? {
        if case .flag(let flag)? = values[name] { flag } else { nil }
    }
}

/// Something that is about to be recorded.
package struct NewEvent: Sendable, Hashable {
    package let kind: EventKind
    /// The id of what it happened to.
    package let subject: String
    package let payload: EventPayload
    package let at: Instant
    /// Nil is whoever the transaction belongs to.
    package let origin: EventOrigin?

    package init(
        _ kind: EventKind, of subject: some CustomStringConvertible, _ payload: EventPayload = [:],
        by origin: EventOrigin? = nil, at: Instant
    ) {
        self.kind = kind
        self.subject = subject.description
        self.payload = payload
        self.origin = origin
        self.at = at
    }
}

/// Something that happened.
///
/// Kind and column are names and not `EventKind`: an event may be of a kind that only another
/// version of this program knows.
package struct Event: Sendable, Hashable {
    package let position: EventPosition
    package let workspace: WorkspaceID
    package let at: Instant
    package let column: String
    package let kind: String
    package let subject: String
    /// Nil when it is of no kind that this version knows.
    package let actor: EventActor?
    package let causation: EventCausation?
    /// Nil when it cannot be read.
    package let payload: EventPayload?

    package init(
        position: EventPosition, workspace: WorkspaceID, at: Instant, column: String,
        kind: String, subject: String, actor: EventActor?, causation: EventCausation? = nil,
        payload: EventPayload? = EventPayload()
    ) {
        self.position = position
        self.workspace = workspace
        self.at = at
        self.column = column
        self.kind = kind
        self.subject = subject
        self.actor = actor
        self.causation = causation
        self.payload = payload
    }

    package func isOf(_ kind: EventKind) -> Bool { self.kind == kind.name }
}
