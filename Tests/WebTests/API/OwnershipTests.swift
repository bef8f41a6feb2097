import Base
import Desk
import Domain
import HTTP
import Store
import TestKit
import Testing

@Suite("Whoever has a conversation answers it", .timeLimit(.minutes(10)))
struct OwnershipTests {
    /// The staff side of one business, and one customer of it.
    private struct Stage {
        let site: SiteFixture
        let token: String
        let customer: String

        func write(_ words: String) async throws {
            let answer = try await site.client.post(
                "/api/v1/messaging/messages/", ["content": .text(words)], token: customer)
            #expect(answer.status == 202)
            try await site.fixture.drain()
        }

        func drafts() async throws -> [JSONValue] {
            try await site.client.get("/api/v1/messaging/drafts/?status=ready", token: token)
                .json.list("drafts")
        }

        func approve(_ draft: JSONValue) async throws -> SiteAnswer {
            let body: JSONValue = [
                "id": draft["id"] ?? .null, "version": draft["version"] ?? .null,
                "action": "approve",
            ]
            let answer = try await site.client.post(
                "/api/v1/messaging/drafts/approve/", body, token: token)
            try await site.fixture.drain()
            return answer
        }

        func conversation() async throws -> JSONValue {
            let list = try await site.client.get("/api/v1/core/conversations/", token: token)
            return try #require(list.json.list("conversations").first)
        }

        func own(_ owner: String) async throws {
            let conversation = try await conversation()
            let id = try #require(conversation.text("id"))
            let answer = try await site.client.post(
                "/api/v1/core/conversations/\(id)/owner/",
                ["owner": .text(owner)], token: token)
            #expect(answer.status == 204 || answer.status == 200, "\(answer.text)")
            try await site.fixture.drain()
        }
    }

    private static func understanding(_ ports: inout DeskPorts) {
        ports.understander = UnderstandingPort { message, _ in
            message.contains("person")
                ? Understanding(intent: .talkToHuman, confidence: 1, commands: [])
                : Understanding(intent: .greeting, confidence: 1, commands: [.none])
        }
    }

    private func run(_ body: (Stage) async throws -> Void) async throws {
        try await SiteFixture.run(ports: OwnershipTests.understanding) { site in
            let owner = try await site.fixture.openBusiness()
            try await body(
                Stage(
                    site: site, token: try await site.token(of: owner),
                    customer: try await site.customerToken(of: owner)))
        }
    }

    @Test("Once a hand-over is approved, nothing is drafted until the conversation is given back")
    func handedOver() async throws {
        try await run { stage in
            try await stage.write("may I talk to a person?")
            let promise = try #require(try await stage.drafts().first)
            #expect(promise.list("previews").map { $0.text("column") } == ["conversations"])
            #expect(try await stage.approve(promise).status == 200)
            #expect(try await stage.conversation().text("owner") == "staff")
            for words in ["are you there?", "hello", "may I talk to a person?"] {
                try await stage.write(words)
                #expect(try await stage.drafts().isEmpty)
            }
            try await stage.own("assistant")
            #expect(try await stage.drafts().count == 1)
        }
    }

    @Test("A reply by hand takes the conversation, and one request gives it back")
    func byHand() async throws {
        try await run { stage in
            try await stage.write("hello")
            let id = try #require(try await stage.conversation().text("id"))
            let reply = try await stage.site.client.post(
                "/api/v1/messaging/messages/",
                ["content": "I'll see to it.", "conversation": .text(id)], token: stage.token)
            #expect(reply.status == 202)
            #expect(try await stage.conversation().text("owner") == "staff")
            #expect(try await stage.drafts().isEmpty)
            try await stage.write("thank you")
            #expect(try await stage.drafts().isEmpty)
            try await stage.own("assistant")
            #expect(try await stage.drafts().count == 1)
        }
    }

    @Test("An appointment that staff move and cancel by API reaches the customer through a draft")
    func changedByStaff() async throws {
        try await run { stage in
            let (client, token) = (stage.site.client, stage.token)
            try await stage.write("hello")
            _ = try await stage.approve(try #require(try await stage.drafts().first))
            let services = try await client.get("/api/v1/services", token: token)
            let cut = try #require(
                services.json.list("services").first { $0.text("name") == "Barber cut" })
            let slots = try await client.get(
                "/api/v1/calendar/available-slots/?service=\(cut.text("id") ?? "")"
                    + "&from=2026-11-24&to=2026-11-24", token: token
            ).json.list("slots")
            let first = try #require(slots.first)
            let phone = try #require(try await stage.conversation()["contact"]?.text("phone"))
            let booked = try await client.post(
                "/api/v1/calendar/book-appointment/",
                [
                    "service": cut["id"] ?? .null, "start": first["start"] ?? .null,
                    "staff": first["staff"] ?? .null, "phone": .text(phone), "name": "Tom",
                ], token: token)
            #expect(booked.status == 201, "\(booked.text)")
            let path = "/api/v1/calendar/appointments/\(booked.json.text("id") ?? "")/"
            let later = try #require(
                slots.last { $0.text("staff") == first.text("staff") }?.text("start"))
            let moved = try await client.post(
                path, ["start": .text(later)], token: token, method: .put)
            #expect(moved.status == 200, "\(moved.text)")
            try await stage.site.fixture.drain()
            let draft = try #require(try await stage.drafts().first)
            #expect(draft.text("text")?.contains("We had to move") == true)
            #expect(draft.list("previews").map { $0.text("type") } == ["tell_change"])
            #expect(try await client.delete(path, token: token).status == 204)
            try await stage.site.fixture.drain()
            let next = try #require(try await stage.drafts().first)
            #expect(next.text("text")?.contains("had to cancel") == true)
            #expect(try await stage.approve(next).status == 200)
            let heard = try await client.get("/api/v1/messaging/messages/", token: stage.customer)
            let last = try #require(heard.json.list("messages").last)
            #expect(last.text("content")?.contains("had to cancel") == true)
        }
    }
}
