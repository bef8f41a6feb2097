import Base
import Desk
import Domain
import HTTP
import Postgres
import Store
import TestKit
import Testing
import Web

@testable import WebCore

/// Derived from the table of routes: a new one that changes something fails here until it is shown
/// that it leaves an event.
@Suite("Every change leaves who did it, what, and why", .timeLimit(.minutes(10)))
struct EventOriginTests {
    /// Operations that are no GET and yet change nothing.
    private static let readsOnly: Set<String> = ["searchPassages"]

    /// Who is named as the actor of each operation where that is not the member of staff who asks.
    private static let actors: [String: String] = [
        "createSession": "customer", "validateSession": "customer",
    ]

    /// Operations that take no idempotency key, which have no request in `KeyedStage`.
    private static let requests: [String: KeyedStage.Prepare] = [
        "login": { stage in
            .init(
                .post, "/api/v1/auth/login/",
                [
                    "email": .text(stage.person.email),
                    "password": .text(DeskFixture.password.revealed()),
                ], token: nil)
        },
        "refreshToken": { stage in
            let tokens = try await stage.site.desk.signIn.openAPI(
                email: stage.person.email, password: DeskFixture.password, from: "127.0.0.1")
            return .init(
                .post, "/api/v1/auth/refresh-token/",
                ["refresh_token": .text(try #require(tokens.refresh).revealed())], token: nil)
        },
        "logout": { stage in
            .init(
                .post, "/api/v1/auth/logout/",
                token: try await stage.site.token(of: stage.person))
        },
        "register": { _ in
            .init(
                .post, "/api/v1/auth/register/",
                [
                    "business": "Another", "name": "N", "email": "other@example.com",
                    "password": "a long enough passphrase",
                ], token: nil)
        },
        "sendMessageAgain": { stage in
            let answer = try await stage.site.client.post(
                "/api/v1/messaging/messages/",
                [
                    "conversation": .text(try await stage.conversation()),
                    "content": "This did not arrive.",
                ], token: stage.staff)
            let id = try #require(answer.json.text("id"), "\(answer.text)")
            try stage.owner.execute(
                """
                update delivery set status = 'failed', failure = 'recipient'
                where message_id = \(id)::uuid
                """)
            return .init(
                .post, "/api/v1/messaging/messages/\(id)/again/", token: stage.staff)
        },
        "validateSession": { stage in
            let session = try await stage.site.desk.portal.createSession(
                slug: "first", phone: "+447700900555", name: nil
            ).session
            return .init(
                .post, "/api/v1/core/session/validate/",
                [
                    "session": .text(session.description),
                    "code": .text(try await stage.site.lastCode(for: stage.person)),
                ], token: nil)
        },
    ]

    /// Pages that change something without a twin in `RoleTests`, and the operation that does the same.
    private static let pages = [
        "page_sign_in_post": "login", "page_register_post": "register",
        "page_portal_code": "createSession", "page_portal_enter": "validateSession",
        "page_portal_messages": "postMessage", "page_portal_leave": "logout",
        "page_portal_choose": "createSession",
    ]

    private struct Found {
        let kind: String
        let actor: String
        let actorID: String?
        let cause: String?
    }

    private func events(after number: Int, _ stage: KeyedStage) throws -> [Found] {
        try stage.owner.query(
            """
            select kind, actor_kind, actor_id, cause_id from event where event_no > \(number)
            order by event_no
            """
        ).map { row in
            Found(
                kind: try row.decode("kind"), actor: try row.decode("actor_kind"),
                actorID: try row.decode("actor_id"), cause: try row.decode("cause_id"))
        }
    }

    @Test("Each route that changes something records the one who asked, and by which request")
    func routes() async throws {
        try await SiteFixture.run(
            configuration: SiteConfiguration(registration: .open), ports: KeyedStage.understanding
        ) { site in
            let stage = try await KeyedStage(site, FaultPlan(failing: 0))
            var shown: Set<String> = []
            for route in site.site.routes where route.isListed && !route.method.isSafe {
                let name = route.operation
                if EventOriginTests.readsOnly.contains(name) { continue }
                let prepare = try #require(
                    KeyedStage.requests[name] ?? EventOriginTests.requests[name],
                    "\(name) changes something: show here what it leaves in the log")
                site.fixture.clock.advance(by: .seconds(5))
                // Another request than those before.
                stage.number += 1
                let sending = try await prepare(stage)
                let before = try stage.count("select coalesce(max(event_no), 0) from event")
                let answer = try await sending.send(site.client, key: "origin-\(name)")
                #expect((200..<300).contains(answer.status), "\(name): \(answer.text)")
                let found = try events(after: before, stage)
                #expect(!found.isEmpty, "\(name) leaves nothing in the log")
                let expected = EventOriginTests.actors[name] ?? "person"
                let own = found.filter { $0.actor == expected }
                #expect(!own.isEmpty, "\(name): \(found)")
                if sending.token != nil {
                    let account = stage.person.account.description
                    #expect(own.contains { $0.actorID == account }, "\(name): \(found)")
                    let request = try #require(answer.headers["X-Request-Id"])
                    #expect(
                        name == "logout" || own.contains { $0.cause == request },
                        "\(name): \(found)")
                }
                shown.insert(name)
            }
            let twins = Dictionary(
                uniqueKeysWithValues: RoleTests.twins.map { ($0.page, $0.api) })
            for route in site.site.routes where !route.isListed && !route.method.isSafe {
                let twin = twins[route.operation] ?? EventOriginTests.pages[route.operation]
                #expect(
                    twin.map(shown.contains) == true,
                    "\(route.operation) changes something: name the operation that does the same")
            }
        }
    }

    @Test(
        "A customer's message, the draft to it and its approval name customer, assistant and staff")
    func turn() async throws {
        try await SiteFixture.run(ports: KeyedStage.understanding) { site in
            let owner = try await site.fixture.openWorkspace()
            let staff = try await site.token(of: owner)
            let customer = try await site.customerToken(of: owner)
            _ = try await site.client.post(
                "/api/v1/messaging/messages/", ["content": "Hello"], token: customer)
            try await site.fixture.drain()
            let path = "/api/v1/events/log/?limit=200"
            func log(_ query: String) async throws -> [JSONValue] {
                let answer = try await site.client.get(path + query, token: staff)
                #expect(answer.status == 200, "\(answer.text)")
                return answer.json.list("events")
            }
            let received = try await log("&kind=conversation.message_received")
            #expect(received.map { $0.text("actor") } == ["customer"])
            #expect(received.first?.text("cause") == "request")
            let made = try await log("&kind=draft.made&actor=assistant")
            #expect(made.count == 1 && made.first?.text("cause") == "message")
            let opened = try await log("&kind=workspace.opened&column=Accounts")
            #expect(opened.first?.text("actor_name") == owner.name)
            let subject = try #require(made.first?.text("subject"))
            #expect(try await log("&subject=\(subject)").count == 1)
            #expect(try await log("&since=2030-01-01T00:00:00Z").isEmpty)
            #expect(try await log("&until=2020-01-01T00:00:00Z").isEmpty)
            #expect(try await log("&actor=person&actor_id=\(owner.account)").count > 1)
            let wrong = ["actor=nobody", "since=yesterday", "cursor=x"]
            for query in wrong {
                let answer = try await site.client.get(path + "&\(query)", token: staff)
                #expect(answer.status == 400 || answer.status == 422, "\(query): \(answer.text)")
            }
            // Page by page it is the same as at once.
            var paged: [String?] = []
            var next = ""
            repeat {
                let answer = try await site.client.get(
                    "/api/v1/events/log/?limit=3&cursor=\(next)", token: staff)
                paged += answer.json.list("events").map { $0.text("id") }
                next = answer.json.text("next_cursor") ?? ""
            } while !next.isEmpty
            #expect(try await paged == log("").map { $0.text("id") } && paged.count > 6)
        }
    }
}
