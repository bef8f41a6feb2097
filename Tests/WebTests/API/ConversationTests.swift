import Base
import Desk
import Domain
import Foundation
import HTTP
import TestKit
import Testing

@testable import WebCore

@Suite("Conversations by API")
struct ConversationTests {
    @Test(
        "A customer signs in by code, writes once, and reads the reply", arguments: Engine.allCases)
    func path(engine: Engine) async throws {
        try await SiteFixture.run(engine) { site async throws -> Void in
            let owner = try await site.fixture.openBusiness()
            let staff = try await site.token(of: owner)
            let session = try await site.client.post(
                "/api/v1/core/session/create/",
                ["workspace": "marlow-finch", "phone": "+44 7700 900123", "name": "Priya"])
            #expect(session.status == 200)
            let id = try #require(session.json.text("session"))
            try await site.fixture.drain()
            let console = try await site.client.get("/api/v1/messaging/console/", token: staff)
            let text = try #require(console.json.list("messages").first)
            #expect(text.text("to") == "+447700900123" && text.text("channel") == "console")
            let code = String(try #require(text.text("text")).prefix(6))
            let opened = try await site.client.post(
                "/api/v1/core/session/validate/", ["session": .text(id), "code": .text(code)])
            let token = try #require(opened.json.text("token"))

            let empty = try await site.client.get("/api/v1/messaging/messages/", token: token)
            #expect(empty.status == 200 && empty.json.list("messages").isEmpty)
            let message: JSONValue = ["content": "Hello there"]
            let first = try await site.client.post(
                "/api/v1/messaging/messages/", message, token: token, key: "m1")
            let again = try await site.client.post(
                "/api/v1/messaging/messages/", message, token: token, key: "m1")
            #expect(first.status == 202 && again.status == 202)
            #expect(first.json == again.json)
            let reused = try await site.client.post(
                "/api/v1/messaging/messages/", ["content": "Other"], token: token, key: "m1")
            #expect(reused.status == 409 && reused.problem == "conversation.key_reused")

            try await reply(site, staff)
            let all = try await site.client.get("/api/v1/messaging/messages/", token: token)
            let kinds = all.json.list("messages").map { $0.text("sender_type") }
            #expect(kinds == ["customer", "staff"])
            try await since(site, token, all.json.list("messages"))
        }
    }

    /// Staff answer by hand.
    private func reply(_ site: SiteFixture, _ staff: String) async throws {
        let list = try await site.client.get("/api/v1/core/conversations/", token: staff)
        let entry = try #require(list.json.list("conversations").first)
        #expect(entry["contact"]?.text("name") == "Priya")
        #expect(entry.text("last_message") == "Hello there")
        let conversation = try #require(entry.text("id"))
        site.fixture.clock.advance(by: .seconds(2))
        let sent = try await site.client.post(
            "/api/v1/messaging/messages/",
            ["content": "Good morning!", "conversation": .text(conversation)], token: staff)
        #expect(sent.status == 202)
        let nowhere = try await site.client.post(
            "/api/v1/messaging/messages/", ["content": "Good morning!"], token: staff)
        #expect(nowhere.status == 422)
        let read = try await site.client.get(
            "/api/v1/messaging/messages/?conversation=\(conversation)", token: staff)
        #expect(read.json.list("messages").count == 2)
    }

    /// Every kind of cursor begins after the first message.
    private func since(
        _ site: SiteFixture, _ token: String, _ messages: [JSONValue]
    ) async throws {
        let first = try #require(messages.first)
        let cursors = [
            "1", try #require(first.text("id")), try #require(first.text("created_at")),
        ]
        for cursor in cursors {
            let later = try await site.client.get(
                "/api/v1/messaging/messages/?since=\(cursor)", token: token)
            #expect(later.json.list("messages").map { $0.text("content") } == ["Good morning!"])
        }
        let wrong = try await site.client.get(
            "/api/v1/messaging/messages/?since=yesterday", token: token)
        #expect(wrong.status == 422 && wrong.problem == "request.bad_cursor")
    }

    @Test("Codes: wrong, used up, reused and expired ones open nothing")
    func codes() async throws {
        try await SiteFixture.run { site async throws -> Void in
            let owner = try await site.fixture.openWorkspace()
            func create() async throws -> String {
                let answer = try await site.client.post(
                    "/api/v1/core/session/create/",
                    ["workspace": "first", "phone": "+447700900123"])
                return try #require(answer.json.text("session"))
            }
            func validate(_ session: String, _ code: String) async throws -> SiteAnswer {
                try await site.client.post(
                    "/api/v1/core/session/validate/",
                    ["session": .text(session), "code": .text(code)])
            }
            let session = try await create()
            let code = try await site.lastCode(for: owner)
            let wrong = code == "000000" ? "000001" : "000000"
            let first = try await validate(session, wrong)
            #expect(first.status == 401 && first.problem == "conversation.wrong_code")
            #expect(first.json.integer("tries_left") == 4)
            #expect(try await validate(session, code).status == 200)
            #expect(try await validate(session, code).problem == "conversation.code_used")

            let second = try await create()
            let late = try await site.lastCode(for: owner)
            site.fixture.clock.advance(by: .minutes(11))
            #expect(try await validate(second, late).problem == "conversation.code_expired")

            let third = try await create()
            let right = try await site.lastCode(for: owner)
            for _ in 0..<5 { #expect(try await validate(third, wrong).status == 401) }
            #expect(try await validate(third, right).problem == "conversation.wrong_code")
            #expect(try await validate("nonsense", right).status == 404)
        }
    }

    @Test("A number gets few texts with its code, and no impossible number any")
    func codeLimits() async throws {
        try await SiteFixture.run { site async throws -> Void in
            _ = try await site.fixture.openWorkspace()
            func create(_ phone: String, _ slug: String = "first") async throws -> SiteAnswer {
                try await site.client.post(
                    "/api/v1/core/session/create/",
                    ["workspace": .text(slug), "phone": .text(phone)])
            }
            var asked: [SiteAnswer] = []
            for _ in 0..<5 { asked.append(try await create("+447700900123")) }
            #expect(asked.allSatisfy { $0.status == 200 })
            #expect(asked.map { $0.json["sent"] } == [true, true, true, false, false])
            for phone in ["12345", "+1", "+99912345678", "+44770090012x", ""] {
                let answer = try await create(phone)
                #expect(answer.status == 422 && answer.problem == "conversation.invalid_phone")
            }
            for phone in ["+14155550100", "+81312345678", "+5511987654321", "+35312345678"] {
                #expect(try await create(phone).status == 200, "\(phone)")
            }
            #expect(try await create("+447700900124", "nobody").status == 404)
        }
    }

    @Test("Too long, empty and broken messages are told apart", arguments: Engine.allCases)
    func badMessages(engine: Engine) async throws {
        try await SiteFixture.run(engine) { site async throws -> Void in
            let owner = try await site.fixture.openWorkspace()
            let token = try await site.customerToken(of: owner)
            func post(_ bytes: [UInt8]) async throws -> SiteAnswer {
                try await site.client.send(
                    .post, "/api/v1/messaging/messages/",
                    ["Authorization": "Bearer \(token)", "Content-Type": "application/json"],
                    bytes)
            }
            let long = "{\"content\":\"" + String(repeating: "a", count: 100_000) + "\"}"
            let cases: [([UInt8], Int, String)] = [
                (Array(long.utf8), 413, "conversation.message_too_long"),
                (Array("{\"content\":\"  \"}".utf8), 422, "conversation.empty_message"),
                (
                    Array("{\"content\":\"".utf8) + [0xFF, 0xFE] + Array("\"}".utf8), 400,
                    "request.malformed_json"
                ),
                (Array("{\"content\":".utf8), 400, "request.malformed_json"),
                (Array("{\"content\":7}".utf8), 422, "request.invalid_field"),
                (Array("{}".utf8), 422, "request.invalid_field"),
                (Array(String(repeating: "[", count: 5_000).utf8), 400, "request.malformed_json"),
            ]
            for (bytes, status, problem) in cases {
                let answer = try await post(bytes)
                #expect(answer.status == status && answer.problem == problem, "\(answer.text)")
            }
            let plain = try await site.client.send(
                .post, "/api/v1/messaging/messages/",
                ["Authorization": "Bearer \(token)", "Content-Type": "text/plain"],
                Array("{}".utf8))
            #expect(plain.status == 415)
        }
    }

    @Test("One customer cannot flood a conversation")
    func flood() async throws {
        try await SiteFixture.run { site async throws -> Void in
            let owner = try await site.fixture.openWorkspace()
            let token = try await site.customerToken(of: owner)
            var answers: [SiteAnswer] = []
            for number in 0...ConversationLimits.unansweredMessages {
                answers.append(
                    try await site.client.post(
                        "/api/v1/messaging/messages/", ["content": .text("\(number)")],
                        token: token))
            }
            #expect(answers.dropLast().allSatisfy { $0.status == 202 })
            #expect(answers.last?.status == 429)
            #expect(answers.last?.headers["Retry-After"] != nil)
        }
    }

    static func provided(_ ports: inout DeskPorts) {
        ports.channels = [RecordingChannel().connected]
    }

    @Test("The console shows nothing once a provider is configured")
    func console() async throws {
        try await SiteFixture.run(ports: ConversationTests.provided) {
            site async throws -> Void in
            let owner = try await site.fixture.openWorkspace()
            let token = try await site.token(of: owner)
            _ = try await site.desk.portal.createSession(
                slug: "first", phone: "+447700900123", name: nil)
            try await site.fixture.drain()
            let console = try await site.client.get("/api/v1/messaging/console/", token: token)
            #expect(console.status == 200 && console.json.list("messages").isEmpty)
            #expect(console.json.text("note") != nil)
        }
    }

    @Test("A person takes a conversation over and gives it back")
    func owner() async throws {
        try await SiteFixture.run { site async throws -> Void in
            let owner = try await site.fixture.openWorkspace()
            let token = try await site.token(of: owner)
            let customer = try await site.customerToken(of: owner)
            _ = try await site.client.post(
                "/api/v1/messaging/messages/", ["content": "Hello"], token: customer)
            let list = try await site.client.get("/api/v1/core/conversations/", token: token)
            let id = try #require(list.json.list("conversations").first?.text("id"))
            for word in ["staff", "assistant"] {
                let answer = try await site.client.post(
                    "/api/v1/core/conversations/\(id)/owner/", ["owner": .text(word)],
                    token: token)
                #expect(answer.status == 204)
                let now = try await site.client.get("/api/v1/core/conversations/", token: token)
                #expect(now.json.list("conversations").first?.text("owner") == word)
            }
        }
    }
}
