import Base
import Desk
import Domain
import HTTP
import Postgres
import Store
import TestKit
import Testing

@testable import WebCore

@Suite("Health is asked for")
struct HealthTests {
    private struct Away: Error {}

    @Test("Models that stopped answering are down, whatever is remembered of them")
    func remembered() async throws {
        let isAway = Lock(false)
        let check: @Sendable () async throws -> Void = {
            if isAway.withLock({ $0 }) { throw Away() }
        }
        for asksMessageEmbedder in [false, true] {
            isAway.withLock { $0 = false }
            let change: @Sendable (inout DeskPorts) -> Void = { ports in
                // `modelID` is remembered and goes on answering.
                if asksMessageEmbedder {
                    ports.messageEmbedder = ports.embedder
                    ports.messageEmbedder?.check = check
                } else {
                    ports.embedder.check = check
                }
            }
            try await SiteFixture.run(ports: change) { site async throws -> Void in
                #expect(try await site.client.get("/health").json.text("models") == "ok")
                isAway.withLock { $0 = true }
                site.fixture.clock.advance(by: .seconds(2))
                let ill = try await site.client.get("/health")
                #expect(ill.status == 200 && ill.json.text("status") == "degraded")
                #expect(ill.json.text("models") == "down")
            }
        }
    }

    @Test("Models that say nothing are down after a while, and nobody waits for more")
    func silent() async throws {
        let change: @Sendable (inout DeskPorts) -> Void = { ports in
            ports.embedder.check = { try await Task.sleep(for: Patience.limit) }
        }
        try await SiteFixture.run(ports: change) { site async throws -> Void in
            #expect(try await site.client.get("/health").json.text("models") == "down")
        }
    }

    @Test("A database whose sessions are all taken is told in time", .timeLimit(.minutes(2)))
    func busy() async throws {
        try await SiteFixture.run { site async throws -> Void in
            let pool = site.fixture.database.pool
            let release = Lock(false)
            try await withThrowingTaskGroup { group in
                for _ in 0..<6 {
                    group.addTask {
                        try await pool.run { connection in
                            while !release.withLock({ $0 }) {
                                try connection.execute("select pg_sleep(0.05)")
                            }
                        }
                    }
                }
                // Waiting for a session would take as long as the fixture is patient.
                var answer = try await site.client.get("/health")
                while answer.status == 200 {
                    site.fixture.clock.advance(by: .seconds(2))
                    answer = try await site.client.get("/health")
                }
                #expect(answer.status == 503 && answer.json.text("status") == "down")
                release.withLock { $0 = true }
                try await group.waitForAll()
            }
            site.fixture.clock.advance(by: .seconds(2))
            #expect(try await site.client.get("/health").status == 200)
        }
    }
}
