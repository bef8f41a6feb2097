/// Words without their endings, so that "highlights" finds "highlight" and "parking" finds "park".
package enum WordStem {
    /// Endings off, roughly; British and American spelling meet ("colour", "color"). O(n).
    ///
    /// Lengths are in UTF-8: a search stems some thousand words, and counting letters would cost more.
    package static func of(_ word: String) -> String {
        var text = word
        if text.utf8.count > 4, text.hasSuffix("ies") {
            text = text.dropLast(3) + "y"
        } else if text.utf8.count > 4, text.hasSuffix("es"), !text.hasSuffix("ses") {
            text = String(text.dropLast(2))
        } else if text.utf8.count > 3, text.hasSuffix("s"), !text.hasSuffix("ss") {
            text = String(text.dropLast())
        }
        for ending in ["ing", "ed", "ly"] where text.utf8.count > ending.utf8.count + 3 {
            if text.hasSuffix(ending) {
                text = String(text.dropLast(ending.count))
                break
            }
        }
        if text.utf8.count > 3, text.last == "e" { text = String(text.dropLast()) }
        if let last = text.utf8.last, text.utf8.count > 4, text.utf8.dropLast().last == last,
            last < 0x80
        {
            text = String(text.dropLast())
        }
        guard text.contains("our") else { return text }
        return text.replacing("our", with: "or")
    }

    /// The stems of every word of a text: letters and digits, apostrophes gone. O(n).
    package static func all(in text: some StringProtocol) -> Set<String> {
        Set(words(of: text).map(of))
    }

    /// The words in order, in lower case; at most `limit` of them.
    package static func words(of text: some StringProtocol, limit: Int = 2_000) -> [String] {
        var words: [String] = []
        var word = ""
        for scalar in text.lowercased().unicodeScalars {
            if scalar == "'" || scalar == "\u{2019}" || scalar == "\u{2018}" || scalar == "`" {
                continue
            }
            if scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
                word.unicodeScalars.append(scalar)
            } else if !word.isEmpty {
                words.append(word)
                word = ""
                if words.count >= limit { break }
            }
        }
        if !word.isEmpty { words.append(word) }
        return words
    }
}
