import Base

/// A queue with a capacity of its own, so that an import never starves a reply.
package struct Lane: Sendable, Hashable {
    package let name: String
    /// How many of its jobs a worker runs at once.
    package let concurrency: Int
    /// How long a silent worker keeps a job; a living one extends it three times as often.
    package let lease: Duration

    package init(_ name: String, concurrency: Int, lease: Duration = .seconds(60)) {
        precondition(concurrency > 0 && lease > .zero, "a lane that cannot work")
        self.name = name
        self.concurrency = concurrency
        self.lease = lease
    }
}

/// Exponential waiting between attempts, bounded, with jitter so that jobs that failed together are
/// not tried again together.
package struct Backoff: Sendable {
    package let first: Duration
    package let longest: Duration

    package init(first: Duration = .seconds(2), longest: Duration = .minutes(10)) {
        self.first = first
        self.longest = longest
    }

    /// The wait after this attempt (1, 2, …); `fraction` in 0 ..< 1 chooses in its upper half.
    package func wait(afterAttempt attempt: Int, fraction: Double) -> Duration {
        var wait = first
        for _ in 1..<max(attempt, 1) where wait < longest { wait = wait * 2 }
        return min(wait, longest) * (0.5 + fraction / 2)
    }
}
