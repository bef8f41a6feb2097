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
    /// JSON columns with shapes of their own: of the event log and of the kinds of jobs.
    private static let others: Set<String> = ["event.payload", "outbox.payload"]

    /// What the tests below damage, by what is said of the row.
    private static let drafts: Set<UnreadableRows.Kind> = [.draft]
    private static let sessions: Set<UnreadableRows.Kind> = [.bookingSession]
    private static let catalogues: Set<UnreadableRows.Kind> = [
        .staffHours, .openingHours, .bookingPolicy,
    ]

    private static func columns(_ kinds: Set<UnreadableRows.Kind>) -> [String] {
        StoredShapes.all.filter { kinds.contains($0.kind) }.map(\.column)
    }

    @Test("Every column that holds JSON has a shape with a version, and is damaged by these tests")
    func columnsAreKnown() async throws {
        let fixture = try await DeskFixture()
        let found: [String] = try PostgresConnection(fixture.owner).query(
            """
            select table_name || '.' || column_name as name from information_schema.columns
            where table_schema = 'public' and data_type in ('json', 'jsonb') order by 1
            """
        ).map { try $0.decode("name") }
        let shaped = StoredShapes.all.map(\.column)
        #expect(Set(found) == Set(shaped).union(UnreadableRowTests.others))
        let damaged = [
            UnreadableRowTests.drafts, UnreadableRowTests.sessions, UnreadableRowTests.catalogues,
        ].flatMap(UnreadableRowTests.columns)
        #expect(Set(damaged) == Set(shaped))
    }

    /// Calls `body` after each damage of a column: of what stands there, as another version would
    /// write it, and anything else that is JSON. Gives how many there were.
    @discardableResult
    private func damaging(
        _ name: String, _ site: SiteFixture, where condition: SQL = "true",
        _ body: (String) async throws -> Void
    ) async throws -> Int {
        let parts = name.split(separator: ".").map(String.init)
        let (table, column) = (SQL(raw: parts[0]), SQL(raw: parts[1]))
        let connection = try PostgresConnection(site.fixture.owner)
        let stored = try connection.query(
            "select \(column) as json from \(table) where \(condition)"
        )
        .map { try $0.decode("json", as: SQLJSON.self) }
        let damages = try Damage.some(of: try #require(stored.first).text)
        for damage in damages {
            try connection.execute(
                "update \(table) set \(column) = \(SQLJSON(text: damage)) where \(condition)")
            try await body(damage)
        }
        return damages.count
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
        arguments: columns(drafts))
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
                #expect(damaged.text("text")?.isEmpty == false)
                guard !wasUnreadable else { return }
                wasUnreadable = true
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

    @Test("A booking session that cannot be read begins anew, and a person is called")
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
            let column = try #require(
                UnreadableRowTests.columns(UnreadableRowTests.sessions).first)
            let connection = try PostgresConnection(site.fixture.owner)
            var isTold = 0
            let count = try await damaging(column, site) { damage in
                try connection.execute(
                    "update conversation set needs_person = null, needs_person_since = null")
                try await write("yes", site, as: customer)
                let list = try await site.client.get("/api/v1/messaging/drafts/", token: staff)
                let draft = try #require(list.json.list("drafts").first, "\(damage)")
                let warnings = draft.list("warnings").map(String.init(describing:))
                let waiting = try await site.client.get(
                    "/api/v1/core/conversations/?needs_person=true", token: staff)
                let needs = waiting.json.list("conversations").map { $0.text("needs_person") }
                if warnings.contains(where: { $0.contains("cannot be read") }) {
                    isTold += 1
                    #expect(needs == ["session_unreadable"], "\(damage)")
                } else {
                    #expect(needs == [], "\(damage)")
                }
                try await approve()
            }

            #expect(isTold == count)
            let states: [String] = try connection.query(
                "select state_name from booking_session"
            ).map { try $0.decode("state_name") }
            #expect(states == ["IDLE"])
            #expect(site.fixture.database.unreadable.count <= 1)
        }
    }

    @Test(
        "Hours and rules that cannot be read offer no time, and every page stays",
        arguments: columns(catalogues))
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
                let isKnown = site.fixture.database.unreadable.count == 0
                #expect(isKnown || answer.json.list("slots").isEmpty, "\(column) = \(damage)")
                guard !isKnown, !wasTold else { return }
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
            try await site.desk.parkedJobs.retryAll()
            #expect(try await site.fixture.drain() == 0)
            #expect(try await health(site) == "ok")
            let drafts = try await site.client.get("/api/v1/messaging/drafts/", token: staff)
            #expect(drafts.json.list("drafts").count == 1)
            let after = try await site.client.get(path, token: staff)
            #expect(after.json.list("conversations").isEmpty)
        }
    }
}
