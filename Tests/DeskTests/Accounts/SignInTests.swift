import Base
import Domain
import Postgres
import Store
import TestKit
import Testing

@testable import Desk

@Suite("Staff sign in", .timeLimit(.minutes(10)))
struct SignInTests {
    private let email = "owner@first.example"

    private func open(
        _ fixture: DeskFixture, _ password: Secret = DeskFixture.password,
        email: String = "owner@first.example", from address: String = "192.0.2.1"
    ) async throws -> SignIn.Tokens {
        try await fixture.desk.signIn.openAPI(email: email, password: password, from: address)
    }

    @Test("A token says who signed in, until it ends or is signed out")
    func tokens() async throws {
        let fixture = try await DeskFixture()
        let owner = try await fixture.openWorkspace()
        let tokens = try await open(fixture, email: " Owner@First.example ")
        #expect(try await fixture.desk.signIn.staff(ofToken: tokens.access.revealed()) == owner)
        fixture.clock.advance(by: SignIn.accessLifetime)
        await #expect(throws: AccountRefusal.tokenExpired) {
            try await fixture.desk.signIn.staff(ofToken: tokens.access.revealed())
        }
        let page = try await fixture.desk.signIn.openPage(
            email: email, password: DeskFixture.password, from: "192.0.2.1")
        try await fixture.desk.signIn.signOut(page.access.revealed())
        try await fixture.desk.signIn.signOut(page.access.revealed())
        await #expect(throws: AccountRefusal.tokenExpired) {
            try await fixture.desk.signIn.staff(ofToken: page.access.revealed())
        }
    }

    @Test("A refresh token works once, also for two that use it at once")
    func refreshing() async throws {
        let fixture = try await DeskFixture()
        _ = try await fixture.openWorkspace()
        let tokens = try await open(fixture)
        let refresh = try #require(tokens.refresh).revealed()
        let fresh = await withTaskGroup { group in
            for _ in 0..<6 {
                // Those that come second are refused, which is what is counted.
                group.addTask { try? await fixture.desk.signIn.refresh(refresh) }
            }
            return await group.reduce(into: [SignIn.Tokens]()) { all, one in
                if let one { all.append(one) }
            }
        }
        #expect(fresh.count == 1)
        await #expect(throws: AccountRefusal.tokenExpired) {
            try await fixture.desk.signIn.staff(ofToken: tokens.access.revealed())
        }
        let next = try #require(fresh.first?.refresh).revealed()
        fixture.clock.advance(by: SignIn.refreshLifetime)
        await #expect(throws: AccountRefusal.tokenExpired) {
            try await fixture.desk.signIn.refresh(next)
        }
    }

    @Test("After five wrong passwords each further one waits twice as long, at once or in turn")
    func throttled() async throws {
        let fixture = try await DeskFixture()
        _ = try await fixture.openWorkspace()
        let endings = await withTaskGroup { group in
            for _ in 0..<12 {
                group.addTask {
                    do {
                        _ = try await open(fixture, Secret("a wrong password"))
                        return "in"
                    } catch { return (error as? AccountRefusal)?.code ?? "\(error)" }
                }
            }
            return await group.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
        }
        #expect(endings == ["account.wrong_credentials": 5, "account.too_many_attempts": 7])
        // Even the right one waits, and then clears the count.
        await #expect(throws: AccountRefusal.tooManyAttempts(retryAfterSeconds: 1)) {
            try await open(fixture)
        }
        fixture.clock.advance(by: .seconds(1))
        _ = try await open(fixture)
        _ = try await open(fixture)
    }

    @Test("A right password of one account buys no guesses at others from its address")
    func spraying() async throws {
        let fixture = try await DeskFixture()
        _ = try await fixture.openWorkspace()
        func guess(_ email: String) async {
            await #expect(throws: AccountRefusal.wrongCredentials) {
                try await open(fixture, Secret("a wrong password"), email: email)
            }
        }
        await guess("first@x.example")
        // Guessing takes its time; what was counted is put where many guesses would bring it.
        let almost = SignIn.freeFailuresOfAddress - 1
        try PostgresConnection(fixture.owner).execute(
            "update sign_in_throttle set failures = \(Int32(almost))")
        _ = try await open(fixture)
        await guess("second@x.example")
        let refusal = await #expect(throws: AccountRefusal.self) { try await open(fixture) }
        #expect(refusal?.code == "account.too_many_attempts")
        _ = try await open(fixture, from: "192.0.2.2")
    }

    @Test("Passwords and tokens are kept as hashes only")
    func hashed() async throws {
        let fixture = try await DeskFixture()
        _ = try await fixture.openWorkspace()
        let tokens = try await open(fixture)
        let owner = try PostgresConnection(fixture.owner)
        let rows = try owner.query(
            """
            select a.password_hash || s::text as text
            from account a join account_session s using (workspace_id, account_id)
            """)
        let text: String = try rows.one().decode("text")
        #expect(text.contains("$argon2id$"))
        for secret in [tokens.access, tokens.refresh, DeskFixture.password] {
            let words = try #require(secret).revealed()
            #expect(!text.contains(words))
        }
    }
}
