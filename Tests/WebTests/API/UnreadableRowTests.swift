import Base
import Domain
import HTTP
import Postgres
import Store
import TestKit
import Testing

@testable import API
@testable import Desk

/// Rows that another version wrote, or that were damaged: each costs itself only.
@Suite("Rows that cannot be read")
struct UnreadableRowTests {
    /// JSON of every kind that is not what a column holds.
    private static let damages = [
        "{}", "[]", "\"x\"", "7", "null", "[{}]", "{\"last_inbound\": \"x\"}",
        "{\"last_inbound\": 1e40}", "{\"renamed\": {\"_0\": {}}}",
    ]

    /// Where JSON is stored, and what reads it. A new column must be put here and dealt with.
    private static let columns: [String: UnreadableRows.Kind?] = [
        "booking_session.state": .bookingSession,
        "draft.basis": .draft, "draft.citations": .draft, "draft.commands": .draft,
        "draft.effects": .draft, "draft.warnings": .draft,
        "event.payload": .event, "outbox.payload": nil,
        "staff_member.hours": .staffHours,
        "workspace.hours": .openingHours, "workspace.policy": .bookingPolicy,
    ]

    @Test("Every column that holds JSON is one that these tests damage")
    func columnsAreKnown() async throws {
        let fixture = try await DeskFixture()
        let found: [String] = try PostgresConnection(fixture.owner).query(
            """
            select table_name || '.' || column_name as name from information_schema.columns
            where table_schema = 'public' and data_type = 'jsonb' order by 1
            """
        ).map { try $0.decode("name") }
        #expect(Set(found) == Set(UnreadableRowTests.columns.keys))
    }

    /// Calls `body` after each damage of a column.
    private func damaging(
        _ name: String, _ site: SiteFixture, where condition: SQL = "true",
        _ body: (String) async throws -> Void
    ) async throws {
        let parts = name.split(separator: ".").map(String.init)
        let (table, column) = (SQL(raw: parts[0]), SQL(raw: parts[1]))
        let connection = try PostgresConnection(site.fixture.owner)
        for damage in UnreadableRowTests.damages {
            try connection.execute(
                "update \(table) set \(column) = \(SQLJSON(text: damage)) where \(condition)")
            try await body(damage)
        }
    }

    private func write(
        _ text: String, _ site: SiteFixture, as customer: String
    ) async throws {
        site.fixture.clock.advance(by: .seconds(5))
        let answer = try await site.client.post(
            "/api/v1/messaging/messages/", ["content": .text(text)], token: customer)
        #expect(answer.status == 202)
        #expect(try await site.fixture.drain() == 0)
    }

    private func page(_ path: String, _ site: SiteFixture, _ cookie: String) async throws -> String
    {
        let answer = try await site.client.send(
            .get, path, ["Accept": "text/html", "Cookie": "frontdesk=\(cookie)"], [])
        #expect(answer.status == 200, "\(path)")
        return answer.text
    }

    @Test(
        "One draft that cannot be read leaves the list whole, and is drafted again",
        arguments: columns.filter { $0.value == .draft }.keys.sorted())
    func draft(column: String) async throws {
        try await SiteFixture.run(ports: DraftTests.understanding) { site in
            let owner = try await site.fixture.openBusiness()
            let staff = try await site.token(of: owner)
            let cookie = try await site.desk.signIn.openPage(
                email: owner.email, password: DeskFixture.password, from: "127.0.0.1"
            ).access.revealed()
            for phone in ["+447700900123", "+447700900124"] {
                let customer = try await site.customerToken(phone, of: owner)
                try await write("Please book a colour refresh", site, as: customer)
            }
            let before = try await site.client.get("/api/v1/messaging/drafts/", token: staff)
            let wanted = try #require(before.json.list("drafts").first?.text("id"))
            let condition: SQL = "draft_id = \(wanted)::uuid"
            var wasUnreadable = false
            try await damaging(column, site, where: condition) { damage in
                let list = try await site.client.get("/api/v1/messaging/drafts/", token: staff)
                #expect(list.status == 200, "\(column) = \(damage)")
                let drafts = list.json.list("drafts")
                #expect(drafts.count == 2, "\(column) = \(damage)")
                let damaged = try #require(drafts.first { $0.text("id") == wanted })
                guard damaged["is_readable"] == .flag(false) else { return }
                wasUnreadable = true
                #expect(damaged.text("text")?.isEmpty == false)
                #expect(try await page("/approvals", site, cookie).contains("Draft again"))
                let notice = try await page("/calendar", site, cookie)
                #expect(notice.contains("1 draft: have it drafted again"))
                #expect(try await health(site) == "degraded")
            }
            #expect(wasUnreadable)
            let answer = try await site.client.post(
                "/api/v1/messaging/drafts/approve/",
                ["id": .text(wanted), "version": .integer(1), "action": "approve"], token: staff)
            #expect(answer.status == 409 && answer.problem == "draft.unreadable")
            #expect(try await site.fixture.drain() == 0)
            let after = try await site.client.get("/api/v1/messaging/drafts/", token: staff)
            let drafts = after.json.list("drafts")
            #expect(drafts.count == 2 && !drafts.contains { $0.text("id") == wanted })
            #expect(drafts.allSatisfy { $0["is_readable"] == .flag(true) })
        }
    }

    @Test("A booking session that cannot be read begins anew, and a person is told")
    func session() async throws {
        try await SiteFixture.run(ports: DraftTests.understanding) { site in
            let owner = try await site.fixture.openBusiness()
            let staff = try await site.token(of: owner)
            let customer = try await site.customerToken(of: owner)
            func approve() async throws {
                let list = try await site.client.get("/api/v1/messaging/drafts/", token: staff)
                let draft = try #require(list.json.list("drafts").first)
                let answer = try await site.client.post(
                    "/api/v1/messaging/drafts/approve/",
                    [
                        "id": draft["id"] ?? .null, "version": draft["version"] ?? .null,
                        "action": "approve",
                    ], token: staff)
                #expect(answer.status == 200)
            }
            try await write("Please book a colour refresh", site, as: customer)
            try await approve()
            var isTold = 0
            try await damaging("booking_session.state", site) { damage in
                try await write("yes", site, as: customer)
                let list = try await site.client.get("/api/v1/messaging/drafts/", token: staff)
                let draft = try #require(list.json.list("drafts").first, "\(damage)")
                let warnings = draft.list("warnings").map(String.init(describing:))
                if warnings.contains(where: { $0.contains("cannot be read") }) { isTold += 1 }
                try await approve()
            }
            #expect(isTold == UnreadableRowTests.damages.count)
            let connection = try PostgresConnection(site.fixture.owner)
            let states: [String] = try connection.query(
                "select state_name from booking_session"
            ).map { try $0.decode("state_name") }
            #expect(states == ["IDLE"])
            #expect(site.fixture.database.unreadable.count <= 1)
        }
    }

    @Test(
        "Hours and rules that cannot be read offer no time, and every page stays",
        arguments: ["staff_member.hours", "workspace.hours", "workspace.policy"])
    func catalogue(column: String) async throws {
        try await SiteFixture.run { site in
            let owner = try await site.fixture.openBusiness()
            let staff = try await site.token(of: owner)
            let cookie = try await site.desk.signIn.openPage(
                email: owner.email, password: DeskFixture.password, from: "127.0.0.1"
            ).access.revealed()
            let services = try await site.client.get("/api/v1/services/", token: staff)
            let service = try #require(services.json.list("services").first?.text("id"))
            let slots =
                "/api/v1/calendar/available-slots/?service=\(service)&from=2026-11-24&to=2026-11-24"
            #expect(try await site.client.get(slots, token: staff).json.list("slots").count > 0)
            var wasTold = false
            try await damaging(column, site) { damage in
                let answer = try await site.client.get(slots, token: staff)
                #expect(answer.status == 200, "\(column) = \(damage)")
                #expect(answer.json.list("slots").isEmpty, "\(column) = \(damage)")
                for path in ["/services", "/services?tab=hours", "/calendar", "/approvals"] {
                    let text = try await page(path, site, cookie)
                    wasTold = wasTold || text.contains("Some records cannot be read.")
                }
            }
            #expect(wasTold)
        }
    }

    @Test("A job whose payload cannot be read is parked at once, and holds up no other")
    func job() async throws {
        try await SiteFixture.run(ports: DraftTests.understanding) { site in
            let owner = try await site.fixture.openBusiness()
            let customer = try await site.customerToken(of: owner)
            let answer = try await site.client.post(
                "/api/v1/messaging/messages/", ["content": "book"], token: customer)
            #expect(answer.status == 202)
            let connection = try PostgresConnection(site.fixture.owner)
            try connection.execute(
                "update outbox set payload = '{\"renamed\": {}}' where kind = 'turn'")
            #expect(try await site.fixture.drain() == 1)
            let attempts: Int32 = try connection.query(
                "select attempts from outbox where state = 'parked'"
            ).one().decode("attempts")
            #expect(attempts == 1)
            #expect(try await health(site) == "degraded")
            // The customer of it is not left waiting for nobody.
            let waiting = try await site.client.get(
                "/api/v1/core/conversations/?needs_person=true",
                token: try await site.token(of: owner))
            #expect(
                waiting.json.list("conversations").map { $0.text("needs_person") }
                    == ["not_drafted"])
            let other = try await site.customerToken("+447700900124", of: owner)
            _ = try await site.client.post(
                "/api/v1/messaging/messages/", ["content": "book"], token: other)
            #expect(try await site.fixture.drain() == 1)
            let staff = try await site.token(of: owner)
            let list = try await site.client.get("/api/v1/messaging/drafts/", token: staff)
            #expect(list.json.list("drafts").count == 1)
        }
    }

    /// What `/health` tells this machine.
    private func health(_ site: SiteFixture) async throws -> String? {
        site.fixture.clock.advance(by: .seconds(2))
        return try await site.client.get("/health").json.text("status")
    }

    @Test("A turn that cannot succeed is given up after a few tries, and a person is called")
    func givenUp() async throws {
        struct Broken: Fault {
            let retryable = false
        }
        let isBroken = Lock(true)
        try await SiteFixture.run { ports in
            ports.understander = UnderstandingPort { message, facts in
                if isBroken.withLock({ $0 }) { throw Broken() }
                return try await DraftTests.understander.understand(message, facts)
            }
        } _: { site in
            let owner = try await site.fixture.openBusiness()
            let staff = try await site.token(of: owner)
            let customer = try await site.customerToken(of: owner)
            #expect(try await health(site) == "ok")
            _ = try await site.client.post(
                "/api/v1/messaging/messages/", ["content": "book"], token: customer)
            var parked = 0
            for _ in 0..<TurnJobs.lastingAttempts {
                parked = try await site.fixture.drain()
                site.fixture.clock.advance(by: .minutes(1))
            }
            #expect(parked == 1)
            #expect(try await health(site) == "degraded")
            let path = "/api/v1/core/conversations/?needs_person=true"
            let waiting = try await site.client.get(path, token: staff)
            #expect(
                waiting.json.list("conversations").map { $0.text("needs_person") }
                    == ["not_drafted"])
            isBroken.withLock { $0 = false }
            // As a start does.
            try await site.desk.retryParked()
            #expect(try await site.fixture.drain() == 0)
            #expect(try await health(site) == "ok")
            let drafts = try await site.client.get("/api/v1/messaging/drafts/", token: staff)
            #expect(drafts.json.list("drafts").count == 1)
            let after = try await site.client.get(path, token: staff)
            #expect(after.json.list("conversations").isEmpty)
        }
    }
}
