import Base
import HTTP
import TestKit
import Testing

@testable import WebCore

@Suite("Streams that end badly")
struct BrokenStreamTests {
    private struct Broken: Error {}

    @Test("A failure inside a stream is logged with its request; a client that leaves is not")
    func logged() async throws {
        for (error, isLogged) in [(Broken(), true), (HTTPBodyError.incomplete, false)]
            as [(any Error, Bool)]
        {
            let lines = Lock<[String]>([])
            let logger = Logger(
                minimum: .info, now: { DeskFixture.start },
                write: { line in lines.withLock { $0.append(line) } })
            let fixture = try await DeskFixture()
            let context = SiteContext(
                desk: fixture.desk, changes: ChangeHub(), configuration: SiteConfiguration())
            let log = RequestLog(
                logger: logger, metrics: Metrics(), reader: VisitorReader(context: context))
            let request = HTTPRequest(
                method: .get, target: try #require(HTTPTarget("/events")),
                remoteAddress: "127.0.0.1", id: ID(fixture.world.uuid()))
            let response = await log.layer(request) { _ in
                .stream { writer in
                    try await writer.write("first")
                    throw error
                }
            }
            await #expect(throws: (any Error).self) { try await response.collectBody(upTo: 100) }
            let found = lines.withLock { $0 }.filter { $0.contains("a stream broke off") }
            #expect(found.count == (isLogged ? 1 : 0), "\(found)")
            if isLogged { #expect(found[0].contains(request.id.description)) }
        }
    }
}
