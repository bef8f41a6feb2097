import Foundation
import Language

/// The words of a question that carry its meaning, with how much each tells.
struct QuestionWords: Sendable {
    private let words: LexicalOverlap
    /// How much each stem tells, by how seldom customers use it.
    private let weights: [Double]

    init(_ question: String) {
        words = LexicalOverlap(question)
        weights = words.stems.map { QuestionWords.rarity.weight(of: $0) }
    }

    /// The share of the question's weight that stands in the words, 0 … 1; 1 for no words at all.
    func coverage(by stems: Set<String>) -> Double {
        let all = weights.reduce(0, +)
        guard all > 0 else { return 1 }
        return zip(words.strengths(in: stems), weights).reduce(0) { $0 + $1.0 * $1.1 } / all
    }

    /// How seldom customers use a word, learned from the labelled utterances.
    private static let rarity = WordRarity()
}

/// Weights of words by inverse frequency in the labelled utterances.
private struct WordRarity: Sendable {
    private let counts: [String: Int]
    private let all: Int

    init() {
        // Without the utterances every word counts the same; understanding reports their absence.
        let utterances = (try? LabelledUtterances.all()) ?? []
        var counts: [String: Int] = [:]
        for utterance in utterances {
            for stem in WordStem.all(in: utterance.text) { counts[stem, default: 0] += 1 }
        }
        self.counts = counts
        all = max(utterances.count, 1)
    }

    func weight(of stem: String) -> Double {
        log(Double(all + 1) / Double(counts[stem, default: 0] + 1)) / log(Double(all + 1))
    }
}
