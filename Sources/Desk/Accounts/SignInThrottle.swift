import Base
import Cryptography
package import Domain

/// Slows down who guesses at passwords, and lets in who is known.
///
///     known client    counted by itself: a browser that was signed in to this account before (it
///                     keeps a marker), or a network from which somebody is signed in to it
///     other network   counted by itself, and with all that nobody knows
///     no network      (behind a proxy on this machine that nobody named) counted with all those
///
/// No count is of an address alone, so nobody is kept out for what others tried from the same place;
/// and guesses at an account by those whom nobody knows leave its owner's own places alone. Kept in
/// memory, on a clock that only goes forward: setting the clock changes no wait, and a restart
/// forgets what a guesser cannot bring about.
package final class SignInThrottle: Sendable {
    /// For one client at one account.
    package static let clientLimit = AttemptLimit(free: 5, interval: .seconds(30))
    /// For all at one account that nobody knows.
    package static let strangersLimit = AttemptLimit(free: 30, interval: .seconds(5))
    package static let tableLimit = 20_000
    /// Passwords that may wait to be compared, about 25 ms each, from everywhere and from one network.
    package static let waitingLimit = 64
    package static let waitingLimitOfNetwork = 16

    package enum Client: Sendable, Hashable {
        case known(String)
        /// Nil where nothing tells one client from another.
        case stranger(network: String?)
    }

    /// An attempt that was counted, to be given back when the password was right.
    struct Attempt: Sendable {
        fileprivate let keys: [Key]
        fileprivate let waitsFor: String?
    }

    fileprivate enum Key: Hashable {
        case client(account: [UInt8], String)
        case strangers(account: [UInt8])

        var limit: AttemptLimit {
            switch self {
            case .client: clientLimit
            case .strangers: strangersLimit
            }
        }
    }

    private struct State {
        var meters: [Key: AttemptMeter] = [:]
        var waiting: [String: Int] = [:]
        var allWaiting = 0
    }

    private let state = Lock(State())
    private let uptime: @Sendable () -> Duration

    package init(uptime: @escaping @Sendable () -> Duration) {
        self.uptime = uptime
    }

    /// Counts an attempt before the password is looked at, so that many at once cannot all be free.
    func begin(
        email: String, _ client: Client
    ) throws(AccountRefusal) -> Attempt {
        let account = SHA256.digest(email)
        let attempt: Attempt
        switch client {
        case .known(let name):
            attempt = Attempt(keys: [.client(account: account, "known " + name)], waitsFor: nil)
        case .stranger(let network):
            let own = network.map { Key.client(account: account, "network " + $0) }
            attempt = Attempt(
                keys: [own, .strangers(account: account)].compactMap { $0 },
                waitsFor: network ?? "")
        }
        let now = uptime()
        let wait = state.withLock { state in
            SignInThrottle.take(attempt, &state, now)
        }
        guard let wait else { return attempt }
        let seconds = wait / .seconds(1)
        throw .tooManyAttempts(retryAfterSeconds: max(1, Int(seconds.rounded(.up))))
    }

    /// The wait, or nil when the attempt was counted by each of its meters.
    private static func take(
        _ attempt: Attempt, _ state: inout State, _ now: Duration
    ) -> Duration? {
        if let network = attempt.waitsFor {
            let isFull =
                state.allWaiting >= waitingLimit
                || (!network.isEmpty && state.waiting[network, default: 0] >= waitingLimitOfNetwork)
            if isFull { return .seconds(1) }
        }
        if state.meters.count + attempt.keys.count > tableLimit { makeRoom(&state, now) }
        var taken: [(Key, AttemptMeter)] = []
        for key in attempt.keys {
            var meter = state.meters[key] ?? AttemptMeter(at: now)
            // What an earlier meter counted is dropped with the copy.
            if let wait = meter.take(at: now, key.limit) { return wait }
            taken.append((key, meter))
        }
        for (key, meter) in taken { state.meters[key] = meter }
        if let network = attempt.waitsFor {
            state.allWaiting += 1
            state.waiting[network, default: 0] += 1
        }
        return nil
    }

    /// The password was compared, or could not be.
    func end(_ attempt: Attempt, isCounted: Bool) {
        state.withLock { state in
            if let network = attempt.waitsFor {
                state.allWaiting -= 1
                let left = state.waiting[network, default: 1] - 1
                state.waiting[network] = left > 0 ? left : nil
            }
            for key in attempt.keys { state.meters[key]?.settle(key.limit, isCounted: isCounted) }
        }
    }

    /// Drops what is forgotten; when all is busy, the tenth that has the least to remember.
    private static func makeRoom(_ state: inout State, _ now: Duration) {
        state.meters = state.meters.filter { $0.value.owed(at: now, $0.key.limit) > .zero }
        guard state.meters.count + 2 > tableLimit else { return }
        let least = state.meters.sorted {
            $0.value.owed(at: now, $0.key.limit) < $1.value.owed(at: now, $1.key.limit)
        }
        for (key, _) in least.prefix(tableLimit / 10) { state.meters[key] = nil }
    }

    package var count: Int { state.withLock { $0.meters.count } }
}
