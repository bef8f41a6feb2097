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
    /// The code of the phone that the session was opened for; nil in sessions from before there was
    /// one code for each phone.
    package var code: PortalCodeID?
    /// A hash of the network that asked; nil where networks cannot be told apart.
    package var network: [UInt8]?
    /// Whether a text was sent for it.
    package var isTexted: Bool

    package init(
        id: PortalSessionID, phone: PhoneNumber, name: String?, contact: ContactID? = nil,
        codeHash: [UInt8], triesLeft: Int, codeExpiresAt: Instant, verifiedAt: Instant? = nil,
        code: PortalCodeID? = nil, network: [UInt8]? = nil, isTexted: Bool = true
    ) {
        self.code = code
        self.network = network
        self.isTexted = isTexted
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
    /// The number that was proved.
    package let phone: PhoneNumber
    /// The request by which they act now; nil where they act otherwise.
    package var request: String?

    package init(
        workspace: WorkspaceID, contact: Contact, session: PortalSessionID, phone: PhoneNumber
    ) {
        self.workspace = workspace
        self.contact = contact
        self.session = session
        self.phone = phone
    }
}
