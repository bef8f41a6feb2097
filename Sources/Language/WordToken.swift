/// A word, a number or a sign, with its place in the text.
struct WordToken: Sendable {
    enum Kind { case word, number, sign }

    let kind: Kind
    /// Lowercased, apostrophes inside removed ("can't" → "cant"); words are cut at 24 letters.
    let text: String
    /// Offsets in the text's Unicode scalars.
    let range: Range<Int>
    let followsSpace: Bool
    /// The value of a number of at most nine digits.
    let value: Int?

    var digits: Int { range.count }
}

/// Splits text where letters, digits and signs meet. O(n).
enum WordTokenizer {
    static let longestWord = 24

    static func tokens(of text: String) -> [WordToken] {
        let scalars = Array(text.unicodeScalars)
        var tokens: [WordToken] = []
        var index = 0
        var spaced = false
        while index < scalars.count {
            let scalar = scalars[index]
            let start = index
            if scalar.properties.isWhitespace {
                spaced = true
                index += 1
                continue
            }
            if isDigit(scalar) {
                while index < scalars.count, isDigit(scalars[index]) { index += 1 }
                tokens.append(number(scalars, start..<index, spaced))
            } else if scalar.properties.isAlphabetic {
                index = wordEnd(scalars, from: start)
                tokens.append(word(scalars, start..<index, spaced))
            } else {
                index += 1
                if isApostrophe(scalar), index < scalars.count, isS(scalars, index) { index += 1 }
                tokens.append(sign(scalars, start..<index, spaced))
            }
            spaced = false
        }
        return tokens
    }

    /// The end of a word: an apostrophe stays inside before letters, except in a possessive 's.
    private static func wordEnd(_ scalars: [Unicode.Scalar], from start: Int) -> Int {
        var index = start
        while index < scalars.count {
            let scalar = scalars[index]
            if scalar.properties.isAlphabetic
                || scalar.properties.generalCategory == .nonspacingMark
            {
                index += 1
            } else if isApostrophe(scalar), index + 1 < scalars.count,
                scalars[index + 1].properties.isAlphabetic, !isS(scalars, index + 1)
            {
                index += 1
            } else {
                break
            }
        }
        return index
    }

    /// Whether an s stands alone at this place, as in "Monday's".
    private static func isS(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
        guard scalars[index] == "s" || scalars[index] == "S" else { return false }
        return index + 1 >= scalars.count || !scalars[index + 1].properties.isAlphabetic
    }

    static func isApostrophe(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "'" || scalar == "\u{2019}" || scalar == "\u{2018}" || scalar == "`"
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    private static func word(
        _ scalars: [Unicode.Scalar], _ range: Range<Int>, _ spaced: Bool
    ) -> WordToken {
        var text = ""
        for scalar in scalars[range.prefix(longestWord)] where !isApostrophe(scalar) {
            text += scalar.properties.lowercaseMapping
        }
        return WordToken(kind: .word, text: text, range: range, followsSpace: spaced, value: nil)
    }

    private static func number(
        _ scalars: [Unicode.Scalar], _ range: Range<Int>, _ spaced: Bool
    ) -> WordToken {
        var text = ""
        for scalar in scalars[range.prefix(longestWord)] { text.unicodeScalars.append(scalar) }
        let value = range.count <= 9 ? Int(text) : nil
        return WordToken(
            kind: .number, text: text, range: range, followsSpace: spaced, value: value)
    }

    private static func sign(
        _ scalars: [Unicode.Scalar], _ range: Range<Int>, _ spaced: Bool
    ) -> WordToken {
        var text = ""
        for scalar in scalars[range] {
            switch scalar {
            case _ where isApostrophe(scalar): text += "'"
            case "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{2014}", "\u{2212}": text += "-"
            default: text += scalar.properties.lowercaseMapping
            }
        }
        return WordToken(kind: .sign, text: text, range: range, followsSpace: spaced, value: nil)
    }
}
