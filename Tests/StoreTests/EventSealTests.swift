import Base
import Domain
import Postgres
import TestKit
import Testing

@testable import Store

@Suite("Seals over the log", .timeLimit(.minutes(10)))
struct EventSealTests {
    /// Records in several kinds of retention, and seals what is there.
    private static func sealed(_ count: Int = 6) async throws -> (EventLog, PostgresConnection) {
        let log = try await EventLog()
        let session = try log.session()
        for number in 1...count { try log.record("\(number)", ["n": .whole(number)], on: session) }
        #expect(try seal(log, session) == count)
        return (log, session)
    }

    private static func transaction(
        _ log: EventLog, _ session: PostgresConnection
    ) throws -> Transaction {
        Transaction(
            connection: session, workspace: try #require(EventLog.workspace),
            unreadable: log.unreadable, origin: .machine("seals"))
    }

    @discardableResult
    private static func seal(
        _ log: EventLog, _ session: PostgresConnection, _ retention: EventRetention = .lasting,
        at now: Instant = DeskFixture.start
    ) throws -> Int {
        try session.transaction { _ in
            try EventSeals.seal(retention, at: now, transaction(log, session))
        }
    }

    private static func verify(
        _ log: EventLog, _ session: PostgresConnection, _ retention: EventRetention = .lasting
    ) throws -> EventSeals.Chain {
        try EventSeals.verify(retention, transaction(log, session).reader)
    }

    @Test("Sealed events verify, over several seals, and what is not sealed yet is counted")
    func whole() async throws {
        let (log, session) = try await EventSealTests.sealed()
        for number in 7...9 { try log.record("\(number)", on: session) }
        #expect(try EventSealTests.seal(log, session) == 3)
        #expect(try EventSealTests.seal(log, session) == 0)
        try log.record("10", on: session)
        let chain = try EventSealTests.verify(log, session)
        #expect(chain.flaw == nil && chain.seals == 2 && chain.events == 9)
        #expect(chain.unsealed == 1 && chain.newest?.count == 32)
    }

    @Test(
        "Whatever is done to a row or a seal by hand shows, with the place",
        arguments: [
            (
                "update event set actor_id = 'x' where subject = '3'",
                EventSeals.Flaw.What.eventChanged
            ),
            ("update event set kind = 'thing.other' where subject = '3'", .eventChanged),
            ("update event set at = at + interval '1 us' where subject = '3'", .eventChanged),
            (
                "update event set payload = '{\"values\": {\"n\": 4}, \"version\": 1}' where subject = '3'",
                .eventChanged
            ),
            ("delete from event where subject = '3'", .eventMissing),
            ("delete from event where subject = '6'", .eventMissing),
            ("delete from event", .eventMissing),
            (
                """
                insert into event (workspace_id, turn, event_no, at, "column", kind, subject, retention,
                    actor_kind, payload)
                select workspace_id, turn, event_no + 100000, at, "column", kind, subject, retention,
                    actor_kind, payload from event where subject = '3'
                """, .eventAdded
            ),
            ("update event set retention = 'brief' where subject = '3'", .eventMissing),
            (
                "update event_seal set digests = substr(digests, 2)",
                .sealChanged
            ),
            ("update event_seal set newest_at = newest_at + interval '1 s'", .sealChanged),
            ("update event_seal set removed_at = sealed_at; delete from event", .removedEarly),
            ("delete from event_seal where seal_no = 1", .sealMissing),
        ] as [(String, EventSeals.Flaw.What)])
    func tampering(sql: String, what: EventSeals.Flaw.What) async throws {
        let (log, session) = try await EventSealTests.sealed()
        for number in 7...9 { try log.record("\(number)", on: session) }
        try EventSealTests.seal(log, session)
        #expect(try EventSealTests.verify(log, session).flaw == nil)
        try log.owner.script(sql)
        let flaw = try #require(try EventSealTests.verify(log, session).flaw)
        #expect(flaw.what == what, "\(flaw)")
        if what == .eventChanged {
            let place = try log.follow().events.first { $0.subject == "3" }?.position
            #expect(flaw.place == place)
        }
    }

    @Test("A seal that was made anew over changed events breaks the chain after it")
    func forged() async throws {
        let (log, session) = try await EventSealTests.sealed()
        try log.record("7", on: session)
        try EventSealTests.seal(log, session)
        let before = try EventSealTests.verify(log, session).newest
        try log.owner.script(
            """
            update event set actor_id = 'x' where subject = '3';
            create temporary table kept as select * from event_seal where seal_no = 2;
            delete from event_seal;
            """)
        try EventSealTests.seal(log, session)
        // Sealed anew throughout, only the seal that was kept elsewhere tells.
        #expect(try EventSealTests.verify(log, session).newest != before)
        try log.owner.script(
            "delete from event_seal where seal_no = 2; insert into event_seal select * from kept")
        #expect(try EventSealTests.verify(log, session).flaw != nil)
    }

    @Test("What is older than it is kept goes by whole seals, and the chain still verifies")
    func retention() async throws {
        let log = try await EventLog()
        let session = try log.session()
        let transaction = try EventSealTests.transaction(log, session)
        let brief = EventKind("thing.progressed", in: "Things", kept: .brief)
        let start = DeskFixture.start
        let kept = try #require(EventRetention.brief.duration)
        for day in [0, 1, 20] {
            for number in 1...3 {
                try transaction.record(brief, of: "\(day)-\(number)", at: start + .days(day))
            }
            try log.record("lasting \(day)", on: session)
            try EventSealTests.seal(log, session, .brief, at: start + .days(day))
            try EventSealTests.seal(log, session, at: start + .days(day))
        }
        func remove(at now: Instant) throws -> Int {
            try session.transaction { _ in try EventSeals.remove(.brief, at: now, transaction) }
        }
        #expect(try remove(at: start + kept) == 0)
        #expect(try remove(at: start + kept + .hours(1)) == 3)
        #expect(try remove(at: start + kept + .hours(1)) == 0)
        let later = start + .days(21)
        #expect(try remove(at: later) == 3)
        #expect(try remove(at: later) == 0)
        let chain = try EventSealTests.verify(log, session, .brief)
        #expect(chain.flaw == nil && chain.events == 3 && chain.removed == 6 && chain.seals == 3)
        #expect(try EventSealTests.verify(log, session).events == 3)
        #expect(
            try session.transaction { _ in
                try EventSeals.remove(.lasting, at: start + .days(10_000), transaction)
            } == 0)
        let error = #expect(throws: PostgresError.self) {
            try session.execute("update event_seal set removed_at = null")
        }
        #expect(error?.state == .insufficientPrivilege)
    }

    @Test("After a restore into a younger server new events come after those that were restored")
    func restored() async throws {
        let (log, session) = try await EventSealTests.sealed(3)
        // As after a restore: places that this server will only reach in a long time.
        try log.owner.script("update event set turn = turn + 5000000000")
        let last = try #require(
            try log.owner.query("select max(turn) from event").one().decode(at: 0, as: Int64?.self))
        try log.record("unseen", on: session)
        #expect(try log.follow(after: EventPosition(turn: last, number: 0)).events.count <= 1)
        _ = try log.owner.query("select event_catch_up()")
        try log.record("seen", on: session)
        let place = EventPosition(turn: last, number: .max)
        #expect(try log.follow(after: place).events.map(\.subject) == ["seen"])
        // A second start changes nothing.
        _ = try log.owner.query("select event_catch_up()")
        try log.record("next", on: session)
        #expect(try log.follow(after: place).events.map(\.subject) == ["seen", "next"])
    }
}
