import Base
import Foundation
import Postgres
import TestKit

@testable import Jobs

/// A database with the outbox in it, a hand clock, and workers by name.
struct OutboxFixture {
    static let start = Instant(seconds: 1_790_000_000)
    static let workspace = UUID(uuidString: "00000000-0000-7000-8000-000000000001") ?? UUID.zero

    let options: PostgresOptions
    let pool: PostgresPool
    let clock = ManualClock(OutboxFixture.start)
    let world: World

    init(connections: Int = 4) async throws {
        options = try await TestDatabase.migrated().owner
        pool = PostgresPool(options, limits: .init(connections: connections))
        var world = World.test(at: clock)
        // The clock is the test's; waiting is short and real, so that polling does not turn it.
        world.sleep = { _ in try await Task.sleep(for: .milliseconds(2)) }
        self.world = world
    }

    func job(
        _ kind: String = "k", lane: String = "turn", workspace: UUID = OutboxFixture.workspace,
        key: String? = nil, serialKey: String? = nil, runAfter: Instant? = nil,
        notAfter: Instant? = nil, keyLifetime: Duration? = nil
    ) -> NewJob {
        NewJob(
            id: world.id(), workspace: workspace, lane: lane, kind: kind,
            payload: SQLJSON(text: "{}"), key: key, serialKey: serialKey, runAfter: runAfter,
            notAfter: notAfter, keyLifetime: keyLifetime)
    }

    @discardableResult
    func enqueue(_ jobs: [NewJob]) async throws -> Int {
        let now = clock.now
        return try await pool.transaction { connection in
            try jobs.filter { try Outbox.enqueue($0, at: now, in: connection) }.count
        }
    }

    /// Claims as a worker does.
    func claim(
        _ count: Int, lane: String = "turn", lease: Duration = .seconds(60)
    ) async throws -> [(job: Job, lease: Lease)] {
        let token = world.uuid()
        let now = clock.now
        return try await pool.run { connection in
            try connection.query(
                """
                select * from outbox_claim(\(lane), \(now), \(now + lease), \(token),
                    \(Int32(count)))
                """
            ).map(Job.init(row:))
        }.sorted { $0.id < $1.id }.map { ($0, Lease(job: $0.id, token: token, now: world.now)) }
    }

    func states() async throws -> [String: Int] {
        try await pool.run { connection in
            let rows = try connection.query("select state, count(*) from outbox group by state")
            return try Dictionary(
                uniqueKeysWithValues: rows.map { (try $0.decode(at: 0), try $0.decode(at: 1)) })
        }
    }

    func worker(_ handlers: [JobHandler], listening: Bool = true) -> Worker {
        Worker(
            pool: pool, listening: listening ? options : nil, handlers: handlers, world: world)
    }

    /// Runs services until the body returns, then cancels them.
    func running(
        _ workers: [Worker], _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup { group in
            for worker in workers { group.addTask { try await worker.run() } }
            try await body()
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    /// Waits until the outbox is as expected; a limit of the test run ends a wait in vain.
    func until(_ wanted: [String: Int]) async throws {
        while try await states() != wanted { try await Task.sleep(for: .milliseconds(2)) }
    }
}

extension UUID {
    static let zero = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
}
