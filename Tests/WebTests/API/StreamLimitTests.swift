import Base
import Domain
import HTTP
import Store
import TestKit
import Testing

@testable import WebCore

@Suite("How many event streams there are")
struct StreamLimitTests {
    private typealias Streams = [AsyncStream<ChangeHub.Event>]

    private let world = World.test(at: ManualClock(DeskFixture.start))

    /// What a stream says at its end; nil while it is open.
    private func last(_ stream: AsyncStream<ChangeHub.Event>) async -> ChangeHub.Event? {
        var last: ChangeHub.Event?
        for await event in stream { last = event }
        return last
    }

    @Test("One stream more of a sign-in ends its oldest, and nobody else's")
    func session() async throws {
        let hub = ChangeHub()
        let workspace: WorkspaceID = world.id()
        let other = try hub.events(in: workspace, session: "other", person: "b")
        var own: Streams = []
        for _ in 0..<1_999 {
            own.append(try hub.events(in: workspace, session: "one", person: "a"))
        }
        #expect(hub.subscriberCount == ChangeHub.sessionLimit + 1)
        #expect(await last(own[0]) == .replaced)
        hub.gap()
        var open = own[1_998].makeAsyncIterator()
        #expect(await open.next() == .reload)
        var others = other.makeAsyncIterator()
        #expect(await others.next() == .reload)
    }

    @Test("A person with many sign-ins has no more than a person may have")
    func person() async throws {
        let hub = ChangeHub()
        let workspace: WorkspaceID = world.id()
        var own: Streams = []
        for number in 0..<200 {
            own.append(try hub.events(in: workspace, session: "s\(number)", person: "a"))
        }
        #expect(hub.subscriberCount == ChangeHub.personLimit)
        #expect(await last(own[0]) == .replaced)
    }

    @Test("When all are taken, the workspace with most gives one up; alone it is refused")
    func workspaces() async throws {
        let hub = ChangeHub(limit: 40)
        let busy: WorkspaceID = world.id()
        let quiet: WorkspaceID = world.id()
        var streams: Streams = []
        for number in 0..<40 {
            streams.append(
                try hub.events(in: busy, session: "s\(number)", person: "p\(number)"))
        }
        #expect(throws: WebRefusal.tooManyStreams) {
            try hub.events(in: busy, session: "more", person: "more")
        }
        for number in 0..<20 {
            streams.append(
                try hub.events(in: quiet, session: "q\(number)", person: "q\(number)"))
        }
        #expect(hub.subscriberCount == 40)
        #expect(await last(streams[0]) == .replaced)
        // Both have half now: nobody takes from the other.
        #expect(throws: WebRefusal.tooManyStreams) {
            try hub.events(in: quiet, session: "last", person: "last")
        }
        streams = []
        #expect(hub.subscriberCount == 0)
    }

    @Test("Who is refused a stream is told when to come back")
    func retryAfter() throws {
        let target = try #require(HTTPTarget("/api/v1/events/"))
        let request = HTTPRequest(
            method: .get, target: target, remoteAddress: "", id: world.id())
        let problem = Problem(WebRefusal.tooManyStreams, in: request)
        #expect(problem.document.status == 429 && problem.headers["Retry-After"] == "30")
    }

    @Test("A browser whose stream gave way waits before it comes back")
    func waits() async throws {
        try await SiteFixture.run(.socket) { site in
            let owner = try await site.fixture.openWorkspace()
            let token = try await site.token(of: owner)
            let url = try #require(site.url)
            let port = try #require(url.split(separator: ":").last.flatMap { Int($0) })
            let request =
                "GET /api/v1/events/ HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(token)"
                + "\r\n\r\n"
            var clients: [RawClient] = []
            for _ in 0...ChangeHub.sessionLimit {
                let client = RawClient(port: port)
                await client.send(request)
                _ = await client.receive { $0.contains("event: ready") }
                clients.append(client)
            }
            let (text, _) = await clients[0].receive { $0.contains("event: replaced") }
            #expect(text.contains("retry: 60000"))
            #expect(site.changes.subscriberCount == ChangeHub.sessionLimit)
        }
    }
}
