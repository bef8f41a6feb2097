import Base
import Foundation
import Postgres
import TestKit
import Testing

@testable import Jobs

@Suite("What becomes of a job that failed")
struct VerdictTests {
    private enum Rule: Refusal {
        case no
        var code: String { "rule.no" }
        var kind: RefusalKind { .conflict }
        var detail: String { "No." }
    }
    private struct Words: Error { let text = "my phone is 5550100" }

    private let now = Instant(seconds: 1_790_000_000)
    private let lane = Lane("turn", concurrency: 1, attempts: 3) { _, _ in }

    private func verdict(
        _ error: any Error, attempts: Int = 1, cancelled: Bool = false, fraction: Double = 0
    ) -> Verdict {
        let world = World.test(at: ManualClock(now))
        let new = NewJob(
            id: world.id(), workspace: world.uuid(), lane: "turn", kind: "k",
            payload: SQLJSON(text: "{}"))
        return Verdict(
            error, job: Job(new, at: now, attempts: attempts), lane: lane, cancelled: cancelled,
            now: now, fraction: fraction)
    }

    @Test("Errors are retried with back-off until the attempts are used up")
    func retrying() {
        #expect(verdict(Words()) == .retry(now + .seconds(1), error: "Words"))
        #expect(verdict(Words(), attempts: 2) == .retry(now + .seconds(2), error: "Words"))
        #expect(verdict(Words(), attempts: 3) == .park(error: "Words"))
    }

    @Test("What no retry can help is parked at once")
    func parking() {
        #expect(verdict(Rule.no) == .park(error: "rule.no"))
        #expect(verdict(Parking(reason: "no provider")) == .park(error: "no provider"))
        #expect(
            verdict(PostgresError.missingColumn("x"))
                == .park(error: "the result has no column x"))
    }

    @Test("A stop gives the job back, whatever error it came with")
    func releasing() {
        #expect(verdict(CancellationError(), attempts: 3) == .release)
        #expect(verdict(Words(), attempts: 3, cancelled: true) == .release)
        #expect(verdict(PostgresError.closed, cancelled: true) == .release)
        #expect(verdict(LeaseLost(), cancelled: true) == .lost)
        #expect(verdict(Postponement(until: now + .hours(1))) == .postpone(now + .hours(1)))
    }

    @Test("The wait doubles up to its limit, and jitter keeps to the upper half")
    func backoff() {
        let backoff = Backoff(first: .seconds(2), longest: .seconds(60))
        let waits = (1...8).map { backoff.wait(afterAttempt: $0, fraction: 1) }
        #expect(waits == [2, 4, 8, 16, 32, 60, 60, 60].map { .seconds($0) })
        #expect(backoff.wait(afterAttempt: 4, fraction: 0) == .seconds(8))
        #expect(backoff.wait(afterAttempt: 1_000_000, fraction: 0) == .seconds(30))
    }
}
