/// Brings what people type into one form, for comparing and for the encoder.
package enum Normalizer {
    private static let whole: [String: String] = [
        "can't": "cannot", "won't": "will not", "shan't": "shall not", "i'm": "i am",
        "let's": "let us", "y'all": "you all", "ain't": "is not", "cant": "cannot",
        "wont": "will not", "dont": "do not", "doesnt": "does not", "didnt": "did not",
        "isnt": "is not", "im": "i am", "ive": "i have",
    ]
    private static let endings: [(ending: String, words: String)] = [
        ("n't", " not"), ("'ll", " will"), ("'re", " are"), ("'ve", " have"), ("'d", " would"),
    ]
    /// Letters repeated for stress are kept this often: "heyyyy" → "heyy".
    private static let repeatsKept = 2

    /// Lower case, straight apostrophes, contractions in full, single spaces; emoji are kept.
    ///
    /// Control characters vanish. O(n).
    package static func normalized(_ text: String) -> String {
        var result = ""
        var word = ""
        for scalar in text.unicodeScalars {
            if scalar.properties.isWhitespace {
                flush(&word, into: &result)
            } else if WordTokenizer.isApostrophe(scalar) {
                word += "'"
            } else if scalar.properties.generalCategory != .control {
                word += scalar.properties.lowercaseMapping
            }
        }
        flush(&word, into: &result)
        return result
    }

    private static func flush(_ word: inout String, into result: inout String) {
        guard !word.isEmpty else { return }
        if !result.isEmpty { result += " " }
        result += expanded(word)
        word = ""
    }

    private static func expanded(_ word: String) -> String {
        guard word.utf8.count <= 64 else { return shortened(word) }
        let core = word.prefix { $0.isLetter || $0 == "'" }
        let rest = word[core.endIndex...]
        if let words = whole[String(core)] { return words + rest }
        for (ending, words) in endings where core.hasSuffix(ending) && core.count > ending.count {
            return core.dropLast(ending.count) + words + rest
        }
        return shortened(word)
    }

    private static func shortened(_ word: String) -> String {
        var result = ""
        var last: Character?
        var repeats = 0
        for character in word {
            repeats = character == last ? repeats + 1 : 1
            last = character
            if repeats <= repeatsKept || !character.isLetter { result.append(character) }
        }
        return result
    }
}
