import Base
import Cryptography
import Desk
import Domain
import Foundation
import HTTP
import Postgres
import Store
import TestKit
import Testing

@testable import WebCore

/// A channel that is wholly defined here: carrier pigeons. Its capabilities, the way in with its
/// signature and its reports, and the way out. No file of the program knows of it; an installation
/// would add one line where its channels are put together (`DeskParts`).
private final class PigeonPost: Sendable {
    static let name = Channel(named: "pigeon")
    static let secret = "coo"

    static let capabilities = ChannelCapabilities(
        channel: name, title: "Carrier pigeon", medium: .mail, addressKind: .email,
        textLength: 280, media: .init(count: 1, bytes: 1_000, types: ["text/"]),
        threading: .byThread, receipts: .read, consent: .inherent)

    enum Weather: Sendable {
        case fair, storm, hawk
    }

    private let state = Lock<(weather: Weather, flown: [OutboundMessage])>((.fair, []))

    var flown: [OutboundMessage] { state.withLock { $0.flown } }

    func forecast(_ weather: Weather) { state.withLock { $0.weather = weather } }

    var connected: ConnectedChannel {
        ConnectedChannel(
            PigeonPost.capabilities,
            .port(MessagePort { message in try self.fly(message) }),
            endpoints: [InboundEndpoint(path: "pigeon/letters", read: PigeonPost.read)])
    }

    private struct Storm: Fault {
        let retryable = true
    }

    private func fly(_ message: OutboundMessage) throws -> SendOutcome {
        try state.withLock { state in
            switch state.weather {
            case .storm: throw Storm()
            case .hawk: return .refused(DeliveryFailure(.recipient, code: "hawk-7"))
            case .fair:
                state.flown.append(message)
                return .accepted(providerID: "ring-\(state.flown.count)")
            }
        }
    }

    private struct Post: Decodable {
        struct Letter: Decodable {
            let id, from, text: String
            let name, thread, subject, enclosure: String?
        }

        struct Sighting: Decodable {
            let ring, state: String
        }

        let workspace: WorkspaceID
        let letters: [Letter]?
        let sightings: [Sighting]?
    }

    private static func read(_ request: InboundRequest) throws -> InboundReading {
        let mark = HMAC.sha256(request.body, key: Array(secret.utf8)).hex
        guard request.header("X-Pigeon-Mark") == mark else { throw InboundRefusal.badSignature }
        guard let post = try? JSONDecoder().decode(Post.self, from: Data(request.body)) else {
            throw InboundRefusal.unreadable
        }
        let messages = try (post.letters ?? []).map { letter in
            guard let from = Address(.email, letter.from) else { throw InboundRefusal.unreadable }
            return InboundMessage(
                channel: name, from: from, name: letter.name, content: letter.text,
                subject: letter.subject, thread: letter.thread, key: letter.id,
                files: letter.enclosure.map {
                    [
                        InboundFile(
                            name: "note.txt", contentType: "text/plain", bytes: Array($0.utf8))
                    ]
                } ?? [])
        }
        let events: [String: DeliveryEvent] = [
            "landed": .deliver, "opened": .read, "lost": .fail,
        ]
        let reports = (post.sightings ?? []).compactMap { sighting in
            events[sighting.state].map {
                DeliveryReport(
                    channel: name, .providerID(sighting.ring), $0,
                    failure: $0 == .fail ? DeliveryFailure(.transient, code: "lost") : nil)
            }
        }
        return InboundReading(
            [InboundBatch(workspace: post.workspace, messages: messages, reports: reports)],
            answer: InboundAnswer(contentType: "text/plain", body: "coo"))
    }
}

@Suite("A channel that no file of the program knows", .timeLimit(.minutes(5)))
struct ToyChannelTests {
    /// A site with pigeons, whose assistant has a draft for everything.
    private struct Loft {
        let site: SiteFixture
        let pigeons: PigeonPost
        let owner: Staff
        let token: String

        /// What the service sends to us; signed unless it is told otherwise.
        func arrive(_ post: JSONValue, mark: String? = nil) async throws -> SiteAnswer {
            let body = Array(try JSONCoding.text(post).utf8)
            let right = HMAC.sha256(body, key: Array(PigeonPost.secret.utf8)).hex
            return try await site.client.send(
                .post, "/webhooks/pigeon/letters",
                ["X-Pigeon-Mark": mark ?? right, "Content-Type": "application/json"], body)
        }

        func letter(
            _ text: String, id: String = "l1", thread: String? = "t1",
            more: [String: JSONValue] = [:]
        ) async throws -> SiteAnswer {
            var letter: [String: JSONValue] = [
                "id": .text(id), "from": "Maya@Example.com", "name": "Maya", "text": .text(text),
                "subject": "A haircut",
            ]
            if let thread { letter["thread"] = .text(thread) }
            return try await arrive([
                "workspace": .text("\(owner.workspace)"),
                "letters": .list([.object(letter.merging(more) { $1 })]),
            ])
        }

        func sighted(_ state: String, ring: String = "ring-1") async throws {
            let answer = try await arrive([
                "workspace": .text("\(owner.workspace)"),
                "sightings": [["ring": .text(ring), "state": .text(state)]],
            ])
            #expect(answer.status == 200)
        }

        func conversations(_ query: String = "") async throws -> [JSONValue] {
            try await site.client.get("/api/v1/core/conversations/" + query, token: token)
                .json.list("conversations")
        }

        /// The newest message of the only conversation, as staff see it.
        func newest() async throws -> JSONValue {
            let id = try #require(try await conversations().first?.text("id"))
            return try #require(
                try await site.client.get(
                    "/api/v1/messaging/messages/?conversation=\(id)", token: token
                ).json.list("messages").last)
        }

        func delivery() async throws -> String? { try await newest()["delivery"]?.text("status") }

        func approve() async throws {
            let draft = try #require(
                try await site.client.get("/api/v1/messaging/drafts/", token: token)
                    .json.list("drafts").first)
            let answer = try await site.client.post(
                "/api/v1/messaging/drafts/approve/",
                [
                    "id": draft["id"] ?? .null, "version": draft["version"] ?? .null,
                    "action": "approve", "text": "Come on Tuesday.",
                ], token: token)
            #expect(answer.status == 200, "\(answer.text)")
        }
    }

    private func run(_ body: (Loft) async throws -> Void) async throws {
        let pigeons = PigeonPost()
        func ports(_ ports: inout DeskPorts) {
            KeyedStage.understanding(&ports)
            ports.channels = [pigeons.connected]
        }
        try await SiteFixture.run(ports: ports) { site in
            let owner = try await site.fixture.openWorkspace()
            try await body(
                Loft(
                    site: site, pigeons: pigeons, owner: owner,
                    token: try await site.token(of: owner)))
        }
    }

    @Test("A letter becomes a draft, its approval a delivery, and sightings its way to the reader")
    func thereAndBack() async throws {
        try await run { loft in
            let arrived = try await loft.letter("Have you time on Tuesday?")
            #expect(arrived.status == 200 && arrived.text == "coo")
            try await loft.site.fixture.drain()
            let listed = try #require(try await loft.conversations("?channel=pigeon").first)
            #expect(listed.text("status") == "open" && listed.text("subject") == "A haircut")
            #expect(listed["contact"]?.text("name") == "Maya")
            #expect(try await loft.conversations("?channel=elsewhere").isEmpty)

            try await loft.approve()
            // Approved is not sent: nothing has left yet.
            #expect(try await loft.delivery() == "queued")
            #expect(loft.pigeons.flown.isEmpty)
            try await loft.site.fixture.drain()
            #expect(try await loft.delivery() == "accepted")
            let flown = try #require(loft.pigeons.flown.first)
            #expect(flown.text == "Come on Tuesday." && flown.to.value == "maya@example.com")
            #expect(flown.thread == "t1" && flown.subject == "A haircut")

            try await loft.sighted("landed")
            #expect(try await loft.delivery() == "delivered")
            try await loft.sighted("opened")
            // Late and repeated news changes nothing.
            try await loft.sighted("landed")
            try await loft.sighted("opened")
            #expect(try await loft.delivery() == "read")
            #expect(try await loft.conversations().first?.text("status") == "waiting")
            #expect(loft.pigeons.flown.count == 1)
        }
    }

    @Test("What the service does not deliver is shown to staff, with the reason and the way on")
    func failure() async throws {
        try await run { loft in
            _ = try await loft.letter("Have you time on Tuesday?")
            try await loft.site.fixture.drain()
            loft.pigeons.forecast(.hawk)
            try await loft.approve()
            try await loft.site.fixture.drain()
            let message = try await loft.newest()
            #expect(message["delivery"]?.text("status") == "failed")
            #expect(message["delivery"]?.text("failure") == "recipient")
            let listed = try #require(try await loft.conversations("?needs_person=true").first)
            #expect(listed.text("needs_person") == "not_delivered")
            #expect(listed.text("status") == "open")
            let page = try await loft.site.desk.signIn.openPage(
                email: loft.owner.email, password: DeskFixture.password, from: "127.0.0.1")
            let cookie: HTTPHeaders = [
                "Cookie": "\(VisitorReader.staffCookie)=\(page.access.revealed())"
            ]
            let shown = try await loft.site.client.send(.get, "/conversations", cookie, [])
            #expect(shown.text.contains("Not delivered to maya@example.com."))
            #expect(shown.text.contains("Carrier pigeon") && shown.text.contains("Send again"))

            loft.pigeons.forecast(.fair)
            let again = "/api/v1/messaging/messages/\(message.text("id") ?? "")/again/"
            let first = try await loft.site.client.post(again, [:], token: loft.token)
            #expect(first.status == 204)
            let second = try await loft.site.client.post(again, [:], token: loft.token)
            #expect(second.status == 409 && second.problem == "delivery.not_possible")
            try await loft.site.fixture.drain()
            #expect(try await loft.delivery() == "accepted")
            #expect(loft.pigeons.flown.count == 1)
            #expect(try await loft.conversations("?needs_person=true").isEmpty)
        }
    }

    @Test("While the service is away a message waits, and leaves once when it is back")
    func storm() async throws {
        try await run { loft in
            _ = try await loft.letter("Have you time on Tuesday?")
            try await loft.site.fixture.drain()
            loft.pigeons.forecast(.storm)
            try await loft.approve()
            try await loft.site.fixture.drain()
            #expect(try await loft.delivery() == "queued")
            loft.pigeons.forecast(.fair)
            loft.site.fixture.clock.advance(by: .minutes(5))
            try await loft.site.fixture.drain()
            #expect(try await loft.delivery() == "accepted")
            #expect(loft.pigeons.flown.count == 1)
        }
    }

    @Test("Letters come once whatever is repeated, threads stay apart, and enclosures are kept")
    func inbound() async throws {
        try await run { loft in
            for _ in 0..<3 {
                #expect(
                    try await loft.letter("One", more: ["enclosure": "a lock of hair"]).status
                        == 200)
            }
            _ = try await loft.letter("Two", id: "l2")
            _ = try await loft.letter("Three", id: "l3", thread: "t2")
            let all = try await loft.conversations()
            #expect(Set(all.compactMap { $0.text("last_message") }) == ["Two", "Three"])
            #expect(Set(all.compactMap { $0["contact"]?.text("id") }).count == 1)
            let owner = try PostgresConnection(loft.site.fixture.owner)
            let kept: [String] = try owner.query(
                "select sha256 from attachment where content_type = 'text/plain'"
            ).map { try $0.decode(at: 0) }
            #expect(kept == [SHA256.digest("a lock of hair").hex])
            let sha256 = try #require(kept.first)
            let used: Bool = try owner.query("select blob_is_used(\(sha256)) as used").one()
                .decode("used")
            #expect(used)
            let path = [sha256.prefix(2), sha256.dropFirst(2).prefix(2), sha256[...]]
                .joined(separator: "/")
            let bytes = try Data(
                contentsOf: URL(
                    fileURLWithPath: loft.site.fixture.blobFolder + "/" + path))
            #expect(String(decoding: bytes, as: UTF8.self) == "a lock of hair")
        }
    }

    @Test("What is not signed right is not taken, and what the channel cannot carry is refused")
    func refused() async throws {
        try await run { loft in
            let forged = try await loft.arrive(["workspace": "x"], mark: "00")
            #expect(forged.status == 403 && forged.problem == "webhook.bad_signature")
            let odd = try await loft.arrive(["letters": 3])
            #expect(odd.status == 400 && odd.problem == "webhook.unreadable")
            #expect(try await loft.conversations().isEmpty)

            _ = try await loft.letter("Hello")
            let id = try #require(try await loft.conversations().first?.text("id"))
            let long = try await loft.site.client.post(
                "/api/v1/messaging/messages/",
                [
                    "conversation": .text(id),
                    "content": .text(String(repeating: "a", count: 281)),
                ], token: loft.token)
            #expect(long.status == 422 && long.problem == "delivery.text_too_long")
        }
    }
}
