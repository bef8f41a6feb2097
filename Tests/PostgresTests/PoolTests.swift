import Base
import Postgres
import TestKit
import Testing

@Suite("The pool", .timeLimit(.minutes(10)))
struct PoolTests {
    private func pool(_ connections: Int, _ change: (inout PostgresPool.Limits) -> Void = { _ in })
        async throws -> PostgresPool
    {
        var limits = PostgresPool.Limits(connections: connections)
        change(&limits)
        return PostgresPool(try await TestDatabase.fresh(), limits: limits)
    }

    @Test("Many tasks share few connections")
    func sharing() async throws {
        let pool = try await pool(3)
        let results = try await withThrowingTaskGroup { group in
            for index in 0..<200 {
                group.addTask {
                    try await pool.run { connection in
                        let row = try connection.query("select \(index) as n, pg_backend_pid()")
                            .one()
                        return (
                            try row.decode(at: 0, as: Int.self), try row.decode(at: 1, as: Int.self)
                        )
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.map(\.0).sorted() == Array(0..<200))
        #expect(Set(results.map(\.1)).count <= 3)
        await pool.close()
    }

    @Test("An ended session is replaced before work notices")
    func replacement() async throws {
        let pool = try await pool(1)
        let backend = try await pool.run { connection in
            try connection.query("select pg_backend_pid()").one().decode(at: 0, as: Int32.self)
        }
        let other = try await self.pool(1)
        for _ in 0..<3 {
            let current = try await pool.run { connection in
                try connection.query("select pg_backend_pid()").one().decode(at: 0, as: Int32.self)
            }
            _ = try await other.run { connection in
                try connection.query("select pg_terminate_backend(\(current), 5000)").one()
                    .decode(at: 0, as: Bool.self)
            }
        }
        let fresh = try await pool.run { connection in
            try connection.query("select pg_backend_pid()").one().decode(at: 0, as: Int32.self)
        }
        #expect(fresh != backend)
        await pool.close()
        await other.close()
    }

    @Test("A session ended in the middle says that the outcome is open")
    func brokenInside() async throws {
        let pool = try await pool(2)
        let error = await #expect(throws: PostgresError.self) {
            try await pool.transaction(retryingSerialization: 0) { connection in
                try connection.script("create table lost (a int)")
                try connection.execute("select pg_terminate_backend(pg_backend_pid())")
            }
        }
        #expect(error?.retryable == true)
        let exists = try await pool.run { connection in
            try connection.query("select to_regclass('lost') is not null").one()
                .decode(at: 0, as: Bool.self)
        }
        #expect(!exists)
        await pool.close()
    }

    @Test("Cancelling the task stops the statement on the server")
    func cancellation() async throws {
        let pool = try await pool(1)
        let started = AsyncStream<Void>.makeStream()
        await withTaskGroup { group in
            group.addTask {
                await #expect(throws: CancellationError.self) {
                    try await pool.run { connection in
                        started.continuation.yield()
                        try connection.execute("select pg_sleep(60)")
                    }
                }
            }
            for await _ in started.stream { break }
            group.cancelAll()
        }
        // The one connection is free and usable again.
        let one = try await pool.run { try $0.query("select 1").one().decode(at: 0, as: Int.self) }
        #expect(one == 1)
        await pool.close()
    }

    @Test("Work that passes its deadline is stopped, and shielded work is not cancelled")
    func deadline() async throws {
        let pool = try await pool(1)
        await #expect(throws: PostgresError.deadlineExceeded) {
            try await pool.run(timeout: .milliseconds(30)) { connection in
                try connection.execute("select pg_sleep(60)")
            }
        }
        let value = await withTaskGroup { group in
            group.addTask { () -> Int? in
                // Nil would show that the cancellation came through.
                try? await pool.run(shielded: true) { connection in
                    try connection.query("select 1 from pg_sleep(0.02)").one().decode(at: 0)
                }
            }
            group.cancelAll()
            return await group.next() ?? nil
        }
        #expect(value == 1)
        await pool.close()
    }

    @Test("Who waits too long or is one too many is refused")
    func waiting() async throws {
        let pool = try await pool(1) { limits in
            limits.acquisition = .seconds(2)
        }
        // A slow start may be refused itself; what matters begins with an open session.
        while (try? await pool.run { _ in }) == nil {}
        let begun = AsyncStream<Void>.makeStream()
        await withTaskGroup { group in
            group.addTask {
                await #expect(throws: CancellationError.self) {
                    try await pool.run { connection in
                        begun.continuation.yield()
                        try connection.execute("select pg_sleep(60)")
                    }
                }
            }
            for await _ in begun.stream { break }
            await #expect(throws: PostgresError.acquisitionTimedOut(cause: nil)) {
                try await pool.run { _ in }
            }
            group.cancelAll()
        }
        await pool.close()
        await #expect(throws: PostgresError.closed) { try await pool.run { _ in } }
        let full = try await self.pool(1) { $0.waiting = 0 }
        await #expect(throws: PostgresError.queueFull) { try await full.run { _ in } }
        await full.close()
    }

    @Test("A server that is away is an error in time")
    func away() async throws {
        var limits = PostgresPool.Limits(connections: 2)
        limits.acquisition = .seconds(2)
        let pool = PostgresPool(
            PostgresOptions(url: Secret("host=/nowhere user=nobody")), limits: limits)
        let error = await #expect(throws: PostgresError.self) { try await pool.run { _ in } }
        guard case .acquisitionTimedOut(let cause?) = error else {
            Issue.record("expected a time-out with its cause")
            return
        }
        #expect(cause.contains("/nowhere"))
        await pool.close()
    }

    @Test("A transaction whose session breaks before its commit is run again")
    func repeated() async throws {
        let pool = try await pool(1)
        try await pool.run { try $0.script("create table kept (a int8)") }
        let runs = Lock(0)
        try await pool.transaction { connection in
            let run = runs.withLock { runs in
                runs += 1
                return runs
            }
            try connection.execute("insert into kept values (\(run))")
            if run == 1 { try connection.execute("select pg_terminate_backend(pg_backend_pid())") }
        }
        let kept = try await pool.run { connection in
            try connection.query("select a from kept").map { try $0.decode("a", as: Int.self) }
        }
        #expect(kept == [2])
        await pool.close()
    }

    @Test("Closing lets what waits be done")
    func draining() async throws {
        let pool = try await pool(1)
        let begun = AsyncStream<Void>.makeStream()
        let sum = try await withThrowingTaskGroup(of: Int.self) { group in
            for index in 1...10 {
                group.addTask {
                    try await pool.run { connection in
                        begun.continuation.yield()
                        return try connection.query("select \(index)").one().decode(at: 0)
                    }
                }
            }
            for await _ in begun.stream { break }
            return try await group.reduce(0, +)
        }
        await pool.close()
        #expect(sum == 55)
    }

    @Test("Work that leaves a transaction open loses it")
    func leftOpen() async throws {
        let pool = try await pool(1)
        try await pool.run { try $0.script("begin; create table left_open (a int)") }
        let exists = try await pool.run { connection in
            try connection.query("select to_regclass('left_open') is not null").one()
                .decode(at: 0, as: Bool.self)
        }
        #expect(!exists)
        await pool.close()
    }
}
