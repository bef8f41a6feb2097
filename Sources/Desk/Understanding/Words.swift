import Language

/// The words of a text for looking up phrases: lower case, apostrophes gone, signs as spaces.
struct Words: Sendable {
    let all: [String]
    private let joined: String

    /// Words of a message that are looked at.
    static let limit = 400

    init(_ text: some StringProtocol) {
        all = WordStem.words(of: text, limit: Words.limit)
        joined = " " + all.joined(separator: " ") + " "
    }

    var count: Int { all.count }
    var isEmpty: Bool { all.isEmpty }

    /// Whether any of the phrases stands in the text; `|` separates them, `*` ends a stem.
    func has(_ phrases: String) -> Bool {
        phrases.split(separator: "|").contains { holds($0) }
    }

    /// Whether the text begins with one of the phrases.
    func begins(_ phrases: String) -> Bool {
        phrases.split(separator: "|").contains { joined.hasPrefix(" \($0) ") }
    }

    private func holds(_ phrase: Substring) -> Bool {
        phrase.hasSuffix("*")
            ? joined.contains(" \(phrase.dropLast())") : joined.contains(" \(phrase) ")
    }
}
