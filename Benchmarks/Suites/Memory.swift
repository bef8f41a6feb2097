import Base
import Domain
import Foundation
import HTTP
import HTTPClient
import Postgres

/// Resident memory of an idle installation, and of one that knows a great deal.
///
///     bench memory [--passages 100000]
///
/// The passages are written straight into the tables; their vectors lie between those of the demo's
/// own, with some noise. Then the server is started again: the first answer must not wait for the
/// index, which is built meanwhile.
enum MemorySuite {
    static func run(_ words: [String]) async throws -> Report {
        let count = number("--passages", in: words, default: 100_000)
        let folder = try Installation.makeFolder()
        defer { Installation.remove(folder) }
        var report = Report("memory")
        let client = CurlClient()
        let empty = try await Installation.start(in: folder, fetch: client.fetch)
        try await within(empty) {
            let staff = try await Staff.signIn(empty, fetch: client.fetch)
            try await staff.waitForDocuments()
            try await settle(empty)
            add(empty, "idle with the demo", &report)
            let begun = ContinuousClock.now
            try await SyntheticPassages(count: count, folder: folder).insert()
            report.add(
                "\(count) passages into the tables",
                value: (ContinuousClock.now - begun) / .seconds(1), unit: "s")
        }
        let full = try await Installation.start(in: folder, fetch: client.fetch)
        try await within(full) {
            report.add(
                "start with \(count) passages → first answer",
                value: full.firstAnswer / .milliseconds(1), unit: "ms")
            let staff = try await Staff.signIn(full, fetch: client.fetch)
            let cold = try await searches(3, staff)
            report.add("search while the index is built", cold)
            let begun = ContinuousClock.now
            try await settle(full)
            report.add(
                "until the index is built",
                value: (ContinuousClock.now - begun) / .seconds(1), unit: "s")
            _ = try await searches(20, staff)
            report.add("search over HTTP in \(count) passages", try await searches(200, staff))
            add(full, "with \(count) passages", &report)
        }
        report.note("PostgreSQL's processes share memory: theirs is the proportional set size.")
        return report
    }

    private static func within(
        _ place: Installation, _ body: () async throws -> Void
    ) async throws {
        do {
            try await body()
            await place.stop()
        } catch {
            await place.stop()
            throw error
        }
    }

    private static func add(_ place: Installation, _ when: String, _ report: inout Report) {
        for (kind, size) in ProcessFigures.megabytes(of: place.processID).sorted(by: <) {
            report.add("\(kind), \(when)", value: size, unit: "MB")
        }
    }

    /// Waits until the server has had nothing to do for two seconds.
    private static func settle(_ place: Installation) async throws {
        var quiet = 0
        var before = ProcessFigures.processorSeconds(of: place.processID)
        for _ in 0..<150 {
            try await Task.sleep(for: .seconds(1))
            let now = ProcessFigures.processorSeconds(of: place.processID)
            let used = now.map { $0.value - (before[$0.key] ?? 0) }.reduce(0, +)
            quiet = used < 0.1 ? quiet + 1 : 0
            if quiet == 2 { return }
            before = now
        }
        throw BenchFailure("the server did not come to rest")
    }

    private static func searches(_ count: Int, _ staff: Staff) async throws -> [Double] {
        let texts = try Wording.messages()
        var times: [Double] = []
        for number in 0..<count {
            let begun = ContinuousClock.now
            try await staff.api.call(
                .post, "/api/v1/knowledge-base/search/",
                ["query": .text(texts[number % texts.count]), "k": 8])
            times.append((ContinuousClock.now - begun) / .milliseconds(1))
        }
        return times
    }
}
