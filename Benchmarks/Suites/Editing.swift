import Base
import Foundation
import HTTP

/// Services get other lengths and buffers while many appointments are made and moved at once.
///
/// However it is interleaved, no two confirmed appointments of one person may overlap. One pair ends
/// the suite with an error.
enum EditingSuite {
    private static let people = 3
    private static let editors = 4
    private static let bookers = 12

    static func run(_ arguments: [String]) async throws -> Report {
        let edits = number("--edits", in: arguments, default: 1_000)
        return try await Installation.with { _, staff in
            let business = try await open(staff)
            let done = Lock(0)
            let booked = Lock([String]())
            let answers = Lock([Int: Int]())
            let begun = ContinuousClock.now
            try await withThrowingTaskGroup(of: Void.self) { group in
                for editor in 0..<editors {
                    group.addTask {
                        var random = SeededRandom(seed: UInt64(editor))
                        while takesOne(of: edits, done) { try await edit(business, &random) }
                    }
                }
                for booker in 0..<bookers {
                    group.addTask {
                        var random = SeededRandom(seed: UInt64(100 + booker))
                        while done.withLock({ $0 }) < edits {
                            let status = try await take(business, booked, &random)
                            answers.withLock { $0[status, default: 0] += 1 }
                        }
                    }
                }
                try await group.waitForAll()
            }
            let passed = ContinuousClock.now - begun
            let appointments = try await confirmed(staff)
            let overlaps = overlapping(appointments)
            let counts = answers.withLock { $0 }
            var report = Report("editing")
            report.add("edits of length and buffers", value: Double(edits), unit: "")
            report.add("all of them", value: passed / .seconds(1), unit: "s")
            report.add(
                "bookings and moves that were tried", value: Double(counts.values.reduce(0, +)),
                unit: "")
            report.add("confirmed in the end", value: Double(appointments.count), unit: "")
            report.add("overlapping pairs", value: Double(overlaps), unit: "", aim: "0")
            let failed = counts.filter { $0.key >= 500 }
            report.add(
                "answers of 500 and more", value: Double(failed.values.reduce(0, +)), unit: "",
                aim: "0")
            guard overlaps == 0, failed.isEmpty else {
                throw BenchFailure("\(overlaps) overlapping pairs; answers by status: \(counts)")
            }
            return report
        }
    }

    /// Counts one more edit; false when all are made.
    private static func takesOne(of edits: Int, _ done: Lock<Int>) -> Bool {
        done.withLock { count in
            count += 1
            return count <= edits
        }
    }

    /// A service, those who offer it, and the way to them.
    private struct Business: Sendable {
        let staff: Staff
        let service: String
        let people: [String]
        /// Midnight of the first of the days on which is booked.
        let first: Instant
    }

    private static func open(_ staff: Staff) async throws -> Business {
        let days: [JSONValue] = [["open": "00:00", "close": "24:00"]]
        let names = [
            "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
        ]
        let week = JSONValue.object(
            Dictionary(uniqueKeysWithValues: names.map { ($0, .list(days)) }))
        try await staff.api.call(
            .put, "/api/v1/hours/",
            [
                "hours": week, "closures": [],
                "policy": [
                    "minimum_notice_minutes": 0, "horizon_days": 60, "step_minutes": 5,
                ],
            ])
        var ids: [String] = []
        for number in 0..<people {
            let person = try await staff.api.call(
                .post, "/api/v1/staff/", ["name": .text("Person \(number)"), "hours": week])
            ids.append(person["id"]?.text ?? "")
        }
        let service = try await staff.api.call(
            .post, "/api/v1/services/", change(ids, minutes: 60, before: 0, after: 0))
        let today = World.live.now().seconds / 86_400
        return Business(
            staff: staff, service: service["id"]?.text ?? "", people: ids,
            first: Instant(seconds: (today + 2) * 86_400))
    }

    private static func change(
        _ people: [String], minutes: Int, before: Int, after: Int
    ) -> JSONValue {
        [
            "name": "Edited", "duration_minutes": .integer(minutes),
            "buffer_before_minutes": .integer(before), "buffer_after_minutes": .integer(after),
            "staff": .list(people.map { .text($0) }),
        ]
    }

    private static func edit(_ business: Business, _ random: inout SeededRandom) async throws {
        let body = change(
            business.people, minutes: 5 * Int.random(in: 1...24, using: &random),
            before: 5 * Int.random(in: 0...3, using: &random),
            after: 5 * Int.random(in: 0...3, using: &random))
        // Editors may be in each other's way; only what breaks ends the suite.
        let answer = try await business.staff.api.answer(
            .put, "/api/v1/services/\(business.service)/", body)
        guard answer.status.code < 500 else {
            throw BenchFailure("an edit: \(answer.status.code) \(answer.text.prefix(300))")
        }
    }

    /// Books a time, or moves one that is booked; gives the status.
    private static func take(
        _ business: Business, _ booked: Lock<[String]>, _ random: inout SeededRandom
    ) async throws -> Int {
        let start = business.first + .minutes(5 * Int.random(in: 0..<(50 * 288), using: &random))
        let person = JSONValue.text(business.people.randomElement(using: &random) ?? "")
        let known = booked.withLock { $0.randomElement(using: &random) }
        if let known, Int.random(in: 0..<3, using: &random) == 0 {
            let answer = try await business.staff.api.answer(
                .put, "/api/v1/calendar/appointments/\(known)/",
                ["start": .text(start.description), "staff": person])
            return answer.status.code
        }
        let number = Int.random(in: 10_000..<99_999, using: &random)
        let answer = try await business.staff.api.answer(
            .post, "/api/v1/calendar/book-appointment/",
            [
                "service": .text(business.service), "start": .text(start.description),
                "staff": person, "phone": .text("+4420794\(number)"),
            ])
        if answer.status.code == 201 {
            let id = try answer.decodeJSON(JSONValue.self)["id"]?.text ?? ""
            booked.withLock { $0.append(id) }
        }
        return answer.status.code
    }

    // MARK: What came of it

    private struct Appointment {
        let staff: String
        let start: Instant
        let end: Instant
    }

    private static func confirmed(_ staff: Staff) async throws -> [Appointment] {
        var found: [Appointment] = []
        var cursor: String?
        repeat {
            let more = cursor.map { "&cursor=\(PercentEncoding.encode($0))" } ?? ""
            let page = try await staff.api.call(
                .get, "/api/v1/calendar/appointments/?limit=100\(more)")
            for one in page["appointments"]?.items ?? []
            where one["status"]?.text == "confirmed" {
                guard let start = Instant(one["start"]?.text ?? ""),
                    let end = Instant(one["end"]?.text ?? "")
                else { throw BenchFailure("an appointment without its time") }
                found.append(
                    Appointment(staff: one["staff_id"]?.text ?? "", start: start, end: end))
            }
            cursor = page["next_cursor"].flatMap { $0.text.isEmpty ? nil : $0.text }
        } while cursor != nil
        return found
    }

    /// Pairs of neighbours that overlap; sorted, an overlap always shows between neighbours.
    private static func overlapping(_ appointments: [Appointment]) -> Int {
        Dictionary(grouping: appointments, by: \.staff).values.reduce(0) { sum, own in
            let sorted = own.sorted { $0.start < $1.start }
            return sum + zip(sorted, sorted.dropFirst()).count { $0.end > $1.start }
        }
    }
}
