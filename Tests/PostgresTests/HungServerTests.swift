import Base
import Postgres
import Processes
import TestKit
import Testing

/// A server that is there and says nothing: nobody waits for it longer than the limits say. Each
/// test would end by its time limit if somebody did.
@Suite("A server that hangs", .serialized, .timeLimit(.minutes(2)))
struct HungServerTests {
    private func hanging(
        _ connections: Int = 2,
        _ body: (PostgresPool, PostgresOptions, _ server: Int32) async throws -> Void
    ) async throws {
        let server = try await ThrowAwayPostgres.start(installation: Clone.vendor("postgres"))
        var options = PostgresOptions(url: Secret(server.connection()))
        options.answerLimit = .milliseconds(500)
        options.connectTimeoutSeconds = 2
        var limits = PostgresPool.Limits(connections: connections)
        limits.acquisition = .seconds(1)
        limits.drain = .seconds(1)
        let pool = PostgresPool(options, limits: limits)
        // A start on a busy machine may take longer than these limits.
        _ = await eventually { (try? await pool.run { try $0.query("select 1").count }) == 1 }
        try await body(pool, options, server.child.processID)
        await pool.close()
        try await server.stop()
    }

    private func works(_ pool: PostgresPool) async -> Bool {
        await eventually {
            (try? await pool.transaction { try $0.query("select 1").count }) == 1
        }
    }

    @Test("A query, a transaction and a wait for a session end in time, and all is well after")
    func waits() async throws {
        try await hanging { pool, _, server in
            try await withProcessHeld(server) {
                let query = await #expect(throws: PostgresError.self) {
                    try await pool.run { try $0.query("select 1").count }
                }
                // By the limit of a wait, or of the wait for a session where opening one took too long.
                #expect(query?.retryable == true)
                for _ in 0..<6 {
                    // The sessions that there were are used up, and new ones do not open.
                    let error = await #expect(throws: PostgresError.self) {
                        try await pool.transaction { try $0.query("select 1").count }
                    }
                    #expect(error?.retryable == true)
                }
            }
            #expect(await works(pool))
        }
    }

    @Test("A cancelled task is let go although the server does not hear that it should stop")
    func cancelled() async throws {
        try await hanging(1) { pool, _, server in
            let begun = AsyncStream<Void>.makeStream()
            try await withProcessHeld(server) {
                await withTaskGroup { group in
                    group.addTask {
                        await #expect(throws: CancellationError.self) {
                            try await PostgresPool.patiently(.seconds(600)) {
                                try await pool.run { connection in
                                    begun.continuation.yield()
                                    try connection.execute("select 1")
                                }
                            }
                        }
                    }
                    for await _ in begun.stream { break }
                    group.cancelAll()
                }
            }
            #expect(await works(pool))
        }
    }

    @Test("Bytes that the server does not take are not waited for either")
    func sending() async throws {
        try await hanging { pool, _, server in
            try await PostgresPool.patiently {
                try await pool.run { try $0.script("create table many (a text)") }
            }
            let large = String(repeating: "a", count: 8 << 20)
            try await withProcessHeld(server) {
                await #expect(throws: PostgresError.self) {
                    try await pool.run { try $0.query("select length(\(large))").count }
                }
                await #expect(throws: PostgresError.self) {
                    try await pool.run { connection in
                        try connection.copy(into: "many", columns: ["a"]) { writer in
                            for _ in 0..<8 { try writer.row(large) }
                        }
                    }
                }
            }
            #expect(await works(pool))
            // What is large goes through where the server takes it.
            let length = try await PostgresPool.patiently {
                try await pool.run { connection in
                    try connection.query("select length(\(large))").one()
                        .decode(at: 0, as: Int32.self)
                }
            }
            #expect(length == 8 << 20)
        }
    }

    @Test("A slow statement is stopped at the limit, and the session goes on")
    func slow() async throws {
        try await hanging(1) { pool, _, _ in
            func backend() async throws -> Int32 {
                try await PostgresPool.patiently {
                    try await pool.run { connection in
                        try connection.query("select pg_backend_pid()").one().decode(at: 0)
                    }
                }
            }
            let before = try await backend()
            await #expect(throws: PostgresError.deadlineExceeded) {
                try await pool.run { try $0.query("select pg_sleep(600)").count }
            }
            #expect(try await backend() == before)
            // Work for which nobody waits may take longer.
            try await PostgresPool.patiently {
                _ = try await pool.run { try $0.query("select pg_sleep(0.8)").count }
            }
            #expect(try await backend() == before)
        }
    }

    @Test("Who listens hears again what is said after it")
    func listening() async throws {
        try await hanging { pool, options, server in
            var events = PostgresListener.events(options, channels: ["outbox"], holding: 5)
                .makeAsyncIterator()
            #expect(await events.next() == .gap)
            // The one who listens is known to be alive.
            func isHeld() async -> Bool {
                let free = try? await pool.run { connection in
                    try connection.query("select pg_try_advisory_lock(5), pg_advisory_unlock(5)")
                        .one().decode(at: 0, as: Bool.self)
                }
                return free == false
            }
            #expect(await isHeld())
            try await withProcessHeld(server) {
                // Longer than a silent session is left alone.
                try await Task.sleep(for: .seconds(12))
            }
            #expect(await works(pool))
            var heard = false
            while !heard {
                try await pool.run { try $0.notify("outbox", "turn") }
                heard = await events.next() == .notification(channel: "outbox", payload: "turn")
            }
            #expect(await eventually { await isHeld() })
        }
    }
}
