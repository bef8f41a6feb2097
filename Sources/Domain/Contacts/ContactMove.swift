package import Base

package enum ContactMoveSubject {}
package typealias ContactMoveID = ID<ContactMoveSubject>

/// Two contacts became one, or one became two.
package struct ContactMove: Sendable, Hashable, Identifiable {
    package enum Kind: String, Sendable, Codable, CaseIterable {
        /// Everything of the source went to the target, which answers for both.
        case merge
        /// Some of the source went to the target, which was made for it.
        case split
    }

    package var id: ContactMoveID
    package var kind: Kind
    package var source: ContactID
    package var target: ContactID
    package var account: AccountID?
    package var at: Instant
    package var undoneAt: Instant?

    package init(
        id: ContactMoveID, kind: Kind, source: ContactID, target: ContactID, account: AccountID?,
        at: Instant, undoneAt: Instant? = nil
    ) {
        self.id = id
        self.kind = kind
        self.source = source
        self.target = target
        self.account = account
        self.at = at
        self.undoneAt = undoneAt
    }
}
