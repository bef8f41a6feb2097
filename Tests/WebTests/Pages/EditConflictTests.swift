import Base
import Desk
import Domain
import Foundation
import HTTP
import Store
import TestKit
import Testing

@testable import WebCore

/// Two people have one form open.
@Suite("Editing one thing on two pages")
struct EditConflictTests {
    /// A form, with two fields that are changed apart.
    struct Subject: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let page: String
        let action: String
        let one: String
        let other: String
        /// What a field can hold, for a number.
        let values: @Sendable (_ field: String, Int) -> String
    }

    static let service = ServiceID("018f0000-0000-7000-8000-00000000000a")
    static let person = StaffMemberID("018f0000-0000-7000-8000-00000000000b")

    static let subjects: [Subject] = [
        Subject(
            testDescription: "service", page: "/services/018f0000-0000-7000-8000-00000000000a",
            action: "/services/018f0000-0000-7000-8000-00000000000a", one: "price_min",
            other: "duration", values: { "\(($0 == "duration" ? 40 : 50) + $1)" }),
        Subject(
            testDescription: "person", page: "/people/018f0000-0000-7000-8000-00000000000b",
            action: "/people/018f0000-0000-7000-8000-00000000000b", one: "title",
            other: "credentials", values: { "\($0) number \($1)" }),
        Subject(
            testDescription: "hours", page: "/services?tab=hours", action: "/services/hours",
            one: "notice", other: "horizon", values: { "\(($0 == "notice" ? 100 : 20) + $1)" }),
        Subject(
            testDescription: "business", page: "/services?tab=business",
            action: "/services/business", one: "phone", other: "greeting",
            values: { "\($0) number \($1)" }),
    ]

    private func run(
        _ body: (SiteFixture, PageReader) async throws -> Void
    ) async throws {
        try await SiteFixture.run { site in
            let owner = try await site.fixture.openWorkspace()
            let desk = site.desk.catalogue
            let person = try #require(EditConflictTests.person)
            try await desk.save(
                StaffMember(
                    id: person, name: "Ana", resourceNumber: 0,
                    hours: EditConflictTests.week("09:00", "17:00")), by: owner)
            try await desk.save(
                OfferedService(
                    id: try #require(EditConflictTests.service), name: "Cut",
                    description: "Wash\nand \"cut\"", durationMinutes: 30, priceMinMinor: 3_000,
                    staff: [person]), by: owner)
            let reader = PageReader(
                client: site.client,
                token: try await site.desk.signIn.openPage(
                    email: owner.email, password: DeskFixture.password, from: "127.0.0.1"
                ).access.revealed())
            try await body(site, reader)
        }
    }

    private static func week(_ open: String, _ close: String) -> WeeklyHours {
        guard let open = LocalTime(open), let close = LocalTime(close) else {
            return WeeklyHours()
        }
        return WeeklyHours([.monday: [.init(open: open, close: close)]])
    }

    @Test(
        "Who saves an old form is shown both versions, and keeps both changes", arguments: subjects)
    func apart(subject: Subject) async throws {
        try await run { _, reader in
            var first = try await reader.form(subject.page, action: subject.action)
            var second = first
            let (one, other) = (subject.values(subject.one, 1), subject.values(subject.other, 1))
            first[subject.one] = one
            #expect(try await reader.send(first).status == 303)
            second[subject.other] = other
            let told = try await reader.send(second)
            #expect(told.status == 409, "\(told.text)")
            #expect(told.text.contains("id=\"conflict\""))
            #expect(told.text.contains(one) && told.text.contains(other))
            let between = try await reader.form(subject.page, action: subject.action)
            #expect(between[subject.one] == one && between[subject.other] != other)
            // Each has changed one of the two, so both choices are made already.
            let again = try #require(PageForm(told.text, action: subject.action))
            #expect(again[subject.other] == other, "nothing that was typed is lost")
            #expect(again["take_\(subject.one)"] == "saved")
            #expect(again["take_\(subject.other)"] == "mine")
            let saved = try await reader.send(again)
            #expect(saved.status == 303, "\(saved.text)")
            let after = try await reader.form(subject.page, action: subject.action)
            #expect(after[subject.one] == one && after[subject.other] == other)
        }
    }

    @Test("Where both changed one field, a person chooses", arguments: subjects)
    func same(subject: Subject) async throws {
        try await run { _, reader in
            for (number, take) in ["mine", "saved", "third"].enumerated() {
                let form = try await reader.form(subject.page, action: subject.action)
                var (first, second) = (form, form)
                let theirs = subject.values(subject.one, 2 + 3 * number)
                let own = subject.values(subject.one, 3 + 3 * number)
                first[subject.one] = theirs
                second[subject.one] = own
                #expect(try await reader.send(first).status == 303)
                let told = try await reader.send(second)
                #expect(told.status == 409)
                var again = try #require(PageForm(told.text, action: subject.action))
                #expect(again["take_\(subject.one)"] == nil && again[subject.one] == own)
                // Without a choice nothing is saved, and nothing is lost.
                let undecided = try await reader.send(again)
                #expect(undecided.status == 409 && undecided.text.contains(own))
                var wanted = take == "saved" ? theirs : own
                again["take_\(subject.one)"] = take == "mine" ? "mine" : "saved"
                if take == "third" {
                    // Typing something else is a choice too.
                    wanted = subject.values(subject.one, 4 + 3 * number)
                    again[subject.one] = wanted
                }
                #expect(try await reader.send(again).status == 303)
                let after = try await reader.form(subject.page, action: subject.action)
                #expect(after[subject.one] == wanted, "\(take)")
            }
        }
    }

    @Test("Of two old forms that are sent at once, one is told: 60 of 60 pairs")
    func atOnce() async throws {
        try await run { _, reader in
            for subject in EditConflictTests.subjects {
                for number in 1...15 {
                    let form = try await reader.form(subject.page, action: subject.action)
                    var (first, second) = (form, form)
                    first[subject.one] = subject.values(subject.one, number)
                    second[subject.other] = subject.values(subject.other, number)
                    async let one = reader.send(first)
                    async let other = reader.send(second)
                    let statuses = [try await one.status, try await other.status]
                    #expect(statuses.sorted() == [303, 409])
                    let after = try await reader.form(subject.page, action: subject.action)
                    let kept = statuses[0] == 303 ? subject.one : subject.other
                    #expect(after[kept] == subject.values(kept, number))
                }
            }
        }
    }

    @Test("A form that is sent twice is saved once, and is no conflict")
    func twice() async throws {
        try await run { _, reader in
            for subject in EditConflictTests.subjects {
                var form = try await reader.form(subject.page, action: subject.action)
                form[subject.one] = subject.values(subject.one, 5)
                #expect(try await reader.send(form).status == 303)
                #expect(try await reader.send(form).status == 303)
                let after = try await reader.form(subject.page, action: subject.action)
                #expect(Int(after["version"] ?? "") == Int(form["version"] ?? "").map { $0 + 1 })
            }
        }
    }

    @Test("A form without a version changes what it sends")
    func bare() async throws {
        try await run { _, reader in
            var form = try await reader.form("/services?tab=business", action: "/services/business")
            form.fields.removeAll { $0.name == "version" || $0.name.hasPrefix("was_") }
            form["greeting"] = "Hello"
            #expect(try await reader.send(form).status == 303)
        }
    }

    @Test("What was typed stays when it is refused, and when the thing was taken out meanwhile")
    func kept() async throws {
        try await run { site, reader in
            let hours = "/services?tab=hours"
            var form = try await reader.form(hours, action: "/services/hours")
            form["monday_0_open"] = "11:11"
            form["monday_0_close"] = ""
            form["closures"] = "2026-12-24"
            let refused = try await reader.send(form)
            #expect(refused.status == 422)
            let again = try #require(PageForm(refused.text, action: "/services/hours"))
            #expect(again["monday_0_open"] == "11:11" && again["closures"] == "2026-12-24")
            #expect(again["version"] == form["version"])

            var business = try await reader.form(
                "/services?tab=business", action: "/services/business")
            business["zone"] = "Mars/Olympus"
            business["greeting"] = "A long greeting"
            let wrong = try await reader.send(business)
            #expect(wrong.status == 422)
            let kept = try #require(PageForm(wrong.text, action: "/services/business"))
            #expect(kept["zone"] == "Mars/Olympus" && kept["greeting"] == "A long greeting")

            for subject in EditConflictTests.subjects.prefix(2) {
                var form = try await reader.form(subject.page, action: subject.action)
                form["name"] = "A new name"
                let retire = try await reader.form(
                    subject.page, action: subject.action + "/retire")
                #expect(try await reader.send(retire).status == 303)
                let gone = try await reader.send(form)
                #expect(gone.status == 409, "\(gone.text)")
                let root = subject.action.split(separator: "/").first.map { "/\($0)/new" } ?? ""
                let fresh = try #require(PageForm(gone.text, action: root))
                #expect(fresh["name"] == "A new name")
                #expect(try await reader.send(fresh).status == 303)
            }
        }
    }

    @Test("More than two periods of a day are shown, and kept when another day is changed")
    func periods() async throws {
        try await run { site, reader in
            let day: JSONValue = .list(
                ["08:00", "11:00", "14:00"].map {
                    ["open": .text($0), "close": .text("\($0.prefix(2)):45")]
                })
            let token = reader.token
            let set = try await site.client.post(
                "/api/v1/hours/", ["hours": ["monday": day]], token: token, method: .put)
            #expect(set.status == 200, "\(set.text)")
            var form = try await reader.form("/services?tab=hours", action: "/services/hours")
            #expect(form["monday_2_open"] == "14:00")
            form["tuesday_0_open"] = "09:00"
            form["tuesday_0_close"] = "10:00"
            #expect(try await reader.send(form).status == 303)
            let after = try await site.client.get("/api/v1/hours/", token: token)
            #expect(after.json["hours"]?.list("monday").count == 3)
            #expect(after.json["hours"]?.list("tuesday").count == 1)
        }
    }

    @Test("An appointment that somebody moved is not moved or cancelled from an old page")
    func appointment() async throws {
        try await run { site, reader in
            let service = EditConflictTests.service?.description ?? ""
            _ = try await site.client.post(
                "/api/v1/hours/",
                ["hours": ["monday": [["open": "08:00", "close": "18:00"]]]], token: reader.token,
                method: .put)
            let booked = try await site.client.post(
                "/api/v1/calendar/book-appointment/",
                [
                    "service": .text(service), "start": "2026-11-23T10:00:00Z",
                    "phone": "+447700900321",
                ], token: reader.token)
            #expect(booked.status == 201, "\(booked.text)")
            let page = "/calendar/bookings/\(try #require(booked.json.text("id")))"
            let cancel = try await reader.form(page, action: page + "/cancel")
            let html = try await reader.get(page + "/move?day=2026-11-23").text
            let parts = html.components(separatedBy: "class=\"card\" method=\"post\"")
            let last = try #require(parts.last)
            let move = try #require(PageForm(last, action: page + "/move"))
            #expect(move["version"] == "1")
            var first = move
            first["slot"] = "2026-11-23T12:00:00Z|\(EditConflictTests.person?.description ?? "")"
            #expect(try await reader.send(first).status == 303)
            let late = try await reader.send(move)
            #expect(late.status == 409 && late.text.contains("changed this appointment"))
            let old = try await reader.send(cancel)
            #expect(old.status == 409 && old.text.contains("changed this appointment"))
            let current = try await reader.form(page, action: page + "/cancel")
            #expect(try await reader.send(current).status == 303)
        }
    }
}
