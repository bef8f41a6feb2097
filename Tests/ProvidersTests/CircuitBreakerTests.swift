import Base
import Testing

@testable import Providers

@Suite("The circuit breaker")
struct CircuitBreakerTests {
    private let start = Duration.seconds(5_000)

    private func breaker(failures: Int) -> CircuitBreaker {
        var limits = CircuitBreaker.Limits()
        limits.failures = failures
        limits.longestPause = .seconds(3)
        return CircuitBreaker(limits)
    }

    private func expect(_ admitted: Bool, _ breaker: inout CircuitBreaker, at now: Duration) {
        let found = breaker.admits(at: now)
        #expect(found == admitted)
    }

    @Test("Failures in a row open it; an answer between them starts the count again")
    func opens() {
        var breaker = breaker(failures: 3)
        for outcome in [CircuitBreaker.Outcome.failed, .failed, .answered, .failed, .failed] {
            expect(true, &breaker, at: start)
            breaker.record(outcome, at: start)
        }
        #expect(breaker.state == .closed(failures: 2))
        breaker.record(.abandoned, at: start)
        #expect(breaker.state == .closed(failures: 2))
        breaker.record(.failed, at: start)
        #expect(breaker.state == .open(until: start + .seconds(1), pause: .seconds(1)))
        expect(false, &breaker, at: start + .milliseconds(999))
    }

    @Test("After the pause one is let through, alone, and decides for all")
    func probes() {
        var breaker = breaker(failures: 1)
        breaker.record(.failed, at: start)
        var now = start + .seconds(1)
        expect(true, &breaker, at: now)
        expect(false, &breaker, at: now)
        breaker.record(.failed, at: now)
        #expect(breaker.state == .open(until: now + .seconds(2), pause: .seconds(2)))
        now = now + .seconds(2)
        expect(true, &breaker, at: now)
        breaker.record(.failed, at: now)
        #expect(breaker.state == .open(until: now + .seconds(3), pause: .seconds(3)))
        now = now + .seconds(3)
        expect(true, &breaker, at: now)
        breaker.record(.answered, at: now)
        #expect(breaker.state == .closed(failures: 0))
        expect(true, &breaker, at: now)
        expect(true, &breaker, at: now)
    }

    @Test("A probe whose caller went away lets the next one try at once")
    func abandoned() {
        var breaker = breaker(failures: 1)
        breaker.record(.failed, at: start)
        let now = start + .seconds(5)
        expect(true, &breaker, at: now)
        breaker.record(.abandoned, at: now)
        expect(true, &breaker, at: now)
        #expect(breaker.state == .probing(pause: .seconds(1)))
    }

    @Test("An answer that comes late closes it; a failure that comes late says nothing new")
    func late() {
        var breaker = breaker(failures: 1)
        breaker.record(.failed, at: start)
        breaker.record(.failed, at: start + .milliseconds(500))
        #expect(breaker.state == .open(until: start + .seconds(1), pause: .seconds(1)))
        breaker.record(.answered, at: start + .milliseconds(600))
        #expect(breaker.state == .closed(failures: 0))
    }
}
