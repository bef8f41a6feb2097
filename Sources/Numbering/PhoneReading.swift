internal import CPhoneNumbers

/// A telephone number as its country's plan understands it.
package struct PhoneReading: Sendable, Hashable {
    package enum Kind: Int32, Sendable, CaseIterable {
        case unknown, fixed, mobile, fixedOrMobile, tollFree, premium, sharedCost, voip, personal
        case pager, company, voicemail
    }

    package let e164: String
    /// ISO 3166; "001" for numbers of no country, nil where several countries share the code and the
    /// plan does not say which it is.
    package let region: String?
    package let kind: Kind
    /// Whether the plan has given out such numbers. Numbers that are reserved for films and examples
    /// are none, so this is for advice and not for refusing.
    package let isValid: Bool

    /// Longer texts are no number.
    package static let lengthLimit = 64

    /// Reads what somebody typed; nil unless it is one number of a length that its plan has.
    ///
    /// Digits of any script, spaces, dashes, dots, brackets and a slash may stand in it, "tel:" or a
    /// plus before it. A number with an extension is none: nobody can be sent a text there.
    /// - Parameter region: where it was typed, ISO 3166; nil takes international numbers only.
    package init?(_ text: String, in region: String?) {
        guard let plain = PhoneReading.plain(text, isAtHome: region != nil) else { return nil }
        guard var found = PhoneReading.found(plain, region), found.is_possible != 0,
            found.has_extension == 0
        else { return nil }
        e164 = PhoneReading.text(&found.e164)
        // Some plans allow more digits than E.164, and some numbers begin with what is also dialled
        // before others: what would be another number when it is read again is none.
        guard (8...16).contains(e164.utf8.count), var again = PhoneReading.found(e164, nil),
            PhoneReading.text(&again.e164) == e164
        else { return nil }
        let place = PhoneReading.text(&found.region)
        self.region = place.isEmpty ? nil : place
        kind = Kind(rawValue: found.kind) ?? .unknown
        isValid = found.is_valid != 0
    }

    /// A number in E.164 as people of `region` write it: "07700 900123" at home, "+44 7700 900123"
    /// elsewhere. What cannot be written otherwise stays as it is.
    package static func written(_ e164: String, in region: String?) -> String {
        guard e164.utf8.count <= lengthLimit else { return e164 }
        return buffered { frontdesk_phone_write(e164, region ?? "", $0, $1) } ?? e164
    }

    /// "+44 7400 123456": a number of a region for examples in forms; nil for a region without any.
    package static func example(in region: String) -> String? {
        guard region.utf8.count <= 3 else { return nil }
        return buffered { frontdesk_phone_example(region, $0, $1) }
    }

    private static func found(_ text: String, _ region: String?) -> frontdesk_phone? {
        var found = frontdesk_phone()
        let isRead = text.withCString { bytes in
            frontdesk_phone_read(bytes, text.utf8.count, region ?? "", &found) != 0
        }
        return isRead ? found : nil
    }

    // MARK: Text

    /// ASCII digits with an optional plus; nil when anything stands there that belongs to no number.
    ///
    /// The library reads generously: it finds a number in a sentence and letters on a keypad. Here
    /// that would text a stranger.
    private static func plain(_ text: String, isAtHome: Bool) -> String? {
        guard text.utf8.count <= lengthLimit else { return nil }
        var rest = Substring(text).unicodeScalars
        if text.lowercased().hasPrefix("tel:") { rest = rest.dropFirst(4) }
        var digits = ""
        var hasPlus = false
        for scalar in rest {
            if scalar.properties.numericType == .decimal, let value = scalar.properties.numericValue
            {
                digits += String(Int(value))
            } else if scalar == "+" || scalar == "＋" {
                guard digits.isEmpty, !hasPlus else { return nil }
                hasPlus = true
            } else if !scalar.properties.isWhitespace
                && scalar.properties.generalCategory != .dashPunctuation
                && scalar.properties.generalCategory != .format
                && !".()/（）．・−".unicodeScalars.contains(scalar)
            {
                return nil
            }
        }
        // Nobody says from where: two zeros are how most of the world dials abroad.
        if !hasPlus, !isAtHome {
            guard digits.hasPrefix("00") else { return nil }
            digits.removeFirst(2)
            hasPlus = true
        }
        guard (3...20).contains(digits.utf8.count) else { return nil }
        return (hasPlus ? "+" : "") + digits
    }

    private static func buffered(
        _ fill: (UnsafeMutablePointer<CChar>, Int) -> Int
    ) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
            guard let start = buffer.baseAddress else { return nil }
            let count = fill(start, buffer.count)
            guard count > 0 else { return nil }
            return String(
                decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }

    /// The text of one of the library's fields, which end with a zero byte.
    private static func text<Field>(_ field: inout Field) -> String {
        withUnsafeBytes(of: &field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
