import Base

/// How many attempts are free, and how soon one more is.
package struct AttemptLimit: Sendable, Hashable {
    /// Attempts at once that wait for nothing.
    package let free: Int
    /// After this time one attempt is forgotten. No wait is longer.
    package let interval: Duration

    package init(free: Int, interval: Duration) {
        self.free = free
        self.interval = interval
    }
}

/// Attempts that are remembered for a while (a leaky bucket): each is forgotten in its time, whatever
/// comes after it, so that one a day never adds up and no wait outlasts the interval.
package struct AttemptMeter: Sendable, Hashable {
    /// How long it takes, from `at`, until every attempt is forgotten: an interval for each.
    private var owed = Duration.zero
    private var at: Duration
    /// Attempts among them that may still turn out to be none.
    private var open = 0

    /// - Parameter now: by a clock that only goes forward.
    package init(at now: Duration) {
        at = now
    }

    /// Counts an attempt; or gives how long it must wait, and counts nothing.
    package mutating func take(at now: Duration, _ limit: AttemptLimit) -> Duration? {
        owed = owed(at: now, limit)
        at = max(at, now)
        let wait = owed + limit.interval - limit.interval * limit.free
        guard wait > .zero else {
            owed += limit.interval
            open += 1
            return nil
        }
        // Those that are open may be right, and make room in a moment.
        return min(wait, open > 0 ? .seconds(1) : wait)
    }

    /// An attempt is over; it is forgotten at once when it was right.
    package mutating func settle(_ limit: AttemptLimit, isCounted: Bool) {
        open = max(0, open - 1)
        if !isCounted { owed = max(.zero, owed - limit.interval) }
    }

    /// What is left to be forgotten; zero when nothing needs to be remembered.
    package func owed(at now: Duration, _ limit: AttemptLimit) -> Duration {
        max(limit.interval * open, owed - max(.zero, now - at))
    }
}
