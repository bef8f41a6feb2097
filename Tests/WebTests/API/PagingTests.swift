import Base
import Domain
import HTTP
import TestKit
import Testing

@testable import API

/// Lists by HTTP, two entries at a time, while more are added.
@Suite("Lists page by page")
struct PagingTests {
    /// One list, how its entries are told apart, and something that adds one more.
    struct List: Sendable {
        let path: String
        let member: String
        var cursor = "cursor"
        var key: @Sendable (JSONValue) -> String? = { $0.text("id") }
        let add: @Sendable (Int) async throws -> Void
    }

    struct Scene: Sendable {
        let site: SiteFixture
        let owner: Staff
        let token: String

        func post(_ path: String, _ body: JSONValue, _ token: String? = nil) async throws {
            let answer = try await site.client.post(path, body, token: token ?? self.token)
            #expect((200..<300).contains(answer.status), "\(path): \(answer.text)")
        }

        /// A customer of their own, with a code, a message and in the end a draft.
        func write(_ number: Int) async throws {
            let customer = try await site.customerToken(
                "+4477009001\(10 + number)", name: nil, of: owner)
            try await post("/api/v1/messaging/messages/", ["content": "Hello"], customer)
            try await site.fixture.drain()
        }

        func book(_ number: Int) async throws {
            try await post(
                "/api/v1/calendar/book-appointment/",
                [
                    "service": "Blow-dry", "staff": "Ana Ferreira", "phone": "+447700900900",
                    "start": .text("2026-11-2\(4 + number / 4)T1\(2 + number % 4):00:00Z"),
                ])
        }
    }

    @Test("Every list goes on where it stopped: nothing twice, nothing left out")
    func lists() async throws {
        try await SiteFixture.run { site in
            let owner = try await site.fixture.openBusiness("salon")
            let scene = Scene(site: site, owner: owner, token: try await site.token(of: owner))
            let lists = PagingTests.lists(scene)
            for number in 0..<5 {
                try await scene.write(number)
                try await scene.book(number)
                for list in lists where ["documents", "accounts"].contains(list.member) {
                    try await list.add(number)
                }
            }
            for (index, list) in lists.enumerated() {
                try await walk(list, scene, adding: 5 + index)
            }
            try await messages(scene)
            let odd = try await site.client.get(
                "/api/v1/services/?cursor=nonsense", token: scene.token)
            #expect(odd.problem == "request.bad_cursor")
        }
    }

    private static func lists(_ scene: Scene) -> [List] {
        let write: @Sendable (Int) async throws -> Void = { try await scene.write($0) }
        let book: @Sendable (Int) async throws -> Void = { try await scene.book($0) }
        return [
            List(path: "/api/v1/calendar/appointments/", member: "appointments", add: book),
            List(
                path: "/api/v1/calendar/appointments/?from=2026-11-20&to=2026-12-20",
                member: "appointments", add: book),
            List(path: "/api/v1/knowledge-base/documents/", member: "documents") { number in
                let answer = try await scene.site.client.upload(
                    Array("Rule \(number).".utf8), name: "rule\(number).txt", token: scene.token)
                #expect(answer.status == 202)
            },
            List(path: "/api/v1/accounts/", member: "accounts") { number in
                try await scene.post(
                    "/api/v1/accounts/",
                    [
                        "name": .text("Person \(number)"), "role": "staff",
                        "email": .text("person\(number)@example.com"),
                        "password": "a long enough password",
                    ])
            },
            List(path: "/api/v1/services/", member: "services") { number in
                try await scene.post(
                    "/api/v1/services/", ["name": .text("New \(number)"), "duration_minutes": 30])
            },
            List(path: "/api/v1/staff/", member: "staff") { number in
                try await scene.post("/api/v1/staff/", ["name": .text("Person \(number)")])
            },
            List(path: "/api/v1/messaging/drafts/", member: "drafts", add: write),
            List(path: "/api/v1/core/conversations/", member: "conversations", add: write),
            List(
                path: "/api/v1/messaging/console/", member: "messages",
                key: { entry in entry.text("to").map { $0 + (entry.text("text") ?? "") } },
                add: write),
        ]
    }

    /// Reads a list whole, then page by page with an entry added after the first page.
    private func walk(_ list: List, _ scene: Scene, adding number: Int) async throws {
        let whole = try await scene.site.client.get(list.path, token: scene.token)
        let before = whole.json.list(list.member).compactMap(list.key)
        #expect(before.count >= 4, "\(list.path): \(whole.text)")
        #expect(whole.json["next_cursor"] == .null || list.cursor == "since")
        var seen: [String] = []
        var next: String?
        repeat {
            var path = list.path + (list.path.contains("?") ? "&" : "?") + "limit=2"
            if let next { path += "&\(list.cursor)=" + PercentEncoding.encode(next) }
            let page = try await scene.site.client.get(path, token: scene.token)
            #expect(page.status == 200, "\(page.text)")
            let found = page.json.list(list.member).compactMap(list.key)
            #expect(found.count <= 2)
            seen += found
            if next == nil { try await list.add(number) }
            next = page.json.text("next_cursor")
        } while next != nil && seen.count < 100
        #expect(Set(seen).count == seen.count, "\(list.path) gives something twice")
        #expect(Set(seen).isSuperset(of: before), "\(list.path) leaves something out")
    }

    /// Messages go on with `since`, from the oldest to the newest.
    private func messages(_ scene: Scene) async throws {
        let all = try await scene.site.client.get(
            "/api/v1/core/conversations/", token: scene.token)
        let id = try #require(all.json.list("conversations").last?.text("id"))
        let reply: @Sendable (Int) async throws -> Void = { number in
            try await scene.post(
                "/api/v1/messaging/messages/",
                ["content": .text("Reply \(number)"), "conversation": .text(id)])
        }
        for number in 0..<5 { try await reply(number) }
        try await walk(
            List(
                path: "/api/v1/messaging/messages/?conversation=\(id)", member: "messages",
                cursor: "since", add: reply), scene, adding: 5)
    }

    @Test("A list that is read whole goes on although its last entry has gone")
    func gone() async throws {
        try await SiteFixture.run { site in
            let owner = try await site.fixture.openBusiness("salon")
            let token = try await site.token(of: owner)
            let all = try await site.client.get("/api/v1/staff/", token: token)
            let ids = all.json.list("staff").compactMap { $0.text("id") }
            let first = try await site.client.get("/api/v1/staff/?limit=2", token: token)
            let next = try #require(first.json.text("next_cursor"))
            _ = try await site.client.delete("/api/v1/staff/\(ids[1])/", token: token)
            let second = try await site.client.get(
                "/api/v1/staff/?cursor=" + PercentEncoding.encode(next), token: token)
            #expect(second.json.list("staff").compactMap { $0.text("id") } == Array(ids[2...]))
            // What was taken out can be put back.
            let back = try await site.client.post(
                "/api/v1/staff/\(ids[1])/restore/", [:], token: token)
            #expect(back.status == 200 && back.json.text("id") == ids[1])
        }
    }
}
