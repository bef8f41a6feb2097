package import Base

/// A piece of background work that was given up and waits for a person.
package struct ParkedJob: Sendable, Hashable {
    package let id: ParkedJobID
    /// What programs compare: "send_text".
    package let kind: String
    /// What people read: "Send a text".
    package let title: String
    /// A code or a short cause, without personal text.
    package let reason: String
    package let attempts: Int
    package let createdAt: Instant

    package init(
        id: ParkedJobID, kind: String, title: String, reason: String, attempts: Int,
        createdAt: Instant
    ) {
        self.id = id
        self.kind = kind
        self.title = title
        self.reason = reason
        self.attempts = attempts
        self.createdAt = createdAt
    }
}

package enum ParkedJobSubject {}
package typealias ParkedJobID = ID<ParkedJobSubject>

package enum ParkedJobRefusal: Refusal, Equatable {
    /// It runs again, is done, was dropped, or never was.
    case notParked

    package var code: String {
        switch self {
        case .notParked: "job.not_parked"
        }
    }

    package var kind: RefusalKind {
        switch self {
        case .notParked: .missing
        }
    }

    package var detail: String {
        switch self {
        case .notParked:
            "This work does not wait for a person any more. Load the list again."
        }
    }
}
