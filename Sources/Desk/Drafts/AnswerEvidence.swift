import Documents
import Domain
import Foundation
import Language

/// A sentence, or a row of a table, that may answer a question.
struct AnswerSentence: Sendable {
    let text: String
    /// Where it stands among the sentences of its passage.
    let place: Int
    let hit: PassageHit
    let stems: Set<String>
}

/// What speaks for the best passage answering a question, as numbers.
///
/// A logistic model over them, fitted across the businesses of the corpora on the development
/// questions, and on the same questions with their answer taken away, by `bench answers --fit`.
package struct AnswerEvidence: Sendable {
    /// `PassageHit.relevance` of the best passage.
    package var relevance: Double
    package var typeFits: Bool
    package var typeFails: Bool
    package var asksForOffer: Bool
    package var isOwnCase: Bool

    package static let names = [
        "relevance", "type_fits", "type_fails", "asks_for_offer", "own_case",
    ]

    package var values: [Double] {
        [relevance] + [typeFits, typeFails, asksForOffer, isOwnCase].map { $0 ? 1 : 0 }
    }

    private static let weights = [0.40, -0.15, -0.97, -1.10, 0.75]
    private static let bias = -3.65

    init(_ question: String, best hit: PassageHit) {
        let words = PhraseText(question)
        let fits = AnswerType(words).fits(hit.text)
        let shape = QuestionShape(words)
        relevance = hit.relevance
        typeFits = fits == true
        typeFails = fits == false
        asksForOffer = shape.asksForOffer
        isOwnCase = shape.isOwnCase
    }

    /// Probability that the passage answers.
    package var confidence: Double {
        let sum = zip(values, AnswerEvidence.weights).reduce(AnswerEvidence.bias) {
            $0 + $1.0 * $1.1
        }
        return 1 / (1 + exp(-sum))
    }
}

extension [PassageHit] {
    /// The sentences of the best passages, in order.
    func sentences(passages: Int, limit: Int) -> [AnswerSentence] {
        var found: [AnswerSentence] = []
        for hit in prefix(passages) {
            for (place, text) in Sentences.split(hit.text).enumerated() {
                guard found.count < limit else { return found }
                found.append(
                    AnswerSentence(
                        text: text, place: place, hit: hit, stems: WordStem.all(in: text)))
            }
        }
        return found
    }
}
