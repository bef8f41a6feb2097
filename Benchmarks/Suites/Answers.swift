import Desk
import Domain
import Encoder
import Foundation
import Learning

/// Retrieval and answering on the corpora; with `--fit` also the weights that they rest on.
enum AnswersSuite {
    static func run(_ arguments: [String]) async throws {
        var flags: [String: String] = [:]
        for (name, value) in zip(arguments, arguments.dropFirst()) where name.hasPrefix("--") {
            flags[String(name.dropFirst(2))] = value
        }
        let isHeld = arguments.contains("--held")
        let encoder = try TextEncoder(
            modelFolder: URL(fileURLWithPath: flags["model"] ?? ".vendor/minilm"))
        let corpora = URL(fileURLWithPath: flags["corpora"] ?? "corpora")
        let program = flags["frontdesk"] ?? UnderstandingSuite.besideProgram
        let set = QuestionSet(
            corpora: corpora, isHeld: isHeld, encoder: encoder, program: program)
        let cases = try await set.cases()
        try await QuestionMeasure(
            corpora: corpora, isHeld: isHeld, encoder: encoder, extractor: program,
            evidence: flags["evidence"]
        ).report(cases, embedder: set.embedder)
        // Nothing is ever fitted to what was held apart.
        guard arguments.contains("--fit"), !isHeld else { return }
        try AnswerFitting(cases: cases).run()
    }
}

/// Fits the order of passages and the decision to answer, and says how both do on a business that
/// they were not fitted to.
struct AnswerFitting {
    let cases: [QuestionSet.Case]

    /// What a question counts whose answer was taken away.
    private static let robbedWeight = 0.3
    private static let penalty = 1.0
    /// Weaker, since a question's pairs together count once.
    private static let rankingPenalty = 0.1

    func run() throws {
        try fitRanking()
        try fitAnswering()
    }

    private func others(than business: String) -> [QuestionSet.Case] {
        cases.filter { $0.business != business }
    }

    private var businesses: [String] { Array(Set(cases.map(\.business))).sorted() }

    // MARK: The order of passages

    private func fitRanking() throws {
        var first = 0
        var third = 0
        for business in businesses {
            let fit = try ranking(others(than: business)) { $0.isRead }
            for asked in cases where asked.business == business && asked.isAnswerable {
                let place = place(asked, fit)
                first += place == 0 ? 1 : 0
                third += place < 3 ? 1 : 0
            }
        }
        let all = max(1, cases.count { $0.isAnswerable })
        UnderstandingSuite.line(
            "ranking fitted on the other businesses: top-1 "
                + UnderstandingSuite.percent(Double(first) / Double(all)) + ", top-3 "
                + UnderstandingSuite.percent(Double(third) / Double(all)))
        report("ranking, first", PassageRanking.names, try ranking(cases, { _ in true }, [0, 2]))
        report("ranking", PassageRanking.names, try ranking(cases) { $0.isRead })
    }

    /// Pairs of a right and a wrong passage for one question: which is right, by the difference.
    private func ranking(
        _ cases: [QuestionSet.Case], _ isUsed: (KnowledgeSearch.Ranked) -> Bool,
        _ columns: [Int] = [0, 1, 2, 3]
    ) throws -> LogisticFit {
        var rows: [LogisticFit.Row] = []
        for asked in cases where asked.isAnswerable {
            let used = asked.ranked.filter(isUsed)
            let right = used.filter { asked.isRight($0.hit) }
            let wrong = used.filter { !asked.isRight($0.hit) }
            let weight = 1 / Double(max(1, right.count * wrong.count))
            for better in right {
                for worse in wrong {
                    let difference = columns.map { better.values[$0] - worse.values[$0] }
                    rows.append(.init(difference, isPositive: true, weight: weight))
                    rows.append(
                        .init(difference.map { -$0 }, isPositive: false, weight: weight))
                }
            }
        }
        return try LogisticFit(rows, penalty: Self.rankingPenalty, hasBias: false)
    }

    private func place(_ asked: QuestionSet.Case, _ fit: LogisticFit) -> Int {
        let read = asked.ranked.filter(\.isRead)
            .sorted { fit.score($0.values) > fit.score($1.values) }
        let order = read + asked.ranked.filter { !$0.isRead }
        return order.firstIndex { asked.isRight($0.hit) } ?? .max
    }

    // MARK: Whether to answer

    private struct Judged {
        let row: LogisticFit.Row
        let business: String
        /// Whether the documents were as they are: the answer was not taken away.
        let isReal: Bool
    }

    private func fitAnswering() throws {
        let judged = cases.flatMap(judged)
        var scores: [(score: Double, isAnswerable: Bool)] = []
        for business in businesses {
            let fit = try LogisticFit(
                judged.filter { $0.business != business }.map(\.row), penalty: Self.penalty)
            for one in judged where one.business == business && one.isReal {
                scores.append((fit.score(one.row.values), one.row.isPositive))
            }
        }
        for share in [0.76, 0.78, 0.8, 0.82, 0.85] { reportThreshold(scores, recognised: share) }
        report(
            "answering", AnswerEvidence.names,
            try LogisticFit(judged.map(\.row), penalty: Self.penalty))
    }

    private func judged(_ asked: QuestionSet.Case) -> [Judged] {
        let hits = asked.ranked.map(\.hit)
        var found: [Judged] = []
        func add(_ hits: [PassageHit], isReal: Bool) {
            let facts = QuestionMeasure.facts(asked.question, hits, asked.business)
            let answerer = LocalAnswerer { _ in [] }
            guard let evidence = answerer.evidence(facts) else { return }
            found.append(
                Judged(
                    row: .init(
                        evidence.values, isPositive: isReal && asked.isAnswerable,
                        weight: isReal ? 1 : Self.robbedWeight),
                    business: asked.business, isReal: isReal))
        }
        add(hits, isReal: true)
        if asked.isAnswerable { add(hits.filter { !asked.isRight($0) }, isReal: false) }
        return found
    }

    private func reportThreshold(
        _ scores: [(score: Double, isAnswerable: Bool)], recognised: Double
    ) {
        let unanswerable = scores.filter { !$0.isAnswerable }.map(\.score).sorted()
        let answerable = scores.filter(\.isAnswerable).map(\.score)
        guard !unanswerable.isEmpty, !answerable.isEmpty else { return }
        let place = Int((recognised * Double(unanswerable.count)).rounded(.up)) - 1
        let threshold = unanswerable[min(max(0, place), unanswerable.count - 1)]
        let silent = Double(answerable.count { $0 <= threshold }) / Double(answerable.count)
        UnderstandingSuite.line(
            "answering fitted on the other businesses: "
                + "\(UnderstandingSuite.percent(recognised)) recognised, "
                + "\(UnderstandingSuite.percent(silent)) silent, above "
                + String(format: "%.3f", LogisticFit.probability(threshold)))
    }

    private func report(_ name: String, _ names: [String], _ fit: LogisticFit) {
        let weights = fit.weights.map { String(format: "%.2f", $0) }.joined(separator: ", ")
        UnderstandingSuite.line(
            "\(name): [\(weights)], bias \(String(format: "%.2f", fit.bias)) "
                + "(\(names.joined(separator: ", ")))")
    }
}
