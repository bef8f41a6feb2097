package import Base

/// What is counted apart, for each address and each signed-in person.
package enum RateClass: String, Sendable, CaseIterable {
    case register
    /// Renewing with a token that is not right.
    case refresh
    case code
    case message

    /// How often one client may do it: the quota at once, and so many a minute after that.
    struct Rate {
        let quota: Double
        let perMinute: Double

        init(_ perMinute: Int, atOnce factor: Double = 1) {
            self.perMinute = Double(perMinute)
            quota = Double(perMinute) * factor
        }
    }

    func perAddress(_ limits: Limits) -> Rate {
        switch self {
        case .register: Rate(limits[.registrations])
        case .refresh: Rate(limits[.wrongRenewals])
        case .code: Rate(limits[.codeRequests], atOnce: 2)
        case .message: Rate(limits[.messagesFromAddress])
        }
    }

    /// The same for one token, wherever it is used from.
    func perToken(_ limits: Limits) -> Rate {
        self == .message ? Rate(limits[.messagesOfPerson]) : perAddress(limits)
    }
}

/// How a client stands after a request that was counted, as the `RateLimit` headers tell it.
package struct RateState: Sendable, Hashable {
    /// What may be done at once when nothing was done before.
    package let limit: Int
    /// What may still be done now.
    package let remaining: Int
    /// Seconds until everything may be done again.
    package let resetSeconds: Int

    package init(limit: Int, remaining: Int, resetSeconds: Int) {
        self.limit = limit
        self.remaining = remaining
        self.resetSeconds = resetSeconds
    }

    package var headers: [(name: String, value: String)] {
        [
            ("RateLimit-Limit", "\(limit)"), ("RateLimit-Remaining", "\(remaining)"),
            ("RateLimit-Reset", "\(resetSeconds)"),
        ]
    }
}

/// Token buckets in memory, for each class, address and signed-in person.
///
/// A client is named as `Origin` names it: an IPv6 one by its network of 64 bits, of which it has every
/// address. Where nothing tells one client from another (behind a proxy on this machine that nobody
/// named) there is no limit by address, or everybody would share one. Guesses at passwords are counted
/// apart by `Desk`. Uploads are not counted: what limits them is how many bytes arrive at once
/// (`UploadGate`), and how many documents wait to be read.
package final class RateLimits: Sendable {
    package static let tableLimit = 20_000

    private struct Bucket {
        var level: Double
        var at: Instant
    }

    private let limits: Limits
    private let buckets = Lock<[String: Bucket]>([:])
    private let now: @Sendable () -> Instant

    package init(_ limits: Limits = Limits(), now: @escaping @Sendable () -> Instant) {
        self.limits = limits
        self.now = now
    }

    /// Counts a request; throws `WebRefusal.tooManyRequests` when there were too many.
    ///
    /// Gives how the client stands by whichever limit leaves it less; nil where none holds.
    @discardableResult
    package func check(_ kind: RateClass, _ visitor: Visitor) throws -> RateState? {
        var states: [RateState] = []
        if let actor = visitor.actor {
            states.append(try take("\(kind.rawValue) \(actor)", kind.perToken(limits)))
        }
        if let network = visitor.origin.network() {
            states.append(try take("\(kind.rawValue) @\(network)", kind.perAddress(limits)))
        }
        return states.min { $0.remaining < $1.remaining }
    }

    private func take(_ key: String, _ rate: RateClass.Rate) throws -> RateState {
        let now = now()
        let perSecond = rate.perMinute / 60
        let (level, isShort) = buckets.withLock { buckets in
            if buckets[key] == nil, buckets.count >= RateLimits.tableLimit {
                RateLimits.makeRoom(&buckets, now)
            }
            var bucket = buckets[key] ?? Bucket(level: rate.quota, at: now)
            let passed = Double(max(0, (now - bucket.at).microseconds)) / 1_000_000
            bucket.level = min(rate.quota, bucket.level + passed * perSecond)
            bucket.at = now
            let isShort = bucket.level < 1
            if !isShort { bucket.level -= 1 }
            buckets[key] = bucket
            return (bucket.level, isShort)
        }
        let state = RateState(
            limit: Int(rate.quota), remaining: Int(level),
            resetSeconds: Int(((rate.quota - level) / perSecond).rounded(.up)))
        if isShort {
            let wait = (1 - level) / perSecond
            throw WebRefusal.tooManyRequests(
                retryAfterSeconds: max(1, Int(wait.rounded(.up))), state)
        }
        return state
    }

    /// Drops buckets that have filled up again; when all are busy, an arbitrary tenth.
    private static func makeRoom(_ buckets: inout [String: Bucket], _ now: Instant) {
        buckets = buckets.filter { now - $0.value.at < .minutes(10) }
        guard buckets.count >= tableLimit else { return }
        for key in buckets.keys.prefix(tableLimit / 10) { buckets[key] = nil }
    }

    package var count: Int { buckets.withLock { $0.count } }
}
