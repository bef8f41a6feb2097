import Base
import Foundation
import HTTP
import HTTPServer
import ModelServer
import TestKit
import Testing

/// The service on a real socket, with callers that behave badly.
@Suite("The embedding server on a socket", .timeLimit(.minutes(10)))
struct ServiceLiveTests {
    private func serving(
        _ body: (_ port: Int, _ service: EmbeddingService) async throws -> Void
    ) async throws {
        let service = try EmbeddingService(modelFolder: ServiceFixture.folder, threads: 1)
        var configuration = ServerConfiguration()
        configuration.watchInterval = .milliseconds(20)
        configuration.stopDeadline = .milliseconds(200)
        configuration.maximumBodyBytes = service.maximumBodyBytes
        let server = try Server(configuration, responder: service.responder)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            group.addTask { try await service.run() }
            try await body(server.port, service)
            group.cancelAll()
        }
    }

    private func post(_ inputs: [String]) throws -> String {
        let list = String(decoding: try JSONEncoder().encode(inputs), as: UTF8.self)
        let body = #"{"model":"all-MiniLM-L6-v2","input":\#(list)}"#
        return "POST /v1/embeddings HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private func isWhole(_ text: String) -> Bool { text.hasSuffix("}}") }

    @Test("A caller that goes away takes what it asked for along")
    func disconnects() async throws {
        try await serving { port, service in
            let client = RawClient(port: port)
            let long = String(repeating: "many words for one text ", count: 60)
            await client.send(try post([String](repeating: long, count: 2_000)))
            #expect(await eventually { service.queue.waitingInputs > 0 })
            client.hangUp()
            #expect(await eventually { service.queue.waitingInputs == 0 })
            let other = RawClient(port: port)
            await other.send(try post(["still here"]))
            #expect(await other.receive(until: isWhole).text.hasPrefix("HTTP/1.1 200"))
            await other.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
            let metrics = await other.receive { $0.contains("embedding_waiting_inputs") }.text
            #expect(metrics.contains("frontdesk_embedding_cancelled_total 1\n"))
        }
    }

    @Test("A caller that reads slowly keeps nobody waiting, and gets everything in the end")
    func slowReader() async throws {
        try await serving { port, _ in
            let slow = RawClient(port: port)
            // Some 9 MB of numbers, far more than the buffers of a socket.
            await slow.send(try post((0..<2_000).map { "\($0)" }))
            for number in 0..<5 {
                let quick = RawClient(port: port)
                await quick.send(try post(["quick \(number)"]))
                #expect(await quick.receive(until: isWhole).text.hasPrefix("HTTP/1.1 200"))
            }
            let (text, _) = await slow.receive { $0.hasSuffix("}}") }
            #expect(text.hasPrefix("HTTP/1.1 200"))
            #expect(text.split(separator: #""object":"embedding""#).count == 2_001)
        }
    }

    @Test("Half a request, and one that is no HTTP, end without harm")
    func broken() async throws {
        try await serving { port, _ in
            let half = RawClient(port: port)
            await half.send(String(try post(["never finished"]).dropLast(9)))
            half.hangUp()
            let odd = RawClient(port: port)
            await odd.send("\u{0}\u{1}\r\n\r\n")
            _ = await odd.receive { !$0.isEmpty }
            let well = RawClient(port: port)
            await well.send(try post(["well"]))
            #expect(await well.receive(until: isWhole).text.hasPrefix("HTTP/1.1 200"))
        }
    }
}
