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

/// A *possible* number in E.164: a plus, an assigned calling code, 7 to 15 digits in all.
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
            let code = CallingCodes.code(of: digits), digits.count - code.count >= 4
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

/// The calling codes that ITU-T E.164 assigns (Operational Bulletin 1114), by leading digits.
enum CallingCodes {
    private static let twoDigit: Set<String> = [
        "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46",
        "47", "48", "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63",
        "64", "65", "66", "81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98",
    ]
    private static let unassigned: Set<String> = [
        "210", "214", "215", "217", "219", "259", "28", "384", "422", "424", "425", "426", "427",
        "428", "429", "671", "684", "693", "694", "695", "696", "697", "698", "699", "83", "851",
        "854", "857", "858", "859", "871", "872", "873", "874", "875", "876", "877", "879", "884",
        "885", "887", "889", "89", "969", "978", "990", "997", "999",
    ]

    static func code(of digits: String) -> Substring? {
        if digits.hasPrefix("1") || digits.hasPrefix("7") { return digits.prefix(1) }
        if digits.hasPrefix("0") { return nil }
        if twoDigit.contains(String(digits.prefix(2))) { return digits.prefix(2) }
        if unassigned.contains(String(digits.prefix(2))) { return nil }
        let three = digits.prefix(3)
        return unassigned.contains(String(three)) ? nil : three
    }
}
