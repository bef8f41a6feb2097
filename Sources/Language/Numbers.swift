/// Numbers as people write them in words.
package enum Numbers {
    static let units: [String: Int] = [
        "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
        "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13,
        "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
        "nineteen": 19,
    ]
    static let tens: [String: Int] = [
        "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60,
        "seventy": 70, "eighty": 80, "ninety": 90,
    ]
    static let ordinals: [String: Int] = [
        "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
        "eighth": 8, "ninth": 9, "nineth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12,
        "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16, "seventeenth": 17,
        "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30,
    ]
    static let ordinalEndings: Set<String> = ["st", "nd", "rd", "th"]
    static let vague: [String: Int] = ["a": 1, "an": 1, "couple": 2, "few": 3, "several": 3]

    /// Reads a whole text as a number from 0 to 999,999: "12", "forty-five", "two hundred and ten".
    ///
    /// Nil for anything else. O(n).
    package static func value(of text: String) -> Int? {
        let tokens = WordTokenizer.tokens(of: text).filter { $0.text != "-" && $0.text != "," }
        guard let first = tokens.first, tokens.count <= 12 else { return nil }
        if tokens.count == 1, let value = first.value { return value <= 999_999 ? value : nil }
        var total = 0
        var group = 0
        var seen = false
        for token in tokens {
            if let small = units[token.text] ?? tens[token.text] {
                let fits = group % 100 == 0 || (group % 10 == 0 && group % 100 >= 20 && small < 10)
                guard fits else { return nil }
                group += small
            } else if token.text == "hundred", (1...9).contains(group) {
                group *= 100
            } else if token.text == "thousand", total == 0, (1...999).contains(group) {
                total = group * 1000
                group = 0
            } else if token.text == "and", seen {
                continue
            } else {
                return nil
            }
            seen = true
        }
        return seen ? total + group : nil
    }

    /// A number up to 99 in digits or words at `index`, and the place after it.
    static func small(_ tokens: [WordToken], at index: Int) -> (value: Int, next: Int)? {
        guard index < tokens.count else { return nil }
        let token = tokens[index]
        if token.kind == .number, let value = token.value, value <= 99_999 {
            return (value, index + 1)
        }
        if let value = units[token.text] { return (value, index + 1) }
        guard let ten = tens[token.text] else { return nil }
        var next = index + 1
        if next < tokens.count, tokens[next].text == "-" { next += 1 }
        if next < tokens.count, let unit = units[tokens[next].text], (1...9).contains(unit) {
            return (ten + unit, next + 1)
        }
        return (ten, index + 1)
    }

    /// An ordinal of at most 31 ("24th", "twenty-fourth") at `index`, and the place after it.
    static func ordinal(_ tokens: [WordToken], at index: Int) -> (
        value: Int, next: Int, word: Bool
    )? {
        guard index < tokens.count else { return nil }
        let token = tokens[index]
        if token.kind == .number, let value = token.value, (1...31).contains(value),
            index + 1 < tokens.count, ordinalEndings.contains(tokens[index + 1].text),
            !tokens[index + 1].followsSpace
        {
            return (value, index + 2, false)
        }
        if let value = ordinals[token.text] { return (value, index + 1, true) }
        guard let ten = tens[token.text], ten <= 30 else { return nil }
        var next = index + 1
        if next < tokens.count, tokens[next].text == "-" { next += 1 }
        guard next < tokens.count, let unit = ordinals[tokens[next].text], unit < 10,
            ten + unit <= 31
        else { return nil }
        return (ten + unit, next + 1, true)
    }
}
