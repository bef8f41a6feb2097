import Base
import Desk
import Domain
import Foundation
import HTTP
import TestKit
import Testing

@testable import API
@testable import Web
@testable import WebCore

@Suite("Around every route")
struct GuardTests {
    @Test("A cookie alone changes nothing: the form's token must come along")
    func forms() async throws {
        try await SiteFixture.run { site async throws -> Void in
            let owner = try await site.fixture.openWorkspace()
            let token = try await site.token(of: owner)
            let cookie: HTTPHeaders = ["Cookie": "\(VisitorReader.staffCookie)=\(token)"]
            func change(_ headers: HTTPHeaders) async throws -> SiteAnswer {
                try await site.client.post(
                    "/api/v1/profile/", ["greeting": "Hi"], method: .put, headers: headers)
            }
            let bare = try await change(cookie)
            #expect(bare.status == 403 && bare.problem == "request.form_expired")
            var other = cookie
            other["X-CSRF-Token"] = CSRF.token(for: "another cookie")
            #expect(try await change(other).status == 403)
            var right = cookie
            right["X-CSRF-Token"] = CSRF.token(for: token)
            #expect(try await change(right).status == 200)
            let read = try await site.client.send(.get, "/api/v1/profile/", cookie, [])
            #expect(read.status == 200, "reading needs no form")
        }
    }

    @Test("What a browser says it sends for another site is refused")
    func origins() async throws {
        let configuration = SiteConfiguration(publicURL: "https://desk.example/")
        try await SiteFixture.run(configuration: configuration) { site async throws -> Void in
            func login(_ headers: HTTPHeaders) async throws -> Int {
                try await site.client.post(
                    "/api/v1/auth/login/", ["email": "a@b.example", "password": "x"],
                    headers: headers
                ).status
            }
            #expect(try await login(["Origin": "https://evil.example"]) == 403)
            #expect(try await login(["Origin": "http://desk.example"]) == 403)
            #expect(try await login(["Origin": "null"]) == 403)
            #expect(try await login(["Sec-Fetch-Site": "cross-site"]) == 403)
            #expect(try await login(["Origin": "https://desk.example"]) == 401)
            #expect(try await login(["Sec-Fetch-Site": "same-origin"]) == 401)
        }
    }

    @Test("Cookies are for HTTP only, and Secure behind https")
    func cookies() async throws {
        for secure in [true, false] {
            let configuration = SiteConfiguration(publicURL: secure ? "https://desk.example" : nil)
            try await SiteFixture.run(configuration: configuration) { site async throws -> Void in
                let context = SiteContext(
                    desk: site.desk, changes: site.changes, configuration: configuration)
                let staff = context.staffCookie(Secret("token"), lifetime: .days(1)).field
                let portal = context.portalCookie(
                    Secret("token"), slug: "first", lifetime: .days(1)
                ).field
                #expect(portal.contains("Path=/portal/first;"))
                for field in [staff, portal] {
                    #expect(field.contains("HttpOnly") && field.contains("SameSite=Lax"))
                    #expect(field.contains("Secure") == secure)
                }
                let answer = try await site.client.get("/health")
                #expect((answer.headers["Strict-Transport-Security"] != nil) == secure)
            }
        }
    }

    @Test("Every answer carries the security headers", arguments: Engine.allCases)
    func headers(engine: Engine) async throws {
        try await SiteFixture.run(engine) { site async throws -> Void in
            for path in ["/health", "/nothing", "/api/v1/services/", "/openapi.json"] {
                let answer = try await site.client.get(path)
                let policy = try #require(answer.headers["Content-Security-Policy"])
                #expect(policy.hasPrefix("default-src 'self'") && !policy.contains("unsafe"))
                #expect(policy.contains("frame-ancestors 'none'"))
                #expect(answer.headers["X-Content-Type-Options"] == "nosniff")
                #expect(answer.headers["Referrer-Policy"] == "same-origin")
                #expect(answer.headers["X-Request-Id"] != nil)
            }
        }
    }

    @Test("Unknown addresses and methods are told as problems", arguments: Engine.allCases)
    func unknown(engine: Engine) async throws {
        try await SiteFixture.run(engine) { site async throws -> Void in
            let nowhere = try await site.client.get("/api/v1/nothing")
            #expect(nowhere.status == 404 && nowhere.problem == "route.not_found")
            #expect(nowhere.json.text("instance")?.hasPrefix("urn:uuid:") == true)
            let method = try await site.client.delete("/api/v1/auth/login/")
            #expect(method.status == 405 && method.problem == "route.method_not_allowed")
            #expect(method.headers["Allow"] == "POST")
            let several = try await site.client.delete("/api/v1/services/")
            #expect(several.headers["Allow"] == "GET, HEAD, POST")
        }
    }

    @Test("A stored answer is given again; the key is good for one request of one person")
    func idempotency() async throws {
        try await SiteFixture.run { site async throws -> Void in
            let owner = try await site.fixture.openWorkspace()
            let token = try await site.token(of: owner)
            let manager = try await site.token(of: site.fixture.add(.manager, by: owner))
            func add(_ name: String, _ token: String, _ key: String) async throws -> SiteAnswer {
                try await site.client.post(
                    "/api/v1/staff/", ["name": .text(name)], token: token, key: key)
            }
            let first = try await add("Ana", token, "k")
            let again = try await add("Ana", token, "k")
            #expect(first.status == 201 && again.status == 201 && first.json == again.json)
            #expect(again.headers["Idempotency-Replayed"] == "true")
            #expect(try await add("Bea", token, "k").problem == "request.key_reused")
            #expect(try await add("Ana", manager, "k").json != first.json)
            let list = try await site.client.get("/api/v1/staff/", token: token)
            #expect(list.json.list("staff").count == 2)
            // A refused request leaves its key free.
            #expect(try await add(" ", token, "f").status == 422)
            #expect(try await add("Cleo", token, "f").status == 201)
            for key in ["with space", String(repeating: "k", count: 201)] {
                let answer = try await add("Dan", token, key)
                #expect(answer.problem == "request.bad_idempotency_key")
            }
            site.fixture.clock.advance(by: .days(1) + .minutes(1))
            let tomorrow = try await site.token(of: owner)
            #expect(try await add("Eve", tomorrow, "k").status == 201, "forgotten after a day")
        }
    }

    @Test("Asking twice for a code under one key sends one code, and gives one session")
    func codes() async throws {
        try await SiteFixture.run { site async throws -> Void in
            let owner = try await site.fixture.openWorkspace()
            let staff = try await site.token(of: owner)
            func ask(_ phone: String, _ key: String?) async throws -> SiteAnswer {
                try await site.client.post(
                    "/api/v1/core/session/create/", ["workspace": "first", "phone": .text(phone)],
                    key: key)
            }
            let first = try await ask("+447700900123", "k")
            let again = try await ask("+447700900123", "k")
            #expect(first.status == 200 && again.json == first.json)
            #expect(again.headers["Idempotency-Replayed"] == "true")
            #expect(try await ask("+447700900123", nil).json != first.json)
            let stranger = try await ask("+447700900124", "k")
            #expect(stranger.status == 200 && stranger.json != first.json, "keys are by number")
            try await site.fixture.drain()
            let console = try await site.client.get("/api/v1/messaging/console/", token: staff)
            #expect(console.json.list("messages").count == 3)
            site.fixture.clock.advance(by: ConversationLimits.codeLifetime)
            let later = try await ask("+447700900123", "k")
            #expect(later.status == 200 && later.json != first.json, "that code has lapsed")
        }
    }

    @Test("U+0000, which no table can hold, is refused in JSON and in forms")
    func zero() async throws {
        try await SiteFixture.run { site async throws -> Void in
            let owner = try await site.fixture.openWorkspace()
            let token = try await site.token(of: owner)
            func add(_ name: String) async throws -> SiteAnswer {
                try await site.client.send(
                    .post, "/api/v1/staff/",
                    ["Authorization": "Bearer \(token)", "Content-Type": "application/json"],
                    Array("{\"name\": \"\(name)\"}".utf8))
            }
            for name in ["a\\u0000b", "\\\\\\u0000", "a\0b"] {
                let answer = try await add(name)
                #expect(answer.problem == "request.malformed_json", "\(name): \(answer.text)")
            }
            // A backslash before "u0000" is text like any other.
            let plain = try await add("\\\\u0000")
            #expect(plain.status == 201 && plain.json.text("name") == "\\u0000")
            let form = try await site.client.send(
                .post, "/people/new",
                [
                    "Cookie": "\(VisitorReader.staffCookie)=\(token)",
                    "X-CSRF-Token": CSRF.token(for: token),
                    "Content-Type": ContentType.form.description,
                ], Array("name=a%00b".utf8))
            #expect(form.status == 400, "\(form.text)")
        }
    }

    @Test("Of requests at once under one key, one does the work")
    func atOnce() async throws {
        try await SiteFixture.run { site async throws -> Void in
            let owner = try await site.fixture.openWorkspace()
            let token = try await site.token(of: owner)
            let client = site.client
            let answers = try await withThrowingTaskGroup(of: SiteAnswer.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await client.post(
                            "/api/v1/staff/", ["name": "Ana"], token: token, key: "k")
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            for answer in answers {
                #expect(answer.status == 201 || answer.problem == "request.still_running")
            }
            #expect(answers.contains { $0.status == 201 })
            let list = try await client.get("/api/v1/staff/", token: token)
            #expect(list.json.list("staff").count == 1)
        }
    }

    @Test("Health tells what is there, without saying how", arguments: Engine.allCases)
    func health(engine: Engine) async throws {
        let isDown = Lock(false)
        let failing: @Sendable (inout DeskPorts) -> Void = { ports in
            ports.embedder.modelID = {
                if isDown.withLock({ $0 }) { throw FetchError.timeout }
                return HashingEmbedder.model
            }
        }
        try await SiteFixture.run(engine, ports: failing) { site async throws -> Void in
            let well = try await site.client.get("/health")
            #expect(well.status == 200 && well.json.text("status") == "ok")
            #expect(well.json.text("database") == "ok" && well.json["queues"] != nil)
            isDown.withLock { $0 = true }
            site.fixture.clock.advance(by: .seconds(5))
            let ill = try await site.client.get("/health")
            #expect(ill.status == 200 && ill.json.text("status") == "degraded")
            #expect(ill.json.text("models") == "down")
        }
    }

    @Test("Metrics are for this machine and named networks, by pattern and never by path")
    func metrics() async throws {
        let configuration = SiteConfiguration(
            trustedProxies: ["10.0.0.0/8"], monitoringNetworks: ["192.0.2.0/24", "10.9.0.0/16"])
        try await SiteFixture.run(configuration: configuration) { site async throws -> Void in
            let owner = try await site.fixture.openWorkspace()
            let token = try await site.token(of: owner)
            _ = try await site.client.get("/api/v1/services/some-private-thing/", token: token)
            _ = try await site.client.get("/some-other-thing")
            let text = try await site.client.get("/metrics").text
            #expect(text.contains("route=\"/api/v1/services/{id}/\""))
            #expect(!text.contains("some-private-thing") && !text.contains("some-other-thing"))
            let asked: [(headers: HTTPHeaders, status: Int)] = [
                (["X-Test-Peer": "203.0.113.9"], 403), (["X-Test-Peer": "192.0.2.77"], 200),
                (["X-Test-Peer": "10.1.1.1", "X-Forwarded-For": "192.0.2.77"], 200),
                (["X-Test-Peer": "10.1.1.1", "X-Forwarded-For": "203.0.113.9"], 403),
                // A proxy on a named network is not named by that.
                (["X-Test-Peer": "192.0.2.77", "X-Forwarded-For": "192.0.2.78"], 403),
                (["X-Test-Peer": "10.9.1.1", "X-Real-IP": "203.0.113.9"], 403),
            ]
            for (headers, status) in asked {
                let answer = try await site.client.send(.get, "/metrics", headers, [])
                #expect(answer.status == status, "\(headers)")
                let health = try await site.client.send(.get, "/health", headers, [])
                #expect((health.json["database"] != nil) == (status == 200), "\(headers)")
            }
        }
    }

    @Test("A fault is told without its cause, and logged with it")
    func faults() async throws {
        let lines = Lock<[String]>([])
        let logger = Logger(
            minimum: .info, now: { DeskFixture.start },
            write: { line in lines.withLock { $0.append(line) } })
        let failing: @Sendable (inout DeskPorts) -> Void = { ports in
            ports.blobs.keep = { _, _ in throw FetchError.connection("secret place") }
        }
        try await SiteFixture.run(logger: logger, ports: failing) { site async throws -> Void in
            let owner = try await site.fixture.openWorkspace()
            let token = try await site.token(of: owner)
            let answer = try await site.client.upload(
                Array("We open at nine.".utf8), name: "a.txt", token: token)
            #expect(answer.status == 503 && answer.problem == "unavailable")
            #expect(answer.headers["Retry-After"] != nil && !answer.text.contains("secret"))
            let all = lines.withLock { $0 }.joined(separator: "\n")
            #expect(all.contains("secret place") && !all.contains(owner.email))
            let instance = try #require(answer.json.text("instance"))
            #expect(all.contains(String(instance.dropFirst("urn:uuid:".count))))
        }
    }
}
