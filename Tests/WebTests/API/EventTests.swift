import Base
import Domain
import Foundation
import HTTP
import HTTPClient
import Store
import TestKit
import Testing

@testable import WebCore

@Suite("What changed, live")
struct EventTests {
    private func event(
        _ workspace: WorkspaceID, _ id: String, _ kind: EventKind = DraftEvents.made,
        number: Int64 = 1
    ) -> Event {
        Event(
            position: EventPosition(turn: 1, number: number), workspace: workspace,
            at: DeskFixture.start, column: kind.column, kind: kind.name, subject: id,
            actor: .assistant)
    }

    private func change(_ event: Event) throws -> ChangeHub.Event {
        .changed(try #require(Change(event)))
    }

    @Test("Notices reach their workspace and no other")
    func fanOut() async throws {
        let hub = ChangeHub()
        let world = World.test(at: ManualClock(DeskFixture.start))
        let first: WorkspaceID = world.id()
        let second: WorkspaceID = world.id()
        var mine = try hub.events(in: first).makeAsyncIterator()
        var other = try hub.events(in: second).makeAsyncIterator()
        hub.publish([
            event(first, "a"), event(second, "b", number: 2),
            event(first, "c", AccountEvents.added, number: 3),
        ])
        hub.gap()
        #expect(hub.position == EventPosition(turn: 1, number: 3))
        #expect(try await mine.next() == change(event(first, "a")))
        #expect(await mine.next() == .reload)
        #expect(try await other.next() == change(event(second, "b", number: 2)))
        #expect(await other.next() == .reload)
    }

    @Test("A slow reader is told to load again and let go; the others hear everything")
    func slow() async throws {
        let hub = ChangeHub()
        let workspace: WorkspaceID = World.test(at: ManualClock(DeskFixture.start)).id()
        let slow = try hub.events(in: workspace)
        hub.publish((0...ChangeHub.bufferLimit).map { event(workspace, "\($0)") })
        #expect(hub.subscriberCount == 0)
        var heard: [ChangeHub.Event] = []
        for await event in slow { heard.append(event) }
        #expect(heard.count == ChangeHub.bufferLimit && heard.last == .reload)
    }

    @Test("The end of a sign-in ends its streams and no other, and is told to nobody")
    func signedOut() async throws {
        let hub = ChangeHub()
        let world = World.test(at: ManualClock(DeskFixture.start))
        let workspace: WorkspaceID = world.id()
        let ended = try hub.events(in: workspace, session: "a")
        var other = try hub.events(in: workspace, session: "b").makeAsyncIterator()
        var elsewhere = try hub.events(in: world.id(), session: "a").makeAsyncIterator()
        hub.publish([event(workspace, "a", AccountEvents.sessionEnded)])
        hub.gap()
        var heard: [ChangeHub.Event] = []
        for await event in ended { heard.append(event) }
        #expect(heard == [.signedOut])
        #expect(await other.next() == .reload)
        #expect(await elsewhere.next() == .reload)
        #expect(hub.subscriberCount == 2)
    }

    @Test("Signing out anywhere closes the open streams of staff and of customers")
    func signOut() async throws {
        try await SiteFixture.run(.socket) { site in
            let owner = try await site.fixture.openWorkspace()
            let people = [
                try await site.token(of: owner), try await site.customerToken(of: owner),
            ]
            try await site.following {
                for token in people {
                    let events = try await SignOut(site: site, token: token).listen()
                    #expect(events.first == "ready" && events.last == "signed_out")
                }
            }
        }
    }

    @Test("Staff hear of what changes; a customer hears the reply itself")
    func streams() async throws {
        try await SiteFixture.run(.socket) { site in
            let owner = try await site.fixture.openWorkspace()
            let staff = try await site.token(of: owner)
            let customer = try await site.customerToken("+447700900111", of: owner)
            let stranger = try await site.customerToken("+447700900222", of: owner)
            for token in [customer, stranger] {
                _ = try await site.client.post(
                    "/api/v1/messaging/messages/", ["content": "Hello"], token: token)
            }
            let own = try await site.client.get("/api/v1/messaging/messages/", token: customer)
            let id = try #require(own.json.text("conversation_id"))
            let answering = Answering(site: site, staff: staff, conversation: id)
            try await site.following {
                let heard = try await answering.listen(customer, until: "conversation")
                let message = try #require(heard.first { $0.event == "message" })
                #expect(message.data.contains("Good morning!") && message.id == "2")
                let seen = try await answering.listen(staff, until: "conversation")
                #expect(seen.last?.data == "{\"id\":\"\(id)\"}")
                // Coming back, a customer is told what was missed; another hears nothing of it.
                let missed = try await answering.listen(
                    customer, lastEventID: "2", until: "message")
                #expect(missed.last?.id == "3")
                let alone = try await answering.listen(stranger, gap: true, until: "reload")
                #expect(!alone.contains { $0.event == "conversation" || $0.event == "message" })
            }
        }
    }

    @Test("A stream goes on after the last event that was heard, and tells each subject once")
    func resumes() async throws {
        try await SiteFixture.run(.socket) { site in
            let owner = try await site.fixture.openWorkspace()
            let staff = try await site.token(of: owner)
            let customer = try await site.customerToken(of: owner)
            _ = try await site.client.post(
                "/api/v1/messaging/messages/", ["content": "Hello"], token: customer)
            let own = try await site.client.get("/api/v1/messaging/messages/", token: customer)
            let id = try #require(own.json.text("conversation_id"))
            let answering = Answering(site: site, staff: staff, conversation: id)
            try await site.following {
                let first = try await answering.listen(staff, until: "conversation")
                let last = try #require(first.last?.id)
                // While nobody listens, two things happen to one conversation.
                try await answering.answer()
                try await answering.answer()
                let missed = try await answering.listen(
                    staff, lastEventID: last, answers: false, until: "conversation")
                #expect(missed.map(\.event) == ["ready", "conversation"])
                let newest = try #require(missed.last?.id.flatMap { EventPosition($0) })
                #expect(try newest > #require(EventPosition(last)))
                // A place that is ahead of the log, or is none, asks to load everything.
                for wrong in ["999999999999-1", "nonsense"] {
                    let answer = try await answering.listen(
                        staff, lastEventID: wrong, answers: false, until: "reload")
                    #expect(answer.map(\.event) == ["ready", "reload"], "\(wrong)")
                }
            }
        }
    }
}

/// Listens to a stream to its end, and signs out as soon as it is open.
private struct SignOut: Sendable {
    let site: SiteFixture
    let token: String

    func listen() async throws -> [String] {
        let client = CurlClient()
        let stream = try await client.fetch.open(
            FetchRequest(
                .get, (site.url ?? "") + "/api/v1/events/",
                headers: ["Authorization": "Bearer \(token)"]))
        var parser = ServerSentEventParser()
        var names: [String] = []
        for try await chunk in stream.body {
            for event in try parser.parse(chunk) {
                names.append(event.event ?? "")
                guard event.event == "ready" else { continue }
                let answer = try await site.client.post("/api/v1/auth/logout/", [:], token: token)
                #expect(answer.status == 204)
            }
        }
        return names
    }
}

/// Listens to a stream while a member of staff answers a customer.
private struct Answering: Sendable {
    let site: SiteFixture
    let staff: String
    let conversation: String

    /// The events up to the first of this name; the connection is dropped after it.
    func listen(
        _ token: String, lastEventID: String? = nil, gap: Bool = false, answers: Bool = true,
        until name: String
    ) async throws -> [ServerSentEvent] {
        var headers: HTTPHeaders = ["Authorization": "Bearer \(token)"]
        headers["Last-Event-ID"] = lastEventID
        let client = CurlClient()
        let stream = try await client.fetch.open(
            FetchRequest(.get, (site.url ?? "") + "/api/v1/events/", headers: headers))
        #expect(stream.headers["Content-Type"] == "text/event-stream")
        var parser = ServerSentEventParser()
        var events: [ServerSentEvent] = []
        for try await chunk in stream.body {
            for event in try parser.parse(chunk) {
                events.append(event)
                if event.event == "ready", answers { try await answer() }
                if event.event == "ready", gap { site.changes.gap() }
                if event.event == name { return events }
            }
        }
        return events
    }

    func answer() async throws {
        _ = try await site.client.post(
            "/api/v1/messaging/messages/",
            ["content": "Good morning!", "conversation": .text(conversation)], token: staff)
    }
}
