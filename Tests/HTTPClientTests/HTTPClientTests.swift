import Base
import HTTP
import HTTPClient
import HTTPServer
import TestKit
import Testing

@Suite struct FetchingTests {
    let fetch = CurlClient().fetch

    @Test("What is sent arrives, and the answer comes back", arguments: ["POST", "PUT", "PATCH"])
    func exchange(method: String) async throws {
        let echo: Responder = { request in
            // A body that cannot be read is told apart by its absence.
            let body = (try? await request.body.collect(upTo: 1_000)) ?? []
            return HTTPResponse(.created, headers: ["X-Method": request.method.rawValue])
                .with(header: "X-Sent", request.headers["X-Test"] ?? "").with(body)
        }
        try await withServer(echo) { server in
            let answer = try await fetch(
                FetchRequest(
                    HTTPMethod(method), server.url + "/a?b=c", headers: ["X-Test": "yes"],
                    body: Array("payload".utf8)))
            #expect(answer.status == .created)
            #expect(answer.headers["x-method"] == method)
            #expect(answer.headers["X-Sent"] == "yes")
            #expect(answer.text == "payload")
        }
    }

    @Test("A server that does not answer in time is a timeout")
    func timeout() async throws {
        let stuck: Responder = { _ in
            // Ends when the client has gone.
            try? await Task.sleep(for: .seconds(60))
            return .text("late")
        }
        try await withServer(stuck) { server in
            let request = FetchRequest(.get, server.url, deadline: .milliseconds(200))
            await #expect(throws: FetchError.timeout) { try await fetch(request) }
            await #expect(throws: FetchError.timeout) { try await fetch.open(request) }
        }
    }

    @Test("An answer above the limit is refused, announced or not", arguments: [true, false])
    func tooLarge(announced: Bool) async throws {
        let large: Responder = { _ in
            announced
                ? HTTPResponse(.ok, .bytes, [UInt8](repeating: 1, count: 100_000))
                : .stream { writer in
                    for _ in 0..<100 { try await writer.write([UInt8](repeating: 1, count: 1_000)) }
                }
        }
        try await withServer(large) { server in
            let request = FetchRequest(.get, server.url, maximumResponseBytes: 50_000)
            await #expect(throws: FetchError.tooLarge(limit: 50_000)) { try await fetch(request) }
        }
    }

    @Test("A cancelled task ends its transfer, and the server hears of it")
    func cancellation() async throws {
        let cancelled = Lock(false)
        let started = Lock(false)
        let waiting: Responder = { _ in
            started.withLock { $0 = true }
            do { try await Task.sleep(for: .seconds(60)) } catch {
                cancelled.withLock { $0 = true }
            }
            return .text("late")
        }
        try await withServer(waiting) { server in
            await withTaskGroup(of: FetchError?.self) { group in
                group.addTask {
                    do throws(FetchError) {
                        _ = try await fetch(FetchRequest(.get, server.url))
                        return nil
                    } catch { return error }
                }
                #expect(await eventually { started.withLock { $0 } })
                group.cancelAll()
                #expect(await group.next() == .cancelled)
            }
            #expect(await eventually { cancelled.withLock { $0 } })
        }
    }

    @Test("Events arrive one by one while the stream stays open")
    func events() async throws {
        let proceed = Lock(0)
        let stream: Responder = { _ in
            .events { events in
                for number in 1...3 {
                    try await events.send(ServerSentEvent(data: "\(number)", event: "tick"))
                    while proceed.withLock({ $0 }) < number {
                        try await Task.sleep(for: .milliseconds(2))
                    }
                }
            }
        }
        try await withServer(stream) { server in
            let answer = try await fetch.open(FetchRequest(.get, server.url))
            #expect(answer.headers["Content-Type"] == "text/event-stream")
            var parser = ServerSentEventParser()
            var seen: [String] = []
            for try await chunk in answer.body {
                for event in try parser.parse(chunk) {
                    seen.append(event.data)
                    proceed.withLock { $0 = seen.count }
                }
            }
            #expect(seen == ["1", "2", "3"])
        }
    }

    @Test("A slow reader holds the sender back")
    func backpressure() async throws {
        let written = Lock(0)
        let endless: Responder = { _ in
            .stream { writer in
                for _ in 0..<400 {
                    try await writer.write([UInt8](repeating: 7, count: 64 << 10))
                    written.withLock { $0 += 64 << 10 }
                }
            }
        }
        try await withServer(endless) { server in
            let answer = try await fetch.open(FetchRequest(.get, server.url))
            var last = -1
            // Settles once the pipes and the kernel's buffers are full.
            while written.withLock({ $0 }) != last {
                last = written.withLock { $0 }
                try await Task.sleep(for: .milliseconds(200))
            }
            #expect(last < 20 << 20)
            var total = 0
            for try await chunk in answer.body { total += chunk.count }
            #expect(total == 400 * (64 << 10))
        }
    }

    @Test("Redirects are given back unless asked for, and never leave http")
    func redirects() async throws {
        let redirect: Responder = { request in
            switch request.path {
            case "/here": .redirect(to: "/there")
            case "/file": .redirect(to: "file:///etc/passwd")
            default: .text("there")
            }
        }
        try await withServer(redirect) { server in
            let plain = try await fetch(FetchRequest(.get, server.url + "/here"))
            #expect(plain.status == .seeOther)
            let followed = FetchRequest(.get, server.url + "/here", maximumRedirects: 2)
            #expect(try await fetch(followed).text == "there")
            let foreign = FetchRequest(.get, server.url + "/file", maximumRedirects: 2)
            await #expect(throws: FetchError.badURL) { try await fetch(foreign) }
        }
    }

    @Test(
        "An address that is no http is refused", arguments: ["file:///etc/passwd", "ftp://a", ""])
    func badURL(url: String) async {
        await #expect(throws: FetchError.badURL) { try await fetch(FetchRequest(.get, url)) }
    }

    @Test("A port where nobody listens is a retryable failure")
    func refused() async throws {
        let error = await #expect(throws: FetchError.self) {
            try await fetch(FetchRequest(.get, "http://127.0.0.1:1/"))
        }
        #expect(error?.retryable == true)
    }
}

extension HTTPResponse {
    fileprivate func with(_ bytes: [UInt8]) -> HTTPResponse {
        var copy = self
        copy.body = .bytes(bytes)
        return copy
    }
}
