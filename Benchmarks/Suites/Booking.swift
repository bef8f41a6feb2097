import Base
import Foundation
import HTTP

/// So many customers want the same slot, and all their drafts are approved at the same moment.
///
/// One approval may book; every other must be refused with what has changed. Anything else ends the
/// suite with an error.
enum BookingSuite {
    static let customers = 200

    static func run() async throws -> Report {
        try await Installation.with { _, staff in
            var report = Report("booking")
            let wish = try await wish(staff)
            let customers = try await Customer.signIn(customers, at: staff)
            _ = try await concurrently(customers) { try await $0.write(wish) }
            let drafts = try await holding(staff)
            staff.calls.reset()
            let begun = ContinuousClock.now
            let answers = try await concurrently(drafts) { draft in
                try await staff.approve(draft).status.code
            }
            let passed = ContinuousClock.now - begun
            let counts = Dictionary(grouping: answers) { $0 }.mapValues(\.count)
            let times = staff.calls.times["POST /api/v1/messaging/drafts/approve"] ?? []
            report.add("\(drafts.count) approvals of one slot at once, each", times)
            report.add("all of them", value: passed / .milliseconds(1), unit: "ms")
            report.add(
                "approved", value: Double(counts[200] ?? 0), unit: "", aim: "exactly 1")
            report.add(
                "refused with 409", value: Double(counts[409] ?? 0), unit: "",
                aim: "all others")
            guard counts[200] == 1, counts[409] == drafts.count - 1 else {
                throw BenchFailure("answers by status: \(counts)")
            }
            return report
        }
    }

    /// A wish that says everything about a free slot a week ahead.
    private static func wish(_ staff: Staff) async throws -> String {
        let services = try await staff.api.call(.get, "/api/v1/services/")["services"]?.items ?? []
        let service = services.first { $0["name"]?.text == "Colour refresh" } ?? services.first
        guard let id = service?["id"]?.text, let name = service?["name"]?.text else {
            throw BenchFailure("the demo has no services")
        }
        let from = (World.live.now() + .days(5)).description.prefix(10)
        let to = (World.live.now() + .days(12)).description.prefix(10)
        let free = try await staff.api.call(
            .get, "/api/v1/calendar/available-slots/?service=\(id)&from=\(from)&to=\(to)")
        guard let slot = free["slots"]?.items.first, let person = slot["staff"]?.text,
            let start = slot["start"]?.text
        else { throw BenchFailure("nothing is free") }
        let first = person.split(separator: " ").first.map(String.init) ?? person
        return "Could I book a \(name.lowercased()) with \(first) on "
            + "\(day(start.prefix(10))) at \(start.dropFirst(11).prefix(5)) please?"
    }

    private static func day(_ date: Substring) -> String {
        let months = [
            "January", "February", "March", "April", "May", "June", "July", "August",
            "September", "October", "November", "December",
        ]
        let parts = date.split(separator: "-").compactMap { Int($0) }
        return "\(parts[2]) \(months[parts[1] - 1])"
    }

    /// The drafts, once there is one for every customer; each would hold the slot.
    private static func holding(_ staff: Staff) async throws -> [Staff.ReadyDraft] {
        let end = ContinuousClock.now + .seconds(60)
        var last = ""
        while ContinuousClock.now < end {
            let drafts = try await staff.drafts()
            if drafts.count >= customers {
                let fit = drafts.filter { !$0.effects.isEmpty }
                guard fit.count == drafts.count else {
                    throw BenchFailure("a draft holds nothing: \(drafts[0].text)")
                }
                return drafts
            }
            last = drafts.last?.text ?? ""
            try await Task.sleep(for: .milliseconds(100))
        }
        throw BenchFailure("not every customer has a draft; the last: \(last)")
    }
}
