package import Base

/// Why a password is refused: each reason is a sentence of its own, so that the next try succeeds.
package enum PasswordFlaw: Sendable, Hashable, CaseIterable {
    case short, long, blank, repeated, common, personal

    package var message: String {
        switch self {
        case .short:
            "Choose a password of at least \(PasswordRules.length.lowerBound) characters."
        case .long:
            "A password can have at most \(PasswordRules.length.upperBound) characters."
        case .blank:
            "A password of nothing but blanks is refused. Choose words that you remember."
        case .repeated:
            "This password repeats a few characters, and is guessed at once. "
                + "Choose one with more different characters, such as a short sentence."
        case .common:
            "This password is too common: guessers try it first. "
                + "Choose something of your own, such as a short sentence."
        case .personal:
            "This password is your own name or e-mail address, which others know. "
                + "Choose something else, such as a short sentence."
        }
    }
}

/// Which passwords are good enough (NIST SP 800-63B, 3.1.1): long ones that nobody guesses, and no
/// rules about digits and capitals.
package enum PasswordRules {
    /// In Unicode scalars, as JSON Schema counts characters. Argon2 is given up to four bytes each.
    package static let length = 10...256
    /// A password of fewer different characters is a repetition.
    static let fewestDifferent = 5

    /// What is wrong with a password, or nil.
    ///
    /// - Parameter known: what others know of the person: name, e-mail address, business.
    package static func flaw(in password: Secret, known: [String] = []) -> PasswordFlaw? {
        let text = password.revealed()
        let scalars = text.unicodeScalars
        if scalars.count > length.upperBound { return .long }
        let isBlank = scalars.allSatisfy {
            $0.properties.isWhitespace || $0.properties.isDefaultIgnorableCodePoint
        }
        if isBlank, !text.isEmpty { return .blank }
        if scalars.count < length.lowerBound { return .short }
        let plain = text.lowercased()
        if Set(plain).count < fewestDifferent { return .repeated }
        if isCommon(plain) { return .common }
        let own = known.flatMap { [$0, $0.split(separator: "@").first.map(String.init) ?? $0] }
        if own.contains(where: { isSame($0, plain) }) { return .personal }
        return nil
    }

    /// Whether a password, in lower case, is on the list, or is a word of the list with digits and
    /// signs around it, said twice, or spelled with digits; or runs along the keyboard.
    private static func isCommon(_ text: String) -> Bool {
        let unit = repeatedUnit(of: text)
        for candidate in Set([text, unit, core(of: text), core(of: unit)]) {
            let words = CommonPasswords.words
            if words.contains(candidate) || words.contains(unspelled(candidate)) { return true }
            if words.contains(core(of: unspelled(candidate))) { return true }
        }
        return isRun(text)
    }

    /// The text without what is no letter at both ends.
    private static func core(of text: String) -> String {
        let start = text.firstIndex(where: \.isLetter) ?? text.endIndex
        guard let end = text.lastIndex(where: \.isLetter) else { return "" }
        return String(text[start...end])
    }

    /// "p@ssw0rd" as "password".
    private static func unspelled(_ text: String) -> String {
        let letters: [Character: Character] = [
            "0": "o", "1": "l", "!": "i", "3": "e", "4": "a", "@": "a", "5": "s", "$": "s",
            "7": "t",
        ]
        return String(core(of: text).map { letters[$0] ?? $0 })
    }

    /// The shortest text that gives this one when it is repeated; the text itself when none does.
    private static func repeatedUnit(of text: String) -> String {
        let signs = Array(text)
        guard signs.count > 1 else { return text }
        for width in 1...max(1, signs.count / 2) where signs.count.isMultiple(of: width) {
            if signs.indices.allSatisfy({ signs[$0] == signs[$0 % width] }) {
                return String(signs[..<width])
            }
        }
        return text
    }

    /// Rows along which fingers and alphabets run, forth and back.
    private static let rows: [[Character]] = [
        "abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "qwertzuiop", "azertyuiop",
        "asdfghjkl", "zxcvbnm", "yxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.",
        "1q2w3e4r5t6y7u8i9o0p",
    ].flatMap { [Array($0), Array($0.reversed())] }

    /// Whether the whole text is made of runs of three and more along one of the rows.
    private static func isRun(_ text: String) -> Bool {
        var rest = Array(text)[...]
        while !rest.isEmpty {
            let longest = rows.map { longestRun(rest, along: $0) }.max() ?? 0
            guard longest >= min(3, rest.count) else { return false }
            rest = rest.dropFirst(longest)
        }
        return true
    }

    private static func longestRun(_ text: ArraySlice<Character>, along row: [Character]) -> Int {
        guard let first = text.first else { return 0 }
        return row.indices.filter { row[$0] == first }.map { start in
            zip(text, row[start...]).prefix { $0 == $1 }.count
        }.max() ?? 0
    }

    /// Equal but for case, blanks and signs.
    private static func isSame(_ known: String, _ plain: String) -> Bool {
        let known = known.lowercased().filter { $0.isLetter || $0.isNumber }
        return known.count >= 4 && known == plain.filter { $0.isLetter || $0.isNumber }
    }
}
