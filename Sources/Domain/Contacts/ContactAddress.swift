package import Base

package enum ContactAddressSubject {}
package typealias ContactAddressID = ID<ContactAddressSubject>

/// What kind of thing a contact is reached or recognised by.
package enum AddressKind: String, Sendable, Codable, CaseIterable, Hashable {
    /// E.164.
    case phone
    case email
    /// A WhatsApp user id; since 2026 it need not be a phone number.
    case whatsapp
    /// The sign-in to the portal: the phone number that was proved there.
    case portal
    /// A visitor or caller who is not known by anything lasting, such as a withheld number.
    case anonymous
}

/// Where somebody is reached: a kind and the one written form of a value.
///
/// Two addresses are the same when both are equal; the database allows each once in a workspace.
package struct Address: Sendable, Hashable {
    package let kind: AddressKind
    package let value: String

    /// Characters that a value can have.
    package static let lengthLimit = 254

    /// Reads what people write; nil when it cannot be an address of this kind.
    package init?(_ kind: AddressKind, _ text: some StringProtocol) {
        let trimmed = String(text).trimmingWhitespace
        guard !trimmed.isEmpty, trimmed.utf8.count <= Address.lengthLimit else { return nil }
        switch kind {
        case .phone, .portal:
            guard let phone = PhoneNumber(trimmed) else { return nil }
            value = phone.e164
        case .email:
            guard let email = Address.normalisedEmail(trimmed) else { return nil }
            value = email
        case .whatsapp, .anonymous:
            guard trimmed.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
            value = trimmed
        }
        self.kind = kind
    }

    package init(_ phone: PhoneNumber) {
        kind = .phone
        value = phone.e164
    }

    /// The sign-in to the portal with this number.
    package init(portal phone: PhoneNumber) {
        kind = .portal
        value = phone.e164
    }

    /// An address from its stored form, which was checked when it was written.
    package init(stored value: String, _ kind: AddressKind) {
        self.kind = kind
        self.value = value
    }

    /// The number behind it, where it has one.
    package var phone: PhoneNumber? {
        switch kind {
        case .phone, .portal: PhoneNumber(value)
        case .email, .whatsapp, .anonymous: nil
        }
    }

    /// The domain is lower-cased always, the local part too: no provider tells cases apart, and two
    /// contacts for one mailbox are worse than the theoretical difference.
    private static func normalisedEmail(_ text: String) -> String? {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, parts[0].utf8.count <= 64,
            parts[1].contains("."), !parts[1].hasPrefix("."), !parts[1].hasSuffix("."),
            !parts[1].contains(".."),
            !text.unicodeScalars.contains(where: {
                $0.value <= 0x20 || $0.value == 0x7F || $0.properties.isWhitespace
                    || "<>()[],;:\\\"".unicodeScalars.contains($0)
            })
        else { return nil }
        return text.lowercased()
    }
}

/// An address of a contact.
package struct ContactAddress: Sendable, Hashable, Identifiable {
    package var id: ContactAddressID
    package var address: Address
    /// When the contact proved that it is theirs; nil while somebody only said so.
    package var verifiedAt: Instant?
    /// Whether it is the one to use among those of its kind.
    package var isPreferred: Bool

    package init(
        id: ContactAddressID, address: Address, verifiedAt: Instant? = nil,
        isPreferred: Bool = false
    ) {
        self.id = id
        self.address = address
        self.verifiedAt = verifiedAt
        self.isPreferred = isPreferred
    }

    package var kind: AddressKind { address.kind }
    package var value: String { address.value }
}
