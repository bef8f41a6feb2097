import Documents
import Domain
import Foundation

/// Quotes the sentence that answers, with what belongs to it, and cites the exact words.
struct Quotation: Sendable {
    private let chosen: AnswerSentence
    private let all: [AnswerSentence]
    private let facts: AnswerFacts

    init(_ chosen: AnswerSentence, among all: [AnswerSentence], facts: AnswerFacts) {
        self.chosen = chosen
        self.all = all
        self.facts = facts
    }

    func answer(confidence: Double) -> Answer {
        let contradiction = Contradiction.find(for: chosen, among: all)
        let told = contradiction?.newer ?? chosen
        let range = quoted(told)
        let sentences = Array(Sentences.split(told.hit.text)[range])
        var warnings: [String] = []
        var citations = [citation(of: told.hit, range)]
        if let contradiction {
            let older = contradiction.older
            warnings.append(contradiction.warning)
            citations.append(citation(of: older.hit, older.place..<older.place + 1))
        }
        let text = sentences.map(Quotation.spoken).joined(separator: " ")
        guard Claims.unsupported(in: text, sources: citations.map(\.text)).isEmpty else {
            return .none
        }
        return Answer(
            text: text, citations: citations,
            confidence: contradiction == nil ? confidence : min(confidence, 0.55),
            warnings: warnings)
    }

    /// The sentence, the one before when it leans on it, and the one after when it goes on.
    private func quoted(_ sentence: AnswerSentence) -> Range<Int> {
        let all = Sentences.split(sentence.hit.text)
        let place = sentence.place
        guard all.indices.contains(place) else { return 0..<0 }
        if all.count <= LocalAnswerer.quoted, !isTable(all) {
            return (all.count > 1 && all[0].hasSuffix("?") ? 1 : 0)..<all.count
        }
        var range = place..<place + 1
        if place > 0, Quotation.leans(all[place]), !all[place - 1].hasSuffix("?") {
            range = place - 1..<place + 1
        }
        if place + 1 < all.count, range.count < LocalAnswerer.quoted,
            Quotation.leans(all[place + 1])
        {
            range = range.lowerBound..<place + 2
        }
        return range
    }

    private func isTable(_ lines: [String]) -> Bool {
        lines.contains { $0.contains(" — ") }
    }

    /// Whether a sentence needs the one before it: "It takes…", "With that notice…".
    private static func leans(_ sentence: String) -> Bool {
        Words(sentence).begins(
            "it|they|this|that|these|those|he|she|otherwise|later|after that|with that|then|but|"
                + "and|so|if not|in that case|of those|the latter|his|her|their|its")
    }

    /// A row of a table as a sentence: "Balayage — Time: 3 h — Price: £165" → "Balayage: time 3 h,
    /// price £165."
    static func spoken(_ sentence: String) -> String {
        let cells = sentence.components(separatedBy: " — ")
        guard cells.count > 1 else { return sentence }
        let rest = cells.dropFirst().map { cell in
            cell.replacingOccurrences(of: ": ", with: " ").prefix(1).lowercased()
                + cell.replacingOccurrences(of: ": ", with: " ").dropFirst()
        }
        return "\(cells[0]): \(rest.joined(separator: ", "))."
    }

    /// The exact words of the passage, from the first sentence to the last.
    private func citation(of hit: PassageHit, _ sentences: Range<Int>) -> Citation {
        let scalars = Array(hit.text.unicodeScalars)
        let ranges = Sentences.ranges(scalars)
        var view = String.UnicodeScalarView()
        if let first = ranges[sentences].first, let last = ranges[sentences].last {
            view.append(contentsOf: scalars[first.lowerBound..<last.upperBound])
        }
        return Citation(
            passage: hit.passage, document: hit.document, title: hit.title, page: hit.page,
            text: String(view), score: hit.score)
    }
}
