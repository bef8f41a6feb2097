import Base
import Desk
import Documents
import Domain
import Encoder
import Foundation

/// Whether the passage that answers is found, quoted, and nothing else is made up.
///
/// Documents are read by the built `frontdesk extract`; the search stands in for `KnowledgeSearch`
/// with exact vectors and shared stems, fused in the same way.
struct QuestionMeasure {
    let corpora: URL
    let isHeld: Bool
    let encoder: TextEncoder
    let extractor: String
    let evidence: String?

    private struct Question: Decodable {
        let id: String
        let question: String
        let answerable: Bool
        let passage: String?
    }

    private struct Entry {
        let hit: PassageHit
        let vector: [Float]
        let stems: Set<String>
    }

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
        var all = Tally()
        var rows: [String] = []
        for business in ["salon", "dental", "medspa", "law", "estate"] {
            let tally = try await measure(business, &rows)
            report(business, tally)
            all = all + tally
        }
        report("all", all)
        if let evidence {
            try Data(rows.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: evidence))
        }
    }

    private func report(_ name: String, _ tally: Tally) {
        func share(_ part: Int, _ whole: Int) -> String {
            UnderstandingSuite.percent(Double(part) / Double(max(1, whole)))
        }
        UnderstandingSuite.line(
            "questions \(name): top-1 \(share(tally.first, tally.answerable)), "
                + "top-3 \(share(tally.third, tally.answerable)), "
                + "right words quoted \(share(tally.quoted, tally.answerable)), "
                + "silent though answerable \(share(tally.silent, tally.answerable)), "
                + "unanswerable recognised \(share(tally.refused, tally.unanswerable))")
    }

    private func measure(_ business: String, _ rows: inout [String]) async throws -> Tally {
        let folder = corpora.appendingPathComponent(business)
        let entries = try entries(folder.appendingPathComponent("documents"))
        let file =
            isHeld
            ? corpora.appendingPathComponent("held/questions/\(business).jsonl")
            : folder.appendingPathComponent("questions.jsonl")
        let encoder = encoder
        let answerer = LocalAnswerer { texts in encoder.vectors(of: texts) }
        var tally = Tally()
        for line in try Data(contentsOf: file).split(separator: UInt8(ascii: "\n")) {
            let question = try JSONCoding.decode(Question.self, from: Data(line))
            let hits = search(question.question, entries)
            let facts = AnswerFacts(
                question: question.question, intent: .inquiry, passages: hits,
                workspace: Self.workspace(business), catalogue: Self.empty)
            let answer = try await answerer.answer(facts)
            let values = try await answerer.evidence(facts) ?? []
            guard let passage = question.passage.map(Self.squeezed) else {
                tally.unanswerable += 1
                if answer.isAbstention { tally.refused += 1 }
                rows.append(row(business, question, values, false, answer, nil))
                continue
            }
            let place = hits.firstIndex { Self.squeezed($0.text).contains(passage) }
            tally.answerable += 1
            if place == 0 { tally.first += 1 }
            if let place, place < 3 { tally.third += 1 }
            if answer.isAbstention { tally.silent += 1 }
            let isQuoted = answer.citations.contains { Self.squeezed($0.text).contains(passage) }
            if isQuoted { tally.quoted += 1 }
            rows.append(row(business, question, values, isQuoted, answer, place))
        }
        return tally
    }

    private func row(
        _ business: String, _ question: Question, _ values: [Double], _ isQuoted: Bool,
        _ answer: Answer, _ place: Int?
    ) -> String {
        let numbers = values.map { String($0) }.joined(separator: ",")
        return "\(business)\t\(question.answerable)\t\(isQuoted)\t\(numbers)\t"
            + "\(question.question)\t\(place ?? -1)\t\(answer.text.prefix(150))"
            .replacingOccurrences(of: "\n", with: " ")
    }

    private func entries(_ folder: URL) throws -> [Entry] {
        var hits: [(PassageHit, String)] = []
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        for name in names {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: extractor)
            process.arguments = [
                "extract", "--name", name, folder.appendingPathComponent(name).path,
            ]
            let pipe = Pipe()
            process.standardOutput = pipe
            try process.run()
            let output = pipe.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            guard case .text(let text) = ExtractionResult.read(output: output, signal: nil) else {
                continue
            }
            let document = DocumentID(World.live.uuid())
            for passage in Chunker().passages(of: text) {
                let hit = PassageHit(
                    passage: PassageID(World.live.uuid()), document: document, title: name,
                    page: passage.page, heading: passage.headings.last, text: passage.quote,
                    score: 0)
                hits.append((hit, passage.text))
            }
        }
        let vectors = encoder.vectors(of: hits.map(\.1))
        return zip(hits, vectors).map { pair, vector in
            Entry(hit: pair.0, vector: vector, stems: Self.stems(pair.1))
        }
    }

    private func search(_ question: String, _ entries: [Entry]) -> [PassageHit] {
        let query = encoder.vectors(of: [question])[0]
        let cosines = entries.map { entry in
            Double(zip(query, entry.vector).reduce(Float(0)) { $0 + $1.0 * $1.1 })
        }
        let byMeaning = entries.indices.sorted { cosines[$0] > cosines[$1] }.prefix(30)
        let words = Self.stems(question)
        let shared = entries.indices.map { index in
            words.intersection(entries[index].stems).reduce(0.0) { sum, stem in
                sum + log(Double(entries.count) / Double(entries.count { $0.stems.contains(stem) }))
            }
        }
        let byWords = entries.indices.filter { shared[$0] > 0 }
            .sorted { shared[$0] > shared[$1] }.prefix(30)
        var points: [Int: Double] = [:]
        for (rank, index) in byMeaning.enumerated() {
            points[index, default: 0] += 1 / (60 + Double(rank))
        }
        for (rank, index) in byWords.enumerated() {
            points[index, default: 0] += 0.5 / (60 + Double(rank))
        }
        return points.sorted { $0.value > $1.value }.prefix(8).map { index, _ in
            var hit = entries[index].hit
            hit.score = cosines[index]
            return hit
        }
    }

    private static func stems(_ text: String) -> Set<String> {
        Set(
            text.lowercased().split { !$0.isLetter && !$0.isNumber }
                .filter { $0.count > 2 }.map { word in
                    String(word.hasSuffix("s") ? word.dropLast() : word)
                })
    }

    /// Letters and digits only, as the corpora's README asks.
    private static func squeezed(_ text: String) -> String {
        String(text.lowercased().filter { $0.isLetter || $0.isNumber })
    }

    /// The documents alone are measured: a catalogue would answer some questions sooner.
    private static let empty = Catalogue(
        services: [], staff: [], hours: WeeklyHours(), closures: [], policy: BookingPolicy(),
        zone: .utc, currency: "GBP")

    private static func workspace(_ name: String) -> Workspace {
        Workspace(
            id: WorkspaceID(World.live.uuid()), slug: name, name: name, vertical: name, phone: "",
            address: "", zone: .utc, currency: "GBP", assistantName: "", greeting: "")
    }
}
