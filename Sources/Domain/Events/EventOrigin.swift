import Base

/// Who caused a change.
package enum EventActor: Sendable, Hashable {
    /// Somebody who signs in to the staff app.
    case person(AccountID)
    /// Nil while the customer is not yet known, as when a code is asked for.
    case customer(ContactID?)
    /// The part of this program that drafts and proposes.
    case assistant
    /// Any other part of it, by its name.
    case machine(String)

    package var kind: String {
        switch self {
        case .person: "person"
        case .customer: "customer"
        case .assistant: "assistant"
        case .machine: "machine"
        }
    }

    package var id: String? {
        switch self {
        case .person(let account): account.description
        case .customer(let contact): contact?.description
        case .assistant: nil
        case .machine(let name): name
        }
    }

    /// Nil for what no version has written.
    package init?(kind: String, id: String?) {
        switch kind {
        case "person":
            guard let account = id.flatMap({ AccountID($0) }) else { return nil }
            self = .person(account)
        case "customer": self = .customer(id.flatMap { ContactID($0) })
        case "assistant": self = .assistant
        case "machine": self = .machine(id ?? "")
        default: return nil
        }
    }

    package static let kinds = ["person", "customer", "assistant", "machine"]
}

/// What led to a change.
package enum EventCausation: Sendable, Hashable {
    case draft(DraftID)
    case message(MessageID)
    case rule(String)
    case webhook(String)
    case request(String)

    package var kind: String {
        switch self {
        case .draft: "draft"
        case .message: "message"
        case .rule: "rule"
        case .webhook: "webhook"
        case .request: "request"
        }
    }

    package var id: String {
        switch self {
        case .draft(let draft): draft.description
        case .message(let message): message.description
        case .rule(let id), .webhook(let id), .request(let id): id
        }
    }

    /// Nil for what no version has written.
    package init?(kind: String, id: String) {
        switch kind {
        case "draft":
            guard let draft = DraftID(id) else { return nil }
            self = .draft(draft)
        case "message":
            guard let message = MessageID(id) else { return nil }
            self = .message(message)
        case "rule": self = .rule(id)
        case "webhook": self = .webhook(id)
        case "request": self = .request(id)
        default: return nil
        }
    }
}

/// Who caused what is done in one transaction, and why.
package struct EventOrigin: Sendable, Hashable {
    package var actor: EventActor
    package var causation: EventCausation?

    package init(_ actor: EventActor, because causation: EventCausation? = nil) {
        self.actor = actor
        self.causation = causation
    }

    package static let assistant = EventOrigin(.assistant)

    package static func machine(_ name: String) -> EventOrigin { EventOrigin(.machine(name)) }
}

extension Staff {
    /// What this person does by themselves.
    package var origin: EventOrigin {
        EventOrigin(.person(account), because: request.map(EventCausation.request))
    }
}
