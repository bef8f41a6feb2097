import Language

/// The words of a text for looking up phrases: lower case, apostrophes gone, signs as spaces.
struct PhraseText: Sendable {
    let all: [String]
    /// Where a clause begins: what stands in another clause refuses nothing in this one.
    let clauseStarts: Set<Int>
    /// In UTF-8, with a space before and behind each word: phrases are looked for by their bytes,
    /// because a message is asked for some thousand of them.
    private let joined: [UInt8]
    /// Where each word begins in it.
    private let starts: [Int]

    /// Words of a message that are looked at.
    static let limit = 400
    /// Scalars before a place in which the words that lead to it are looked for.
    static let leadLength = 240

    init(_ text: some StringProtocol) {
        all = WordStem.words(of: text, limit: PhraseText.limit)
        joined = Array((" " + all.joined(separator: " ") + " ").utf8)
        var place = 1
        starts = all.map { word in
            defer { place += word.utf8.count + 1 }
            return place
        }
        clauseStarts = PhraseText.clauseStarts(of: text)
    }

    private static func clauseStarts(of text: some StringProtocol) -> Set<Int> {
        var starts: Set<Int> = []
        var count = 0
        for clause in text.split(whereSeparator: { ",;:.!?\n–—".contains($0) }) {
            guard count < limit else { break }
            starts.insert(count)
            count += WordStem.words(of: clause, limit: limit).count
        }
        return starts
    }

    /// The last words before a place in a text. O(1) in the length of the text.
    init(before place: Int, in scalars: some RandomAccessCollection<Unicode.Scalar>) {
        let end = scalars.index(scalars.startIndex, offsetBy: place)
        let lead = scalars[..<end].suffix(PhraseText.leadLength)
        var text = String.UnicodeScalarView()
        text.append(contentsOf: lead)
        self.init(String(text))
    }

    var count: Int { all.count }
    var isEmpty: Bool { all.isEmpty }

    /// Whether any of the phrases stands in the text; `|` separates them, `*` ends a stem.
    /// O(phrases × words).
    func has(_ phrases: String) -> Bool {
        any(of: phrases) { phrase in
            let isStem = phrase.last == UInt8(ascii: "*")
            let wanted = isStem ? phrase.dropLast() : phrase
            return starts.contains { stands(wanted, at: $0, isStem: isStem) }
        }
    }

    /// Whether the text begins with one of the phrases.
    func begins(_ phrases: String) -> Bool {
        any(of: phrases) { stands($0, at: 1, isStem: false) }
    }

    private typealias Phrase = Slice<UnsafeBufferPointer<UInt8>>

    private func any(of phrases: String, _ fits: (Phrase) -> Bool) -> Bool {
        var phrases = phrases
        return phrases.withUTF8 { bytes in
            bytes.split(separator: UInt8(ascii: "|")).contains(where: fits)
        }
    }

    /// Whether a phrase stands here and a word ends with it; behind a stem anything may follow.
    private func stands(_ phrase: Phrase, at start: Int, isStem: Bool) -> Bool {
        let end = start + phrase.count
        guard end < joined.count, isStem || joined[end] == UInt8(ascii: " ") else { return false }
        return joined[start..<end].elementsEqual(phrase)
    }
}
