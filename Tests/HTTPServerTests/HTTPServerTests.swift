import Base
import HTTP
import HTTPServer
import TestKit
import Testing

@Suite struct ServingTests {
    let hello: Responder = { _ in .text("hello") }

    @Test("A request is answered and the connection kept")
    func keepAlive() async throws {
        try await serving(responder: hello).run { server in
            let client = RawClient(port: server.port)
            for _ in 0..<3 {
                await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                let (text, closed) = await client.receive { $0.hasSuffix("hello") }
                #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
                #expect(text.contains("Content-Length: 5\r\n"))
                #expect(!closed)
            }
        }
    }

    @Test("Pipelined requests are answered in their order")
    func pipelining() async throws {
        try await serving(responder: { .text("<\($0.path)>") }).run { server in
            let client = RawClient(port: server.port)
            let requests = (1...5).map { "GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }
            await client.send(requests.joined())
            let (text, _) = await client.receive { $0.hasSuffix("</5>") }
            let order = text.matches(of: /<\/(\d)>/).map { String($0.output.1) }
            #expect(order == ["1", "2", "3", "4", "5"])
        }
    }

    @Test("A body arrives whole, with a length or in chunks")
    func bodies() async throws {
        let echo: Responder = { request in
            do {
                return .text(
                    String(decoding: try await request.body.collect(upTo: 100), as: UTF8.self))
            } catch { return .text("refused: \(error)", .contentTooLarge) }
        }
        try await serving(responder: echo).run { server in
            let client = RawClient(port: server.port)
            await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde")
            #expect(await client.receive { $0.hasSuffix("abcde") }.text.contains("200 OK"))
            await client.send(
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "3\r\nxyz\r\n2\r\nuv\r\n0\r\n\r\n")
            #expect(await client.receive { $0.hasSuffix("xyzuv") }.text.contains("200 OK"))
        }
    }

    @Test("HEAD has the headers of GET and no body")
    func head() async throws {
        try await serving(responder: hello).run { server in
            let client = RawClient(port: server.port)
            await client.send("HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            let (text, closed) = await client.receive()
            #expect(text.contains("Content-Length: 5\r\n"))
            #expect(text.hasSuffix("\r\n\r\n"))
            #expect(closed)
        }
    }

    @Test("64 clients at once are all answered")
    func concurrent() async throws {
        let slow: Responder = { request in
            // A cancelled request is answered all the same; nobody reads it.
            try? await Task.sleep(for: .milliseconds(20))
            return .text("<\(request.path)>")
        }
        try await serving(responder: slow).run { server in
            let answered = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<64 {
                    group.addTask {
                        let client = RawClient(port: server.port)
                        await client.send("GET /\(number) HTTP/1.1\r\nHost: a\r\n\r\n")
                        return await client.receive(until: { $0.hasSuffix("</\(number)>") }).text
                            .contains("200 OK")
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(answered == 64)
        }
    }
}
