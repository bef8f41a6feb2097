package import Base

package enum PortalSessionSubject {}
package typealias PortalSessionID = ID<PortalSessionSubject>

/// A customer's sign-in to the portal: a code sent to a phone, then a token.
package struct PortalSession: Sendable, Hashable {
    package var id: PortalSessionID
    package var phone: PhoneNumber
    package var name: String?
    package var contact: ContactID?
    package var codeHash: [UInt8]
    package var triesLeft: Int
    package var codeExpiresAt: Instant
    package var verifiedAt: Instant?

    package init(
        id: PortalSessionID, phone: PhoneNumber, name: String?, contact: ContactID? = nil,
        codeHash: [UInt8], triesLeft: Int, codeExpiresAt: Instant, verifiedAt: Instant? = nil
    ) {
        self.id = id
        self.phone = phone
        self.name = name
        self.contact = contact
        self.codeHash = codeHash
        self.triesLeft = triesLeft
        self.codeExpiresAt = codeExpiresAt
        self.verifiedAt = verifiedAt
    }
}

/// A customer signed in to the portal.
package struct Customer: Sendable, Hashable {
    package let workspace: WorkspaceID
    package let contact: Contact
    package let session: PortalSessionID

    package init(workspace: WorkspaceID, contact: Contact, session: PortalSessionID) {
        self.workspace = workspace
        self.contact = contact
        self.session = session
    }
}
