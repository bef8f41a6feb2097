import Base
import Cryptography
import Desk
import Domain
import HTTP
import Postgres
import Store
import TestKit
import Testing

@testable import WebCore

/// A site whose calls can be broken, with everything there that a keyed request is about.
final class KeyedStage {
    /// One request that is sent again and again.
    struct Sending {
        var target: String
        var method: HTTPMethod
        var body: JSONValue
        var token: String?
        /// For an upload, instead of the body.
        var file: [UInt8]?

        init(
            _ method: HTTPMethod, _ target: String, _ body: JSONValue = [:], token: String?,
            file: [UInt8]? = nil
        ) {
            self.method = method
            self.target = target
            self.body = body
            self.token = token
            self.file = file
        }

        func send(_ client: SiteClient, key: String) async throws -> SiteAnswer {
            if let file {
                return try await client.upload(file, name: "a.txt", token: token, key: key)
            }
            return try await client.post(target, body, token: token, key: key, method: method)
        }
    }

    typealias Prepare = @Sendable (KeyedStage) async throws -> Sending

    let site: SiteFixture
    let plan: FaultPlan
    let owner: PostgresConnection
    let person: Staff
    private(set) var staff: String
    let customer: String
    var number = 0
    private let measure: SQL

    /// A customer's message asks for nothing, and gets a draft.
    static func understanding(_ ports: inout DeskPorts) {
        ports.understander = UnderstandingPort { _, _ in
            Understanding(intent: .bookingConfirm, confidence: 0.9, commands: [.confirm])
        }
    }

    init(_ site: SiteFixture, _ plan: FaultPlan) async throws {
        self.site = site
        self.plan = plan
        person = try await site.fixture.openWorkspace()
        staff = try await site.token(of: person)
        let day = [
            WeeklyHours.Period(
                open: try #require(LocalTime(hour: 8)), close: try #require(LocalTime(hour: 20)))
        ]
        try await site.desk.catalogue.setHours(
            WeeklyHours(Dictionary(uniqueKeysWithValues: Weekday.allCases.map { ($0, day) })),
            closures: [], policy: BookingPolicy(), by: person)
        // Now, while the code for it is the only one that was sent.
        customer = try await site.customerToken(of: person)
        owner = try PostgresConnection(site.fixture.owner)
        // Everything that work leaves behind: rows that were added, and rows that were changed.
        let tables: [String] = try owner.query(
            """
            select c.relname::text || ':' || exists (
                select from pg_attribute a where a.attrelid = c.oid and a.attname = 'version')
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = 'public' and c.relkind = 'r'
                and c.relname not in ('idempotent_response', 'account_session', 'schema_migration',
                    'event_cursor')
            order by 1
            """
        ).map { try $0.decode(at: 0) }
        let parts = tables.map { line in
            let words = line.split(separator: ":")
            let sum = words[1] == "true" ? "coalesce(sum(version), 0)" : "0"
            return "(select count(*) * 1000 + \(sum) from \(words[0]))"
        }
        measure = SQL(raw: "select (" + parts.joined(separator: " + ") + ")::bigint")
    }

    func count(_ sql: SQL) throws -> Int { try owner.query(sql).one().decode(at: 0) }

    func plainHash(_ bytes: [UInt8]) -> [UInt8] { SHA256.digest(bytes) }

    /// Breaks the request at its first call, at its second, and so on until nothing broke.
    func walk(
        _ route: RouteDescription, _ kind: IdempotencyTests.Break, _ prepare: Prepare
    ) async throws {
        staff = try await site.token(of: person)
        let clean = try await attempt(0, kind, route.operation, prepare)
        #expect(
            (200..<300).contains(clean.status), "\(route.operation) without a fault: \(clean)")
        var failing = 1
        while true {
            let broken = try await attempt(failing, kind, route.operation, prepare)
            let story: Comment = "\(route.operation), \(kind.rawValue) at call \(failing)"
            #expect(broken.status == clean.status, "\(story): \(broken.text)")
            #expect(broken.work == clean.work, story)
            guard broken.reached else { break }
            failing += 1
        }
        // At least the claim and the work, each with its moments.
        #expect(failing > 4, "\(route.operation)")
    }

    struct Outcome {
        let status: Int
        let text: String
        let work: Int
        let reached: Bool
    }

    private func attempt(
        _ failing: Int, _ kind: IdempotencyTests.Break, _ operation: String, _ prepare: Prepare
    ) async throws -> Outcome {
        number += 1
        site.fixture.clock.advance(by: .seconds(10))
        let sending = try await prepare(self)
        let key = "key-\(number)"
        let before = try count(measure)
        plan.arm(failing, kills: kind == .kill)
        let first = try await sending.send(site.client, key: key)
        let reached = failing > 0 && plan.wasReached
        plan.disarm()
        let client = kind == .kill && reached ? site.restarted() : site.client
        var second = try await sending.send(client, key: key)
        if second.problem == "request.still_running" {
            site.fixture.clock.advance(by: .seconds(11))
            second = try await sending.send(client, key: key)
        }
        let third = try await sending.send(client, key: key)
        #expect(
            third.status == second.status && third.body == second.body,
            "\(operation), call \(failing): \(second.text) and then \(third.text)")
        if first.status < 300 {
            #expect(first.status == second.status && first.body == second.body, "\(operation)")
            #expect(first.headers["ETag"] == second.headers["ETag"], "\(operation)")
        }
        return Outcome(
            status: second.status, text: second.text, work: try count(measure) - before,
            reached: reached)
    }

    // MARK: What requests need

    private func made(_ path: String, _ body: JSONValue) async throws -> String {
        let answer = try await site.client.post(path, body, token: staff)
        return try #require(answer.json.text("id"), "\(answer.text)")
    }

    private func newPerson() async throws -> String {
        let day: JSONValue = [["open": "08:00", "close": "20:00"]]
        let week: JSONValue = .object(
            Dictionary(uniqueKeysWithValues: Weekday.allCases.map { ($0.rawValue, day) }))
        return try await made("/api/v1/staff/", ["name": .text("Ana \(number)"), "hours": week])
    }

    private func newService() async throws -> String {
        let person = try await newPerson()
        return try await made(
            "/api/v1/services/",
            [
                "name": .text("Cut \(number)"), "duration_minutes": 30, "staff": [.text(person)],
            ])
    }

    private func wanted() async throws -> JSONValue {
        [
            "service": .text(try await newService()), "start": "2026-11-24T10:00:00Z",
            // A contact of its own, so that every booking leaves the same behind.
            "phone": .text("+4477010\(String(10_000 + number).suffix(5))"),
        ]
    }

    private func newAppointment() async throws -> String {
        try await made("/api/v1/calendar/book-appointment/", try await wanted())
    }

    private func newDocument() async throws -> String {
        let answer = try await site.client.upload(
            Array("Parking \(number) is free.".utf8), name: "a.txt", token: staff)
        return try #require(answer.json.text("id"), "\(answer.text)")
    }

    private func parkedJob() throws -> String {
        let id = site.fixture.world.uuid()
        let now = site.fixture.clock.now
        try owner.execute(
            """
            insert into outbox (id, workspace_id, lane, kind, payload, state, run_after, attempts,
                last_error, created_at)
            values (\(id), \(person.workspace.uuid), 'turn', 'turn', '{}', 'parked', \(now), 1,
                'damaged', \(now))
            """)
        return ID<Void>(id).description
    }

    /// A conversation in which a customer has just written, and waits.
    func conversation() async throws -> String {
        let sent = try await site.client.post(
            "/api/v1/messaging/messages/", ["content": .text("Hello \(number)")], token: customer)
        #expect(sent.status == 202, "\(sent.text)")
        let list = try await site.client.get("/api/v1/messaging/messages/", token: customer)
        return try #require(list.json.text("conversation_id"))
    }

    private func draft() async throws -> JSONValue {
        let conversation = try await conversation()
        _ = try await site.client.post(
            "/api/v1/core/conversations/\(conversation)/owner/", ["owner": "assistant"],
            token: staff)
        try await site.fixture.drain()
        let list = try await site.client.get("/api/v1/messaging/drafts/?limit=200", token: staff)
        let found = list.json.list("drafts").first { $0.text("conversation_id") == conversation }
        return try #require(found, "\(list.text)")
    }

    // MARK: The requests

    /// One for each operation that takes a key.
    static let requests: [String: Prepare] = {
        let change: Prepare = { stage in
            let id = try await stage.newService()
            return Sending(
                .put, "/api/v1/services/\(id)/",
                ["name": .text("Trim \(stage.number)"), "duration_minutes": 45], token: stage.staff)
        }
        let profile: @Sendable (HTTPMethod, String) -> Prepare = { method, path in
            { stage in
                Sending(
                    method, path, ["greeting": .text("Hello \(stage.number)")], token: stage.staff)
            }
        }
        let book: @Sendable (String) -> Prepare = { path in
            { Sending(.post, path, try await $0.wanted(), token: $0.staff) }
        }
        let move: @Sendable (String) -> Prepare = { root in
            { stage in
                let id = try await stage.newAppointment()
                return Sending(
                    .put, root + id + "/", ["start": "2026-11-24T14:00:00Z"], token: stage.staff)
            }
        }
        let cancel: @Sendable (String) -> Prepare = { root in
            { stage in
                let id = try await stage.newAppointment()
                return Sending(.delete, root + id + "/", token: stage.staff)
            }
        }
        let own: [String: Prepare] = [
            "addAccount": { stage in
                Sending(
                    .post, "/api/v1/accounts/",
                    [
                        "name": "N", "email": .text("n\(stage.number)@example.com"),
                        "password": "a long enough passphrase", "role": "staff",
                    ], token: stage.staff)
            },
            "writeProfile": profile(.put, "/api/v1/profile/"),
            "setUpProfile": profile(.post, "/api/v1/core/profile/setup/"),
            "addService": { stage in
                Sending(
                    .post, "/api/v1/services/",
                    ["name": .text("Cut \(stage.number)"), "duration_minutes": 30],
                    token: stage.staff)
            },
            "changeService": change,
            "retireService": { stage in
                Sending(
                    .delete, "/api/v1/services/\(try await stage.newService())/",
                    token: stage.staff)
            },
            "restoreService": { stage in
                let path = "/api/v1/services/\(try await stage.newService())/"
                _ = try await stage.site.client.delete(path, token: stage.staff)
                return Sending(.post, path + "restore/", token: stage.staff)
            },
            "addStaff": { stage in
                Sending(
                    .post, "/api/v1/staff/", ["name": .text("Ana \(stage.number)")],
                    token: stage.staff)
            },
            "changeStaff": { stage in
                let id = try await stage.newPerson()
                return Sending(
                    .put, "/api/v1/staff/\(id)/", ["name": .text("Bea \(stage.number)")],
                    token: stage.staff)
            },
            "retireStaff": { stage in
                Sending(
                    .delete, "/api/v1/staff/\(try await stage.newPerson())/", token: stage.staff)
            },
            "restoreStaff": { stage in
                let path = "/api/v1/staff/\(try await stage.newPerson())/"
                _ = try await stage.site.client.delete(path, token: stage.staff)
                return Sending(.post, path + "restore/", token: stage.staff)
            },
            "writeHours": { stage in
                Sending(
                    .put, "/api/v1/hours/",
                    [
                        "closures": [],
                        "policy": [
                            "minimum_notice_minutes": .integer(stage.number), "horizon_days": 60,
                            "step_minutes": 15,
                        ],
                    ], token: stage.staff)
            },
            "bookAppointment": book("/api/v1/calendar/book-appointment/"),
            "addAppointment": book("/api/v1/appointments/"),
            "moveAppointments": move("/api/v1/calendar/appointments/"),
            "movePlainAppointments": move("/api/v1/appointments/"),
            "cancelAppointments": cancel("/api/v1/calendar/appointments/"),
            "cancelPlainAppointments": cancel("/api/v1/appointments/"),
            "decideDraft": { stage in
                let draft = try await stage.draft()
                return Sending(
                    .post, "/api/v1/messaging/drafts/approve/",
                    [
                        "id": draft["id"] ?? .null, "version": draft["version"] ?? .null,
                        "action": "approve",
                    ], token: stage.staff)
            },
            "setConversationOwner": { stage in
                let id = try await stage.conversation()
                let path = "/api/v1/core/conversations/\(id)/owner/"
                _ = try await stage.site.client.post(
                    path, ["owner": "assistant"], token: stage.staff)
                return Sending(.post, path, ["owner": "staff"], token: stage.staff)
            },
            "finishConversation": { stage in
                let id = try await stage.conversation()
                let path = "/api/v1/core/conversations/\(id)"
                // Taken over while the customer waits: then a person must see to it.
                for owner in ["assistant", "staff"] {
                    _ = try await stage.site.client.post(
                        path + "/owner/", ["owner": .text(owner)], token: stage.staff)
                }
                return Sending(.post, path + "/done/", token: stage.staff)
            },
            "postMessage": { stage in
                let id = try await stage.conversation()
                return Sending(
                    .post, "/api/v1/messaging/messages/",
                    ["conversation": .text(id), "content": .text("By hand \(stage.number)")],
                    token: stage.staff)
            },
            "uploadDocument": { stage in
                Sending(
                    .post, "/api/v1/knowledge-base/upload/", token: stage.staff,
                    file: Array("Dogs \(stage.number) are welcome.".utf8))
            },
            "deleteDocument": { stage in
                let id = try await stage.newDocument()
                return Sending(
                    .delete, "/api/v1/knowledge-base/documents/\(id)/", token: stage.staff)
            },
            "retryParkedJob": { stage in
                let id = try stage.parkedJob()
                return Sending(
                    .post, "/api/v1/operations/parked-jobs/\(id)/retry/", token: stage.staff)
            },
            "dropParkedJob": { stage in
                let id = try stage.parkedJob()
                return Sending(
                    .delete, "/api/v1/operations/parked-jobs/\(id)/", token: stage.staff)
            },
            "retryDocument": { stage in
                let id = try await stage.newDocument()
                return Sending(
                    .post, "/api/v1/knowledge-base/documents/\(id)/retry/", token: stage.staff)
            },
            "createSession": { stage in
                Sending(
                    .post, "/api/v1/core/session/create/",
                    [
                        "workspace": "first",
                        "phone": .text("+4477009\(String(10_000 + stage.number).suffix(5))"),
                    ], token: nil)
            },
        ]
        return own.merging(contactRequests) { first, _ in first }
    }()
}
