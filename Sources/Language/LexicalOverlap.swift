/// The words of a question that carry its meaning, and how well a text has each of them.
package struct LexicalOverlap: Sendable {
    /// Stems in order, each once, without the words that every question has.
    package let stems: [String]

    /// What a word counts that is there as another word for the same, or with a typing mistake.
    private static let kinStrength = 0.9
    private static let typoStrength = 0.8
    /// Shorter words are too often the beginning of, or nearly, another word.
    private static let shortest = 5

    /// Words of a question that are looked at.
    private static let limit = 60

    package init(_ question: some StringProtocol) {
        var seen: Set<String> = []
        stems = WordStem.words(of: question, limit: LexicalOverlap.limit)
            .filter { !StopWords.has($0) }.map(WordStem.of)
            .filter { seen.insert($0).inserted }
    }

    /// For each stem how well the text has it, 0 … 1. O(stems · words), mostly by hashing.
    package func strengths(in words: Set<String>) -> [Double] {
        stems.map { LexicalOverlap.strength(of: $0, in: words) }
    }

    /// 1 for the word itself; less for a word of the same meaning, beginning or spelling.
    package static func strength(of stem: String, in words: Set<String>) -> Double {
        if words.contains(stem) { return 1 }
        if !Synonyms.of(stem).isDisjoint(with: words) { return kinStrength }
        // "Notar" in "notarize", "colour" in "colourist", "bicylce" for "bicycle". Few words begin
        // alike, so that only few are compared.
        guard stem.utf8.count >= shortest, let first = stem.utf8.first else { return 0 }
        var isTypo = false
        for word in words where word.utf8.first == first && word.utf8.count >= shortest {
            if word.hasPrefix(stem) || stem.hasPrefix(word) { return kinStrength }
            isTypo = isTypo || EditDistance.between(word, stem, limit: 1) != nil
        }
        return isTypo ? typoStrength : 0
    }
}

/// Words that nearly every question has and that tell nothing about what it asks.
package enum StopWords {
    /// Whether a word in lower case, without apostrophes, is one of them.
    package static func has(_ word: String) -> Bool { words.contains(word) }

    private static let words = Set(
        """
        a an the and or but if so of to in on at for with from by about as than then that this these
        those there here it its is are was were be been being am do does did done doing have has had
        having can could will would shall should may might must i me my mine we us our you your
        yours u ur ye yall he him his she her they them their one ones some any no not dont doesnt
        didnt cant wont isnt arent im ive id ill youre whats hows wheres whos what which who whom
        whose when where why how please pls thanks thank hi hello hey ok okay just really very too
        also only even still yet already much many more most lot get got gets getting go going
        goes make made let want need know tell like thing things anyone anybody someone somebody
        anything something everything way up out off over under again back way time kind sort
        does long often soon because while during before after until into onto per via yes yeah
        guys well now today long ok possible
        """.split(whereSeparator: \.isWhitespace).map(String.init))
}
