import Base
import Foundation
import HTTP
import HTTPClient
import Processes
import TestKit
import Testing

/// Parts that are there and say nothing. A request that nobody bounds ends these tests by its own
/// deadline, which is far beyond what an answer may take.
@Suite("When a part hangs", .demo, .serialized, .timeLimit(.minutes(5)))
struct HangTests {
    private func ask(_ path: String, accept: String = "*/*") async throws -> FetchResponse {
        let demo = try Demo.shared
        var request = FetchRequest(
            .get, demo.server.url + path,
            headers: ["Authorization": "Bearer \(demo.token)", "Accept": accept])
        request.deadline = .seconds(20)
        return try await demo.server.client.fetch(request)
    }

    @Test("With a database that hangs each answer comes in time, and all is well when it goes on")
    func database() async throws {
        let demo = try Demo.shared
        try await demo.withDatabaseHeld {
            // More at once than there are sessions: some wait for the server, some for a session.
            let answers = try await withThrowingTaskGroup(of: FetchResponse.self) { group in
                for number in 0..<24 {
                    let path = ["/api/v1/services/", "/api/v1/messaging/drafts/"][number % 2]
                    group.addTask { try await ask(path) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            for answer in answers {
                #expect(answer.status == .serviceUnavailable, "\(answer.text)")
                #expect(answer.headers["Retry-After"] != nil)
            }
            let health = try await ask("/health")
            #expect(health.status == .serviceUnavailable)
            #expect(health.json.text("database") == "down" && health.json.text("status") == "down")
            #expect(try await ask("/openapi.json").status == .ok, "what needs no database is there")
            let signIn = try await demo.server.post(
                "/api/v1/auth/login",
                #"{"email":"\#(demo.card.owner.email)","password":"\#(demo.card.owner.password)"}"#)
            #expect(signIn.status == .serviceUnavailable)
        }
        #expect(await eventually { (try? await ask("/health"))?.json.text("status") == "ok" })
        let services = try await ask("/api/v1/services/")
        #expect(services.status == .ok, "\(services.text)")
        // The worker goes on too.
        let customer = try await demo.customer("+447700900301")
        try await demo.write("Where can I park?", customer)
        _ = try await demo.draft(for: "+447700900301")
    }

    @Test("Models that hang are told by health, and another process takes their place")
    func models() async throws {
        let demo = try Demo.shared
        #expect(await eventually { (try? await ask("/health"))?.json.text("models") == "ok" })
        let process = try #require(demo.server.children("models").first)
        kill(process, SIGSTOP)
        #expect(await eventually { (try? await ask("/health"))?.json.text("models") == "down" })
        #expect(
            await eventually {
                demo.server.children("models").contains { $0 != process } && !isAlive(process)
            })
        #expect(await eventually { (try? await ask("/health"))?.json.text("status") == "ok" })
        let found = try await demo.server.post(
            "/api/v1/knowledge-base/search/", #"{"query":"how much is a balayage","k":1}"#,
            token: demo.token)
        #expect(found.status == .ok && found.text.contains("chunk_id"), "\(found.text)")
    }
}

@Suite("When the server is killed in the middle", .timeLimit(.minutes(5)))
struct KilledServerTests {
    @Test("The next one goes on with a turn and a document at once, before their leases lapse")
    func leases() async throws {
        let place = try Installation()
        let first = try await Demo.start(at: place)
        let phone = "+447700900401"
        let customer = try await first.customer(phone)
        #expect(await eventually { await count("document where status <> 'ready'", first) == 0 })
        // The models say nothing, so that both stay in their middle.
        let models = try #require(first.server.children("models").first)
        kill(models, SIGSTOP)
        try await first.write("Where can I park the green bicycle of my uncle?", customer)
        let sent = try await first.server.upload(
            "yard.txt", Array("The green bicycle may be parked in the yard.".utf8),
            token: first.token)
        let document = try #require(sent.json.text("id"), "\(sent.text)")
        for lane in ["turn", "ingest"] {
            #expect(
                await eventually {
                    await count("outbox where lane = '\(lane)' and state = 'running'", first) == 1
                })
        }
        // However slow this machine is, only who waits for these leases is late.
        kill(first.server.child.processID, SIGSTOP)
        _ = try await first.ask(
            """
            update outbox set lease_until = lease_until + interval '1 hour'
            where state = 'running'
            """)
        let ends = try await first.ask(
            "select json_object_agg(id, lease_until) from outbox where state = 'running'")
        let children = first.server.children()
        first.server.child.send(.kill)
        _ = await first.server.child.wait()
        // Nothing is left behind, not even what hangs.
        for process in children { #expect(await eventually { !isAlive(process) }) }

        let second = try await Demo.start(at: place)
        let open = "outbox where lane in ('turn', 'ingest') and state <> 'done'"
        #expect(await eventually { await count(open, second) == 0 })
        let late = """
            outbox o join json_each_text('\(ends)'::json) l on l.key::uuid = o.id
            where o.finished_at >= l.value::timestamptz
            """
        let story = try await second.ask(
            """
            select lane, attempts, run_after, created_at, finished_at, last_error, lease_worker
            from outbox where lane in ('turn', 'ingest') and attempts > 1
            """)
        #expect(await count(late, second) == 0, "a wait for the lease of the dead: \(story)")
        let begun = """
            outbox o join json_each_text('\(ends)'::json) l on l.key::uuid = o.id
            where o.attempts = 2 and o.state = 'done'
            """
        #expect(await count(begun, second) == 2)
        _ = try await second.draft(for: phone)
        let status = try await second.server.get(
            "/api/v1/knowledge-base/documents/\(document)/", token: second.token)
        #expect(status.json.text("status") == "ready", "\(status.text)")
        await second.server.child.stop(grace: Patience.limit)
    }

    /// Rows of a table under a condition; -1 while the database is away.
    private func count(_ what: String, _ demo: Demo) async -> Int {
        guard let text = try? await demo.ask("select count(*) from \(what)") else { return -1 }
        return Int(text) ?? -1
    }
}
