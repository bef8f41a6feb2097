import Base

@testable import Learning

/// Sentences of words with a vector each, in which places and times stand: a time is a number word
/// and, after it, sometimes "o'clock"; the same number word before "people" is a party.
struct SyntheticSentences {
    enum Word: Int, CaseIterable { case filler, other, number, hour, people, table }

    let dimension = 6
    private var chance: SeededRandom

    init(seed: UInt64) { chance = SeededRandom(seed: seed) }

    /// The rows of one sentence, and its spans.
    mutating func sentence() -> (rows: [Float], spans: [TokenSpan]) {
        var words: [Word] = []
        var spans: [TokenSpan] = []
        func fill(_ chance: inout SeededRandom) {
            for _ in 0..<Int.random(in: 0...3, using: &chance) {
                words.append(Bool.random(using: &chance) ? .filler : .other)
            }
        }
        fill(&chance)
        for _ in 0..<Int.random(in: 0...2, using: &chance) {
            let first = words.count
            if Bool.random(using: &chance) {
                words += Bool.random(using: &chance) ? [.number, .hour] : [.number]
                spans.append(TokenSpan(kind: "time", tokens: first..<words.count))
                words.append(.filler)
            } else {
                words += [.number, .people]
                spans.append(TokenSpan(kind: "party", tokens: first..<words.count))
                words.append(.table)
            }
        }
        fill(&chance)
        if words.isEmpty { words = [.filler] }
        let rows = words.flatMap { word in
            (0..<dimension).map { place in
                Float((place == word.rawValue ? 2 : 0) + 0.2 * chance.normal())
            }
        }
        return (rows, spans)
    }

    mutating func set(_ count: Int) throws -> TaggingSet {
        var set = try TaggingSet(kinds: ["time", "party"], dimension: dimension)
        for _ in 0..<count {
            let (rows, spans) = sentence()
            try set.add(rows, spans: spans)
        }
        return set
    }
}
