import Base
import Foundation
import HTTP
import Processes
import TestKit
import Testing

/// Each test holds a piece of work in its middle, kills the database, and lets go.
@Suite("When the database dies in the middle", .demo, .timeLimit(.minutes(5)))
struct UnderWayTests {
    @Test("A turn is done afterwards, with exactly one draft")
    func turn() async throws {
        let demo = try Demo.shared
        let phone = "+447700900201"
        let customer = try await demo.customer(phone)
        try await demo.withModelsHeld {
            try await demo.write("Where can I park the green bicycle of my uncle?", customer)
            #expect(await runs("turn", demo))
            try await demo.killDatabase()
        }
        let draft = try await demo.draft(for: phone)
        let conversation = try #require(draft.text("conversation_id"))
        #expect(
            await eventually {
                await count("outbox where lane = 'turn' and state <> 'done'", demo) == 0
            })
        #expect(await count("draft where conversation_id = '\(conversation)'", demo) == 1)
        #expect(await count("message where conversation_id = '\(conversation)'", demo) == 1)
    }

    @Test("A document is read to its end, with each passage once")
    func ingestion() async throws {
        let demo = try Demo.shared
        let text = "The green bicycle of the uncle may be parked in the yard, under the roof."
        let id = try await demo.withModelsHeld {
            let sent = try await demo.server.upload("yard.txt", Array(text.utf8), token: demo.token)
            let id = try #require(sent.json.text("id"), "\(sent.text)")
            #expect(await eventually { await status(of: id, demo) == "embedding" })
            try await demo.killDatabase()
            return id
        }
        #expect(await eventually { await status(of: id, demo) == "ready" })
        let passages = "passage where document_id = '\(id)'"
        #expect(await count(passages, demo) == 1)
        let query = #"{"query":"where does the uncle's bicycle go","k":1}"#
        let found = try await demo.server.post(
            "/api/v1/knowledge-base/search/", query, token: demo.token)
        #expect(found.json.list("results").first?.text("document_id") == id, "\(found.text)")
    }

    @Test("An approval is answered, and its booking exists once or not at all")
    func approval() async throws {
        let demo = try Demo.shared
        let phone = "+447700900202"
        let customer = try await demo.customer(phone)
        try await demo.write(
            "Can I book a blow-dry on \(try await freeTime(demo)) please", customer)
        let offer = try await demo.draft(for: phone)
        #expect(try await demo.approve(offer).status == .ok)
        try await demo.write("yes please", customer)
        let draft = try await demo.draft(for: phone)
        #expect(!draft.list("effects").isEmpty, "\(draft)")

        let conversation = try #require(draft.text("conversation_id"))
        let holder = try await Child.start(
            try await demo.tool(
                "psql",
                [
                    "-X", "-c",
                    "begin; select 1 from conversation where conversation_id = '\(conversation)'"
                        + " for update; select pg_sleep(600)",
                ]))
        #expect(await eventually { await count(active("query ~ 'pg_sleep'"), demo) == 1 })
        async let answer = demo.approve(draft)
        #expect(await eventually { await count(active("wait_event_type = 'Lock'"), demo) > 0 })
        try await demo.killDatabase()
        var response = try await answer
        await holder.stop()

        let booked = "booking where status = 'confirmed'"
        #expect(await eventually { await count(booked, demo) >= 0 }, "the database is back")
        if response.status != .ok {
            #expect(response.status == .serviceUnavailable, "\(response.text)")
            #expect(response.headers["Retry-After"] != nil)
            #expect(await count(booked, demo) <= 1)
            response = try await demo.approve(draft)
            #expect(response.status == .ok || response.text.contains("draft.not_open"))
        }
        #expect(await count(booked, demo) == 1)
        #expect(await count("message where draft_id = '\(draft.text("id") ?? "")'", demo) == 1)
        let list = try await demo.server.get("/api/v1/calendar/appointments/", token: demo.token)
        let mine = list.json.list("appointments").filter { $0["contact"]?.text("phone") == phone }
        #expect(mine.map { $0.text("status") } == ["confirmed"])
    }

    // MARK: Looking

    /// The latest free time of the coming days, in the salon's words.
    private func freeTime(_ demo: Demo) async throws -> String {
        let answer = try await demo.server.get(
            "/api/v1/calendar/available-slots/?service=Blow-dry", token: demo.token)
        let start = try #require(
            answer.json.list("slots").last?.text("start").flatMap { Instant($0) }, "\(answer.text)")
        let local = try #require(Zone("Europe/London")).local(start)
        let months = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September",
            "October", "November", "December",
        ]
        return "\(local.date.day) \(months[local.date.month - 1]) at \(local.time)"
    }

    private func status(of id: String, _ demo: Demo) async -> String? {
        // While the database is away there is no status, and the next look may have one.
        let answer = try? await demo.server.get(
            "/api/v1/knowledge-base/documents/\(id)/", token: demo.token)
        return answer?.json.text("status")
    }

    private func runs(_ lane: String, _ demo: Demo) async -> Bool {
        await eventually {
            await count("outbox where lane = '\(lane)' and state = 'running'", demo) > 0
        }
    }

    private func active(_ condition: String) -> String {
        "pg_stat_activity where \(condition) and pid <> pg_backend_pid()"
    }

    /// Rows of a table under a condition; -1 while the database is away.
    private func count(_ what: String, _ demo: Demo) async -> Int {
        guard let text = try? await demo.ask("select count(*) from \(what)") else { return -1 }
        return Int(text) ?? -1
    }
}
