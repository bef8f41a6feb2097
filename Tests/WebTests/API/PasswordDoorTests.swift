import Base
import Desk
import Domain
import HTTP
import TestKit
import Testing

@testable import WebCore

@Suite("Passwords that are refused", .timeLimit(.minutes(5)))
struct PasswordDoorTests {
    private func add(
        _ site: SiteFixture, _ token: String, _ password: String, _ number: Int
    ) async throws -> SiteAnswer {
        try await site.client.post(
            "/api/v1/accounts/",
            [
                "name": "Marjorie Quill", "email": .text("marjorie\(number)@quillworks.example"),
                "password": .text(password), "role": "staff",
            ], token: token)
    }

    @Test("Short, blank, repeated, common and own ones are refused, each with its reason")
    func refused() async throws {
        let cases: [(password: String, says: String)] = [
            ("too short", "10"), ("          ", "blank"), ("\u{3000}\u{A0}         ", "blank"),
            ("aaaaaaaaaaaa", "repeats"), ("ababababababab", "repeats"),
            ("1112223331112", "repeats"),
            ("password123", "common"), ("Password2024!", "common"), ("P@ssw0rd2024", "common"),
            ("qwertyuiop", "common"), ("1234567890", "common"), ("abcdefghijkl", "common"),
            ("9876543210", "common"), ("letmein12345", "common"), ("iloveyou2026", "common"),
            ("passwordpassword", "common"), ("1q2w3e4r5t", "common"), ("qwerty123456", "common"),
            ("welcome12345", "common"), ("Liverpool2025", "common"),
            ("marjorie quill", "name"), ("marjorie11@quillworks.example", "name"),
        ]
        try await SiteFixture.run { site async throws -> Void in
            let owner = try await site.fixture.openWorkspace()
            let token = try await site.token(of: owner)
            for (number, (password, says)) in cases.enumerated() {
                let email = password.contains("@") ? 11 : 100 + number
                let answer = try await add(site, token, password, email)
                #expect(answer.status == 422, "\(password)")
                #expect(answer.problem == "account.weak_password", "\(password)")
                let message = answer.json.list("errors").first?.text("message") ?? ""
                #expect(message.contains(says), "\(password): \(message)")
            }
            let good = [
                "a sentence to remember", "Tr0mbone-kettle", "correct horse battery",
                "пароль для парикмахерской", "kd92jf0qxm", "  spaced out at both ends  ",
            ]
            for (number, password) in good.enumerated() {
                let answer = try await add(site, token, password, number)
                #expect(answer.status == 201, "\(password): \(answer.text)")
            }
        }
    }

    @Test("The longest password is what the description, the refusal and the page say")
    func longest() async throws {
        try await SiteFixture.run { site async throws -> Void in
            let owner = try await site.fixture.openWorkspace()
            let token = try await site.token(of: owner)
            let shapes = try await site.client.get("/openapi.json").json["components"]?["schemas"]
            for shape in ["NewAccount", "Register"] {
                let password = shapes?[shape]?["properties"]?["password"]
                #expect(password?.integer("minLength") == 10, "\(shape)")
                #expect(password?.integer("maxLength") == 256, "\(shape)")
            }
            // Characters of four bytes each, all different from their neighbours.
            let scalars = (0..<257).map { String(UnicodeScalar(0x1F300 + UInt32($0))!) }
            let longest = scalars.prefix(256).joined()
            #expect(try await add(site, token, longest, 1).status == 201)
            let longer = try await add(site, token, scalars.joined(), 2)
            #expect(longer.problem == "account.weak_password")
            #expect(longer.json.list("errors").first?.text("message")?.contains("256") == true)
            let wrong = try await site.client.post(
                "/api/v1/auth/login/",
                [
                    "email": "marjorie1@quillworks.example",
                    "password": .text(longest + "and more that nobody chose"),
                ])
            #expect(wrong.status == 401, "what lies beyond the longest counts too")
            let login = try await site.client.post(
                "/api/v1/auth/login/",
                ["email": "marjorie1@quillworks.example", "password": .text(longest)])
            #expect(login.status == 200)
            let page = try await site.client.get("/register")
            #expect(page.text.contains("256") || page.status == 403)
        }
    }
}
