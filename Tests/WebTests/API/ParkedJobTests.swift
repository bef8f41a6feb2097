import Base
import Desk
import Domain
import HTTP
import Postgres
import TestKit
import Testing

@testable import WebCore

@Suite("Work that was given up")
struct ParkedJobTests {
    private static let path = "/api/v1/operations/parked-jobs/"

    /// So many jobs whose payload is damaged were begun and given up.
    private static func run(
        _ count: Int, _ body: (SiteFixture, Staff) async throws -> Void
    ) async throws {
        try await SiteFixture.run { site in
            let owner = try await site.fixture.openWorkspace()
            let connection = try PostgresConnection(site.fixture.owner)
            for _ in 0..<count {
                site.fixture.clock.advance(by: .seconds(1))
                let now = site.fixture.clock.now
                try connection.execute(
                    """
                    insert into outbox (id, workspace_id, lane, kind, payload, state, run_after,
                        attempts, created_at)
                    values (\(site.fixture.world.uuid()), \(owner.workspace.uuid), 'upkeep',
                        'remove_blob', '{"private": "+447700900123"}', 'queued', \(now), 0, \(now))
                    """)
            }
            #expect(try await site.fixture.drain() == count)
            try await body(site, owner)
        }
    }

    private static func mend(_ site: SiteFixture) throws {
        let hash = String(repeating: "0", count: 64)
        try PostgresConnection(site.fixture.owner).execute(
            "update outbox set payload = \(SQLJSON(text: #"{"sha256":"\#(hash)","v":2}"#))")
    }

    private static func states(_ site: SiteFixture) throws -> [String] {
        try PostgresConnection(site.fixture.owner).query(
            "select state from outbox where kind = 'remove_blob' order by created_at"
        ).map { try $0.decode(at: 0) }
    }

    @Test("It is listed with its reason, tried again or dropped, and health names its kind")
    func handled() async throws {
        try await ParkedJobTests.run(3) { site, owner in
            let token = try await site.token(of: owner)
            let list = try await site.client.get(ParkedJobTests.path + "?limit=2", token: token)
            let jobs = list.json.list("jobs")
            #expect(jobs.count == 2)
            #expect(jobs.allSatisfy { $0.text("kind") == "remove_blob" })
            #expect(jobs.first?.text("title") == "Remove a deleted document's file")
            #expect(jobs.first?.text("reason") == "what was stored for it cannot be read")
            // What is stored for it may be personal, and is not shown.
            #expect(!list.text.contains("+44"))
            let next = try #require(list.json.text("next_cursor"))
            let rest = try await site.client.get(
                ParkedJobTests.path + "?cursor=" + PercentEncoding.encode(next), token: token)
            #expect(rest.json.list("jobs").count == 1)
            #expect(rest.json["next_cursor"] == .null)
            let health = try await site.client.get("/health")
            #expect(health.json.text("status") == "degraded")
            #expect(
                health.json.list("queues").contains {
                    $0.text("kind") == "remove_blob" && $0.text("state") == "parked"
                        && $0.integer("count") == 3
                }, "\(health.text)")

            let ids = (jobs + rest.json.list("jobs")).compactMap { $0.text("id") }
            let dropped = try await site.client.delete(
                ParkedJobTests.path + ids[0] + "/", token: token)
            #expect(dropped.status == 204)
            try ParkedJobTests.mend(site)
            for id in ids[1...] {
                let retried = try await site.client.post(
                    ParkedJobTests.path + id + "/retry/", [:], token: token)
                #expect(retried.status == 204)
            }
            let again = try await site.client.post(
                ParkedJobTests.path + ids[0] + "/retry/", [:], token: token)
            #expect(again.status == 404 && again.problem == "job.not_parked")
            #expect(try await site.fixture.drain() == 0)
            #expect(try ParkedJobTests.states(site) == ["done", "done"])
            site.fixture.clock.advance(by: .seconds(2))
            #expect(try await site.client.get("/health").json.text("status") == "ok")
        }
    }

    @Test("Nobody sees or touches what another workspace has given up")
    func apart() async throws {
        try await ParkedJobTests.run(1) { site, owner in
            let other = try await site.token(of: try await site.fixture.openWorkspace("second"))
            let list = try await site.client.get(
                ParkedJobTests.path, token: try await site.token(of: owner))
            let id = try #require(list.json.list("jobs").first?.text("id"))
            let seen = try await site.client.get(ParkedJobTests.path, token: other)
            #expect(seen.status == 200 && seen.json.list("jobs").isEmpty)
            for answer in [
                try await site.client.delete(ParkedJobTests.path + id + "/", token: other),
                try await site.client.post(
                    ParkedJobTests.path + id + "/retry/", [:], token: other),
            ] {
                #expect(answer.status == 404)
            }
            #expect(try ParkedJobTests.states(site) == ["parked"])
        }
    }

    @Test("The page shows it to those who see to it, and the bar only while there is something")
    func page() async throws {
        try await ParkedJobTests.run(1) { site, owner in
            let staff = try await site.fixture.add(.staff, by: owner)
            func cookie(_ person: Staff) async throws -> HTTPHeaders {
                let token = try await site.desk.signIn.openPage(
                    email: person.email, password: DeskFixture.password, from: "127.0.0.1"
                ).access.revealed()
                return ["Cookie": "\(VisitorReader.staffCookie)=\(token)"]
            }
            let (mine, theirs) = (try await cookie(owner), try await cookie(staff))
            func text(_ path: String, _ headers: HTTPHeaders) async throws -> String {
                try await site.client.send(.get, path, headers, []).text
            }
            let list = try await site.client.get(
                ParkedJobTests.path, token: try await site.token(of: owner))
            let id = try #require(list.json.list("jobs").first?.text("id"))
            let page = try await text("/operations", mine)
            #expect(page.contains("Remove a deleted document"))
            #expect(page.contains("/operations/\(id)/retry"))
            #expect(page.contains("/operations/\(id)/drop"))
            let link = "href=\"/operations\""
            #expect(try await text("/approvals", mine).contains(link))
            #expect(try await !text("/approvals", theirs).contains(link))
            try await site.desk.parkedJobs.drop(try #require(ParkedJobID(id)), by: owner)
            #expect(try await !text("/approvals", mine).contains(link))
            #expect(try await text("/operations", mine).contains("Nothing was given up"))
        }
    }
}
