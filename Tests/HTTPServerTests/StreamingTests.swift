import Base
import Glibc
import HTTP
import HTTPServer
import TestKit
import Testing

@Suite struct StreamingTests {
    @Test("200 MB arrive at a counting handler with bounded memory")
    func largeUpload() async throws {
        let size = 200 << 20
        try await serving(
            { $0.maximumBodyBytes = { _, _ in 256 << 20 } },
            responder: { request in
                var total = 0
                do {
                    for try await chunk in request.body { total += chunk.count }
                } catch {
                    return .text("failed: \(error)", .badRequest)
                }
                return .text("<\(total)>")
            }
        ).run { server in
            let before = residentBytes()
            let client = RawClient(port: server.port)
            await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n")
            let block = [UInt8](repeating: 1, count: 1 << 20)
            for _ in 0..<200 { await client.send(block) }
            let (text, _) = await client.receive { $0.hasSuffix(">") }
            #expect(text.hasSuffix("<\(size)>"))
            #expect(residentBytes() - before < 100 << 20)
        }
    }

    @Test("A client that hangs up cancels the handler that works for it")
    func disconnectCancels() async throws {
        let started = Lock(false)
        let cancelled = Lock(false)
        try await serving(responder: { _ in
            started.withLock { $0 = true }
            do { try await Task.sleep(for: .seconds(60)) } catch {
                cancelled.withLock { $0 = true }
            }
            return .text("late")
        }).run { server in
            let client = RawClient(port: server.port)
            await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await eventually { started.withLock { $0 } })
            client.hangUp()
            #expect(await eventually { cancelled.withLock { $0 } })
        }
    }

    @Test("An idle event stream beats, and ends when its client leaves")
    func events() async throws {
        let ended = Lock(false)
        try await serving(responder: { _ in
            .events(heartbeat: .milliseconds(30)) { events in
                defer { ended.withLock { $0 = true } }
                try await events.send(ServerSentEvent(data: "one\ntwo", event: "note", id: "7"))
                try await Task.sleep(for: .seconds(60))
            }
        }).run { server in
            let client = RawClient(port: server.port)
            await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            let (text, closed) = await client.receive { $0.split(separator: ":\n\n").count >= 4 }
            #expect(text.contains("event: note\nid: 7\ndata: one\ndata: two\n\n"))
            #expect(!closed && !ended.withLock { $0 })
            client.hangUp()
            #expect(await eventually { ended.withLock { $0 } })
        }
    }

    @Test("A stream that fails is cut short, so that nobody takes it for whole")
    func failingStream() async throws {
        try await serving(responder: { _ in
            .stream { writer in
                try await writer.write("begin")
                throw HTTPBodyError.incomplete
            }
        }).run { server in
            let client = RawClient(port: server.port)
            await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            let (text, closed) = await client.receive()
            #expect(closed)
            #expect(!text.hasSuffix("0\r\n\r\n"))
        }
    }

    @Test("A stop ends streams at once and lets handlers finish")
    func gracefulStop() async throws {
        let release = Lock(false)
        let started = Lock(0)
        let server = try Server { request in
            started.withLock { $0 += 1 }
            if request.path == "/events" {
                return .events { _ in try await Task.sleep(for: .seconds(60)) }
            }
            while !release.withLock({ $0 }) {
                // Polls for the test's word; cancellation is not expected here.
                try? await Task.sleep(for: .milliseconds(5))
            }
            return .text("finished")
        }
        let stream = RawClient(port: server.port)
        let working = RawClient(port: server.port)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            await stream.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n")
            await working.send("GET /work HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await eventually { started.withLock { $0 } == 2 })
            group.cancelAll()
            let (events, _) = await stream.receive { $0.hasSuffix("0\r\n\r\n") }
            #expect(events.hasSuffix("0\r\n\r\n"))
            release.withLock { $0 = true }
            #expect(await working.receive().text.contains("finished"))
            try await group.waitForAll()
        }
        #expect(server.connectionCount == 0)
    }

    @Test("A file is sent whole or in the range that was asked for")
    func files() async throws {
        let path = "/proc/self/comm"
        try await serving(responder: { request in
            .file(path, size: 4, type: .text, for: request)
        }).run { server in
            let client = RawClient(port: server.port)
            await client.send(
                "GET / HTTP/1.1\r\nHost: a\r\nRange: bytes=9-\r\nConnection: close\r\n\r\n")
            let (text, _) = await client.receive()
            #expect(text.contains(" 416 ") && text.contains("Content-Range: bytes */4"))
        }
    }

    @Test("A taken port and a bad address are told apart")
    func cannotListen() throws {
        var configuration = ServerConfiguration()
        configuration.address = "nowhere"
        #expect(throws: ServerError.badAddress("nowhere")) {
            try Server(configuration) { _ in .text("") }
        }
        let first = try Server { _ in .text("") }
        configuration.address = "127.0.0.1"
        configuration.port = first.port
        #expect(
            throws: ServerError.cannotListen(
                address: "127.0.0.1", port: first.port, code: EADDRINUSE)
        ) { try Server(configuration) { _ in .text("") } }
    }
}

/// Resident memory of this process (proc(5), statm), in bytes.
private func residentBytes() -> Int {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var buffer = [CChar](repeating: 0, count: 128)
    guard fgets(&buffer, 128, file) != nil else { return 0 }
    let text = String(decoding: buffer.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let words = text.split(separator: " ")
    return words.count > 1 ? (Int(words[1]) ?? 0) * 4_096 : 0
}
