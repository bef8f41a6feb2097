import Base
import HTTP
import HTTPServer
import TestKit
import Testing

@Suite struct HostileRequestTests {
    static let malformed: [String] = [
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX-Test : b\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET /a%00b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a%zz HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a/../b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a/%2e%2e/b HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\nx",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\nx",
        "GET  / HTTP/1.1 extra\r\nHost: a\r\n\r\n",
        "nonsense\r\n\r\n",
    ]

    @Test(
        "What a proxy would read differently is refused and the connection closed",
        arguments: malformed)
    func refused(request: String) async throws {
        let handled = Lock(0)
        try await serving(responder: { _ in
            handled.withLock { $0 += 1 }
            return .text("handled")
        }).run { server in
            let client = RawClient(port: server.port)
            await client.send(request)
            let (text, closed) = await client.receive()
            #expect(text.isEmpty || text.hasPrefix("HTTP/1.1 4") || text.hasPrefix("HTTP/1.0 4"))
            #expect(closed)
            #expect(handled.withLock { $0 } == 0)
        }
    }

    @Test("Headers above the limit are refused with 431")
    func hugeHeader() async throws {
        try await serving(responder: { _ in .text("handled") }).run { server in
            for size in [40_000, 400_000] {
                let client = RawClient(port: server.port)
                let value = String(repeating: "x", count: size)
                await client.send("GET / HTTP/1.1\r\nHost: a\r\nX-Test: \(value)\r\n\r\n")
                let (text, closed) = await client.receive()
                #expect(text.contains(" 431 "))
                #expect(closed)
            }
        }
    }

    @Test("A slow drip of headers is cut at the deadline")
    func slowHeaders() async throws {
        try await serving(
            { $0.headerDeadline = .milliseconds(300) },
            responder: { _ in
                .text("handled")
            }
        ).run { server in
            let client = RawClient(port: server.port)
            var open = await client.send("GET / HTTP/1.1\r\n")
            var drips = 0
            while open, drips < 1_000 {
                // The pace of the drip does not matter: every byte restarts a naive timeout.
                try await Task.sleep(for: .milliseconds(20))
                open = await client.send("X")
                drips += 1
            }
            #expect(!open)
            #expect(await eventually { server.connectionCount == 0 })
        }
    }

    @Test("A slow drip of body is cut, and its handler told")
    func slowBody() async throws {
        let outcome = Lock<HTTPBodyError?>(nil)
        try await serving(
            { $0.bodyDeadline = .milliseconds(200) },
            responder: { request in
                do throws(HTTPBodyError) {
                    _ = try await request.body.collect(upTo: 1_000)
                } catch {
                    outcome.withLock { $0 = error }
                }
                return .text("handled")
            }
        ).run { server in
            let client = RawClient(port: server.port)
            var open = await client.send(
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n")
            for _ in 0..<1_000 where open {
                try await Task.sleep(for: .milliseconds(20))
                open = await client.send("x")
            }
            #expect(!open)
            #expect(await eventually { outcome.withLock { $0 } != nil })
        }
    }

    @Test("A body that is announced too large is refused before it is read")
    func earlyRefusal() async throws {
        let handled = Lock(0)
        try await serving(
            { $0.maximumBodyBytes = { _, _ in 1_000 } },
            responder: { _ in
                handled.withLock { $0 += 1 }
                return .text("handled")
            }
        ).run { server in
            for method in ["POST", "PUT", "PATCH", "DELETE"] {
                let client = RawClient(port: server.port)
                await client.send(
                    "\(method) / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n")
                let (text, closed) = await client.receive()
                #expect(text.hasPrefix("HTTP/1.1 413"), "\(method)")
                #expect(closed, "\(method)")
            }
            #expect(handled.withLock { $0 } == 0)
        }
    }

    @Test("A chunked body above the limit ends in an error for the handler, who can answer")
    func chunkedTooLarge() async throws {
        try await serving(
            { $0.maximumBodyBytes = { _, _ in 1_000 } },
            responder: { request in
                do throws(HTTPBodyError) {
                    _ = try await request.body.collect(upTo: 1 << 20)
                    return .text("handled")
                } catch {
                    return .text("\(error)", .contentTooLarge)
                }
            }
        ).run { server in
            let client = RawClient(port: server.port)
            let chunk = "400\r\n" + String(repeating: "x", count: 1_024) + "\r\n"
            await client.send(
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk + chunk
                    + "0\r\n\r\n")
            let (text, _) = await client.receive { $0.contains("tooLarge") }
            #expect(text.hasPrefix("HTTP/1.1 413"))
        }
    }

    @Test("An answer before the end of the body is sent, and the connection goes on")
    func earlyAnswer() async throws {
        try await serving(
            { $0.maximumBodyBytes = { _, _ in 8 << 20 } },
            responder: { request in
                .text("<\(request.path)>")
            }
        ).run { server in
            let client = RawClient(port: server.port)
            await client.send("POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 4000000\r\n\r\n")
            await client.send([UInt8](repeating: 120, count: 4_000_000))
            await client.send("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
            let (text, _) = await client.receive { $0.contains("</2>") }
            #expect(text.contains("</1>") && text.contains("</2>"))
        }
    }
}
