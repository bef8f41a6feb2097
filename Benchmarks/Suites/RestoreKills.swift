import Base
import Foundation
import HTTP
import HTTPClient
import Processes

/// Restores that are killed at random moments, each followed by a start.
///
/// There are two backups, which differ by one document. Whatever the moment, the next start must
/// find one of both, whole: so many documents in the database, and the bytes of each.
enum RestoreSuite {
    private static let patience = Duration.seconds(120)

    static func run(_ words: [String]) async throws -> Report {
        let kills = number("--kills", in: words, default: 24)
        let folder = try Installation.makeFolder()
        defer { Installation.remove(folder) }
        let fetch = CurlClient().fetch
        let files = try await backups(in: folder, fetch)
        let begun = ContinuousClock.now
        try await command(["restore", files[0], "--force"], in: folder)
        let whole = ContinuousClock.now - begun
        var report = Report("restore")
        report.add("a restore that is left alone", value: whole / .milliseconds(1), unit: "ms")
        var random = SeededRandom(seed: 17)
        var outcomes: [Int: Int] = [:]
        var pending = 0
        for round in 0..<kills {
            let restore = try await Child.start(
                Installation.program(
                    ["restore", files[(round + 1) % 2], "--force"], in: folder))
            try await Task.sleep(for: whole * Double.random(in: 0.1...1, using: &random))
            restore.send(.kill)
            _ = await restore.wait()
            if FileManager.default.fileExists(atPath: "\(folder)/data/restore/plan.json") {
                pending += 1
            }
            outcomes[try await documents(in: folder, fetch), default: 0] += 1
        }
        guard outcomes.keys.allSatisfy({ $0 == 11 || $0 == 12 }) else {
            throw BenchFailure("neither the one nor the other: \(outcomes)")
        }
        report.add("kills", value: Double(kills), unit: "")
        report.add("of them after the plan and before the end", value: Double(pending), unit: "")
        report.add("starts with neither backup, or without bytes", value: 0, unit: "", aim: "0")
        report.note("Documents after the kills: \(outcomes.sorted { $0.key < $1.key }).")
        return report
    }

    /// One of the demo, and one with a document more.
    private static func backups(in folder: String, _ fetch: Fetch) async throws -> [String] {
        let place = try await Installation.start(in: folder, fetch: fetch)
        do {
            let staff = try await Staff.signIn(place, fetch: fetch)
            try await staff.waitForDocuments()
            let files = ["\(folder)/one.backup", "\(folder)/two.backup"]
            try await command(["backup", files[0]], in: folder)
            let answer = try await staff.api.send(
                UploadSuite.form(
                    Array("Bicycles may stand in the yard.".utf8), named: "yard.txt",
                    to: staff.api.url))
            guard answer.status == .accepted else { throw BenchFailure(answer.text) }
            try await staff.waitForDocuments()
            try await command(["backup", files[1]], in: folder)
            await place.stop()
            return files
        } catch {
            await place.stop()
            throw error
        }
    }

    /// How many documents a start finds; throws when the bytes of one are gone.
    private static func documents(in folder: String, _ fetch: Fetch) async throws -> Int {
        let place = try await Installation.start(in: folder, fetch: fetch)
        do {
            let staff = try await Staff.signIn(place, fetch: fetch)
            let list = try await staff.api.call(.get, "/api/v1/knowledge-base/documents/?limit=100")
            let doctor = try await Installation.program(["doctor"], in: folder, port: place.port)
                .run(timeout: patience)
            let words = String(decoding: doctor.output, as: UTF8.self)
            guard !words.contains("WRONG") else { throw BenchFailure(words) }
            await place.stop()
            return list["documents"]?.items.count ?? 0
        } catch {
            await place.stop()
            throw error
        }
    }

    private static func command(_ words: [String], in folder: String) async throws {
        _ = try await Installation.program(words, in: folder).check(timeout: patience)
    }
}
