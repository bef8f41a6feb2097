import Base
import Desk
import Domain
import HTTP
import TestKit
import Testing

@testable import WebCore

/// What guesses at passwords cost the one who guesses, and nobody else.
@Suite("Guesses at the door", .timeLimit(.minutes(5)))
struct SignInDoorTests {
    private static let proxied = SiteConfiguration(trustedProxies: ["10.0.0.0/8"])

    /// Headers of a request that a named proxy passes on for `client`.
    static func from(_ client: String) -> HTTPHeaders {
        ["X-Test-Peer": "10.1.1.1", "X-Forwarded-For": client]
    }

    private func login(
        _ site: SiteFixture, _ email: String, _ password: String, _ headers: HTTPHeaders = [:]
    ) async throws -> SiteAnswer {
        try await site.client.post(
            "/api/v1/auth/login/", ["email": .text(email), "password": .text(password)],
            headers: headers)
    }

    private var right: String { DeskFixture.password.revealed() }

    @Test("Sixty wrong passwords through a proxy that nobody named keep nobody else out")
    func unnamedProxy() async throws {
        try await SiteFixture.run { site async throws -> Void in
            let owner = try await site.fixture.openWorkspace()
            for number in 0..<60 {
                let answer = try await login(site, "somebody\(number)@x.example", "wrong one")
                #expect(answer.status == 401)
            }
            #expect(try await login(site, owner.email, right).status == 200)
            for _ in 0..<4 {
                #expect(try await login(site, owner.email, "wrong one").status == 401)
            }
            #expect(try await login(site, owner.email, right).status == 200)
        }
    }

    @Test("An address is never locked out, whatever was tried from it")
    func addresses() async throws {
        try await SiteFixture.run(configuration: SignInDoorTests.proxied) {
            site async throws -> Void in
            let owner = try await site.fixture.openWorkspace()
            let office = SignInDoorTests.from("203.0.113.7")
            for number in 0..<60 {
                let answer = try await login(
                    site, "somebody\(number)@x.example", "wrong one", office)
                #expect(answer.status == 401)
            }
            #expect(try await login(site, owner.email, right, office).status == 200)
        }
    }

    @Test("A stranger who guesses at an account keeps its owner out nowhere")
    func stranger() async throws {
        try await SiteFixture.run(configuration: SignInDoorTests.proxied) {
            site async throws -> Void in
            let owner = try await site.fixture.openWorkspace()
            // Signed in here before; the browser keeps what it was given.
            let home = SignInDoorTests.from("203.0.113.7")
            let before = try await login(site, owner.email, right, home)
            #expect(before.status == 200)
            let kept = before.headers.values("Set-Cookie").compactMap {
                $0.split(separator: ";").first
            }
            .joined(separator: "; ")
            func guess() async throws {
                for _ in 0..<8 {
                    let answer = try await login(
                        site, owner.email, "wrong one", SignInDoorTests.from("198.51.100.9"))
                    #expect(answer.status == 401 || answer.status == 429)
                }
            }
            for _ in 0..<6 {
                try await guess()
                #expect(try await login(site, owner.email, right, home).status == 200)
                // A place that nobody knows: one guesser elsewhere does not close it.
                #expect(
                    try await login(
                        site, owner.email, right, SignInDoorTests.from("192.0.2.77")
                    ).status == 200)
                site.fixture.clock.advance(by: .seconds(20))
            }
            // Guessers everywhere: the browser that was here before is still let in.
            for number in 0..<60 {
                _ = try await login(
                    site, owner.email, "wrong one", SignInDoorTests.from("198.18.0.\(number)"))
            }
            var elsewhere = SignInDoorTests.from("192.0.2.78")
            elsewhere["Cookie"] = kept
            #expect(try await login(site, owner.email, right, elsewhere).status == 200)
            #expect(try await login(site, owner.email, right, home).status == 200)
        }
    }

    @Test("A guesser is made to wait, but never for longer than a minute")
    func bounded() async throws {
        try await SiteFixture.run { site async throws -> Void in
            let owner = try await site.fixture.openWorkspace()
            var waits: [Int] = []
            for _ in 0..<30 {
                let answer = try await login(
                    site, owner.email, "wrong one", SignInDoorTests.from("198.51.100.9"))
                guard answer.status == 429 else { continue }
                let wait = try #require(Int(answer.headers["Retry-After"] ?? ""))
                waits.append(wait)
                site.fixture.clock.advance(by: .seconds(wait))
            }
            #expect(waits.count >= 10, "guesses are slowed down: \(waits)")
            #expect(waits.allSatisfy { (1...60).contains($0) }, "\(waits)")
        }
    }

    @Test("One wrong password a day never adds up to a wait")
    func decay() async throws {
        try await SiteFixture.run { site async throws -> Void in
            let owner = try await site.fixture.openWorkspace()
            for _ in 0..<20 {
                #expect(try await login(site, owner.email, "wrong one").status == 401)
                site.fixture.clock.advance(by: .hours(23))
            }
            #expect(try await login(site, owner.email, "wrong one").status == 401)
            #expect(try await login(site, owner.email, right).status == 200)
        }
    }

    @Test("A clock set back or forward neither locks nor unlocks")
    func clock() async throws {
        try await SiteFixture.run { site async throws -> Void in
            let owner = try await site.fixture.openWorkspace()
            let guesser = SignInDoorTests.from("198.51.100.9")
            func exhaust() async throws -> Int {
                for _ in 0..<40 {
                    let answer = try await login(site, owner.email, "wrong one", guesser)
                    if answer.status == 429 {
                        return try #require(Int(answer.headers["Retry-After"] ?? ""))
                    }
                }
                Issue.record("forty guesses were not slowed down")
                return 0
            }
            var wait = try await exhaust()
            site.fixture.clock.set(DeskFixture.start + .days(2))
            #expect(try await login(site, owner.email, right, guesser).status == 429)
            site.fixture.clock.advance(by: .seconds(wait))
            #expect(try await login(site, owner.email, right, guesser).status == 200)
            wait = try await exhaust()
            site.fixture.clock.set(DeskFixture.start - .days(2))
            #expect(try await login(site, owner.email, right, guesser).status == 429)
            site.fixture.clock.advance(by: .seconds(wait))
            #expect(try await login(site, owner.email, right, guesser).status == 200)
        }
    }

    @Test("Tokens are renewed however many wrong ones come from the same address")
    func refreshing() async throws {
        try await SiteFixture.run { site async throws -> Void in
            let owner = try await site.fixture.openWorkspace()
            let office: HTTPHeaders = ["X-Test-Peer": "203.0.113.9"]
            let tokens = try await login(site, owner.email, right, office)
            func refresh(_ token: String) async throws -> Int {
                try await site.client.post(
                    "/api/v1/auth/refresh-token/", ["refresh_token": .text(token)],
                    headers: office
                ).status
            }
            for _ in 0..<40 { _ = try await refresh("none") }
            #expect(try await refresh("none") == 429)
            #expect(try await refresh(try #require(tokens.json.text("refresh_token"))) == 200)
        }
    }
}
