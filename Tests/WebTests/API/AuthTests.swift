import Base
import Domain
import HTTP
import TestKit
import Testing

@testable import WebCore

@Suite("Signing in to the API")
struct AuthTests {
    @Test(
        "A login gives tokens, the refresh rotates them, and a logout ends them",
        arguments: Engine.allCases)
    func tokens(engine: Engine) async throws {
        try await SiteFixture.run(engine) { site async throws -> Void in
            let owner = try await site.fixture.openWorkspace()
            let login = try await site.client.post(
                "/api/v1/auth/login",
                ["email": .text(owner.email), "password": .text(DeskFixture.password.revealed())])
            #expect(login.status == 200)
            #expect(login.json.integer("expires_in") == 3600)
            let access = try #require(login.json.text("access_token"))
            let refresh = try #require(login.json.text("refresh_token"))
            #expect(try await site.client.get("/api/v1/auth/me/", token: access).status == 200)

            let second = try await site.client.post(
                "/api/v1/auth/refresh-token/", ["refresh_token": .text(refresh)])
            let fresh = try #require(second.json.text("access_token"))
            #expect(try await site.client.get("/api/v1/auth/me/", token: access).status == 401)
            #expect(try await site.client.get("/api/v1/auth/me/", token: fresh).status == 200)
            let again = try await site.client.post(
                "/api/v1/auth/refresh-token/", ["refresh_token": .text(refresh)])
            #expect(again.status == 401 && again.problem == "account.token_expired")

            let logout = try await site.client.post("/api/v1/auth/logout/", [:], token: fresh)
            #expect(logout.status == 204)
            #expect(try await site.client.get("/api/v1/auth/me/", token: fresh).status == 401)
        }
    }

    @Test("A wrong password and an unknown address are refused alike, then slowed down")
    func throttling() async throws {
        try await SiteFixture.run { site async throws -> Void in
            let owner = try await site.fixture.openWorkspace()
            var answers: [SiteAnswer] = []
            for email in [owner.email, "nobody@example.com"] {
                answers.append(
                    try await site.client.post(
                        "/api/v1/auth/login/", ["email": .text(email), "password": "wrong one"]))
            }
            #expect(answers.map(\.status) == [401, 401])
            #expect(Set(answers.map { $0.json.text("detail") }).count == 1)
            var last = answers[0]
            for _ in 0..<6 where last.status != 429 {
                last = try await site.client.post(
                    "/api/v1/auth/login/", ["email": .text(owner.email), "password": "wrong one"],
                    headers: ["X-Test-Peer": "203.0.113.5"])
            }
            #expect(last.status == 429 && last.problem == "account.too_many_attempts")
            #expect(last.headers["Retry-After"] != nil)
            site.fixture.clock.advance(by: .minutes(16))
            let right = try await site.client.post(
                "/api/v1/auth/login/",
                ["email": .text(owner.email), "password": .text(DeskFixture.password.revealed())])
            #expect(right.status == 200)
        }
    }

    @Test("One address cannot try tokens at speed, wherever its proxy says it is")
    func addressLimit() async throws {
        let configuration = SiteConfiguration(trustedProxies: ["10.0.0.0/8"])
        try await SiteFixture.run(configuration: configuration) { site async throws -> Void in
            func attempt(_ peer: String, _ forwarded: String? = nil) async throws -> Int {
                var headers: HTTPHeaders = ["X-Test-Peer": peer]
                headers["X-Forwarded-For"] = forwarded
                return try await site.client.post(
                    "/api/v1/auth/refresh-token/", ["refresh_token": "none"], headers: headers
                ).status
            }
            let limit = Limit.wrongRenewals.usual
            for _ in 0..<limit { #expect(try await attempt("203.0.113.9") == 401) }
            #expect(try await attempt("203.0.113.9") == 429)
            // A forwarded header counts from a trusted proxy only.
            #expect(try await attempt("203.0.113.9", "198.51.100.1") == 429)
            #expect(try await attempt("10.1.2.3", "198.51.100.1") == 401)
            #expect(try await attempt("10.1.2.3", "198.51.100.1, 203.0.113.9") == 429)
            site.fixture.clock.advance(by: .minutes(1))
            #expect(try await attempt("203.0.113.9") == 401)
        }
    }

    @Test("An expired token is refused, and so is none at all")
    func expired() async throws {
        try await SiteFixture.run { site async throws -> Void in
            let owner = try await site.fixture.openWorkspace()
            let token = try await site.token(of: owner)
            site.fixture.clock.advance(by: .hours(2))
            for presented in [token, "nonsense", nil] {
                let answer = try await site.client.get("/api/v1/services/", token: presented)
                #expect(answer.status == 401)
                #expect(answer.headers["WWW-Authenticate"] == "Bearer")
            }
        }
    }

    @Test("Owners add people, who may then do what their role allows", arguments: Engine.allCases)
    func accounts(engine: Engine) async throws {
        try await SiteFixture.run(engine) { site async throws -> Void in
            let owner = try await site.fixture.openWorkspace()
            let token = try await site.token(of: owner)
            let body: JSONValue = [
                "name": "Sam", "email": "sam@example.com", "password": "a long enough password",
                "role": "staff",
            ]
            let added = try await site.client.post("/api/v1/accounts/", body, token: token)
            #expect(added.status == 201 && added.json.text("role") == "staff")
            let twice = try await site.client.post("/api/v1/accounts/", body, token: token)
            #expect(twice.status == 409 && twice.problem == "account.email_taken")
            let all = try await site.client.get("/api/v1/accounts/", token: token)
            #expect(all.json.list("accounts").count == 2)
            let login = try await site.client.post(
                "/api/v1/auth/login/",
                ["email": "sam@example.com", "password": "a long enough password"])
            let own = try #require(login.json.text("access_token"))
            let refused = try await site.client.post("/api/v1/accounts/", body, token: own)
            #expect(refused.status == 403 && refused.problem == "account.not_allowed")
        }
    }

    @Test("Registering opens a workspace with its first owner")
    func registration() async throws {
        try await SiteFixture.run { site async throws -> Void in
            let answer = try await site.client.post(
                "/api/v1/auth/register/",
                [
                    "business": "Marlow & Finch", "name": "Mo", "email": "mo@example.com",
                    "password": "a long enough password", "time_zone": "Europe/London",
                ])
            #expect(answer.status == 201)
            let token = try #require(answer.json.text("access_token"))
            let profile = try await site.client.get("/api/v1/profile/", token: token)
            #expect(profile.json.text("slug") == "marlow-finch")
        }
    }
}
