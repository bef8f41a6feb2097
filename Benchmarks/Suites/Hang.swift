import Base
import Foundation
import Glibc
import HTTP
import HTTPClient
import Processes
import TestKit

/// What a request, `/health` and the work under way wait for when a part hangs or dies.
///
/// Parts are held with SIGSTOP, so that they are there and say nothing, which is harder than their
/// death; the server is killed with SIGKILL while a turn and a document are in their middle.
enum HangSuite {
    static let rounds = 3
    /// More than there are sessions with the database.
    static let atOnce = 24

    static func run() async throws -> Report {
        let folder = try Installation.makeFolder()
        defer { Installation.remove(folder) }
        let fetch = CurlClient().fetch
        var report = Report("hang")
        let place = try await Installation.start(in: folder, fetch: fetch)
        do {
            let staff = try await Staff.signIn(place, fetch: fetch)
            try await staff.waitForDocuments()
            try await database(place, staff, &report)
            try await models(place, staff, &report)
            let customer = try await Customer.signIn(1, at: staff)[0]
            try await kill(place, staff, customer)
        } catch {
            await place.stop()
            throw error
        }
        try await goOn(in: folder, fetch, &report)
        report.note("Load average at the end: \(ProcessFigures.loadAverage).")
        return report
    }

    // MARK: A database that hangs

    private static func database(
        _ place: Installation, _ staff: Staff, _ report: inout Report
    ) async throws {
        guard let server = childProcesses(of: place.processID, "postgres").first else {
            throw BenchFailure("there is no postgres")
        }
        var first: [Double] = []
        var later: [Double] = []
        var health: [Double] = []
        var well: [Double] = []
        for _ in 0..<rounds {
            try await withProcessHeld(server) {
                first += try await refused(staff)
                health.append(try await timed { try await status("/health", staff) == 503 })
                later += try await refused(staff)
            }
            let begun = ContinuousClock.now
            while try await status("/api/v1/services/", staff) != 200 {
                try await Task.sleep(for: .milliseconds(5))
            }
            well.append((ContinuousClock.now - begun) / .milliseconds(1))
        }
        report.add("database hangs: request → 503, the first \(atOnce)", first, aim: "seconds")
        report.add("database hangs: request → 503, known", later, aim: "seconds")
        report.add("database hangs: /health → down", health, aim: "under 4 s")
        report.add("database goes on → request answered", well)
    }

    /// How long each of many requests at once took to be refused.
    private static func refused(_ staff: Staff) async throws -> [Double] {
        try await concurrently(Array(0..<atOnce)) { _ in
            try await timed { try await status("/api/v1/services/", staff) == 503 }
        }
    }

    private static func status(_ path: String, _ staff: Staff) async throws -> Int {
        try await staff.api.answer(.get, path).status.code
    }

    private static func timed(_ work: () async throws -> Bool) async throws -> Double {
        let begun = ContinuousClock.now
        guard try await work() else { throw BenchFailure("not the answer that was expected") }
        return (ContinuousClock.now - begun) / .milliseconds(1)
    }

    // MARK: Models that hang

    private static func models(
        _ place: Installation, _ staff: Staff, _ report: inout Report
    ) async throws {
        var told: [Double] = []
        var replaced: [Double] = []
        for _ in 0..<rounds {
            guard let process = childProcesses(of: place.processID, "models").first else {
                throw BenchFailure("there are no models")
            }
            let begun = ContinuousClock.now
            Glibc.kill(process, SIGSTOP)
            for (word, list) in [("down", 0), ("ok", 1)] {
                while try await staff.api.call(.get, "/health")["models"]?.text != word {
                    try await Task.sleep(for: .milliseconds(50))
                }
                let passed = (ContinuousClock.now - begun) / .milliseconds(1)
                if list == 0 { told.append(passed) } else { replaced.append(passed) }
            }
        }
        report.add("models hang → /health says so", told)
        report.add("models hang → another process answers", replaced, aim: "under 25 s")
    }

    // MARK: A server that is killed

    private static func kill(
        _ place: Installation, _ staff: Staff, _ customer: Customer
    ) async throws {
        guard let process = childProcesses(of: place.processID, "models").first else {
            throw BenchFailure("there are no models")
        }
        // The turn and the document stay in their middle.
        Glibc.kill(process, SIGSTOP)
        try await customer.write("Where can I park the green bicycle of my uncle?")
        _ = try await staff.api.send(
            UploadSuite.form(
                Array("The green bicycle may be parked in the yard.".utf8), named: "yard.txt",
                to: staff.api.url))
        try await Task.sleep(for: .seconds(1))
        let children = childProcesses(of: place.processID)
        place.child.send(.kill)
        _ = await place.child.wait()
        for child in children {
            while Glibc.kill(child, 0) == 0 { try await Task.sleep(for: .milliseconds(10)) }
        }
    }

    private static func goOn(
        in folder: String, _ fetch: Fetch, _ report: inout Report
    ) async throws {
        let begun = ContinuousClock.now
        func passed() -> Double { (ContinuousClock.now - begun) / .milliseconds(1) }
        let place = try await Installation.start(in: folder, fetch: fetch)
        report.add("killed → first answer of the next start", value: passed(), unit: "ms")
        do {
            let staff = try await Staff.signIn(place, fetch: fetch)
            try await staff.waitForDocuments()
            report.add(
                "killed in an ingestion → the document is ready", value: passed(), unit: "ms",
                aim: "no lease of 120 s")
            while try await staff.drafts().isEmpty {
                try await Task.sleep(for: .milliseconds(20))
            }
            report.add(
                "killed in a turn → the draft is there", value: passed(), unit: "ms",
                aim: "no lease of 60 s")
        } catch {
            await place.stop()
            throw error
        }
        await place.stop()
    }
}
