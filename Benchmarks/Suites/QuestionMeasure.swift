import Base
import Desk
import Domain
import Encoder
import Foundation

/// Whether the passage that answers is found, quoted, and nothing else is made up.
struct QuestionMeasure {
    let corpora: URL
    let isHeld: Bool
    let encoder: TextEncoder
    /// The `frontdesk` that reads the documents.
    let extractor: String
    /// A file for one line a question, for looking at the development questions.
    let evidence: String?

    private struct Tally {
        var answerable = 0
        var unanswerable = 0
        var first = 0
        var third = 0
        var quoted = 0
        var silent = 0
        var refused = 0

        static func + (left: Tally, right: Tally) -> Tally {
            Tally(
                answerable: left.answerable + right.answerable,
                unanswerable: left.unanswerable + right.unanswerable,
                first: left.first + right.first, third: left.third + right.third,
                quoted: left.quoted + right.quoted, silent: left.silent + right.silent,
                refused: left.refused + right.refused)
        }
    }

    func run() async throws {
        let set = QuestionSet(
            corpora: corpora, isHeld: isHeld, encoder: encoder, program: extractor)
        try await report(try await set.cases(), embedder: set.embedder)
    }

    func report(_ cases: [QuestionSet.Case], embedder: EmbedderPort) async throws {
        let answerer = LocalAnswerer(embedder: embedder)
        var tallies: [String: Tally] = [:]
        var rows: [String] = []
        for asked in cases {
            let facts = Self.facts(asked.question, asked.ranked.map(\.hit), asked.business)
            let answer = try await answerer.answer(facts)
            tallies[asked.business, default: Tally()] =
                tallies[asked.business, default: Tally()] + tally(asked, answer)
            rows.append(row(asked, answer, answerer.evidence(facts)))
        }
        for (business, tally) in tallies.sorted(by: { $0.key < $1.key }) {
            report(business, tally)
        }
        report("all", tallies.values.reduce(Tally(), +))
        // What was held apart stays unread: counts only.
        if let evidence, !isHeld {
            try Data(rows.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: evidence))
        }
    }

    private func tally(_ asked: QuestionSet.Case, _ answer: Answer) -> Tally {
        guard asked.isAnswerable else {
            return Tally(unanswerable: 1, refused: answer.isAbstention ? 1 : 0)
        }
        let place = asked.ranked.firstIndex { asked.isRight($0.hit) } ?? .max
        let isQuoted = answer.citations.contains { asked.holds($0.text) }
        return Tally(
            answerable: 1, first: place == 0 ? 1 : 0, third: place < 3 ? 1 : 0,
            quoted: isQuoted ? 1 : 0, silent: answer.isAbstention ? 1 : 0)
    }

    private func report(_ name: String, _ tally: Tally) {
        func share(_ part: Int, _ whole: Int) -> String {
            UnderstandingSuite.percent(Double(part) / Double(max(1, whole)))
        }
        UnderstandingSuite.line(
            "questions \(name): top-1 \(share(tally.first, tally.answerable)), "
                + "top-3 \(share(tally.third, tally.answerable)), "
                + "silent though answerable \(share(tally.silent, tally.answerable)), "
                + "right words in \(share(tally.quoted, tally.answerable - tally.silent)) of "
                + "answers, unanswerable recognised \(share(tally.refused, tally.unanswerable)) "
                + "(\(tally.answerable) + \(tally.unanswerable))")
    }

    private func row(
        _ asked: QuestionSet.Case, _ answer: Answer, _ evidence: AnswerEvidence?
    ) -> String {
        let numbers = (evidence?.values ?? []).map { String(format: "%.2f", $0) }
        let place = asked.ranked.firstIndex { asked.isRight($0.hit) } ?? -1
        let isQuoted = answer.citations.contains { asked.holds($0.text) }
        return [
            asked.business, "\(asked.isAnswerable)", "\(isQuoted)", "\(place)",
            numbers.joined(separator: ","), asked.question, answer.text,
        ].joined(separator: "\t").replacingOccurrences(of: "\n", with: " ")
    }

    /// The documents alone are measured: a catalogue would answer some questions sooner.
    static func facts(
        _ question: String, _ hits: [PassageHit], _ business: String
    ) -> AnswerContext {
        AnswerContext(
            question: question, intent: .inquiry,
            passages: Array(hits.prefix(TurnDesk.passageLimit)),
            workspace: Workspace(
                id: WorkspaceID(World.live.uuid()), slug: business, name: business,
                vertical: business, phone: "", address: "", zone: .utc, currency: "GBP",
                assistantName: "", greeting: ""),
            catalogue: Catalogue(
                services: [], staff: [], hours: WeeklyHours(), closures: [],
                policy: BookingPolicy(), zone: .utc, currency: "GBP"))
    }
}
