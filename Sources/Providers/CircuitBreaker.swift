/// Whether a service that may be failing should be asked: a state machine without a clock.
///
///     closed ──failures──▶ open ──pause is over──▶ probing ──answered──▶ closed
///                           ▲                          │
///                           └──failed, longer pause────┘
///
/// After Nygard, "Release It!". Moments are uptimes (`World.uptime`): a clock that is set back must not
/// lengthen a pause. Callers that are turned away fail at once instead of each waiting
/// for its own timeout, and a service that comes back is not met by all of them together.
package struct CircuitBreaker: Sendable, Equatable {
    package struct Limits: Sendable, Equatable {
        /// Failures in a row that open it.
        package var failures = 5
        package var firstPause = Duration.seconds(1)
        /// Pauses double up to here.
        package var longestPause = Duration.seconds(30)

        package init() {}
    }

    package enum State: Sendable, Equatable {
        /// Everybody is let through.
        case closed(failures: Int)
        /// Nobody is, until then.
        case open(until: Duration, pause: Duration)
        /// One is under way; the others wait for what becomes of it.
        case probing(pause: Duration)
    }

    package enum Outcome: Sendable {
        /// It is there, also when it refuses.
        case answered
        case failed
        /// Whoever asked went away: nothing is known.
        case abandoned
    }

    package private(set) var state = State.closed(failures: 0)
    private let limits: Limits

    package init(_ limits: Limits = Limits()) {
        self.limits = limits
    }

    package var isOpen: Bool {
        if case .open = state { return true }
        return false
    }

    /// Whether a request may go; each that may must be followed by one `record`.
    package mutating func admits(at now: Duration) -> Bool {
        switch state {
        case .closed: return true
        case .open(let end, let pause):
            guard now >= end else { return false }
            state = .probing(pause: pause)
            return true
        case .probing: return false
        }
    }

    /// Notes what became of a request; of those that began before it opened only an answer counts.
    package mutating func record(_ outcome: Outcome, at now: Duration) {
        switch (state, outcome) {
        case (.closed, .answered): state = .closed(failures: 0)
        case (.closed(let failures), .failed):
            state =
                failures + 1 >= limits.failures
                ? .open(until: now + limits.firstPause, pause: limits.firstPause)
                : .closed(failures: failures + 1)
        case (.closed, .abandoned), (.open, .failed), (.open, .abandoned): break
        case (.open, .answered), (.probing, .answered): state = .closed(failures: 0)
        case (.probing(let pause), .failed):
            let longer = min(pause * 2, limits.longestPause)
            state = .open(until: now + longer, pause: longer)
        case (.probing(let pause), .abandoned): state = .open(until: now, pause: pause)
        }
    }
}
