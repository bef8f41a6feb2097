import Foundation

/// Figures that were kept for a machine, to see a regression by.
enum Baseline {
    /// A median may be this much above what was kept: machines share their cores.
    static let margin = 1.5

    private static var file: URL {
        let name = ProcessFigures.processorModel.lowercased()
            .map { $0.isLetter || $0.isNumber ? $0 : "-" }
        return URL(fileURLWithPath: "Benchmarks/Baselines/\(String(name)).json")
    }

    private static func kept() throws -> [String: Double] {
        guard FileManager.default.fileExists(atPath: file.path) else { return [:] }
        return try JSONDecoder().decode([String: Double].self, from: Data(contentsOf: file))
    }

    /// Keeps the medians of a report beside those of other suites.
    static func save(_ report: Report) throws {
        var all = try kept()
        for row in report.rows { all[key(report, row)] = row.median }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try (encoder.encode(all) + Data("\n".utf8)).write(to: file)
    }

    /// A line for each median of time or memory that is worse than what was kept, by the margin.
    static func compare(_ report: Report) throws -> [String] {
        let all = try kept()
        return report.rows.compactMap { row in
            guard ["ms", "s", "MB", "µs"].contains(row.unit), let before = all[key(report, row)],
                row.median > before * margin
            else { return nil }
            return "\(report.suite): \(row.what) was \(Report.short(before)) \(row.unit), now "
                + Report.short(row.median)
        }
    }

    private static func key(_ report: Report, _ row: Report.Row) -> String {
        "\(report.suite): \(row.what) (\(row.unit))"
    }
}
