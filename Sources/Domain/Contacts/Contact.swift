package import Base

package enum ContactSubject {}
package typealias ContactID = ID<ContactSubject>

/// A customer of one workspace, known by phone number.
package struct Contact: Sendable, Hashable, Codable, Identifiable {
    package var id: ContactID
    package var phone: PhoneNumber
    package var name: String?

    package init(id: ContactID, phone: PhoneNumber, name: String? = nil) {
        self.id = id
        self.phone = phone
        self.name = name
    }
}

/// A *possible* number in E.164: a plus, an assigned calling code, and as many digits as that
/// country's numbers can have, 7 to 15 in all.
///
/// Possible is not valid: whether a number is in service is for the network to say.
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
        guard plus, (7...15).contains(digits.count),
            let code = CallingCodes.code(of: digits),
            CallingCodes.lengths(after: code).contains(digits.count - code.count)
        else { return nil }
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
