import Base
import Domain
import Language

/// Two documents that say different things about the same: the newer one is told, and a person is
/// warned.
struct Contradiction: Sendable {
    let newer: AnswerSentence
    let older: AnswerSentence

    /// How much of what two sentences say must be the same words, numbers aside.
    static let likeness = 0.5

    var warning: String {
        "“\(newer.hit.title)” and “\(older.hit.title)” disagree: “\(newer.text)” against "
            + "“\(older.text)”"
    }

    /// A sentence of another document that speaks of the same with other numbers; nil if none does.
    static func find(
        for chosen: AnswerSentence, among sentences: [AnswerSentence]
    ) -> Contradiction? {
        let own = numbers(chosen.text)
        guard !own.isEmpty else { return nil }
        for other in sentences where other.hit.document != chosen.hit.document {
            let theirs = numbers(other.text)
            guard !theirs.isEmpty, Set(theirs).isDisjoint(with: own),
                likeness(chosen, other) >= Contradiction.likeness
            else { continue }
            let chosenYear = year(chosen.hit)
            let otherYear = year(other.hit)
            if otherYear > chosenYear { return Contradiction(newer: other, older: chosen) }
            return Contradiction(newer: chosen, older: other)
        }
        return nil
    }

    static func numbers(_ text: String) -> [String] {
        Claims.numbers(in: text)
    }

    private static func likeness(_ left: AnswerSentence, _ right: AnswerSentence) -> Double {
        func telling(_ sentence: AnswerSentence) -> Set<String> {
            sentence.stems.filter { stem in
                !StopWords.has(stem) && !stem.contains(where: \.isNumber)
            }
        }
        let (first, second) = (telling(left), telling(right))
        let all = min(first.count, second.count)
        return all < 2 ? 0 : Double(first.intersection(second).count) / Double(all)
    }

    /// The latest year that the title or the passage names; 0 without one.
    private static func year(_ hit: PassageHit) -> Int {
        let text = "\(hit.title) \(hit.heading ?? "") \(hit.text)"
        return Claims.numbers(in: text).compactMap { Int($0) }.filter { (1990...2100).contains($0) }
            .max() ?? 0
    }
}

/// The numbers of a text, for holding a reply against its sources.
enum Claims {
    /// Runs of digits with their inner points: "£1,250.50" → "1250.50", "9:30" → "9:30".
    static func numbers(in text: String) -> [String] {
        var found: [String] = []
        var number = ""
        func flush() {
            while let last = number.last, !last.isNumber { number.removeLast() }
            if !number.isEmpty { found.append(number) }
            number = ""
        }
        for character in text {
            if character.isASCII, character.isNumber {
                number.append(character)
            } else if !number.isEmpty, character == "." || character == ":" {
                number.append(character)
            } else if !number.isEmpty, character == "," {
                continue
            } else {
                flush()
            }
        }
        flush()
        return found
    }

    /// Numbers of a reply that none of its sources has: nothing like that may be said.
    static func unsupported(in reply: String, sources: [String]) -> [String] {
        let known = Set(sources.flatMap { numbers(in: $0) })
        return numbers(in: reply).filter { !known.contains($0) }
    }
}
