/// Splits text into sentences by rules, for the chunker and for drafts that quote one sentence.
///
/// Rules, not a model: the text of businesses is short and full of prices, times and titles, and a
/// rule that errs here joins two sentences rather than breaking one.
package enum Sentences {
    /// The sentences in order, trimmed; together they hold every word of the text. O(n).
    package static func split(_ text: String) -> [String] {
        let scalars = Array(text.unicodeScalars)
        return ranges(scalars).map { range in
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars[range])
            return String(view)
        }
    }

    /// Ranges of the sentences without the white space around them. O(n).
    package static func ranges(_ scalars: [Unicode.Scalar]) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var start = 0
        var index = 0
        while index < scalars.count {
            if let end = boundary(scalars, at: index, from: start) {
                append(scalars, start..<end, to: &found)
                start = end
                index = end
            } else {
                // A row of marks ends a sentence as a whole or not at all: looked at once, because
                // a line of a million dots must not be looked at from each of them.
                let isMark = marks.contains(scalars[index])
                index += 1
                while isMark, index < scalars.count, marks.contains(scalars[index]) { index += 1 }
            }
        }
        append(scalars, start..<scalars.count, to: &found)
        return found
    }

    private static func append(
        _ scalars: [Unicode.Scalar], _ range: Range<Int>, to found: inout [Range<Int>]
    ) {
        var lower = range.lowerBound
        var upper = range.upperBound
        while lower < upper, scalars[lower].properties.isWhitespace { lower += 1 }
        while upper > lower, scalars[upper - 1].properties.isWhitespace { upper -= 1 }
        if lower < upper { found.append(lower..<upper) }
    }

    /// Where the sentence ends whose last mark is at `index`; nil if none ends there.
    private static func boundary(
        _ scalars: [Unicode.Scalar], at index: Int, from start: Int
    ) -> Int? {
        let mark = scalars[index]
        if mark == "\n" { return index + 1 }
        if wideMarks.contains(mark) { return afterClosers(scalars, index + 1) }
        guard marks.contains(mark) else { return nil }
        var end = index + 1
        while end < scalars.count, marks.contains(scalars[end]) { end += 1 }
        end = afterClosers(scalars, end)
        guard end < scalars.count else { return end }
        guard scalars[end].properties.isWhitespace else { return nil }
        var next = end
        while next < scalars.count, scalars[next].properties.isWhitespace { next += 1 }
        guard next < scalars.count else { return end }
        if scalars[next].properties.isLowercase { return nil }
        if mark == ".", end == index + 1, isAbbreviation(scalars, dot: index, from: start) {
            return nil
        }
        return end
    }

    private static func afterClosers(_ scalars: [Unicode.Scalar], _ start: Int) -> Int {
        var end = start
        while end < scalars.count, closers.contains(scalars[end]) { end += 1 }
        return end
    }

    /// "Dr." and "J." do not end a sentence, nor does the number of a list item ("1. Arrive").
    private static func isAbbreviation(
        _ scalars: [Unicode.Scalar], dot: Int, from start: Int
    ) -> Bool {
        var lower = dot
        while lower > start, !scalars[lower - 1].properties.isWhitespace { lower -= 1 }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[lower..<dot])
        let word = String(view).lowercased().trimmingPrefix("(")
        let atStart = scalars[start..<lower].allSatisfy(\.properties.isWhitespace)
        if atStart, word.count <= 3, !word.isEmpty, word.allSatisfy(\.isNumber) { return true }
        if word.count == 1, let letter = word.first, letter.isLetter, letter != "i" {
            return true
        }
        return abbreviations.contains(String(word))
    }

    private static let marks: Set<Unicode.Scalar> = [".", "!", "?", "…"]
    private static let wideMarks: Set<Unicode.Scalar> = ["。", "！", "？"]
    private static let closers: Set<Unicode.Scalar> = ["\"", "'", ")", "]", "”", "’", "»", "」"]
    private static let abbreviations: Set<String> = [
        "mr", "mrs", "ms", "mx", "dr", "prof", "sr", "jr", "st", "no", "nos", "vs", "etc", "e.g",
        "i.e", "eg", "ie", "approx", "min", "mins", "max", "hr", "hrs", "tel", "ext", "ave", "rd",
        "blvd", "apt", "dept", "est", "inc", "ltd", "co", "llp", "fig", "p", "pp", "vol", "cf",
        "al", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
        "mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun", "incl", "excl",
    ]
}
