import Base
import Desk
import Domain
import HTTP
import Store
import TestKit
import Testing

@testable import Web
@testable import WebCore

/// What is said of a locale must come back, and reach the words that customers read.
@Suite("Locales by API", .timeLimit(.minutes(10)))
struct LocaleTests {
    private func text(_ json: JSONValue, _ name: String) -> String? {
        if case .text(let text) = json[name] { text } else { nil }
    }

    @Test("A profile has a locale; another country brings its customs, and what is chosen stays")
    func profile() async throws {
        try await SiteFixture.run { site async throws -> Void in
            let owner = try await site.fixture.openWorkspace()
            let token = try await site.token(of: owner)
            func read() async throws -> [String?] {
                let json = try await site.client.get("/api/v1/profile/", token: token).json
                return ["locale", "date_order", "clock"].map { text(json, $0) }
            }
            func write(_ body: JSONValue) async throws -> SiteAnswer {
                try await site.client.post("/api/v1/profile/", body, token: token, method: .put)
            }
            #expect(try await read() == ["en", "dmy", "24"])
            #expect(try await write(["locale": "en-US"]).status == 200)
            #expect(try await read() == ["en-US", "mdy", "12"])
            #expect(try await write(["clock": "24"]).status == 200)
            #expect(try await write(["locale": "en-US", "greeting": "Hi"]).status == 200)
            #expect(try await read() == ["en-US", "mdy", "24"])
            #expect(try await write(["locale": "en-JP", "date_order": "dmy"]).status == 200)
            #expect(try await read() == ["en-JP", "dmy", "24"])
            for (field, value) in [("locale", "en-XX"), ("date_order", "ydm"), ("clock", "13")] {
                let refused = try await write([field: .text(value)])
                #expect(refused.status == 422 && refused.problem == "account.invalid", "\(field)")
                #expect(refused.text.contains("\"\(field)\""), "\(refused.text)")
            }
            #expect(try await read() == ["en-JP", "dmy", "24"])
        }
    }

    @Test("Registration takes a locale, and guesses none from the money or the zone")
    func registration() async throws {
        let open = SiteConfiguration(registration: .open)
        try await SiteFixture.run(configuration: open) { site async throws -> Void in
            func register(_ slug: String, _ more: [String: JSONValue]) async throws -> SiteAnswer {
                var body: [String: JSONValue] = [
                    "business": "Shop", "name": "Ana", "email": .text("ana@\(slug).example"),
                    "password": "a sentence that is long", "slug": .text(slug),
                    "time_zone": "America/New_York", "currency": "USD",
                ]
                body.merge(more) { _, new in new }
                return try await site.client.post("/api/v1/auth/register/", .object(body))
            }
            for (slug, more, expected) in [
                ("plain", [:], ["en", "dmy", "24"]),
                ("states", ["locale": "en-US"], ["en-US", "mdy", "12"]),
                ("mixed", ["locale": "en-US", "clock": "24"], ["en-US", "mdy", "24"]),
            ] as [(String, [String: JSONValue], [String])] {
                let made = try await register(slug, more)
                let token = try #require(text(made.json, "access_token"), "\(made.text)")
                let json = try await site.client.get("/api/v1/profile/", token: token).json
                #expect(["locale", "date_order", "clock"].map { text(json, $0) } == expected)
            }
            #expect(try await register("wrong", ["locale": "Atlantis"]).status == 422)
        }
    }

    @Test("A national number is read where the business is")
    func phones() async throws {
        try await SiteFixture.run { site async throws -> Void in
            let owner = try await site.fixture.openWorkspace()
            let token = try await site.token(of: owner)
            func session(_ phone: String) async throws -> SiteAnswer {
                try await site.client.post(
                    "/api/v1/core/session/create/", ["workspace": "first", "phone": .text(phone)])
            }
            // Nobody has said yet where the business is.
            #expect(try await session("07700 900123").problem == "conversation.invalid_phone")
            _ = try await site.client.post(
                "/api/v1/profile/", ["locale": "en-GB"], token: token, method: .put)
            _ = try await site.customerToken("07700 900123", of: owner)
            let phones = try await site.desk.reading.read(owner.workspace) { reader in
                try ConsoleStore.page(after: nil, limit: 5, reader).items.map(\.to)
            }
            #expect(phones.contains("+447700900123"), "\(phones)")
            #expect(try await session("call 07700 900123").problem == "conversation.invalid_phone")
        }
    }

    @Test("A customer may be written to in another way, until that is taken back")
    func customer() async throws {
        try await SiteFixture.run { site async throws -> Void in
            let owner = try await site.fixture.openWorkspace()
            let token = try await site.token(of: owner)
            let made = try await site.client.post(
                "/api/v1/crm/contacts/",
                ["name": "Ana", "addresses": [["kind": "phone", "value": "+447700900123"]]],
                token: token)
            let id = try #require(ContactID(text(made.json, "id") ?? ""), "\(made.text)")
            func set(_ body: JSONValue) async throws -> Int {
                try await site.client.post(
                    "/api/v1/crm/contacts/\(id)/locale/", body, token: token, method: .put
                ).status
            }
            func kept() async throws -> LocaleSettings? {
                try await site.desk.reading.read(owner.workspace) { reader in
                    try ContactStore.find(id, reader)?.locale
                }
            }
            #expect(try await kept() == nil)
            #expect(try await set(["locale": "en-US"]) == 200)
            #expect(try await kept() == LocaleSettings(region: "US"))
            #expect(try await set(["locale": "en-US", "clock": "24"]) == 200)
            #expect(try await kept()?.clock == .twentyFourHours)
            #expect(try await set(["locale": "nowhere"]) == 422)
            #expect(try await set(["locale": .null]) == 200)
            #expect(try await kept() == nil)
        }
    }
}
