import Base
import Domain
import HTTP
import TestKit
import Testing

@Suite("Conversations by numbered pages", .timeLimit(.minutes(10)))
struct NumberedPageTests {
    private static let path = "/api/v1/core/conversations/"

    private func write(_ number: Int, _ site: SiteFixture, _ owner: Staff) async throws {
        let customer = try await site.customerToken("+4420794600\(10 + number)", of: owner)
        let answer = try await site.client.post(
            "/api/v1/messaging/messages/", ["content": .text("message \(number)")],
            token: customer)
        #expect(answer.status == 202)
        site.fixture.clock.advance(by: .seconds(1))
    }

    @Test("Every entry stands on one page, the answer counts them, and a cursor goes on from it")
    func pages() async throws {
        try await SiteFixture.run { site in
            let owner = try await site.fixture.openWorkspace()
            let token = try await site.token(of: owner)
            for number in 1...7 { try await write(number, site, owner) }
            var seen: [String] = []
            for page in 1...4 {
                let answer = try await site.client.get(
                    "\(Self.path)?page=\(page)&page_size=3", token: token
                ).json
                #expect(answer["page"] == .integer(page) && answer["page_size"] == .integer(3))
                #expect(answer["total"] == .integer(7))
                let texts = answer.list("conversations").map { $0.text("last_message") ?? "" }
                #expect(texts.count == [3, 3, 1, 0][page - 1])
                seen += texts
            }
            #expect(seen == (1...7).reversed().map { "message \($0)" })

            let first = try await site.client.get("\(Self.path)?page_size=2", token: token).json
            #expect(first["page"] == .integer(1))
            let cursor = try #require(first.text("next_cursor"))
            let next = try await site.client.get("\(Self.path)?cursor=\(cursor)", token: token).json
            #expect(next.list("conversations").count == 5)
            #expect(next["total"] == nil && next["page"] == nil)
        }
    }

    @Test(
        "A page that is none, or beside a cursor, is refused",
        arguments: [
            "page=0", "page=x", "page=10001", "page_size=0", "page_size=201", "page=1&limit=3",
            "page=1&cursor=", "per_page=3",
        ])
    func refused(query: String) async throws {
        try await SiteFixture.run { site in
            let owner = try await site.fixture.openWorkspace()
            let answer = try await site.client.get(
                "\(Self.path)?\(query)", token: try await site.token(of: owner))
            #expect(answer.status == 422, "\(query)")
        }
    }
}
