import Base
import Foundation
import Language

/// Measures the reading of days and times: how often right, and how fast.
///
/// Rivals on the same rows (SGD surface forms, reference date 2019-03-01): dateparser .77 dates and
/// .70 times, Recognizers-Text for Python .84 and .95.
enum LanguageSuite {
    private struct Row: Decodable {
        let expr: String
        let kind: String
        let canonical: String
    }

    /// The folder is named by `--folder`.
    static func report(_ words: [String]) throws -> Report {
        guard let place = words.firstIndex(of: "--folder"), place + 1 < words.count else {
            throw BenchFailure("language needs --folder FOLDER with sgd_datetime.jsonl")
        }
        var report = Report("language")
        for line in try run(folder: words[place + 1]) { report.note(line) }
        return report
    }

    /// Reads `sgd_datetime.jsonl` in `folder`; one line of result for each figure.
    static func run(folder: String) throws -> [String] {
        let url = URL(fileURLWithPath: folder).appendingPathComponent("sgd_datetime.jsonl")
        let decoder = JSONDecoder()
        let rows = try String(contentsOf: url, encoding: .utf8).split(separator: "\n").map {
            try decoder.decode(Row.self, from: Data($0.utf8))
        }
        guard let date = LocalDate(year: 2019, month: 3, day: 1) else { return [] }
        let reference = TimeReference(date: date)
        var lines: [String] = []
        for kind in ["date", "time"] {
            let chosen = rows.filter { $0.kind == kind }
            let right = chosen.filter { isRight($0, reference) }.count
            lines.append("\(kind): \(right) of \(chosen.count) right")
        }
        let long = String(repeating: "not monday, tomorrow at 3 or ", count: 100_000 / 29)
        lines.append("short text: \(seconds(rows.map(\.expr), reference)) s for \(rows.count)")
        lines.append("100,000 characters: \(seconds([long], reference)) s")
        return lines
    }

    private static func isRight(_ row: Row, _ reference: TimeReference) -> Bool {
        guard let mention = TimeExpressions.read(row.expr, reference: reference).first else {
            return false
        }
        if case .on(let date, _)? = mention.day, row.kind == "date" {
            return date.description == row.canonical
        }
        if case .at(let time, _)? = mention.time, row.kind == "time" {
            return time.description == row.canonical
        }
        return false
    }

    private static func seconds(_ texts: [String], _ reference: TimeReference) -> Double {
        let clock = ContinuousClock()
        let duration = clock.measure {
            for text in texts { _ = TimeExpressions.read(text, reference: reference) }
        }
        return Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
    }
}
