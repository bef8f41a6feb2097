import Base
import Desk
import Domain
import HTTP
import Store
import TestKit
import Testing

@testable import Pages
@testable import WebCore

@Suite("Many documents at once")
struct BulkUploadTests {
    @Test("An owner may bring a folder of a thousand documents in one go")
    func folder() async throws {
        try await SiteFixture.run { site async throws -> Void in
            let owner = try await site.fixture.openWorkspace()
            let token = try await site.token(of: owner)
            // The clock stands still: nothing is given for waiting.
            for number in 0..<1_000 {
                let answer = try await site.client.upload(
                    Array("Document \(number) says something.".utf8), name: "\(number).txt",
                    token: token)
                #expect(answer.status == 202, "\(number): \(answer.text)")
                guard answer.status == 202 else { break }
            }
            let count = try await site.desk.reading.read(owner.workspace) {
                try DocumentStore.underWay(upTo: 2_000, $0)
            }
            #expect(count == 1_000)
        }
    }

    @Test("Where as many wait to be read as may, one more is refused until some are ready")
    func depth() async throws {
        var configuration = SiteConfiguration()
        configuration.limits[.documentsWaiting] = 3
        try await SiteFixture.run(configuration: configuration) { site async throws -> Void in
            let owner = try await site.fixture.openWorkspace()
            let token = try await site.token(of: owner)
            func upload(_ number: Int) async throws -> SiteAnswer {
                try await site.client.upload(
                    Array("Document \(number) says something.".utf8), name: "\(number).txt",
                    token: token)
            }
            for number in 0..<3 { #expect(try await upload(number).status == 202) }
            let full = try await upload(3)
            #expect(full.status == 429 && full.problem == "knowledge.too_many_waiting")
            #expect(full.headers["Retry-After"] != nil)
            try await site.fixture.drain()
            #expect(try await upload(3).status == 202)
        }
    }

    @Test("Who sends more at once than can be taken in is asked to wait a moment, and gets through")
    func atOnce() async throws {
        var configuration = SiteConfiguration()
        configuration.uploads.perPerson = 2
        configuration.uploads.forAll = 3
        configuration.uploads.looks = 3
        try await SiteFixture.run(configuration: configuration) { site async throws -> Void in
            let owner = try await site.fixture.openWorkspace()
            let other = try await site.fixture.add(.manager, by: owner)
            let gate = UploadGate(limits: configuration.uploads, sleep: site.desk.world.sleep)
            let request = try HTTPRequest.upload(announcing: 100)
            func visitor(_ staff: Staff) -> Visitor {
                Visitor(
                    identity: .staff(staff), origin: Origin(address: "127.0.0.1"))
            }
            func pass(
                _ staff: Staff, _ inside: () async throws -> Void = {}
            ) async throws {
                _ = try await gate.pass(request, visitor(staff)) {
                    try await inside()
                    return HTTPResponse(.accepted)
                }
            }
            let full = WebRefusal.tooManyRequests(
                retryAfterSeconds: UploadGate.retryAfterSeconds)
            try await pass(owner) {
                try await pass(owner) {
                    // Two of one person, and there is room for another one.
                    await #expect(throws: full) { try await pass(owner) }
                    try await pass(other) {
                        await #expect(throws: full) { try await pass(other) }
                    }
                }
                // One that fails gives its place back.
                await #expect(throws: WebRefusal.missingFile) {
                    try await pass(owner) { throw WebRefusal.missingFile }
                }
                try await pass(owner)
            }
            let problem = Problem(full, in: request)
            #expect(problem.headers["Retry-After"] == "1" && problem.document.status == 429)
        }
    }

    @Test("Forty uploads of one person at the same moment are all taken, a few at a time")
    func sideBySide() async throws {
        let most = Lock((now: 0, most: 0))
        let keeping: @Sendable (inout DeskPorts) -> Void = { ports in
            let keep = ports.blobs.keep
            ports.blobs.keep = { path, sha256 in
                most.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
                defer { most.withLock { $0.now -= 1 } }
                try keep(path, sha256)
            }
        }
        var configuration = SiteConfiguration()
        configuration.uploads.perPerson = 2
        configuration.uploads.looks = .max
        try await SiteFixture.run(
            configuration: configuration, ports: keeping
        ) { site async throws -> Void in
            let owner = try await site.fixture.openWorkspace()
            let token = try await site.token(of: owner)
            let client = site.client
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<40 {
                    group.addTask {
                        try await client.upload(
                            Array("Document \(number).".utf8), name: "\(number).txt", token: token
                        ).status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.allSatisfy { $0 == 202 } && statuses.count == 40)
            #expect(most.withLock { $0.most } <= 2)
        }
    }

    @Test("Bytes announced together are bounded, and one large document is not kept out")
    func bytes() async throws {
        var limits = UploadGate.Limits(Limits())
        limits.bytes = 1_000
        limits.looks = 3
        let gate = UploadGate(limits: limits) { _ in }
        let visitor = Visitor(
            identity: .anonymous, origin: Origin(address: "192.0.2.1"))
        func pass(_ size: Int, _ inside: () async throws -> Void = {}) async throws {
            _ = try await gate.pass(try HTTPRequest.upload(announcing: size), visitor) {
                try await inside()
                return HTTPResponse(.accepted)
            }
        }
        try await pass(5_000) {
            await #expect(throws: WebRefusal.self) { try await pass(1) }
        }
        try await pass(600) {
            await #expect(throws: WebRefusal.self) { try await pass(600) }
            try await pass(400)
        }
    }

    @Test("When very many wait to be read, more are taken once some are ready")
    func waiting() async throws {
        let fixture = try await DeskFixture()
        let owner = try await fixture.openWorkspace()
        let intake = DocumentUpload(
            world: fixture.world, database: fixture.database,
            blobs: DeskPorts.stub(blobFolder: fixture.blobFolder).blobs, waitingLimit: 3)
        func upload(_ number: Int) async throws {
            let chunks = AsyncStream<[UInt8]> { continuation in
                continuation.yield(Array("Document \(number)".utf8))
                continuation.finish()
            }
            _ = try await intake.upload(name: "\(number).txt", chunks: chunks, by: owner)
        }
        for number in 0..<3 { try await upload(number) }
        await #expect(throws: KnowledgeRefusal.tooManyWaiting(limit: 3)) { try await upload(3) }
        try await fixture.drain()
        try await upload(3)
    }
}

extension HTTPRequest {
    fileprivate static func upload(announcing size: Int) throws -> HTTPRequest {
        var request = HTTPRequest(
            method: .post, target: try #require(HTTPTarget("/api/v1/knowledge-base/upload/")),
            headers: ["Content-Length": "\(size)"], body: HTTPBody([]),
            remoteAddress: "127.0.0.1", id: ID(World.live.uuid()))
        request.route = RouteDescription(
            .post, "/upload", operation: "upload", maximumBodyBytes: 10_000)
        return request
    }
}
