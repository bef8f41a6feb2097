import Base
import Domain
import HTTP
import TestKit
import Testing

@testable import WebCore

@Suite("Services and the calendar by API")
struct CalendarTests {
    @Test("Slots are found, one is booked, moved and cancelled", arguments: Engine.allCases)
    func path(engine: Engine) async throws {
        try await SiteFixture.run(engine) { site in
            let owner = try await site.fixture.openBusiness()
            let token = try await site.token(of: owner)
            let services = try await site.client.get("/api/v1/services", token: token)
            let cut = try #require(
                services.json.list("services").first { $0.text("name") == "Barber cut" })
            let service = try #require(cut.text("id"))
            let slots = try await site.client.get(
                "/api/v1/calendar/available-slots/?service=\(service)"
                    + "&from=2026-11-24&to=2026-11-24", token: token)
            let all = slots.json.list("slots")
            let first = try #require(all.first)
            #expect(all.allSatisfy { $0.text("start")?.hasPrefix("2026-11-24T") == true })
            let booking: JSONValue = [
                "service": .text(service), "start": first["start"] ?? .null,
                "staff": first["staff"] ?? .null, "phone": "+447700900321", "name": "Tom",
            ]
            let booked = try await site.client.post(
                "/api/v1/calendar/book-appointment/", booking, token: token, key: "b1")
            #expect(booked.status == 201, "\(booked.text)")
            let again = try await site.client.post(
                "/api/v1/calendar/book-appointment/", booking, token: token, key: "b1")
            #expect(again.status == 201 && again.json == booked.json)
            let other = try await site.client.post(
                "/api/v1/calendar/book-appointment/", booking, token: token)
            #expect(other.status == 409 && other.problem == "booking.slot_taken")
            #expect(!other.json.list("alternatives").isEmpty)

            let id = try #require(booked.json.text("id"))
            let path = "/api/v1/calendar/appointments/\(id)/"
            let later = try #require(other.json.list("alternatives").last?.text("start"))
            let moved = try await site.client.post(
                path, ["start": .text(later)], token: token, method: .put)
            #expect(moved.status == 200 && moved.json.text("start") == later, "\(moved.text)")
            #expect(try await site.client.delete(path, token: token).status == 204)
            let twice = try await site.client.delete(path, token: token)
            #expect(twice.status == 409 && twice.problem == "booking.not_possible")
            let read = try await site.client.get(path, token: token)
            #expect(read.json.text("status") == "cancelled")
            let list = try await site.client.get(
                "/api/v1/calendar/appointments/?from=2026-11-20&to=2026-12-20", token: token)
            #expect(list.json.list("appointments").map { $0.text("id") } == [id])
        }
    }

    @Test("Slots can be asked for by time, by name, and by customers")
    func asking() async throws {
        try await SiteFixture.run { site in
            let owner = try await site.fixture.openBusiness()
            let token = try await site.customerToken(of: owner)
            let root = "/api/v1/calendar/available-slots/?service=Barber%20cut"
            let span = "&from=2026-11-24T12:00:00Z&to=2026-11-24T13:00:00%2B00:00"
            let slots = try await site.client.get(root + span, token: token)
            let starts = slots.json.list("slots").compactMap { $0.text("start") }
            #expect(!starts.isEmpty && starts.allSatisfy { $0.hasPrefix("2026-11-24T12:") })
            let cases: [(String, Int)] = [
                ("", 200), ("&from=2026-11-25&to=2026-11-24", 422), ("&from=soon", 422),
                ("&staff=Nobody", 404), ("&from=9999-12-31", 200), ("&to=0001-01-01", 422),
            ]
            for (query, status) in cases {
                let answer = try await site.client.get(root + query, token: token)
                #expect(answer.status == status, "\(query) \(answer.text)")
            }
            let none = try await site.client.get(
                "/api/v1/calendar/available-slots/?service=Nothing", token: token)
            #expect(none.status == 404 && none.problem == "booking.unknown_service")
        }
    }

    @Test("Services, people, hours and the profile can be changed", arguments: Engine.allCases)
    func catalogue(engine: Engine) async throws {
        try await SiteFixture.run(engine) { site in
            let owner = try await site.fixture.openWorkspace()
            let token = try await site.token(of: owner)
            let week: JSONValue = ["tuesday": [["open": "09:00", "close": "17:00"]]]
            let person = try await site.client.post(
                "/api/v1/staff/", ["name": "Ana", "hours": week], token: token)
            #expect(person.status == 201)
            let service = try await site.client.post(
                "/api/v1/services/",
                ["name": "Cut", "duration_minutes": 30, "staff": [person.json["id"] ?? .null]],
                token: token)
            #expect(service.status == 201, "\(service.text)")
            let path = "/api/v1/services/\(try #require(service.json.text("id")))/"
            let changed = try await site.client.post(
                path, ["name": "Long cut", "duration_minutes": 45], token: token, method: .put)
            #expect(changed.json.integer("duration_minutes") == 45)
            let wrong = try await site.client.post(
                path, ["name": " ", "duration_minutes": 1], token: token, method: .put)
            #expect(wrong.status == 422 && wrong.json.list("errors").count == 2)
            #expect(try await site.client.delete(path, token: token).status == 204)
            #expect(try await site.client.get(path, token: token).status == 404)

            var hours = try await site.client.get("/api/v1/hours/", token: token).json
            if case .object(var members) = hours {
                members["hours"] = week
                hours = .object(members)
            }
            let set = try await site.client.post(
                "/api/v1/hours/", hours, token: token, method: .put)
            #expect(set.status == 200, "\(set.text)")
            #expect(set.json["hours"]?.list("monday").isEmpty == true)
            #expect(set.json["hours"]?.list("tuesday").count == 1)

            let profile = try await site.client.post(
                "/api/v1/profile/", ["greeting": "Hi!"], token: token, method: .put)
            #expect(profile.status == 200 && profile.json.text("greeting") == "Hi!")
            let zone = try await site.client.post(
                "/api/v1/profile/", ["time_zone": "Mars"], token: token, method: .put)
            #expect(zone.status == 422 && zone.problem == "account.invalid")
        }
    }
}
