import Base
import Foundation
import Postgres
import TestKit
import Testing

@testable import Jobs

@Suite("Kinds of work", .timeLimit(.minutes(10)))
struct JobKindTests {
    private struct Payload: Codable, Equatable {
        var to: String
    }

    private static let kind = JobKind<Payload>(
        "k", title: "K", lane: Lane("turn", concurrency: 1), version: 3, serial: { $0.to },
        earlier: { version, stored in
            guard version == 1 else { throw UnreadablePayload(version: version) }
            let first: [String: String] = try stored.value()
            guard let phone = first["phone"] else { throw UnreadablePayload(version: version) }
            return Payload(to: phone)
        })

    @Test("A payload is stored with its version, and read again in each that was ever written")
    func versions() throws {
        let world = World.test(at: ManualClock(OutboxFixture.start))
        let job = try JobKindTests.kind.job(
            Payload(to: "a"), id: world.id(), workspace: world.uuid())
        #expect(job.payload.text == #"{"to":"a","v":3}"#)
        #expect(job.serialKey == "a" && job.kind == "k" && job.lane == "turn")
        #expect(try JobKindTests.kind.read(job.payload) == Payload(to: "a"))
        // The first releases wrote no version.
        #expect(
            try JobKindTests.kind.read(SQLJSON(text: #"{"phone":"b"}"#)) == Payload(to: "b"))
        #expect(throws: UnreadablePayload.self) {
            try JobKindTests.kind.read(SQLJSON(text: #"{"phone":"b","v":2}"#))
        }
        #expect(throws: NewerPayload.self) {
            try JobKindTests.kind.read(SQLJSON(text: #"{"to":"a","v":4}"#))
        }
        for damage in ["[]", "7", "null", "{}", #"{"v":3}"#, #"{"v":"x"}"#, "\"x\""] {
            #expect(throws: (any Error).self, "\(damage)") {
                try JobKindTests.kind.read(SQLJSON(text: damage))
            }
        }
    }

    @Test("What cannot be read is told before it is parked; what a later release wrote is not")
    func unreadable() async throws {
        let fixture = try await OutboxFixture()
        let told = Lock([String]())
        let note: @Sendable (Job) -> Void = { job in
            told.withLock { $0.append(job.serialKey ?? "") }
        }
        let handler = JobKindTests.kind.handler(unreadable: note) { payload, _, _ in
            #expect(payload == Payload(to: "good"))
        }
        func job(_ text: String, _ key: String) -> NewJob {
            var job = fixture.job(serialKey: key)
            job.payload = SQLJSON(text: text)
            return job
        }
        try await fixture.enqueue([
            job("{}", "damaged"), job(#"{"v":4}"#, "newer"), job(#"{"to":"good","v":3}"#, "good"),
        ])
        try await fixture.running([fixture.worker([handler])]) {
            try await fixture.until(["parked": 1, "queued": 1, "done": 1])
        }
        #expect(told.withLock { $0 } == ["damaged"])
        await fixture.pool.close()
    }

    @Test("A kind that nobody here knows waits for another release, and is parked in the end")
    func unknown() async throws {
        let fixture = try await OutboxFixture()
        try await fixture.enqueue([fixture.job("of tomorrow"), fixture.job()])
        let known = JobHandler("k", lane: Lane("turn", concurrency: 1)) { _, _ in }
        try await fixture.running([fixture.worker([known])]) {
            try await fixture.until(["queued": 1, "done": 1])
            while try await fixture.states() != ["parked": 1, "done": 1] {
                fixture.clock.advance(by: .minutes(1))
                try await Task.sleep(for: .milliseconds(2))
            }
        }
        let parked = try await fixture.pool.run { connection in
            try Outbox.parked(workspace: OutboxFixture.workspace, in: connection)
        }
        #expect(
            parked.first?.lastError == "this version of the program does not know this kind of work"
        )
        #expect(parked.first?.attempts == JobHandler.usualAttempts)
        await fixture.pool.close()
    }

    @Test("Kinds of one lane have attempts and a patience of their own")
    func patience() async throws {
        let fixture = try await OutboxFixture()
        let lane = Lane("turn", concurrency: 2)
        let clock = fixture.clock
        let runs = Lock([String: Int]())
        func failing(_ kind: String, attempts: Int) -> JobHandler {
            JobHandler(kind, lane: lane, attempts: attempts) { job, _ in
                runs.withLock { $0[job.kind, default: 0] += 1 }
                clock.advance(by: .minutes(20))
                throw Away()
            }
        }
        try await fixture.enqueue([fixture.job("brief"), fixture.job("long")])
        try await fixture.running([
            fixture.worker([failing("brief", attempts: 1), failing("long", attempts: 4)])
        ]) {
            while try await fixture.states() != ["parked": 2] {
                clock.advance(by: .minutes(1))
                try await Task.sleep(for: .milliseconds(2))
            }
        }
        #expect(runs.withLock { $0 } == ["brief": 1, "long": 4])
        await fixture.pool.close()
    }

    private struct Away: Error {}
}
