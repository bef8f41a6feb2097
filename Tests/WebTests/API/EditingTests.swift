import Base
import Desk
import Domain
import HTTP
import TestKit
import Testing

@testable import WebCore

/// Two people change one thing: both changes stand, or the second is told.
@Suite("Editing by API")
struct EditingTests {
    /// A thing with two members that are changed apart.
    struct Subject: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Makes it, and gives its address.
        let make: @Sendable (SiteFixture, String) async throws -> String
        let one: @Sendable (Int) -> JSONValue
        let other: @Sendable (Int) -> JSONValue
    }

    static let subjects: [Subject] = [
        Subject(
            testDescription: "profile", make: { _, _ in "/api/v1/profile/" },
            one: { ["greeting": .text("Hello \($0)")] },
            other: { ["phone": .text("+44 20 7946 0\($0)")] }),
        Subject(
            testDescription: "service",
            make: { site, token in
                let made = try await site.client.post(
                    "/api/v1/services/", ["name": "Cut", "duration_minutes": 30], token: token)
                return "/api/v1/services/\(try #require(made.json.text("id")))/"
            }, one: { ["duration_minutes": .integer(40 + $0)] },
            other: { ["price_min_minor": .integer(5_500 + $0)] }),
        Subject(
            testDescription: "person",
            make: { site, token in
                let made = try await site.client.post(
                    "/api/v1/staff/", ["name": "Ana"], token: token)
                return "/api/v1/staff/\(try #require(made.json.text("id")))/"
            }, one: { ["title": .text("Stylist \($0)")] },
            // Each number another time: what is so already would be no second change.
            other: { ["hours": ["monday": [["open": .text("08:\(10 + $0)"), "close": "20:00"]]]] }),
        Subject(
            testDescription: "hours", make: { _, _ in "/api/v1/hours/" },
            one: { ["closures": [.text("2026-12-\(10 + $0)")]] },
            other: { ["policy": ["horizon_days": .integer(30 + $0)]] }),
    ]

    @Test("What was read has a version, and a stale one is refused", arguments: subjects)
    func versions(subject: Subject) async throws {
        try await SiteFixture.run { site in
            let token = try await site.token(of: site.fixture.openWorkspace())
            let path = try await subject.make(site, token)
            func change(_ body: JSONValue, _ tag: String?) async throws -> SiteAnswer {
                var headers: HTTPHeaders = [:]
                headers["If-Match"] = tag
                return try await site.client.post(
                    path, body, token: token, method: .put, headers: headers)
            }
            let read = try await site.client.get(path, token: token)
            let tag = try #require(read.headers["ETag"])
            let version = try #require(read.json.integer("version"))
            #expect(tag == "\"\(version)\"")
            let changed = try await change(subject.one(1), tag)
            #expect(changed.status == 200, "\(changed.text)")
            #expect(changed.json.integer("version") == version + 1)
            #expect(changed.headers["ETag"] == "\"\(version + 1)\"")

            let stale = try await change(subject.other(1), tag)
            #expect(stale.status == 412 && stale.problem == "request.precondition_failed")
            #expect(stale.json.integer("current_version") == version + 1)
            let named = try await change(
                EditingTests.with(version: version, subject.other(1)), nil)
            #expect(named.status == 409 && named.problem == "edit.changed_meanwhile")
            for tag in ["W/\"\(version + 1)\"", "\(version + 1)", "\"other\"", "\"\""] {
                #expect(try await change(subject.other(1), tag).status == 412, "\(tag)")
            }
            let after = try await site.client.get(path, token: token)
            #expect(after.json == changed.json, "nothing that was refused was done")
            // What is so already needs no second change: a retry is no conflict.
            #expect(try await change(subject.one(1), tag).status == 200)
            #expect(try await change(subject.other(1), "*").status == 200)
            let current = try #require(
                try await site.client.get(path, token: token).headers["ETag"])
            #expect(try await change(subject.other(7), "\"other\", \(current)").status == 200)
        }
    }

    @Test("Of two that save at once with what they read, one is told: 60 of 60 pairs")
    func matched() async throws {
        try await eachSubject { site, token, subject in
            let path = try await subject.make(site, token)
            for number in 1...15 {
                let before = try await site.client.get(path, token: token)
                var headers: HTTPHeaders = [:]
                headers["If-Match"] = before.headers["ETag"]
                let pair = try await pair(
                    site, path, token, subject.one(number), subject.other(number), headers)
                #expect(pair.map(\.status).sorted() == [200, 412], "\(pair.map(\.text))")
                let winner = pair.first { $0.status == 200 }
                let after = try await site.client.get(path, token: token)
                #expect(after.json == winner?.json)
            }
        }
    }

    @Test("Of two that save different members at once, both stand: 60 of 60 pairs")
    func merged() async throws {
        try await eachSubject { site, token, subject in
            let path = try await subject.make(site, token)
            for number in 1...15 {
                let (one, other) = (subject.one(number), subject.other(number))
                let pair = try await pair(site, path, token, one, other, [:])
                #expect(pair.map(\.status) == [200, 200], "\(pair.map(\.text))")
                let after = try await site.client.get(path, token: token).json
                #expect(EditingTests.holds(after, one), "\(number): \(after)")
                #expect(EditingTests.holds(after, other), "\(number): \(after)")
            }
        }
    }

    private func eachSubject(
        _ body: (SiteFixture, String, Subject) async throws -> Void
    ) async throws {
        try await SiteFixture.run { site in
            let token = try await site.token(of: site.fixture.openWorkspace())
            for subject in EditingTests.subjects { try await body(site, token, subject) }
        }
    }

    private func pair(
        _ site: SiteFixture, _ path: String, _ token: String, _ one: JSONValue,
        _ other: JSONValue, _ headers: HTTPHeaders
    ) async throws -> [SiteAnswer] {
        let client = site.client
        async let first = client.post(path, one, token: token, method: .put, headers: headers)
        async let second = client.post(path, other, token: token, method: .put, headers: headers)
        return [try await first, try await second]
    }

    private static func with(version: Int, _ body: JSONValue) -> JSONValue {
        guard case .object(var members) = body else { return body }
        members["version"] = .integer(version)
        return .object(members)
    }

    /// Whether every member of `part` stands in `whole`.
    private static func holds(_ whole: JSONValue, _ part: JSONValue) -> Bool {
        guard case .object(let members) = part else { return whole == part }
        return members.allSatisfy { name, value in whole[name].map { holds($0, value) } ?? false }
    }

    @Test("What is left out of a change stays, and null empties it")
    func leftOut() async throws {
        try await SiteFixture.run { site in
            let token = try await site.token(of: site.fixture.openWorkspace())
            let made = try await site.client.post(
                "/api/v1/services/",
                [
                    "name": "Cut", "duration_minutes": 30, "price_min_minor": 3_000,
                    "aliases": ["Trim"], "buffer_after_minutes": 10,
                ], token: token)
            let path = "/api/v1/services/\(try #require(made.json.text("id")))/"
            let longer = try await site.client.post(
                path, ["duration_minutes": 50], token: token, method: .put)
            #expect(longer.status == 200, "\(longer.text)")
            #expect(longer.json.text("name") == "Cut" && longer.json.list("aliases") == ["Trim"])
            #expect(longer.json.integer("price_min_minor") == 3_000)
            let emptied = try await site.client.post(
                path, ["price_min_minor": .null, "aliases": .null, "buffer_after_minutes": .null],
                token: token, method: .put)
            #expect(emptied.json["price_min_minor"] == .null)
            #expect(emptied.json.list("aliases").isEmpty)
            #expect(emptied.json.integer("buffer_after_minutes") == 0)
            #expect(emptied.json.integer("duration_minutes") == 50)
            for body: JSONValue in [["name": "Cut"], ["duration_minutes": 30]] {
                let short = try await site.client.post("/api/v1/services/", body, token: token)
                #expect(short.status == 422, "\(short.text)")
            }
        }
    }

    @Test("An appointment that somebody moved is not moved or cancelled from an old view")
    func appointments() async throws {
        try await SiteFixture.run { site in
            let token = try await site.token(of: site.fixture.openBusiness())
            let services = try await site.client.get("/api/v1/services/", token: token)
            let service = try #require(services.json.list("services").first?.text("id"))
            let slots = try await site.client.get(
                "/api/v1/calendar/available-slots/?service=\(service)"
                    + "&from=2026-11-24&to=2026-11-27", token: token
            ).json.list("slots")
            #expect(slots.count > 8)
            let booked = try await site.client.post(
                "/api/v1/calendar/book-appointment/",
                [
                    "service": .text(service), "start": slots[0]["start"] ?? .null,
                    "staff": slots[0]["staff_id"] ?? .null, "phone": "+447700900321",
                ], token: token)
            let path = "/api/v1/calendar/appointments/\(try #require(booked.json.text("id")))/"
            let tag = try #require(booked.headers["ETag"])
            let last = try #require(slots.last)
            let target: JSONValue = [
                "start": last["start"] ?? .null, "staff": last["staff_id"] ?? .null,
            ]
            let moved = try await site.client.post(
                path, target, token: token, method: .put, headers: ["If-Match": tag])
            #expect(moved.status == 200 && moved.headers["ETag"] != tag, "\(moved.text)")
            let again = try await site.client.post(
                path, ["start": slots[0]["start"] ?? .null], token: token, method: .put,
                headers: ["If-Match": tag])
            #expect(again.status == 412)
            let cancelled = try await site.client.post(
                path, [:], token: token, method: .delete, headers: ["If-Match": tag])
            #expect(cancelled.status == 412)
            let read = try await site.client.get(path, token: token)
            #expect(read.json.text("status") == "confirmed")
            #expect(read.json.text("start") == last.text("start"))
        }
    }

    @Test("A conversation in which something happened is not given away from an old view")
    func owners() async throws {
        try await SiteFixture.run { site in
            let owner = try await site.fixture.openWorkspace()
            let token = try await site.token(of: owner)
            let customer = try await site.customerToken(of: owner)
            func write(_ text: String) async throws {
                let sent = try await site.client.post(
                    "/api/v1/messaging/messages/", ["content": .text(text)], token: customer)
                #expect(sent.status == 202)
            }
            func list() async throws -> JSONValue {
                let all = try await site.client.get(
                    "/api/v1/core/conversations/", token: token)
                return try #require(all.json.list("conversations").first)
            }
            try await write("Hello")
            let seen = try await list()
            let path = "/api/v1/core/conversations/\(try #require(seen.text("id")))/owner/"
            try await write("And another thing")
            let body: JSONValue = ["owner": "staff", "version": seen["version"] ?? .null]
            let stale = try await site.client.post(path, body, token: token)
            #expect(stale.status == 409 && stale.problem == "edit.changed_meanwhile")
            let now: JSONValue = [
                "owner": "staff", "version": try await list()["version"] ?? .null,
            ]
            #expect(try await site.client.post(path, now, token: token).status == 204)
            #expect(try await list().text("owner") == "staff")
        }
    }

    @Test("Who was away while a service was edited offers it again when back")
    func retired() async throws {
        try await SiteFixture.run { site in
            let token = try await site.token(of: site.fixture.openWorkspace())
            let person = try await site.client.post(
                "/api/v1/staff/", ["name": "Ana"], token: token)
            let id = try #require(person.json.text("id"))
            let service = try await site.client.post(
                "/api/v1/services/",
                ["name": "Cut", "duration_minutes": 30, "staff": [.text(id)]], token: token)
            let path = "/api/v1/services/\(try #require(service.json.text("id")))/"
            _ = try await site.client.delete("/api/v1/staff/\(id)/", token: token)
            let edited = try await site.client.post(
                path, ["duration_minutes": 45], token: token, method: .put)
            #expect(edited.status == 200 && edited.json.list("staff").isEmpty)
            _ = try await site.client.post("/api/v1/staff/\(id)/restore/", [:], token: token)
            let back = try await site.client.get(path, token: token)
            #expect(back.json.list("staff").compactMap { $0.text("id") } == [id])
        }
    }
}
