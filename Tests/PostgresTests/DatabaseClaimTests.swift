import Base
import TestKit
import Testing

@testable import Postgres

@Suite("Claims on a database", .timeLimit(.minutes(5)))
struct DatabaseClaimTests {
    private func claim(
        _ options: PostgresOptions, _ words: String, _ parts: [(Int32, Bool)]
    ) -> DatabaseClaim {
        DatabaseClaim(
            options, as: words, parts: parts.map { .init($0.0, isExclusive: $0.1) })
    }

    @Test("A part belongs to one or is shared by many, and who has it is told by name")
    func parts() async throws {
        let options = try await TestDatabase.fresh()
        let server = claim(options, "the server", [(1, true), (2, false)])
        let guest = claim(options, "a guest", [(2, false)])
        let second = claim(options, "another server", [(2, false), (1, true)])
        let alone = claim(options, "a restore", [(2, true)])
        #expect(try await server.take() == nil)
        #expect(try await server.take() == nil, "taking again is no harm")
        #expect(try await guest.take() == nil)
        let holder = DatabaseClaim.Holder(words: "the server", address: nil)
        #expect(try await second.take(within: .zero) == holder)
        #expect(try await alone.take(within: .zero) != nil)
        #expect(try await guest.holder(of: 1) == holder)
        #expect(try await server.holder(of: 1) == nil, "itself is not another")

        // Who was refused holds nothing: the part that it could have had is free for others.
        await server.release()
        await guest.release()
        #expect(try await alone.take() == nil)
        #expect(try await second.take(within: .zero)?.words == "a restore")
        await alone.release()
        #expect(try await second.take() == nil)
        // Another database of the same server is another matter.
        let elsewhere = claim(try await TestDatabase.fresh(), "elsewhere", [(1, true)])
        #expect(try await elsewhere.take(within: .zero) == nil)
        await second.release()
        await elsewhere.release()
    }

    @Test("A claim whose session breaks is taken again, or lost to whoever was faster")
    func broken() async throws {
        let options = try await TestDatabase.fresh()
        let server = claim(options, "the server", [(1, true)])
        #expect(try await server.take() == nil)
        let end: @Sendable () async throws -> Void = {
            let owner = try PostgresConnection(options)
            try owner.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'the server'"
            )
        }
        try await end()
        var world = World.live
        world.sleep = { _ in try await Task.sleep(for: .milliseconds(5)) }
        let short = world
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.keep(looking: .zero, short) }
            let second = claim(options, "the second", [(1, true)])
            #expect(await eventually { (try? await second.holder(of: 1)) != nil }, "taken again")
            // Ended again and again, until the other one is faster.
            let took = await eventually {
                try? await end()
                return (try? await second.take(within: .zero)) == .some(nil)
            }
            #expect(took)
            await #expect(throws: DatabaseClaim.Holder(words: "the second", address: nil)) {
                try await group.next()
            }
            await second.release()
        }
        await server.release()
    }
}
