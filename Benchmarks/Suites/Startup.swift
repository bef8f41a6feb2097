import Base
import Foundation
import HTTP
import HTTPClient

/// From the spawn to the first answer, to knowing the documents, and to the first draft.
enum StartupSuite {
    static let restarts = 5

    static func run() async throws -> Report {
        let folder = try Installation.makeFolder()
        defer { Installation.remove(folder) }
        var report = Report("startup")
        let first = try await start(folder, customer: 0)
        report.add("first start → first answer", value: first.answer, unit: "ms")
        report.add("first start → demo searchable", value: first.searchable, unit: "ms")
        report.add("first start → first draft", value: first.draft, unit: "ms")
        var answers: [Double] = []
        var drafts: [Double] = []
        var stops: [Double] = []
        for round in 1...restarts {
            let again = try await start(folder, customer: round)
            answers.append(again.answer)
            drafts.append(again.draft)
            stops.append(again.stop)
        }
        report.add("start again → first answer", answers, aim: "under 3 s")
        report.add("start again → first draft", drafts, aim: "under 3 s")
        report.add("SIGTERM → everything has ended", stops)
        report.note("A draft needs a sign-in with Argon2id, a code and a turn besides the start.")
        return report
    }

    /// Milliseconds since the spawn; `stop` since the signal.
    private struct Times {
        var answer = 0.0
        var searchable = 0.0
        var draft = 0.0
        var stop = 0.0
    }

    private static func start(_ folder: String, customer: Int) async throws -> Times {
        let client = CurlClient()
        let begun = ContinuousClock.now
        func passed() -> Double { (ContinuousClock.now - begun) / .milliseconds(1) }
        let place = try await Installation.start(in: folder, fetch: client.fetch)
        var times = Times(answer: place.firstAnswer / .milliseconds(1))
        do {
            let staff = try await Staff.signIn(place, fetch: client.fetch)
            try await staff.waitForDocuments()
            times.searchable = passed()
            try await EventStream.open(staff.api) { events in
                let customers = try await Customer.signIn(1, from: customer, at: staff)
                try await customers[0].write("How much is a colour refresh?")
                _ = try await events.next { $0.event == "draft" }
                times.draft = passed()
            }
        } catch {
            await place.stop()
            throw error
        }
        let signalled = ContinuousClock.now
        await place.stop()
        times.stop = (ContinuousClock.now - signalled) / .milliseconds(1)
        return times
    }
}
