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
    ) async throws -> SignInDesk.Tokens {
        try await fixture.desk.signIn.openAPI(email: email, password: password, from: address)
    }

    @Test("A token says who signed in, until it ends or is signed out")
    func tokens() async throws {
        let fixture = try await DeskFixture()
        let owner = try await fixture.openWorkspace()
        let tokens = try await open(fixture, email: " Owner@First.example ")
        #expect(try await fixture.desk.signIn.staff(ofToken: tokens.access.revealed()) == owner)
        fixture.clock.advance(by: SignInDesk.accessLifetime)
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
            return await group.reduce(into: [SignInDesk.Tokens]()) { all, one in
                if let one { all.append(one) }
            }
        }
        #expect(fresh.count == 1)
        await #expect(throws: AccountRefusal.tokenExpired) {
            try await fixture.desk.signIn.staff(ofToken: tokens.access.revealed())
        }
        let next = try #require(fresh.first?.refresh).revealed()
        fixture.clock.advance(by: SignInDesk.refreshLifetime)
        await #expect(throws: AccountRefusal.tokenExpired) {
            try await fixture.desk.signIn.refresh(next)
        }
    }

    @Test("Of many guesses at once five are looked at; the right password waits for seconds")
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
        await #expect(throws: AccountRefusal.tooManyAttempts(retryAfterSeconds: 30)) {
            try await open(fixture)
        }
        // Asking again renews nothing.
        fixture.clock.advance(by: .seconds(29))
        await #expect(throws: AccountRefusal.tooManyAttempts(retryAfterSeconds: 1)) {
            try await open(fixture)
        }
        fixture.clock.advance(by: .seconds(1))
        _ = try await open(fixture)
        _ = try await open(fixture)
    }

    @Test("A right password of one account buys no guesses at others")
    func spraying() async throws {
        let fixture = try await DeskFixture()
        _ = try await fixture.openWorkspace()
        for _ in 0..<5 {
            await #expect(throws: AccountRefusal.wrongCredentials) {
                try await open(fixture, Secret("a wrong password"), email: "other@x.example")
            }
            _ = try await open(fixture)
        }
        let refusal = await #expect(throws: AccountRefusal.self) {
            try await open(fixture, Secret("a wrong password"), email: "other@x.example")
        }
        #expect(refusal?.code == "account.too_many_attempts")
    }

    @Test("A marker is good for its account and its password, and nothing a client makes up is")
    func markers() async throws {
        let world = World.test(at: ManualClock(DeskFixture.start))
        let markers = DeviceMarkers(key: Secret("a key"))
        let (first, second): (AccountID, AccountID) = (world.id(), world.id())
        let one = markers.marking(nil, first, "hash", world)
        let name = try #require(markers.name(in: one, first, "hash"))
        #expect(markers.name(in: one, second, "hash") == nil)
        #expect(markers.name(in: one, first, "another hash") == nil)
        #expect(DeviceMarkers(key: Secret("b key")).name(in: one, first, "hash") == nil)
        // One browser knows several accounts; each keeps its name.
        let both = markers.marking(one, second, "hash", world)
        #expect(markers.name(in: both, first, "hash") == name)
        #expect(markers.name(in: both, second, "hash") != nil)
        #expect(markers.marking(both, first, "hash", world).split(separator: "~").count == 2)
        var many: String? = nil
        for _ in 0..<9 { many = markers.marking(many, world.id(), "hash", world) }
        #expect(many?.split(separator: "~").count == DeviceMarkers.limit)
        for odd in ["", "~", "x.y", String(repeating: "a", count: 97), "a\"; Path=/;b.c"] {
            #expect(markers.name(in: odd, first, "hash") == nil)
            #expect(markers.marking(odd, first, "hash", world).utf8.count == 97, "\(odd)")
        }
    }

    @Test("What is remembered of guesses stays bounded, and what was forgotten makes room")
    func bounded() throws {
        let clock = ManualClock(DeskFixture.start)
        let throttle = SignInThrottle(uptime: { clock.elapsed })
        for number in 0..<(SignInThrottle.tableLimit + 500) {
            let attempt = try throttle.begin(
                email: "\(number)@x.example", .stranger(network: "n\(number)"))
            throttle.end(attempt, isCounted: true)
        }
        #expect(throttle.count <= SignInThrottle.tableLimit)
    }

    @Test("Passwords that wait to be compared are few, and one network's are fewer")
    func waiting() throws {
        let clock = ManualClock(DeskFixture.start)
        let throttle = SignInThrottle(uptime: { clock.elapsed })
        func begin(_ number: Int, _ network: String) -> SignInThrottle.Attempt? {
            // A refusal is what is counted.
            try? throttle.begin(email: "\(number)@x.example", .stranger(network: network))
        }
        let flood = (0..<100).compactMap { begin($0, "flood") }
        #expect(flood.count == SignInThrottle.waitingLimitOfNetwork)
        #expect(begin(100, "another") != nil)
        let all = (0..<100).compactMap { begin(200 + $0, "n\($0)") }
        #expect(flood.count + 1 + all.count == SignInThrottle.waitingLimit)
        // Who is known does not wait with those.
        _ = try throttle.begin(email: "1@x.example", .known("here"))
        for attempt in flood { throttle.end(attempt, isCounted: true) }
        #expect(begin(300, "flood") != nil)
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
