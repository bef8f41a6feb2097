import Documents
import Domain
import Foundation

/// A sentence, or a row of a table, that may answer a question.
struct AnswerSentence: Sendable {
    let text: String
    /// Where it stands among the sentences of its passage.
    let place: Int
    let hit: PassageHit
    /// Position of the passage among those found.
    let rank: Int
    let stems: Set<String>
    /// The heading and what is around it count a little.
    let aroundStems: Set<String>
}

/// What kind of thing a question wants to hear.
enum AnswerType: Sendable, Hashable {
    case money, duration, time, person, place, yesOrNo, anything

    init(_ words: Words) {
        if words.has("how much|price*|cost*|fee|fees|charge*|rate|rates|commission") {
            self = .money
        } else if words.has("how long|how soon|how far ahead|how quick*|how many days|last") {
            self = .duration
        } else if words.has("when|what time|opening times|hours|what day") {
            self = .time
        } else if words.begins("who|whos|whod|which") {
            self = .person
        } else if words.begins("where|wheres") || words.has("address") {
            self = .place
        } else if words.begins("do|does|is|are|can|could|may|will|did|am|should|have|has") {
            self = .yesOrNo
        } else {
            self = .anything
        }
    }

    /// Whether a sentence can be an answer of this kind; nil when any sentence can.
    func fits(_ sentence: String) -> Bool? {
        let lower = sentence.lowercased()
        let hasDigit = lower.contains(where: \.isNumber)
        switch self {
        case .money:
            return lower.contains(where: { "£$€%".contains($0) })
                || Words(lower).has("free|no charge|costs nothing|no fee|no fees|cent|percent")
        case .duration:
            return Words(lower).has(
                "minute*|min|hour*|h|day*|week*|month*|year*|tomorrow|once|at once")
        case .time:
            return hasDigit
                || Words(lower).has(
                    "day*|week*|month*|monday*|tuesday*|wednesday*|thursday*|friday*|saturday*|"
                        + "sunday*|noon|after|until|before")
        case .person, .place, .yesOrNo, .anything: return nil
        }
    }
}

/// What speaks for a sentence answering a question, as numbers; the weights were fitted on the
/// development questions of the corpora by `bench understanding`.
struct AnswerEvidence: Sendable {
    /// Cosine of the question to the best passage, and to the chosen sentence.
    var passage: Double
    var sentence: Double
    /// Share of the question's words in the chosen passage, and in anything that was found.
    var coverage: Double
    var coverageAnywhere: Double
    /// The weightiest word of the question that was found nowhere.
    var missing: Double
    var typeFits: Double
    var typeFails: Double

    static let names = [
        "passage", "sentence", "coverage", "coverage_anywhere", "missing", "type_fits",
        "type_fails",
    ]

    var values: [Double] {
        [passage, sentence, coverage, coverageAnywhere, missing, typeFits, typeFails]
    }

    private static let weights = [3.0, 5.0, 1.5, 1.0, -1.5, 0.4, -0.8]
    private static let bias = -3.8

    /// Probability that the sentence answers.
    var confidence: Double {
        let sum = zip(values, AnswerEvidence.weights).reduce(AnswerEvidence.bias) {
            $0 + $1.0 * $1.1
        }
        return 1 / (1 + exp(-sum))
    }
}

extension [PassageHit] {
    /// The sentences of the best passages.
    func sentences(passages: Int, limit: Int) -> [AnswerSentence] {
        var found: [AnswerSentence] = []
        for (rank, hit) in prefix(passages).enumerated() {
            let around = QuestionWords.stems((hit.heading ?? "") + " " + hit.title)
            for (place, text) in Sentences.split(hit.text).enumerated() {
                guard found.count < limit else { return found }
                found.append(
                    AnswerSentence(
                        text: text, place: place, hit: hit, rank: rank,
                        stems: QuestionWords.stems(text), aroundStems: around))
            }
        }
        return found
    }
}
