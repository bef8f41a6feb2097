import Base
import Foundation
import HTTP
import TestKit
import Testing

@testable import HTTPServer

@Suite("One client's connections and everybody else")
struct FloodTests {
    private static let hello = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"

    private static func isAnswered(_ server: Server, host: UInt8 = 1) async -> Bool {
        let client = RawClient(port: server.port, host: host)
        await client.send(hello)
        return await client.receive().text.contains("hello")
    }

    @Test(
        "However many connections ask for nothing or half send a request, the next client is answered",
        arguments: [
            "", "GET / HTTP/1.1\r\nHost: a\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf",
        ])
    func flood(bytes: String) async throws {
        try await serving(
            {
                $0.maximumConnections = 24
                $0.headerDeadline = .seconds(500)
                $0.idleDeadline = .seconds(500)
                $0.bodyDeadline = .seconds(500)
            },
            responder: { request in
                _ = try? await request.body.collect(upTo: 100)
                return .text("hello")
            }
        ).run { server in
            var flood: [RawClient] = []
            for _ in 0..<100 {
                let client = RawClient(port: server.port)
                await client.send(bytes)
                flood.append(client)
            }
            for _ in 0..<5 { #expect(await FloodTests.isAnswered(server)) }
            #expect(await eventually { server.connectionCount <= 24 })
        }
    }

    @Test("The longest silent go first; a request at work and an open stream stay")
    func order() async throws {
        let (started, release) = (Lock(false), Lock(false))
        try await serving(
            {
                $0.maximumConnections = 16
                $0.idleDeadline = .seconds(500)
                $0.headerDeadline = .seconds(500)
            },
            responder: { request in
                switch request.path {
                case "/stream": return .events { _ in try await Task.sleep(for: .seconds(500)) }
                case "/work":
                    started.withLock { $0 = true }
                    // Polls for the test's word; a cut connection ends it too.
                    while !release.withLock({ $0 }), !Task.isCancelled {
                        try? await Task.sleep(for: .milliseconds(5))
                    }
                    return .text("worked")
                default: return .text("hello")
                }
            }
        ).run { server in
            let stream = RawClient(port: server.port)
            await stream.send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = await stream.receive { $0.contains("200 OK") }
            let working = RawClient(port: server.port)
            await working.send("GET /work HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await eventually { started.withLock { $0 } })
            let first = RawClient(port: server.port)
            await first.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = await first.receive { $0.contains("hello") }
            let flood = (0..<60).map { _ in RawClient(port: server.port) }
            #expect(await eventually { first.isClosed && flood.first?.isClosed == true })
            #expect(await eventually { server.connectionCount <= 16 })
            #expect(flood.last?.isClosed == false)
            release.withLock { $0 = true }
            #expect(await working.receive { $0.contains("worked") }.text.contains("worked"))
            #expect(await !stream.receive(patience: .milliseconds(50)).closed)
        }
    }

    @Test("A client with more than its share loses its own oldest, and nobody else's")
    func share() async throws {
        try await serving(
            {
                $0.maximumConnections = 60
                $0.maximumConnectionsPerAddress = 8
                $0.isShared = { $0 == "127.0.0.3" }
                $0.headerDeadline = .seconds(500)
            }, responder: { _ in .text("hello") }
        ).run { server in
            let other = RawClient(port: server.port, host: 2)
            let proxied = (0..<20).map { _ in RawClient(port: server.port, host: 3) }
            #expect(await eventually { server.connectionCount == 21 })
            let flood = (0..<30).map { _ in RawClient(port: server.port, host: 4) }
            #expect(await eventually { flood[20].isClosed })
            #expect(await eventually { server.connectionCount <= 21 + 8 })
            #expect(flood[0].isClosed && !flood[29].isClosed)
            #expect(!other.isClosed && proxied.allSatisfy { !$0.isClosed })
            #expect(await FloodTests.isAnswered(server, host: 4))
        }
    }

    @Test("When all are too many, a client with most of them gives up its own first")
    func fairness() async throws {
        try await serving(
            {
                $0.maximumConnections = 32
                $0.maximumConnectionsPerAddress = 24
                $0.isShared = { _ in false }
                $0.headerDeadline = .seconds(500)
            }, responder: { _ in .text("hello") }
        ).run { server in
            // The oldest of all, but one of few.
            let few = (0..<4).map { _ in RawClient(port: server.port, host: 2) }
            #expect(await eventually { server.connectionCount == 4 })
            let many = (0..<20).map { _ in RawClient(port: server.port, host: 4) }
            #expect(await eventually { server.connectionCount == 24 })
            let more = (0..<20).map { _ in RawClient(port: server.port, host: 5) }
            #expect(await eventually { (many + more).contains { $0.isClosed } })
            #expect(await eventually { server.connectionCount <= 32 })
            #expect(few.allSatisfy { !$0.isClosed })
        }
    }

    @Test(
        "Who takes a response drop by drop is cut off, whole or streamed", arguments: [true, false])
    func slowReader(streams: Bool) async throws {
        let block = [UInt8](repeating: 120, count: 1 << 20)
        try await serving(
            {
                $0.bodyDeadline = .milliseconds(300)
                $0.minimumBodyBytesPerSecond = 1 << 30
                $0.idleDeadline = .seconds(500)
            },
            responder: { _ in
                if streams {
                    return .stream { writer in for _ in 0..<64 { try await writer.write(block) } }
                }
                return HTTPResponse(.ok, body: .bytes(Array(repeating: 120, count: 64 << 20)))
            }
        ).run { server in
            let client = RawClient(port: server.port)
            await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = await client.receive { $0.contains("200 OK") }
            #expect(await eventually { server.connectionCount == 0 })
        }
    }

    @Test("A reader that keeps up is not cut off, however long a stream lasts")
    func keepsUp() async throws {
        try await serving(
            {
                $0.bodyDeadline = .milliseconds(100)
                $0.minimumBodyBytesPerSecond = 1 << 30
            },
            responder: { _ in
                .stream { writer in
                    for _ in 0..<40 {
                        try await writer.write("tick")
                        try await Task.sleep(for: .milliseconds(10))
                    }
                    try await writer.write("done")
                }
            }
        ).run { server in
            let client = RawClient(port: server.port)
            await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await client.receive { $0.contains("done") }.text.contains("done"))
        }
    }

    @Test("Requests sent ahead on one connection are worked on one after another")
    func pipelining() async throws {
        let running = Lock((now: 0, most: 0, all: 0))
        try await serving(responder: { _ in
            running.withLock { running in
                running.now += 1
                running.all += 1
                running.most = max(running.most, running.now)
            }
            await Task.yield()
            running.withLock { $0.now -= 1 }
            return .text("hello")
        }).run { server in
            let client = RawClient(port: server.port)
            let one = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
            async let sent = client.send(String(repeating: one, count: 500))
            _ = await client.receive { $0.components(separatedBy: "hello").count > 500 }
            #expect(await sent)
            #expect(running.withLock { $0.all } == 500 && running.withLock { $0.most } == 1)
        }
    }

    @Test("Open files bound connections, and streams take half of them")
    func openFiles() {
        var limits = ServerConfiguration()
        limits.fit(openFiles: 65_536)
        #expect(limits.maximumConnections == 2_000 && limits.maximumStreams == 1_000)
        limits.fit(openFiles: 1_024)
        #expect(limits.maximumConnections == 384 && limits.maximumStreams == 192)
        #expect(limits.connectionsPerAddress == 96)
    }

    @Test("Loopback and private networks may be proxies; one client is an address, or a /64")
    func addresses() {
        for address in ["127.0.0.1", "10.1.2.3", "172.31.0.1", "192.168.1.1", "::1", "fd00::1", ""]
        {
            #expect(ClientAddress.isPrivate(address), "\(address)")
        }
        for address in ["8.8.8.8", "172.32.0.1", "2001:db8::1", "193.168.1.1"] {
            #expect(!ClientAddress.isPrivate(address), "\(address)")
        }
        #expect(ClientAddress.client(of: "8.8.8.8") == "8.8.8.8")
        let one = ClientAddress.client(of: "2001:db8:0:1::1")
        #expect(one == ClientAddress.client(of: "2001:db8:0:1:ffff::2"))
        #expect(one != ClientAddress.client(of: "2001:db8:0:2::1"))
    }
}
