/// What somebody typed where an amount of money is asked for.
package enum MoneyReading: Sendable, Hashable {
    /// The field was left empty.
    case nothing
    /// In minor units of the currency.
    case amount(Int)
    /// It is no amount, or it can be read in two ways; the words say how to write it.
    case refused(String)
}

/// Reads amounts as people type them: "49 €", "1,234.50", "1.234,50", "49,-".
///
/// Points and commas mean different things in different countries. What can be read in one way only
/// is understood; everything else is refused, because a price that is wrong by a thousand is worse
/// than a question.
package enum MoneyReader {
    /// Longer texts are no amount.
    private static let lengthLimit = 40
    /// Digits of the whole part; more would not fit what is kept.
    private static let digitLimit = 12

    package static func read(_ text: String, currency: String) -> MoneyReading {
        let digits = Currency.minorDigits(of: currency)
        let text = plain(text)
        if text.isEmpty { return .nothing }
        guard text.count <= lengthLimit, let first = text.firstIndex(where: \.isDigit),
            let last = text.lastIndex(where: \.isDigit)
        else { return .refused(advice(currency)) }
        guard isMark(text[..<first], of: currency),
            isMark(withoutDash(text[text.index(after: last)...]), of: currency)
        else {
            return .refused("Prices are in \(currency) here. " + advice(currency))
        }
        guard let parts = parts(of: text[first...last], digits),
            let minor = minor(parts.whole, parts.fraction, digits)
        else { return .refused(advice(currency)) }
        return .amount(minor)
    }

    private static func advice(_ currency: String) -> String {
        switch Currency.minorDigits(of: currency) {
        case 0: "Write a number without decimals, such as 5000 or 5,000."
        case let digits:
            "Write a number such as 49 or 1234." + String("5000".prefix(digits)) + "."
        }
    }

    // MARK: Parts

    /// ASCII digits and signs, single spaces, capital letters, nothing around it.
    private static func plain(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if scalar.properties.numericType == .decimal,
                let value = scalar.properties.numericValue
            {
                result += String(Int(value))
                continue
            }
            switch scalar {
            case "，", "٫": result += scalar == "，" ? "," : "."
            case "．": result += "."
            case "’", "ʼ", "＇": result += "'"
            case "−", "–", "—": result += "-"
            case _ where scalar.properties.isWhitespace:
                if !result.isEmpty, result.last != " " { result += " " }
            default: result.unicodeScalars.append(scalar)
            }
        }
        if result.last == " " { result.removeLast() }
        return result.uppercased()
    }

    /// Whether nothing stands beside the number but the currency's own code or sign.
    private static func isMark(_ text: Substring, of currency: String) -> Bool {
        let mark = String(text.filter { $0 != " " })
        return mark.isEmpty || mark == currency || Currency.signs(of: currency).contains(mark)
    }

    /// "49,-" is a way to write a whole amount.
    private static func withoutDash(_ text: Substring) -> Substring {
        let endings = [",--", ".--", ",-", ".-"]
        return endings.first { text.hasPrefix($0) }.map { text.dropFirst($0.count) } ?? text
    }

    /// The digits before and after the decimal sign; nil when there is more than one reading.
    private static func parts(
        of number: Substring, _ digits: Int
    ) -> (whole: String, fraction: String)? {
        guard number.allSatisfy({ $0.isDigit || ".,' ".contains($0) }) else { return nil }
        let signs = number.filter { $0 == "." || $0 == "," }
        guard let last = signs.last else { return whole(number).map { ($0, "") } }
        let kinds = Set(signs)
        if kinds.count == 1, signs.count > 1 { return whole(number).map { ($0, "") } }
        guard let place = number.lastIndex(of: last) else { return nil }
        let head = number[..<place]
        let tail = String(number[number.index(after: place)...])
        guard !tail.isEmpty, tail.allSatisfy(\.isDigit) else { return nil }
        let isGrouping = tail.count == 3 && kinds.count == 1 && whole(number) != nil
        if tail.count <= digits {
            // "1,234" dinars are one and a bit, or more than a thousand.
            if isGrouping, last == "," { return nil }
            guard !head.contains(last) else { return nil }
            return whole(head).map { ($0, tail) }
        }
        // A point before three digits is as likely a slip as a thousand, where there are cents.
        guard isGrouping, digits == 0 || last == "," else { return nil }
        return whole(number).map { ($0, "") }
    }

    /// The digits of a whole number, in groups of three or in none; all groups parted by one sign.
    private static func whole(_ text: Substring) -> String? {
        let signs = Set(text.filter { !$0.isDigit })
        guard let sign = signs.first else { return text.isEmpty ? nil : String(text) }
        guard signs.count == 1 else { return nil }
        let groups = text.split(separator: sign, omittingEmptySubsequences: false)
        guard (1...3).contains(groups[0].count), groups[0].first != "0",
            groups.dropFirst().allSatisfy({ $0.count == 3 })
        else { return nil }
        return groups.joined()
    }

    private static func minor(_ whole: String, _ fraction: String, _ digits: Int) -> Int? {
        guard whole.count <= digitLimit else { return nil }
        return Int(whole + fraction + String(repeating: "0", count: digits - fraction.count))
    }
}

extension Character {
    fileprivate var isDigit: Bool { ("0"..."9").contains(self) }
}
