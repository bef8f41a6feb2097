import Base
import Desk
import Domain
import HTTP
import Store
import TestKit
import Testing

@testable import WebCore

@Suite("Approvals that can be undone, and conversations that need a person")
struct PersonNeedTests {
    private static let understander = UnderstandingPort { message, _ in
        message.contains("person")
            ? Understanding(intent: .talkToHuman, confidence: 1, commands: [])
            : Understanding(intent: .greeting, confidence: 1, commands: [.none])
    }

    private static func understanding(_ ports: inout DeskPorts) {
        ports.understander = understander
    }

    private struct Desk {
        let site: SiteFixture
        let owner: Staff
        let token: String
        let customer: String

        func write(_ words: String) async throws {
            let answer = try await site.client.post(
                "/api/v1/messaging/messages/", ["content": .text(words)], token: customer)
            #expect(answer.status == 202)
            try await site.fixture.drain()
        }

        func drafts(_ status: String = "ready") async throws -> [JSONValue] {
            try await site.client.get("/api/v1/messaging/drafts/?status=\(status)", token: token)
                .json.list("drafts")
        }

        func decide(
            _ draft: JSONValue, _ action: String, version: Int? = nil,
            _ more: [String: JSONValue] = [:]
        ) async throws -> SiteAnswer {
            var body = more
            body["id"] = draft["id"]
            body["version"] = version.map { .integer($0) } ?? draft["version"]
            body["action"] = .text(action)
            return try await site.client.post(
                "/api/v1/messaging/drafts/approve/", .object(body), token: token)
        }

        func conversations(_ query: String = "?needs_person=true") async throws -> [JSONValue] {
            try await site.client.get("/api/v1/core/conversations/" + query, token: token)
                .json.list("conversations")
        }

        func page(_ path: String) async throws -> String {
            let access = try await site.desk.signIn.openPage(
                email: owner.email, password: DeskFixture.password, from: "127.0.0.1"
            ).access.revealed()
            let answer = try await site.client.send(
                .get, path, ["Accept": "text/html", "Cookie": "frontdesk=\(access)"], [])
            #expect(answer.status == 200)
            return answer.text
        }
    }

    private func run(_ body: (Desk) async throws -> Void) async throws {
        try await SiteFixture.run(ports: PersonNeedTests.understanding) { site in
            let owner = try await site.fixture.openBusiness()
            try await body(
                Desk(
                    site: site, owner: owner, token: try await site.token(of: owner),
                    customer: try await site.customerToken(of: owner)))
        }
    }

    @Test("By API an approval sends at once, unless seconds to undo it are asked for")
    func undoSeconds() async throws {
        try await run { desk in
            try await desk.write("hello")
            let draft = try #require(try await desk.drafts().first)
            let tooLong = try await desk.decide(draft, "approve", ["undo_seconds": 61])
            #expect(tooLong.status == 422 || tooLong.status == 400)
            let approved = try await desk.decide(draft, "approve", ["undo_seconds": 30])
            #expect(approved.status == 200 && approved.json.text("status") == "scheduled")
            let sendsAt = desk.site.fixture.clock.now + .seconds(30)
            #expect(approved.json.text("sends_at") == sendsAt.description)
            #expect(approved.json["message"] == nil)
            let version = try #require(approved.json.integer("version"))
            #expect(try await desk.drafts().isEmpty)
            #expect(try await desk.drafts("scheduled").first?.text("sends_at") != nil)
            let undone = try await desk.decide(draft, "undo", version: version)
            #expect(undone.status == 200 && undone.json.text("status") == "ready")
            let again = try #require(try await desk.drafts().first)
            #expect(again.integer("version") == undone.json.integer("version"))
            let twice = try await desk.decide(draft, "undo", version: version)
            #expect(twice.status == 409 && twice.problem == "draft.not_open")
            let sent = try await desk.decide(again, "approve", ["undo_seconds": 0])
            #expect(sent.json.text("status") == "approved")
            #expect(sent.json["message"]?.text("sender_type") == "assistant")
        }
    }

    @Test("A page approves with time to undo")
    func page() async throws {
        try await run { desk in
            try await desk.write("hello")
            let draft = try #require(try await desk.drafts().first)
            let id = try #require(draft.text("id"))
            _ = try await desk.decide(draft, "approve", ["undo_seconds": 5])
            let waiting = try await desk.page("/approvals?of=\(id)")
            #expect(waiting.contains("in a moment") && waiting.contains("/approvals/\(id)/undo"))
            desk.site.fixture.clock.advance(by: .seconds(5))
            try await desk.site.fixture.drain()
            let sent = try await desk.page("/approvals/notice?of=\(id)")
            #expect(sent.contains("Approved and sent to") && !sent.contains("/undo"))
        }
    }

    @Test("What a draft promises is in its effects, and the conversation then waits for a person")
    func needsPerson() async throws {
        try await run { desk in
            try await desk.write("hello")
            let first = try #require(try await desk.drafts().first)
            #expect(try await desk.decide(first, "approve").status == 200)
            try await desk.write("may I talk to a person?")
            let draft = try #require(try await desk.drafts().first)
            #expect(draft.list("previews").map { $0.text("type") } == ["hand_off"])
            let id = try #require(draft.text("id"))
            #expect(
                try await desk.page("/approvals/\(id)").contains(
                    "hands the conversation to a person"))
            #expect(try await desk.conversations().isEmpty)
            let all = try #require(try await desk.conversations("").first)
            #expect(all["needs_person"] == .null)
            #expect(try await desk.decide(draft, "approve").status == 200)
            let listed = try #require(try await desk.conversations().first)
            #expect(listed.text("needs_person") == "asked_for_person")
            #expect(listed.text("owner") == "staff" && listed.text("needs_person_since") != nil)
            #expect(
                try await desk.site.client.get(
                    "/api/v1/core/conversations/?needs_person=maybe", token: desk.token
                ).status == 422)

            let conversation = try #require(listed.text("id"))
            #expect(try await desk.page("/approvals").contains("1 conversation needs a person"))
            let list = try await desk.page("/conversations?show=person")
            #expect(list.contains(conversation) && list.contains("Asks for a person"))
            let open = try await desk.page("/conversations/\(conversation)")
            #expect(open.contains("Mark done"))
            let done = try await desk.site.client.post(
                "/api/v1/core/conversations/\(conversation)/done/", [:], token: desk.token)
            #expect(done.status == 204)
            #expect(try await desk.conversations().isEmpty)
            #expect(
                try await desk.page("/conversations?show=person")
                    .contains("No conversation needs a person."))
        }
    }

    @Test("The list is paged, the one that has waited longest first")
    func paging() async throws {
        try await run { desk in
            for index in 0..<3 {
                let customer = try await desk.site.customerToken(
                    "+44770090030\(index)", of: desk.owner)
                _ = try await desk.site.client.post(
                    "/api/v1/messaging/messages/", ["content": "a person please"], token: customer)
                try await desk.site.fixture.drain()
                let draft = try #require(try await desk.drafts().first)
                #expect(try await desk.decide(draft, "approve").status == 200)
                desk.site.fixture.clock.advance(by: .minutes(1))
            }
            var found: [String] = []
            var query = "?needs_person=true&limit=2"
            for _ in 0..<3 {
                let page = try await desk.site.client.get(
                    "/api/v1/core/conversations/" + query, token: desk.token
                ).json
                found += page.list("conversations").compactMap { $0["contact"]?.text("phone") }
                guard let next = page.text("next_cursor") else { break }
                query = "?needs_person=true&limit=2&cursor=\(next)"
            }
            #expect(found == (0..<3).map { "+44770090030\($0)" })
        }
    }
}
