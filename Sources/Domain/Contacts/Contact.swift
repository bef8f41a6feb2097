package import Base

package enum ContactSubject {}
package typealias ContactID = ID<ContactSubject>

/// A customer of one workspace. Who it is says nothing but its addresses, and those can move to
/// another contact when two turn out to be one person, or one turns out to be two.
package struct Contact: Sendable, Hashable, Identifiable {
    package var id: ContactID
    package var name: String?
    /// The preferred one of each kind first.
    package var addresses: [ContactAddress]
    /// How this customer is written to, where it differs from the workspace's way.
    package var locale: LocaleSettings?

    package init(
        id: ContactID, name: String? = nil, addresses: [ContactAddress],
        locale: LocaleSettings? = nil
    ) {
        self.id = id
        self.name = name
        self.addresses = addresses
        self.locale = locale
    }

    /// The address of this kind to use, if there is one.
    package func address(_ kind: AddressKind) -> ContactAddress? {
        addresses.first { $0.kind == kind && $0.isPreferred }
            ?? addresses.first { $0.kind == kind }
    }

    package func address(_ id: ContactAddressID) -> ContactAddress? {
        addresses.first { $0.id == id }
    }

    /// The number to call or text; nil for somebody who is reached in another way.
    package var phone: PhoneNumber? {
        (address(.phone) ?? address(.portal))?.address.phone
    }

    /// What to call somebody whose name is not known: the address that says most.
    package var label: String {
        let kinds: [AddressKind] = [.phone, .email, .portal, .whatsapp]
        return kinds.lazy.compactMap { address($0)?.value }.first ?? "Anonymous"
    }
}

/// A telephone number in E.164: a plus and 7 to 15 digits, the first of which is not 0.
///
/// This is the form that is stored and that networks send. What people type is read by
/// `PhoneNumber(typed:in:)`, which knows every country's numbering plan; Domain has no such data.
package struct PhoneNumber: Sendable, Hashable, CustomStringConvertible {
    package let e164: String

    /// Accepts spaces, dots, dashes and brackets between digits, and 00 for the plus.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count <= 40 else { return nil }
        var digits = ""
        var plus = false
        for character in text {
            switch character {
            case "+" where digits.isEmpty && !plus: plus = true
            case "0"..."9" where character.isASCII: digits.append(character)
            case " ", "-", ".", "(", ")", "/", "\u{A0}": continue
            default: return nil
            }
        }
        if !plus, digits.hasPrefix("00") {
            digits.removeFirst(2)
            plus = true
        }
        guard plus, (7...15).contains(digits.count), digits.first != "0" else { return nil }
        e164 = "+" + digits
    }

    package var description: String { e164 }
}

extension PhoneNumber: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let number = PhoneNumber(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "not an E.164 number"))
        }
        self = number
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(e164)
    }
}
