import Base
import Desk
import Domain
import HTTP
import Postgres
import Store
import TestKit
import Testing

@testable import WebCore

/// Sign-in codes of the portal: who can ask for them, guess at them, and be kept from them.
@Suite("Codes at the door", .timeLimit(.minutes(5)))
struct CodeDoorTests {
    private static let proxied = SiteConfiguration(trustedProxies: ["10.0.0.0/8"])
    private static let phone = "+447700900123"

    private struct Door {
        let site: SiteFixture
        let owner: Staff

        func ask(
            _ phone: String = CodeDoorTests.phone, from client: String = "203.0.113.7"
        ) async throws -> SiteAnswer {
            try await site.client.post(
                "/api/v1/core/session/create/", ["workspace": "first", "phone": .text(phone)],
                headers: SignInDoorTests.from(client))
        }

        func session(from client: String = "203.0.113.7") async throws -> String {
            let answer = try await ask(from: client)
            return try #require(answer.json.text("session"), "\(answer.text)")
        }

        func enter(_ session: String, _ code: String) async throws -> SiteAnswer {
            try await site.client.post(
                "/api/v1/core/session/validate/",
                ["session": .text(session), "code": .text(code)])
        }

        /// The newest code that the phone got.
        func code(for phone: String = CodeDoorTests.phone) async throws -> String {
            try await site.fixture.drain()
            let page = try await site.desk.reading.read(owner.workspace) {
                try ConsoleStore.page(after: nil, limit: 200, $0)
            }
            let text = try #require(page.items.first { $0.to == phone }?.text)
            return String(text.prefix { $0 != " " })
        }

        func wrong(than code: String) -> String {
            String(code.map { $0 == "9" ? "0" : "9" })
        }
    }

    private func run(_ body: (Door) async throws -> Void) async throws {
        try await SiteFixture.run(configuration: CodeDoorTests.proxied) {
            site async throws -> Void in
            let owner = try await site.fixture.openWorkspace()
            try await body(Door(site: site, owner: owner))
        }
    }

    @Test("A phone has one live code: who asks five times can use one, once")
    func oneLive() async throws {
        try await run { door in
            var asked: [(session: String, code: String)] = []
            for _ in 0..<5 { asked.append((try await door.session(), try await door.code())) }
            var statuses: [Int] = []
            for (session, code) in asked {
                statuses.append(try await door.enter(session, code).status)
            }
            #expect(statuses.filter { $0 == 200 }.count == 1, "\(statuses)")
        }
    }

    @Test("A stranger who asks without end keeps the owner of the phone from no code")
    func asking() async throws {
        try await run { door in
            let mine = try await door.session()
            let code = try await door.code()
            for number in 0..<40 {
                let answer = try await door.ask(from: "198.51.100.\(number % 3)")
                #expect(answer.status == 200 || answer.status == 429)
            }
            // What was sent before is still good.
            #expect(try await door.enter(mine, code).status == 200)
            for number in 0..<40 { _ = try await door.ask(from: "198.51.100.\(number % 3)") }
            let next = try await door.session(from: "192.0.2.50")
            #expect(try await door.enter(next, try await door.code()).status == 200)
        }
    }

    @Test("Texts to one phone stay few, whoever asks and however often")
    func texts() async throws {
        try await run { door in
            for number in 0..<60 {
                _ = try await door.ask(from: "198.51.\(number).1")
                try await door.site.fixture.drain()
                door.site.fixture.clock.advance(by: .minutes(1))
            }
            let page = try await door.site.desk.reading.read(door.owner.workspace) {
                try ConsoleStore.page(after: nil, limit: 200, $0)
            }
            #expect((1...12).contains(page.items.count), "\(page.items.count) texts in an hour")
        }
    }

    @Test("A stranger's wrong tries are the stranger's: the owner's session keeps its own")
    func tries() async throws {
        try await run { door in
            let mine = try await door.session()
            let code = try await door.code()
            for number in 0..<3 {
                let theirs = try await door.session(from: "198.51.100.\(number)")
                for _ in 0..<7 {
                    #expect(try await door.enter(theirs, door.wrong(than: code)).status == 401)
                }
            }
            #expect(try await door.enter(mine, code).status == 200)
        }
    }

    @Test("A short code bears few guesses from all sides; then the phone gets long ones")
    func guesses() async throws {
        try await run { door in
            let mine = try await door.session()
            let code = try await door.code()
            func guessMuch(_ code: String) async throws {
                var guesses = 0
                for number in 0..<30 {
                    let answer = try await door.ask(from: "198.51.\(number).1")
                    guard let theirs = answer.json.text("session") else { continue }
                    for _ in 0..<5 {
                        _ = try await door.enter(theirs, door.wrong(than: code))
                        guesses += 1
                    }
                }
                #expect(guesses >= 20, "who may not ask cannot guess either")
            }
            try await guessMuch(code)
            let ended = try await door.enter(mine, code)
            #expect(ended.status == 401 && ended.problem == "conversation.code_ended")
            let again = try await door.session()
            let long = try await door.code()
            #expect(long.count > code.count && long != code)
            // No number of guesses ends a code that nobody can guess.
            try await guessMuch(long)
            #expect(try await door.enter(again, long).status == 200)
        }
    }

    @Test(
        "One network gets few codes for new numbers in an hour, another is not held up by it",
        arguments: ["203.0.113.", "2001:db8:1:2::"])
    func networks(prefix: String) async throws {
        try await run { door in
            var statuses: [Int] = []
            for number in 1...90 {
                let answer = try await door.ask(
                    "+4477009001\(number < 10 ? "0" : "")\(number)", from: "\(prefix)\(number)")
                statuses.append(answer.status)
                if answer.status == 429 { #expect(answer.headers["Retry-After"] != nil) }
            }
            let given = statuses.filter { $0 == 200 }.count
            #expect((5...60).contains(given), "\(given) of 90")
            #expect(try await door.ask("+447700900999", from: "192.0.2.1").status == 200)
            #expect(try await door.ask("+447700900998", from: "2001:db8:1:3::1").status == 200)
            door.site.fixture.clock.advance(by: .hours(1))
            #expect(try await door.ask("+447700900997", from: "\(prefix)200").status == 200)
        }
    }

    @Test("A workspace sends so many codes an hour to strangers, and customers still get theirs")
    func workspace() async throws {
        try await run { door in
            let session = try await door.session()
            #expect(try await door.enter(session, try await door.code()).status == 200)
            var given = 0
            for number in 0..<450 {
                let tail = String(number + 1000).suffix(3)
                let answer = try await door.ask(
                    "+4477\(number / 100)0901\(tail)",
                    from: "198.\(18 + number / 200).\(number % 200).1")
                if answer.status == 200 { given += 1 }
            }
            #expect((50...400).contains(given), "\(given) of 450")
            #expect(try await door.ask("+447700900999", from: "192.0.2.1").status == 429)
            // Nobody hears from elsewhere who is a customer; from where they come, customers get in.
            #expect(try await door.ask(from: "192.0.2.1").status == 429)
            let known = try await door.session(from: "203.0.113.9")
            #expect(try await door.enter(known, try await door.code()).status == 200)
        }
    }

    @Test("A clock set back does not keep a phone from its code")
    func clock() async throws {
        try await run { door in
            for _ in 0..<10 { _ = try await door.ask() }
            // By the clock they are newer than what comes now.
            try PostgresConnection(door.site.fixture.owner).script("delete from console_message")
            door.site.fixture.clock.set(DeskFixture.start - .days(2))
            let session = try await door.session(from: "192.0.2.9")
            #expect(try await door.enter(session, try await door.code()).status == 200)
        }
    }
}
