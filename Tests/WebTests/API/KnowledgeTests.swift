import Base
import Domain
import Foundation
import HTTP
import TestKit
import Testing
import Web

@testable import WebCore

@Suite("Knowledge by API")
struct KnowledgeTests {
    @Test("A document is uploaded, read, found and deleted", arguments: Engine.allCases)
    func life(engine: Engine) async throws {
        try await SiteFixture.run(engine) { site in
            let owner = try await site.fixture.openWorkspace()
            let token = try await site.token(of: owner)
            let text = "# Parking\n\nGuests park behind the house, free of charge.\n"
            let sent = try await site.client.upload(
                Array(text.utf8), name: "parking.md", token: token)
            #expect(sent.status == 202 && sent.json.text("status") == "received")
            let id = try #require(sent.json.text("id"))
            #expect(try await site.fixture.drain() == 0)

            let path = "/api/v1/knowledge-base/documents/\(id)"
            let read = try await site.client.get(path, token: token)
            #expect(read.json.text("status") == "ready" && read.json["reason"] == .null)
            #expect(read.json.text("title") == "Parking")
            #expect(read.json.integer("file_size") == text.utf8.count)
            #expect(try #require(read.json.integer("chunk_count")) > 0)
            let list = try await site.client.get(
                "/api/v1/knowledge-base/documents/", token: token)
            #expect(list.json.list("documents").map { $0.text("id") } == [id])

            let search: JSONValue = ["query": "where can guests park", "k": 3]
            let found = try await site.client.post(
                "/api/v1/knowledge-base/search/", search, token: token)
            let hit = try #require(found.json.list("results").first)
            #expect(hit.text("document_id") == id && hit.text("title") == "Parking")
            #expect(try #require(hit.text("text")).contains("behind the house"))

            #expect(try await site.client.delete(path, token: token).status == 204)
            let gone = try await site.client.post(
                "/api/v1/knowledge-base/search/", search, token: token)
            #expect(gone.json.list("results").isEmpty)
            let unknown = try await site.client.get(path, token: token)
            #expect(unknown.status == 404 && unknown.problem == "knowledge.unknown_document")
        }
    }

    @Test("Files that cannot be documents are refused with a reason", arguments: Engine.allCases)
    func refusals(engine: Engine) async throws {
        try await SiteFixture.run(engine) { site in
            let owner = try await site.fixture.openWorkspace()
            let token = try await site.token(of: owner)
            let program: [UInt8] =
                [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1] + Array(repeating: 0, count: 500)
            let cases: [([UInt8], String, Int, String)] = [
                ([], "empty.pdf", 422, "knowledge.empty_file"),
                (program, "invoice.pdf", 415, "knowledge.unsupported_type"),
            ]
            for (bytes, name, status, problem) in cases {
                let answer = try await site.client.upload(bytes, name: name, token: token)
                #expect(answer.status == status && answer.problem == problem, "\(name)")
            }
            let other = try await site.client.upload(
                Array("text".utf8), name: "a.txt", token: token, field: "other")
            #expect(other.status == 422 && other.problem == "request.missing_file")
            let list = try await site.client.get(
                "/api/v1/knowledge-base/documents/", token: token)
            #expect(list.json.list("documents").isEmpty)
        }
    }

    @Test("A form that is no form is refused", arguments: Engine.allCases)
    func wrongMultipart(engine: Engine) async throws {
        try await SiteFixture.run(engine) { site in
            let owner = try await site.fixture.openWorkspace()
            let token = try await site.token(of: owner)
            let cases: [(String, String, Int, String)] = [
                ("application/json", "{}", 415, "request.not_multipart"),
                ("multipart/form-data", "x", 400, "request.malformed_multipart"),
                (
                    "multipart/form-data; boundary=a", "no boundary", 400,
                    "request.malformed_multipart"
                ),
                (
                    "multipart/form-data; boundary=a",
                    "--a\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nhalf",
                    400, "request."
                ),
            ]
            for (type, body, status, problem) in cases {
                let answer = try await site.client.send(
                    .post, "/api/v1/knowledge-base/upload/",
                    ["Authorization": "Bearer \(token)", "Content-Type": type], Array(body.utf8))
                #expect(answer.status == status, "\(body) \(answer.text)")
                #expect(answer.problem?.hasPrefix(problem) == true, "\(answer.text)")
            }
        }
    }

    @Test("A repeated upload under one key is one document; another file is refused")
    func repeated() async throws {
        try await SiteFixture.run { site in
            let owner = try await site.fixture.openWorkspace()
            let token = try await site.token(of: owner)
            let file = Array("Dogs are welcome in the garden.".utf8)
            let first = try await site.client.upload(file, name: "a.txt", token: token, key: "k1")
            let second = try await site.client.upload(file, name: "a.txt", token: token, key: "k1")
            #expect(first.status == 202 && second.status == 202)
            #expect(first.json.text("id") == second.json.text("id"))
            #expect(second.headers["Idempotency-Replayed"] == "true")
            let other = try await site.client.upload(
                Array("Cats too.".utf8), name: "a.txt", token: token, key: "k1")
            #expect(other.status == 409 && other.problem == "request.key_reused")
            let list = try await site.client.get(
                "/api/v1/knowledge-base/documents/", token: token)
            #expect(list.json.list("documents").count == 1)
        }
    }

    @Test("200 MB are refused at the limit, without being kept in memory")
    func huge() async throws {
        try await SiteFixture.run { site in
            let owner = try await site.fixture.openWorkspace()
            let token = try await site.token(of: owner)
            let before = residentBytes()
            let sent = Lock(0)
            let head =
                "--a\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n"
            let request = HTTPRequest(
                method: .post, target: try #require(HTTPTarget("/api/v1/knowledge-base/upload/")),
                headers: [
                    "Authorization": "Bearer \(token)",
                    "Content-Type": "multipart/form-data; boundary=a",
                ],
                body: HTTPBody { () throws(HTTPBodyError) -> [UInt8]? in
                    sent.withLock { sent in
                        defer { sent += 1 }
                        if sent == 0 { return Array(head.utf8) }
                        return sent < 200 ? [UInt8](repeating: 97, count: 1 << 20) : nil
                    }
                }, remoteAddress: "127.0.0.1", id: ID(site.fixture.world.uuid()))
            let response = await site.site.responder(request)
            #expect(response.status == .contentTooLarge)
            #expect(sent.withLock { $0 } < 60, "reading stops at the limit")
            #expect(residentBytes() - before < 40 << 20)
            let left = try FileManager.default.subpathsOfDirectory(
                atPath: site.fixture.blobFolder)
            let files = left.filter { !$0.hasSuffix("incoming") && !$0.hasSuffix("tmp") }
            #expect(files.isEmpty, "\(files)")
        }
    }

    @Test("An announced 200 MB are refused before they are sent", arguments: [Engine.socket])
    func announced(engine: Engine) async throws {
        try await SiteFixture.run(engine) { site in
            let limit = site.site.maximumBodyBytes(
                .post, try #require(HTTPTarget("/api/v1/knowledge-base/upload/")))
            #expect(limit > 50 << 20 && limit < 52 << 20)
            let answer = try await site.client.send(
                .post, "/api/v1/auth/login/", ["Content-Type": "application/json"],
                [UInt8](repeating: 32, count: 2 << 20))
            #expect(answer.status == 413 && answer.problem == "request.too_large")
        }
    }

    @Test("A list goes on where its cursor says, and nowhere else")
    func paging() async throws {
        try await SiteFixture.run { site in
            let owner = try await site.fixture.openWorkspace()
            let token = try await site.token(of: owner)
            for number in 1...5 {
                site.fixture.clock.advance(by: .seconds(1))
                let answer = try await site.client.upload(
                    Array("Text number \(number).".utf8), name: "\(number).txt", token: token)
                #expect(answer.status == 202)
            }
            var titles: [String] = []
            var target = "/api/v1/knowledge-base/documents/?limit=2"
            for _ in 0..<5 {
                let page = try await site.client.get(target, token: token)
                titles += page.json.list("documents").compactMap { $0.text("title") }
                guard let cursor = page.json.text("next_cursor") else { break }
                target = "/api/v1/knowledge-base/documents/?limit=2&cursor=\(cursor)"
            }
            #expect(titles == ["5", "4", "3", "2", "1"])
            for query in ["cursor=x", "limit=0", "limit=201", "limit=a", "cursor=1~1"] {
                let answer = try await site.client.get(
                    "/api/v1/knowledge-base/documents/?\(query)", token: token)
                #expect(answer.status == 422, "\(query)")
            }
        }
    }
}

/// The memory that this process holds now, in bytes.
func residentBytes() -> Int {
    let statistics = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
    let pages = statistics?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    return (pages ?? 0) * 4096
}
