import Base
import Foundation
import HTTP
import Processes
import TestKit
import Testing

/// What no client library would send, to the built program over real sockets.
@Suite("Hostile requests to a running installation", .demo, .timeLimit(.minutes(5)))
struct HostileUploadTests {
    private static let path = "/api/v1/knowledge-base/upload/"
    private static let opening =
        "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n"

    private func head(_ demo: Demo, _ framing: String) -> String {
        "POST \(Self.path) HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(demo.token)\r\n"
            + "Content-Type: multipart/form-data; boundary=edge\r\n\(framing)\r\n\r\n"
    }

    @Test("200 MB that are announced are refused before they are sent")
    func announced() async throws {
        let demo = try Demo.shared
        let client = RawClient(port: demo.server.port)
        await client.send(head(demo, "Content-Length: \(200 << 20)"))
        let (text, closed) = await client.receive()
        #expect(text.hasPrefix("HTTP/1.1 413") && text.contains("request.too_large"), "\(text)")
        #expect(closed)
    }

    @Test("200 MB that are not announced are refused at the limit, neither kept nor held in memory")
    func unannounced() async throws {
        let demo = try Demo.shared
        let before = try demo.place.blobs().count
        let memory = residentBytes(demo.server.child.processID)
        let client = RawClient(port: demo.server.port)
        await client.send(head(demo, "Transfer-Encoding: chunked"))
        await client.send(chunk(Array(Self.opening.utf8)))
        let megabyte = chunk([UInt8](repeating: 97, count: 1 << 20))
        var sent = 0
        var most = 0
        while sent < 200, await client.send(megabyte) {
            sent += 1
            most = max(most, residentBytes(demo.server.child.processID) - memory)
        }
        #expect(sent < 200, "the connection is closed long before the end")
        #expect(most < 48 << 20, "\(most >> 20) MB more at \(sent) MB")
        #expect(await eventually { (try? demo.place.blobs().count) == before })
        #expect(try await demo.server.get("/health").status == .ok)
    }

    @Test("A little over the limit, the client is told so and nothing is kept")
    func justOver() async throws {
        let demo = try Demo.shared
        let before = try demo.place.blobs().count
        let client = RawClient(port: demo.server.port)
        await client.send(head(demo, "Transfer-Encoding: chunked"))
        await client.send(chunk(Array(Self.opening.utf8)))
        let megabyte = chunk([UInt8](repeating: 97, count: 1 << 20))
        for _ in 0..<52 { await client.send(megabyte) }
        await client.send("0\r\n\r\n")
        let (text, _) = await client.receive { $0.contains("\r\n\r\n{") }
        #expect(text.hasPrefix("HTTP/1.1 413"), "\(text)")
        #expect(await eventually { (try? demo.place.blobs().count) == before })
    }

    @Test("Nothing at all, a form that is none, and two lengths are refused")
    func malformed() async throws {
        let demo = try Demo.shared
        let empty = try await demo.server.upload("empty.pdf", [], token: demo.token)
        #expect(empty.status.code == 422 && empty.text.contains("knowledge.empty_file"))
        let cases: [(String, String, String)] = [
            ("Content-Length: 9", "no bounds", "request.malformed_multipart"),
            ("Content-Length: \(Self.opening.utf8.count)", Self.opening, "request."),
            ("Content-Length: 2\r\nContent-Length: 9", "no bounds", "request.malformed"),
        ]
        for (framing, body, problem) in cases {
            let client = RawClient(port: demo.server.port)
            await client.send(head(demo, framing + "\r\nConnection: close") + body)
            let (text, closed) = await client.receive()
            #expect(text.hasPrefix("HTTP/1.1 400"), "\(framing): \(text)")
            #expect(text.contains(problem) && closed, "\(framing): \(text)")
        }
    }

    @Test("A slow drip of headers is cut, however steady it is")
    func drip() async throws {
        let demo = try Demo.shared
        let client = RawClient(port: demo.server.port)
        var isOpen = await client.send("GET /health HTTP/1.1\r\nX-Drip: ")
        var drips = 0
        while isOpen, drips < 1_200 {
            try await Task.sleep(for: .milliseconds(50))
            isOpen = await client.send("x")
            drips += 1
        }
        #expect(!isOpen, "still open after \(drips) drips")
        #expect(try await demo.server.get("/health").status == .ok)
    }

    @Test("A document that costs too much fails with a reason, and the server lives")
    func hostileDocument() async throws {
        let demo = try Demo.shared
        let sent = try await demo.server.upload(
            "deep.pdf", HostilePDF.deepCatalogue, token: demo.token)
        let id = try #require(sent.json.text("id"), "\(sent.text)")
        var document = JSONValue.null
        #expect(
            await eventually {
                // An answer that is lost is asked for again.
                let answer = try? await demo.server.get(
                    "/api/v1/knowledge-base/documents/\(id)/", token: demo.token)
                document = answer?.json ?? .null
                return document.text("status") == "failed"
            })
        #expect(document.text("reason")?.isEmpty == false, "\(document)")
        #expect(try await demo.server.get("/health").status == .ok)
    }

    private func chunk(_ bytes: [UInt8]) -> [UInt8] {
        Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + Array("\r\n".utf8)
    }

    /// The memory that a process holds now, in bytes.
    private func residentBytes(_ process: Int32) -> Int {
        // A process that is gone holds none.
        let text = try? String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8)
        let pages = text?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return (pages ?? 0) * 4_096
    }
}
