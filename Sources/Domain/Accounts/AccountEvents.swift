/// What happens to a workspace as a whole, and to those who sign in to it.
package enum AccountEvents {
    package static let workspaceOpened = EventKind("workspace.opened", in: column)
    package static let added = EventKind("account.added", in: column)
    package static let profileSaved = EventKind("profile.saved", in: column)
    package static let hoursSaved = EventKind("hours.saved", in: column)

    package static let sessionOpened = EventKind("session.opened", in: column, kept: .usual)
    package static let sessionEnded = EventKind("session.ended", in: column, kept: .usual)

    private static let column = "Accounts"
}
