import Documents
import Domain
import Foundation

/// Quotes the sentence that answers with what stands around it, and cites the exact words.
struct Quotation: Sendable {
    private let chosen: AnswerSentence
    private let second: AnswerSentence?
    private let all: [AnswerSentence]

    /// Unicode scalars of one passage that are quoted; a longer sentence is quoted whole.
    static let lengthLimit = 300
    /// The most that is claimed of an answer whose sources disagree.
    static let disputed = 0.55

    init(_ chosen: AnswerSentence, then second: AnswerSentence? = nil, among all: [AnswerSentence])
    {
        self.chosen = chosen
        self.second = second
        self.all = all
    }

    func answer(confidence: Double) -> Answer {
        let contradiction = Contradiction.find(for: chosen, among: all)
        let quotes =
            if let contradiction {
                [Quotation.quote(contradiction.newer)]
            } else {
                [chosen, second].compactMap { $0 }.map(Quotation.quote)
            }
        var citations = quotes.map(\.citation)
        if let older = contradiction?.older {
            citations.append(
                Quotation.citation(of: older.hit, older.place..<older.place + 1))
        }
        var told: [String] = []
        for text in quotes.map(\.text) where !told.contains(text) { told.append(text) }
        let text = told.joined(separator: "\n\n")
        guard Claims.unsupported(in: text, sources: citations.map(\.text)).isEmpty else {
            return .none
        }
        return Answer(
            text: text, citations: citations,
            confidence: contradiction == nil ? confidence : min(confidence, Quotation.disputed),
            warnings: [contradiction?.warning].compactMap { $0 })
    }

    private static func quote(_ sentence: AnswerSentence) -> (text: String, citation: Citation) {
        let sentences = Sentences.split(sentence.hit.text)
        let range = window(in: sentences, around: sentence.place)
        return (
            sentences[range].map(spoken).joined(separator: " "),
            citation(of: sentence.hit, range)
        )
    }

    /// The sentences to quote: as many around the chosen one as the limit allows.
    ///
    /// Whoever asks wants the fact with its conditions, and passages are short. A question that
    /// heads the passage is not an answer: what stands below it is.
    static func window(in sentences: [String], around place: Int) -> Range<Int> {
        guard sentences.indices.contains(place) else { return 0..<0 }
        let start = sentences.count > 1 && sentences[0].hasSuffix("?") ? 1 : 0
        let place = max(place, start)
        var range = place..<place + 1
        var length = sentences[place].unicodeScalars.count
        func fits(_ index: Int) -> Bool {
            guard index >= start, index < sentences.count else { return false }
            let more = length + 1 + sentences[index].unicodeScalars.count
            guard more <= lengthLimit else { return false }
            length = more
            return true
        }
        while true {
            let before = range
            if fits(range.upperBound) { range = range.lowerBound..<range.upperBound + 1 }
            if fits(range.lowerBound - 1) { range = range.lowerBound - 1..<range.upperBound }
            if range == before { return range }
        }
    }

    /// A row of a table as a sentence: "Balayage — Time: 3 h — Price: £165" → "Balayage: time 3 h,
    /// price £165."
    static func spoken(_ sentence: String) -> String {
        let cells = sentence.components(separatedBy: " — ")
        guard cells.count > 1 else { return sentence }
        let plain = cells.map { $0.replacingOccurrences(of: ": ", with: " ") }
        let rest = plain.dropFirst().map { $0.prefix(1).lowercased() + $0.dropFirst() }
        return "\(plain[0]): \(rest.joined(separator: ", "))."
    }

    /// The exact words of the passage, from the first sentence to the last.
    private static func citation(of hit: PassageHit, _ sentences: Range<Int>) -> Citation {
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
