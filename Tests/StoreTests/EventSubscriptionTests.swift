import Base
import Domain
import Postgres
import TestKit
import Testing

@testable import Store

@Suite("Subscribers of the log", .timeLimit(.minutes(10)))
struct EventSubscriptionTests {
    private struct Stopped: Error {}

    @Test("Effects and place move together: after an interruption each event is dealt with once")
    func together() async throws {
        let fixture = try await DeskFixture()
        let owner = try await fixture.openWorkspace()
        let database = fixture.database
        for number in 1...25 {
            try await database.write(owner.workspace) { transaction in
                try transaction.record(EventLog.kind, of: "\(number)", at: DeskFixture.start)
            }
        }
        let seen = Lock<[String]>([])
        let fails = Lock(0)
        while true {
            do {
                let step = try await database.followEvents(as: "test", limit: 4) {
                    event, transaction in
                    guard event.isOf(EventLog.kind) else { return }
                    let turn = fails.withLock { count in
                        count += 1
                        return count
                    }
                    // Every third effect breaks what was done of its step so far.
                    if turn.isMultiple(of: 3), turn < 40 { throw Stopped() }
                    try transaction.record(
                        EventKind("effect.made", in: "Things"), of: event.subject,
                        at: DeskFixture.start)
                }
                seen.withLock { $0.append("\(step)") }
                if case .idle = step { break }
            } catch is Stopped {}
        }
        let effects: [String] = try PostgresConnection(fixture.owner).query(
            "select subject from event where kind = 'effect.made' order by turn, event_no"
        ).map { try $0.decode("subject") }
        #expect(effects == (1...25).map { "\($0)" })
    }

    @Test("One at a time works under a name, and another goes on from where it ended")
    func oneLeader() async throws {
        let log = try await EventLog()
        let (first, second) = (try log.session(), try log.session())
        try log.record("a", on: first)
        func take(_ session: PostgresConnection, _ name: String) throws -> Int64? {
            try session.query("select * from event_cursor_take(\(name))").oneOrNone()
                .map { try $0.decode("event_no") }
        }
        try first.script("begin")
        #expect(try take(first, "x") == 0)
        #expect(try take(second, "x") == nil)
        #expect(try take(second, "y") == 0)
        _ = try first.query("select event_cursor_move('x', 7, 9)")
        try first.script("commit")
        #expect(try take(second, "x") == 9)
    }
}
