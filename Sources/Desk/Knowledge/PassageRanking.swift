import Foundation
import Language

/// Puts the passages that were found in order, by what speaks for each: its meaning, that of its
/// best sentence, and the words that it shares with the question.
///
/// A word counts by how few of the candidates have it, so that what tells them apart decides. In two
/// steps, since sentences cost an embedding each: first without them, then the best few with them.
package struct PassageRanking: Sendable {
    package struct Candidate: Sendable {
        package var text: String
        package var heading: String?
        package var title: String
        /// Cosine of the passage to the question.
        package var cosine: Double

        package init(text: String, heading: String?, title: String, cosine: Double) {
            self.text = text
            self.heading = heading
            self.title = title
            self.cosine = cosine
        }
    }

    /// What the numbers of a candidate are, in order.
    package static let names = ["passage", "sentence", "words", "heading"]
    /// Fitted on the development questions by `bench answers --fit`.
    package static let weights = [9.4, 8.1, 4.7, 0.7]
    /// The same without the sentence.
    package static let firstWeights = [14.0, 0, 5.7, 0]
    /// Candidates whose sentences are looked at.
    package static let shortlisted = 6

    private let cosines: [Double]
    private let words: [Double]
    private let headings: [Double]

    package init(question: String, candidates: [Candidate]) {
        let asked = LexicalOverlap(question)
        let titles = candidates.map { WordStem.all(in: ($0.heading ?? "") + " " + $0.title) }
        let strengths = zip(candidates, titles).map { candidate, title in
            asked.strengths(in: WordStem.all(in: candidate.text).union(title))
        }
        let rarity = asked.stems.indices.map { word in
            let having = Double(strengths.count { $0[word] > 0 })
            return log(Double(candidates.count + 1) / (having + 0.5))
        }
        cosines = candidates.map(\.cosine)
        words = strengths.map { PassageRanking.share($0, rarity) }
        let even = asked.stems.map { _ in 1.0 }
        headings = titles.map { PassageRanking.share(asked.strengths(in: $0), even) }
    }

    /// Positions of all candidates, best first, without looking at sentences.
    package var first: [Int] {
        order(cosines.indices.map { score($0, sentence: 0, PassageRanking.firstWeights) })
    }

    /// The numbers of a candidate whose best sentence has this cosine.
    package func values(_ index: Int, sentence: Double) -> [Double] {
        [cosines[index], sentence, words[index], headings[index]]
    }

    /// How well a candidate fits; comparable between questions.
    package func relevance(_ index: Int, sentence: Double) -> Double {
        score(index, sentence: sentence, PassageRanking.weights)
    }

    private func score(_ index: Int, sentence: Double, _ weights: [Double]) -> Double {
        zip(values(index, sentence: sentence), weights).reduce(0) { $0 + $1.0 * $1.1 }
    }

    private func order(_ scores: [Double]) -> [Int] {
        scores.indices.sorted { left, right in
            scores[left] == scores[right] ? left < right : scores[left] > scores[right]
        }
    }

    /// The part of the weight that is there, 0 … 1; 0 when nothing was asked for.
    private static func share(_ strengths: [Double], _ weights: [Double]) -> Double {
        let all = weights.reduce(0, +)
        guard all > 0 else { return 0 }
        return zip(strengths, weights).reduce(0) { $0 + $1.0 * $1.1 } / all
    }
}
