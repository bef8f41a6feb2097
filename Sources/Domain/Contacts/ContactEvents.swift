/// What happens to customers and to their sign-ins.
package enum ContactEvents {
    /// A code was asked for.
    package static let sessionOpened = EventKind("portal_session.opened", in: column, kept: .usual)
    package static let codeRefused = EventKind(
        "portal_session.code_refused", in: column, kept: .usual)
    package static let sessionVerified = EventKind(
        "portal_session.verified", in: column, kept: .usual)
    package static let sessionEnded = EventKind("portal_session.ended", in: column, kept: .usual)

    package static let added = EventKind("contact.added", in: column)
    package static let addressAdded = EventKind("contact.address_added", in: column)
    package static let localeChanged = EventKind("contact.locale_changed", in: column)
    package static let merged = EventKind("contact.merged", in: column)
    package static let split = EventKind("contact.split", in: column)
    /// A merge or a split was taken back.
    package static let moveUndone = EventKind("contact.move_undone", in: column)

    private static let column = "Contacts"
}

extension Customer {
    /// What this customer does by themselves.
    package var origin: EventOrigin {
        EventOrigin(.customer(contact.id), because: request.map(EventCausation.request))
    }
}
