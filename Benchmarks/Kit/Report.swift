import Foundation

/// What a suite found, as a table for people and as lines for programs.
struct Report: Sendable {
    struct Row: Sendable {
        let what: String
        let unit: String
        let count: Int
        let median: Double
        /// Nil for a figure that was taken once.
        let p90: Double?
        let p99: Double?
        let longest: Double?
        let aim: String?
    }

    let suite: String
    private(set) var rows: [Row] = []
    private(set) var notes: [String] = []

    init(_ suite: String) {
        self.suite = suite
    }

    /// Adds the spread of samples; percentiles are by nearest rank.
    mutating func add(_ what: String, _ samples: [Double], unit: String = "ms", aim: String? = nil)
    {
        guard !samples.isEmpty else {
            notes.append("\(what): nothing was measured")
            return
        }
        let sorted = samples.sorted()
        func rank(_ share: Double) -> Double {
            sorted[
                min(sorted.count - 1, max(0, Int((share * Double(sorted.count)).rounded(.up)) - 1))]
        }
        rows.append(
            Row(
                what: what, unit: unit, count: sorted.count, median: rank(0.5), p90: rank(0.9),
                p99: rank(0.99), longest: sorted[sorted.count - 1], aim: aim))
    }

    /// Adds a figure that was taken once.
    mutating func add(_ what: String, value: Double, unit: String, aim: String? = nil) {
        rows.append(
            Row(
                what: what, unit: unit, count: 1, median: value, p90: nil, p99: nil, longest: nil,
                aim: aim))
    }

    mutating func note(_ text: String) { notes.append(text) }

    var markdown: String {
        var lines = [
            "### \(suite)", "", "| What | n | median | p90 | p99 | longest | aim |",
            "|---|---:|---:|---:|---:|---:|---|",
        ]
        for row in rows {
            let unit = row.unit.isEmpty ? "" : " \(row.unit)"
            func cell(_ value: Double?) -> String { value.map { Report.short($0) + unit } ?? "" }
            lines.append(
                "| \(row.what) | \(row.count) | \(cell(row.median)) | \(cell(row.p90)) "
                    + "| \(cell(row.p99)) | \(cell(row.longest)) | \(row.aim ?? "") |")
        }
        return (lines + (notes.isEmpty ? [] : [""]) + notes).joined(separator: "\n") + "\n"
    }

    var json: String {
        rows.map { row in
            var fields = [
                "\"suite\":\"\(suite)\"", "\"what\":\"\(row.what)\"", "\"unit\":\"\(row.unit)\"",
                "\"n\":\(row.count)", "\"median\":\(Report.short(row.median))",
            ]
            if let p90 = row.p90 { fields.append("\"p90\":\(Report.short(p90))") }
            if let p99 = row.p99 { fields.append("\"p99\":\(Report.short(p99))") }
            return "{\(fields.joined(separator: ","))}"
        }.joined(separator: "\n")
    }

    /// Three digits that count.
    static func short(_ value: Double) -> String {
        switch abs(value) {
        case 100...: String(format: "%.0f", value)
        case 10..<100: String(format: "%.1f", value)
        case 0.0: "0"
        default: String(format: "%.2f", value)
        }
    }
}
