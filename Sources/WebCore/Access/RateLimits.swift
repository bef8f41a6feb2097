package import Base

/// What is counted apart, with how often one client may do it.
package enum RateClass: String, Sendable, CaseIterable {
    case register
    /// Renewing with a token that is not right.
    case refresh
    case code
    case message
    case upload

    /// Requests at once, and requests a minute after that, from one address.
    package var perAddress: (burst: Double, perMinute: Double) {
        switch self {
        case .register, .refresh: (20, 20)
        case .code: (20, 10)
        case .message: (120, 120)
        // A folder of documents in one go; what arrives at once is bounded by `UploadGate`.
        case .upload: (1_000, 1_200)
        }
    }

    /// The same for one token, wherever it is used from.
    package var perToken: (burst: Double, perMinute: Double) {
        switch self {
        case .register, .refresh, .code: (30, 30)
        case .message: (60, 60)
        case .upload: (1_000, 1_200)
        }
    }
}

/// Token buckets in memory, for each class, address and signed-in person.
///
/// A client is named as `Origin` names it: an IPv6 one by its network of 64 bits, of which it has every
/// address. Where nothing tells one client from another (behind a proxy on this machine that nobody
/// named) there is no limit by address, or everybody would share one. Guesses at passwords are counted
/// apart by `Desk`.
package final class RateLimits: Sendable {
    package static let tableLimit = 20_000

    private struct Bucket {
        var level: Double
        var at: Instant
    }

    private let buckets = Lock<[String: Bucket]>([:])
    private let now: @Sendable () -> Instant

    package init(now: @escaping @Sendable () -> Instant) {
        self.now = now
    }

    /// Counts a request; throws `WebRefusal.tooManyRequests` when there were too many.
    package func check(_ kind: RateClass, _ visitor: Visitor) throws {
        if let actor = visitor.actor { try take("\(kind.rawValue) \(actor)", kind.perToken) }
        guard let network = visitor.origin.network() else { return }
        try take("\(kind.rawValue) @\(network)", kind.perAddress)
    }

    private func take(_ key: String, _ rate: (burst: Double, perMinute: Double)) throws {
        let now = now()
        let perSecond = rate.perMinute / 60
        let wait: Double? = buckets.withLock { buckets in
            if buckets[key] == nil, buckets.count >= RateLimits.tableLimit {
                RateLimits.makeRoom(&buckets, now)
            }
            var bucket = buckets[key] ?? Bucket(level: rate.burst, at: now)
            let passed = Double(max(0, (now - bucket.at).microseconds)) / 1_000_000
            bucket.level = min(rate.burst, bucket.level + passed * perSecond)
            bucket.at = now
            let short = bucket.level < 1
            if !short { bucket.level -= 1 }
            buckets[key] = bucket
            return short ? (1 - bucket.level) / perSecond : nil
        }
        if let wait {
            throw WebRefusal.tooManyRequests(retryAfterSeconds: max(1, Int(wait.rounded(.up))))
        }
    }

    /// Drops buckets that have filled up again; when all are busy, an arbitrary tenth.
    private static func makeRoom(_ buckets: inout [String: Bucket], _ now: Instant) {
        buckets = buckets.filter { now - $0.value.at < .minutes(10) }
        guard buckets.count >= tableLimit else { return }
        for key in buckets.keys.prefix(tableLimit / 10) { buckets[key] = nil }
    }

    package var count: Int { buckets.withLock { $0.count } }
}
