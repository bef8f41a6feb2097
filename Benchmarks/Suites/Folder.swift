import Base
import Foundation
import HTTP

/// A folder of documents dropped in one go, as the page sends it: one after the other, waiting when
/// the desk asks for it. Meanwhile somebody else works with the desk.
enum FolderSuite {
    static func run(_ words: [String]) async throws -> Report {
        let count = number("--documents", in: words, default: 500)
        return try await Installation.with { _, staff in
            var report = Report("folder")
            let calm = try await watch(staff) {
                try await Task.sleep(for: .seconds(5))
            }
            report.add("another's request before it", calm.times)
            let begun = ContinuousClock.now
            var waits = 0
            var taken = 0.0
            let during = try await watch(staff) {
                for number in 0..<count { waits += try await upload(number, staff) }
                taken = (ContinuousClock.now - begun) / .seconds(1)
                while try await isWorking(staff) { try await Task.sleep(for: .milliseconds(200)) }
            }
            report.add("another's request meanwhile", during.times)
            report.add("\(count) documents sent → all taken", value: taken, unit: "s")
            report.add(
                "\(count) documents sent → all searchable",
                value: (ContinuousClock.now - begun) / .seconds(1), unit: "s")
            report.note("Asked to wait \(waits) times; requests that failed: \(during.failures).")
            report.note("Load average at the end: \(ProcessFigures.loadAverage).")
            return report
        }
    }

    /// Sends one until it is taken; gives how often it was asked to wait.
    private static func upload(_ number: Int, _ staff: Staff) async throws -> Int {
        let text = "Document \(number).\n\nOffer number \(number) is open to every customer."
        for wait in 0..<1_000 {
            let answer = try await staff.api.send(
                UploadSuite.form(Array(text.utf8), named: "\(number).txt", to: staff.api.url))
            if answer.status == .accepted { return wait }
            guard answer.status.code == 429,
                let seconds = answer.headers["Retry-After"].flatMap({ Int($0) })
            else { throw BenchFailure("\(answer.status.code) \(answer.text.prefix(300))") }
            try await Task.sleep(for: .seconds(seconds))
        }
        throw BenchFailure("document \(number) was never taken")
    }

    private static func isWorking(_ staff: Staff) async throws -> Bool {
        let list = try await staff.api.call(.get, "/health")
        return (list["queues"]?.items ?? []).contains { $0["lane"]?.text == "ingest" }
    }

    /// Asks for the services every 50 ms while the work runs; milliseconds for each.
    private static func watch(
        _ staff: Staff, _ work: () async throws -> Void
    ) async throws -> (times: [Double], failures: Int) {
        let done = Lock(false)
        let other = Caller(
            url: staff.api.url, fetch: staff.api.fetch, token: staff.api.token, calls: CallLog())
        async let watching: Void = {
            while !done.withLock({ $0 }) {
                // A failed call is counted in the log.
                _ = try? await other.answer(.get, "/api/v1/services/")
                try? await Task.sleep(for: .milliseconds(50))
            }
        }()
        do {
            try await work()
        } catch {
            done.withLock { $0 = true }
            await watching
            throw error
        }
        done.withLock { $0 = true }
        await watching
        return (
            other.calls.times.values.flatMap { $0 }, other.calls.failures.values.reduce(0, +)
        )
    }
}
