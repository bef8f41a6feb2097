import Base
import Foundation
import Postgres
import TestKit
import Testing

@testable import Jobs

@Suite("What becomes of a job that failed")
struct JobOutcomeTests {
    private enum Rule: Refusal {
        case no
        var code: String { "rule.no" }
        var kind: RefusalKind { .conflict }
        var detail: String { "No." }
    }
    private struct Words: Error { let text = "my phone is 5550100" }

    private let now = Instant(seconds: 1_790_000_000)
    private let handler = JobHandler("k", lane: Lane("turn", concurrency: 1), attempts: 3) { _, _ in
    }

    private func outcome(
        _ error: any Error, attempts: Int = 1, cancelled: Bool = false, fraction: Double = 0
    ) -> JobOutcome {
        let world = World.test(at: ManualClock(now))
        let new = NewJob(
            id: world.id(), workspace: world.uuid(), lane: "turn", kind: "k",
            payload: SQLJSON(text: "{}"))
        return JobOutcome(
            error, job: Job(new, at: now, attempts: attempts), handler: handler,
            cancelled: cancelled,
            now: now, fraction: fraction)
    }

    @Test("Errors are retried with back-off until the attempts are used up")
    func retrying() {
        #expect(outcome(Words()) == .retry(now + .seconds(1), error: "Words"))
        #expect(outcome(Words(), attempts: 2) == .retry(now + .seconds(2), error: "Words"))
        #expect(outcome(Words(), attempts: 3) == .park(error: "Words"))
    }

    @Test("What no retry can help is parked at once")
    func parking() {
        #expect(outcome(Rule.no) == .park(error: "rule.no"))
        #expect(outcome(PermanentFailure(reason: "no provider")) == .park(error: "no provider"))
        #expect(
            outcome(PostgresError.missingColumn("x"))
                == .park(error: "the result has no column x"))
    }

    @Test("A stop gives the job back, whatever error it came with")
    func releasing() {
        #expect(outcome(CancellationError(), attempts: 3) == .release)
        #expect(outcome(Words(), attempts: 3, cancelled: true) == .release)
        #expect(outcome(PostgresError.closed, cancelled: true) == .release)
        #expect(outcome(LeaseLost(), cancelled: true) == .lost)
        #expect(outcome(RetryLater(at: now + .hours(1))) == .later(now + .hours(1)))
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
