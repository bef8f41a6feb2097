import Base
import Desk
import Domain
import HTTP
import TestKit
import Testing

@testable import WebCore

/// Registration, and what is only for those who run the server.
@Suite("Doors of the installation", .timeLimit(.minutes(5)))
struct DoorTests {
    private func register(
        _ site: SiteFixture, _ name: String, password: String = "a sentence to remember"
    ) async throws -> SiteAnswer {
        try await site.client.post(
            "/api/v1/auth/register/",
            [
                "business": .text("Shop \(name)"), "name": "Mo",
                "email": .text("\(name)@example.com"), "password": .text(password),
            ])
    }

    @Test("Registration is open until the first owner exists, and then says how to go on")
    func registration() async throws {
        try await SiteFixture.run { site async throws -> Void in
            let fresh = try await site.client.get("/sign-in")
            #expect(fresh.text.contains("href=\"/register\""))
            #expect(try await register(site, "first").status == 201)
            let second = try await register(site, "second")
            #expect(second.status == 403 && second.problem == "account.registration_closed")
            let detail = try #require(second.json.text("detail"))
            #expect(detail.contains("owner"), "\(detail)")
            let html: HTTPHeaders = ["Accept": "text/html"]
            let page = try await site.client.send(.get, "/register", html, [])
            #expect(page.status == 403 && page.text.contains("owner"))
            let form = try await site.client.send(
                .post, "/register", ["Content-Type": ContentType.form.description],
                Array("name=S&slug=&owner=O&email=o%40x.example&password=a+sentence+to+keep".utf8))
            #expect(form.status == 403)
            #expect(!(try await site.client.get("/sign-in").text.contains("href=\"/register\"")))
        }
    }

    @Test("Of several who register at once on an empty installation, one becomes its owner")
    func atOnce() async throws {
        try await SiteFixture.run { site async throws -> Void in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<5 {
                    group.addTask { try await register(site, "shop\(number)").status }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.sorted() == [201, 403, 403, 403, 403])
        }
    }

    @Test("Strangers hear from health whether it is well, and from metrics nothing")
    func strangers() async throws {
        try await SiteFixture.run { site async throws -> Void in
            let owner = try await site.fixture.openWorkspace()
            let token = try await site.token(of: owner)
            let strangers: [HTTPHeaders] = [
                ["X-Test-Peer": "203.0.113.9"],
                ["X-Test-Peer": "203.0.113.9", "Authorization": "Bearer \(token)"],
                // Through a proxy on this machine that nobody named, in its several dialects.
                ["X-Forwarded-For": "203.0.113.9"], ["X-Forwarded-For": "127.0.0.1"],
                ["Forwarded": "for=203.0.113.9"], ["X-Real-IP": "203.0.113.9"],
                ["X-Forwarded-Proto": "https"], ["Via": "1.1 edge"], ["Host": "desk.example"],
            ]
            for headers in strangers {
                let health = try await site.client.send(.get, "/health", headers, [])
                #expect(health.status == 200 && health.json == ["status": "ok"], "\(headers)")
                let metrics = try await site.client.send(.get, "/metrics", headers, [])
                #expect(metrics.status == 403, "\(headers)")
                #expect(!metrics.text.contains("route="))
            }
            let here = try await site.client.get("/health")
            #expect(here.json["database"] != nil && here.json["queues"] != nil)
            #expect(try await site.client.get("/metrics").text.contains("route="))
        }
    }

    @Test("Clients are told apart by what can be believed, and by claims only near by")
    func origins() throws {
        let proxies = ProxyList(["10.0.0.0/8"])
        func origin(
            _ peer: String, _ headers: HTTPHeaders = [:], isPublic: Bool = false
        ) throws -> Origin {
            let clock = ManualClock(DeskFixture.start)
            let request = HTTPRequest(
                method: .get, target: try #require(HTTPTarget("/")), headers: headers,
                remoteAddress: peer, id: World.test(at: clock).id())
            return Origin(request, proxies, isPublic: isPublic)
        }
        // Nothing tells clients apart behind a silent proxy on this machine.
        #expect(try origin("127.0.0.1").network() == nil)
        let claimed = try origin("127.0.0.1", ["X-Forwarded-For": "8.8.8.8, 203.0.113.9"])
        #expect(claimed.claimed == "203.0.113.9" && claimed.address == "127.0.0.1")
        #expect(!claimed.isDirect && !claimed.isLocal)
        #expect(
            try claimed.network() != origin("127.0.0.1", ["X-Real-IP": "203.0.113.8"]).network())
        // A distant client says of itself what it likes.
        let distant = try origin("203.0.113.9", ["X-Forwarded-For": "198.51.100.1"])
        #expect(try distant.claimed == nil && distant.network() == origin("203.0.113.9").network())
        let proxied = try origin("10.1.1.1", ["X-Forwarded-For": "2001:db8::1"])
        #expect(proxied.isDirect && proxied.claimed == nil && proxied.address == "2001:db8::1")
        #expect(try proxied.network() == origin("2001:db8::2").network())
        #expect(try origin("::1", ["Host": "[::1]:8080"]).isLocal)
        #expect(try origin("127.0.0.1", ["Host": "LOCALHOST:1"]).isLocal)
        #expect(try !origin("127.0.0.1", ["Host": "evil.example"]).isLocal)
        // Before a site for the world stands a proxy, and not every one says for whom it asks.
        #expect(try !origin("127.0.0.1", ["Host": "localhost"], isPublic: true).isLocal)
        #expect(try !origin("127.0.0.1").isLocal)
    }
}
