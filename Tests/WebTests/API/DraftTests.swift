import Base
import Desk
import Domain
import Foundation
import HTTP
import Store
import TestKit
import Testing

@testable import WebCore

@Suite("Approving by API")
struct DraftTests {
    /// "book" wants the first service on Tuesday at 15:30; "yes" confirms.
    static let understander = UnderstandingPort { message, facts in
        guard message.contains("book") else {
            return Understanding(intent: .bookingConfirm, confidence: 0.9, commands: [.confirm])
        }
        let wish = BookingRequest(
            service: facts.catalogue.services.first { $0.name == "Colour refresh" }?.id,
            staff: facts.catalogue.staff.first { $0.name == "Ana Ferreira" }?.id,
            day: LocalDate("2026-11-24").map { .on($0) },
            time: LocalTime(hour: 15, minute: 30).map { .at($0) })
        return Understanding(
            intent: .bookingRequest, confidence: 0.9, commands: [.startBooking(wish)])
    }

    static func understanding(_ ports: inout DeskPorts) { ports.understander = understander }

    private func write(_ text: String, _ site: SiteFixture, _ token: String) async throws {
        site.fixture.clock.advance(by: .seconds(5))
        let answer = try await site.client.post(
            "/api/v1/messaging/messages/", ["content": .text(text)], token: token)
        #expect(answer.status == 202)
        #expect(try await site.fixture.drain() == 0)
    }

    private func draft(_ site: SiteFixture, _ token: String) async throws -> JSONValue {
        let list = try await site.client.get(
            "/api/v1/messaging/drafts/?status=ready", token: token)
        #expect(list.status == 200)
        return try #require(list.json.list("drafts").first)
    }

    private func decide(
        _ draft: JSONValue, _ action: String, _ site: SiteFixture, _ token: String,
        key: String? = nil, _ more: [String: JSONValue] = [:]
    ) async throws -> SiteAnswer {
        var body = more
        body["id"] = draft["id"]
        body["version"] = draft["version"]
        body["action"] = .text(action)
        return try await site.client.post(
            "/api/v1/messaging/drafts/approve/", .object(body), token: token, key: key)
    }

    @Test(
        "A message becomes a draft, an approval, and an appointment", arguments: Engine.allCases)
    func path(engine: Engine) async throws {
        try await SiteFixture.run(engine, ports: DraftTests.understanding) {
            site in
            let owner = try await site.fixture.openBusiness()
            let staff = try await site.token(of: owner)
            let customer = try await site.customerToken(of: owner)
            try await write("Please book a colour refresh", site, customer)
            let first = try await draft(site, staff)
            #expect(first.integer("version") == 1)
            #expect(first.list("commands").first?.text("type") == "start_booking")
            #expect(try #require(first.text("text")).contains("colour refresh"))
            #expect(first["confidence"] != nil && first["citations"] != nil)
            #expect(try await decide(first, "approve", site, staff).status == 200)

            try await write("yes please", site, customer)
            let second = try await draft(site, staff)
            #expect(!second.list("effects").isEmpty)
            let preview = try #require(second.list("previews").first)
            #expect(preview.text("type") == "book" && preview.text("service") == "Colour refresh")
            #expect(preview.text("staff") == "Ana Ferreira" && preview["from"] == .null)
            #expect(preview.text("start") == "2026-11-24T15:30:00Z")
            #expect(preview.text("end") == "2026-11-24T17:00:00Z")
            #expect(preview["contact"]?.text("name") == "Priya Shah")
            let sent = try await decide(second, "approve", site, staff, key: "a1")
            #expect(sent.status == 200 && sent.json.text("status") == "approved")
            let replayed = try await decide(second, "approve", site, staff, key: "a1")
            #expect(replayed.status == 200 && replayed.json == sent.json)
            let twice = try await decide(second, "approve", site, staff)
            #expect(twice.status == 409 && twice.problem == "draft.not_open")
            #expect(twice.json.text("current_status") == "approved")

            let list = try await site.client.get("/api/v1/calendar/appointments/", token: staff)
            let appointment = try #require(list.json.list("appointments").first)
            #expect(appointment.text("start") == "2026-11-24T15:30:00Z")
            #expect(appointment.text("service") == "Colour refresh")
            #expect(appointment.text("staff") == "Ana Ferreira")
            #expect(appointment.text("status") == "confirmed")
            #expect(appointment["contact"]?.text("phone") == "+447700900123")
            let messages = try await site.client.get(
                "/api/v1/messaging/messages/", token: customer)
            #expect(
                messages.json.list("messages").map { $0.text("sender_type") }
                    == ["customer", "assistant", "customer", "assistant"])
        }
    }

    @Test("Approving what is stale is a conflict that says what changed")
    func stale() async throws {
        try await SiteFixture.run(ports: DraftTests.understanding) { site in
            let owner = try await site.fixture.openBusiness()
            let staff = try await site.token(of: owner)
            let customer = try await site.customerToken(of: owner)
            try await write("Please book", site, customer)
            let first = try await draft(site, staff)
            // Somebody else takes the time.
            let booked = try await site.client.post(
                "/api/v1/calendar/book-appointment/",
                [
                    "service": "Colour refresh", "staff": "Ana Ferreira",
                    "start": "2026-11-24T15:30:00Z", "phone": "+447700900999",
                ], token: staff)
            #expect(booked.status == 201)
            let taken = try await decide(first, "approve", site, staff)
            #expect(taken.status == 409 && taken.problem == "draft.slot_taken", "\(taken.text)")
            #expect(!taken.json.list("alternatives").isEmpty)
            #expect(taken.json.text("changed") == "slot")

            try await site.fixture.drain()
            let second = try await draft(site, staff)
            var old = second
            if case .object(var members) = old {
                members["version"] = 99
                old = .object(members)
            }
            let version = try await decide(old, "approve", site, staff)
            #expect(version.status == 409 && version.json.integer("current_version") == 1)
            let unknown = try await decide(
                ["id": .text(ID<Void>(site.fixture.world.uuid()).description), "version": 1],
                "approve", site, staff)
            #expect(unknown.status == 404 && unknown.problem == "draft.unknown")
        }
    }

    @Test("A draft can be edited, approved with other words, or rejected with a reason")
    func editing() async throws {
        try await SiteFixture.run(ports: DraftTests.understanding) { site in
            let owner = try await site.fixture.openBusiness()
            let staff = try await site.token(of: owner)
            let customer = try await site.customerToken(of: owner)
            try await write("Please book", site, customer)
            let first = try await draft(site, staff)
            let edited = try await decide(
                first, "edit", site, staff, ["text": "Of course, one moment."])
            #expect(edited.status == 200 && edited.json.text("status") == "edited")
            let now = try await draft(site, staff)
            #expect(now.integer("version") == 2 && now.text("text") == "Of course, one moment.")
            let mute = try await decide(now, "reject", site, staff)
            #expect(mute.status == 422 && mute.problem == "draft.reason_missing")
            let rejected = try await decide(now, "reject", site, staff, ["reason": "too short"])
            #expect(rejected.status == 200 && rejected.json.text("status") == "rejected")
            let list = try await site.client.get(
                "/api/v1/messaging/drafts/?status=rejected", token: staff)
            #expect(list.json.list("drafts").count == 1)
            let back = try await decide(
                try #require(list.json.list("drafts").first), "reopen", site, staff)
            #expect(back.status == 200 && back.json.text("status") == "ready")
            let odd = try await site.client.get(
                "/api/v1/messaging/drafts/?status=odd", token: staff)
            #expect(odd.status == 422)
            let action = try await decide(now, "burn", site, staff)
            #expect(action.status == 422 && action.problem == "request.invalid_field")
        }
    }
}
