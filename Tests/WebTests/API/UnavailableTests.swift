import Base
import Domain
import HTTP
import TestKit
import Testing

@testable import WebCore

/// A program that books must be able to tell why it cannot.
@Suite("Times that cannot be booked, by API")
struct UnavailableTests {
    @Test("Each reason has its own problem code, when booking and when moving")
    func codes() async throws {
        try await SiteFixture.run { site in
            let owner = try await site.fixture.openBusiness()
            let token = try await site.token(of: owner)
            let services = try await site.client.get("/api/v1/services", token: token)
            let cut = try #require(
                services.json.list("services").first { $0.text("name") == "Barber cut" })
            let id = try #require(cut.text("id"))
            let barber = try #require(cut.list("staff").first?.text("name"))
            let offering = cut.list("staff").compactMap { $0.text("name") }
            let people = try await site.client.get("/api/v1/staff", token: token)
            let other = try #require(
                people.json.list("staff").compactMap { $0.text("name") }
                    .first { !offering.contains($0) })
            func book(_ start: String, _ staff: String?) async throws -> SiteAnswer {
                var body: [String: JSONValue] = [
                    "service": .text(id), "start": .text(start), "phone": "+447700900321",
                ]
                if let staff { body["staff"] = .text(staff) }
                return try await site.client.post(
                    "/api/v1/calendar/book-appointment/", .object(body), token: token)
            }
            let cases: [(String, String?, String)] = [
                ("2026-11-20T09:00:00Z", nil, "booking.past"),
                ("2026-11-20T10:15:00Z", nil, "booking.too_soon"),
                ("2027-11-23T10:00:00Z", nil, "booking.too_far_ahead"),
                ("2026-11-22T10:00:00Z", nil, "booking.closed"),
                ("2026-12-25T10:00:00Z", nil, "booking.closed"),
                ("2026-11-24T23:00:00Z", nil, "booking.outside_hours"),
                ("2026-11-24T12:02:00Z", barber, "booking.between_starts"),
                ("2026-11-24T12:00:00Z", other, "booking.person_does_not_offer"),
                ("2026-11-24T12:00:00Z", "Nobody", "booking.unknown_staff"),
            ]
            for (start, staff, code) in cases {
                let answer = try await book(start, staff)
                #expect(answer.problem == code, "\(start): \(answer.text)")
                #expect(answer.status == (code == "booking.unknown_staff" ? 404 : 422))
                #expect(!answer.text.contains("just been taken"), "\(answer.text)")
            }
            let slots = try await site.client.get(
                "/api/v1/calendar/available-slots/?service=\(id)&from=2026-11-24&to=2026-11-24",
                token: token)
            let first = try #require(slots.json.list("slots").first)
            let start = try #require(first.text("start"))
            let person = try #require(first.text("staff"))
            let booked = try await book(start, person)
            #expect(booked.status == 201, "\(booked.text)")
            #expect(try await book(start, person).problem == "booking.slot_taken")
            let path = "/api/v1/calendar/appointments/\(booked.json.text("id") ?? "")/"
            let moves = [
                ("2026-11-22T10:00:00Z", "booking.closed"),
                ("2026-11-20T09:00:00Z", "booking.past"),
            ]
            for (start, code) in moves {
                let moved = try await site.client.post(
                    path, ["start": .text(start)], token: token, method: .put)
                #expect(moved.status == 422 && moved.problem == code, "\(moved.text)")
                #expect(moved.json.list("errors").first?.text("field") == "start")
            }
        }
    }

    @Test("Registering says which currencies there are, and makes no hours")
    func registering() async throws {
        var configuration = SiteConfiguration()
        configuration.registration = .open
        try await SiteFixture.run(configuration: configuration) { site in
            func register(_ currency: String) async throws -> SiteAnswer {
                try await site.client.post(
                    "/api/v1/auth/register/",
                    [
                        "business": "Shop", "name": "Owner", "email": "owner@shop.example",
                        "password": "a sentence that is long", "currency": .text(currency),
                    ])
            }
            let wrong = try await register("ABC")
            #expect(wrong.status == 422 && wrong.problem == "account.invalid", "\(wrong.text)")
            #expect(wrong.json.list("errors").first?.text("field") == "currency")
            let right = try await register("kwd")
            #expect(right.status == 201, "\(right.text)")
            let hours = try await site.client.get(
                "/api/v1/hours/", token: right.json.text("access_token"))
            for day in Weekday.allCases {
                #expect(hours.json["hours"]?.list(day.rawValue).isEmpty == true)
            }
        }
    }
}
