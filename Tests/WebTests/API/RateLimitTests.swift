import Base
import HTTP
import TestKit
import Testing

@testable import WebCore

@Suite("Limits of requests")
struct RateLimitTests {
    @Test("A limited route tells how the client stands, and when it may go on")
    func headers() async throws {
        var configuration = SiteConfiguration()
        configuration.limits[.messagesOfPerson] = 3
        try await SiteFixture.run(configuration: configuration) { site async throws -> Void in
            let owner = try await site.fixture.openWorkspace()
            let customer = try await site.customerToken(of: owner)
            func write() async throws -> SiteAnswer {
                try await site.client.post(
                    "/api/v1/messaging/messages/", ["content": "Hello"], token: customer)
            }
            func state(_ answer: SiteAnswer) -> [String?] {
                ["Limit", "Remaining", "Reset"].map { answer.headers["RateLimit-" + $0] }
            }
            for left in [2, 1, 0] {
                let answer = try await write()
                #expect(answer.status == 202)
                #expect(state(answer) == ["3", "\(left)", "\((3 - left) * 20)"])
                #expect(answer.headers["Retry-After"] == nil)
            }
            let refused = try await write()
            #expect(refused.status == 429 && refused.problem == "request.too_many")
            #expect(state(refused) == ["3", "0", "60"])
            #expect(refused.headers["Retry-After"] == "20")
            site.fixture.clock.advance(by: .seconds(20))
            #expect(state(try await write()) == ["3", "0", "60"])
            // What is not limited says nothing of it.
            let list = try await site.client.get("/api/v1/messaging/messages/", token: customer)
            #expect(state(list) == [nil, nil, nil])
        }
    }

    @Test("Of two limits the one that leaves less is told")
    func closer() throws {
        let clock = ManualClock(Instant(seconds: 1_790_000_000))
        var limits = Limits()
        limits[.messagesFromAddress] = 2
        let counting = RateLimits(limits, now: { clock.now })
        let visitor = Visitor(identity: .anonymous, origin: Origin(address: "203.0.113.9"))
        let state = try #require(try counting.check(.message, visitor))
        #expect(state == RateState(limit: 2, remaining: 1, resetSeconds: 30))
        let code = try #require(try counting.check(.code, visitor))
        #expect(code.limit == 2 * Limit.codeRequests.usual)
    }
}
