package import Base
import Foundation
package import HTTP

/// Sends requests to one outside service, and bears with it.
///
/// A call has one deadline for everything. Answers 408, 429 and 5xx, and requests that got none, are
/// tried again after a pause that doubles and is scattered by chance; a busy service is left alone
/// as long as it asks (`Retry-After`), and one that keeps failing for a moment (`CircuitBreaker`). A
/// request that must not happen twice is tried again only with an idempotency key, or where the
/// service cannot have acted on it. Logs name the operation and the host: never a path, a query, a
/// header or a body, in which are keys and telephone numbers.
///
/// Make one for each account at a service: what it learns (pauses, failures) belongs to that account.
package struct ProviderClient: Sendable {
    package struct Limits: Sendable {
        package var attempts = 5
        package var firstPause = Duration.milliseconds(100)
        package var longestPause = Duration.seconds(5)
        /// What a busy service may ask to be left alone for.
        package var longestRest = Duration.minutes(10)
        /// For one attempt, so that one that hangs leaves time for another; nil gives it all.
        package var attemptDeadline: Duration?
        package var breaker = CircuitBreaker.Limits()
        /// Where the service takes the key; nearly all call it so.
        package var idempotencyHeader = "Idempotency-Key"

        package init() {}
    }

    /// What it means to send a request a second time.
    package enum Repetition: Sendable {
        /// Nothing beside the first: reading, or asking for something to be calculated.
        case harmless
        /// The service knows the first by this key, which stays the same for all attempts.
        case keyed(String)
        /// It would happen twice.
        case harmful
    }

    /// A service's name for logs and metrics, such as "embeddings".
    private let name: String
    private let fetch: Fetch
    private let world: World
    private let logger: Logger
    private let limits: Limits
    private let known = Lock(Known())

    private struct Known {
        /// By scheme, host and port: another place may be another server, which has not failed yet.
        var places: [String: Place] = [:]
        var count = 0
    }

    private struct Place {
        var breaker: CircuitBreaker
        /// It asked to be left alone until then.
        var restsUntil: Duration?
        /// When it was last used, by a count of uses.
        var used: Int
    }

    /// Places that are remembered; the one that was not used for longest is forgotten first.
    private static let placeLimit = 64

    package init(
        name: String, fetch: Fetch, world: World, logger: Logger = .silent,
        limits: Limits = Limits()
    ) {
        self.name = name
        self.fetch = fetch
        self.world = world
        self.logger = logger
        self.limits = limits
    }

    /// The answer with a status of 2xx; every other one is thrown.
    ///
    /// - Parameters:
    ///   - operation: what is done, for logs, such as "create message".
    ///   - uptime: when the whole call must be over (`World.uptime`).
    ///   - lost: called for each attempt that got no answer.
    ///   - request: made anew for each attempt, as the address may have changed meanwhile.
    package func send(
        _ operation: StaticString, _ repetition: Repetition, by uptime: Duration,
        lost: () -> Void = {}, _ request: () -> FetchRequest
    ) async throws -> FetchResponse {
        var attempt = 1
        while true {
            var request = request()
            if case .keyed(let key) = repetition {
                request.headers[limits.idempotencyHeader] = key
            }
            let place = ProviderClient.place(of: request.url)
            try await rest(place, until: uptime)
            let left = uptime - world.uptime()
            guard left > .zero else { throw ProviderFault.late }
            guard admits(place) else { throw ProviderFault.resting }
            request.deadline = min(left, limits.attemptDeadline ?? left)
            let fault: ProviderFault
            var mayRepeat = true
            do {
                let response = try await fetch(request)
                record(place, response.status.code < 500 ? .answered : .failed)
                tell(operation, place, attempt, "\(response.status.code)")
                if (200..<300).contains(response.status.code) { return response }
                fault = .refused(ProviderAnswer(response))
                recordRest(place, response.headers)
                mayRepeat = repetition.allows(after: response)
            } catch .cancelled {
                record(place, .abandoned)
                throw CancellationError()
            } catch {
                record(place, .failed)
                tell(operation, place, attempt, error.word)
                fault = .unreachable(error)
                mayRepeat = repetition.allows(after: error)
                lost()
            }
            guard fault.retryable, mayRepeat, attempt < limits.attempts else { throw fault }
            let pause = pause(after: attempt)
            guard world.uptime() + pause < uptime else { throw fault }
            try await world.sleep(pause)
            attempt += 1
        }
    }

    /// One question without another try and whatever the breaker says: what counts is now.
    package func ask(
        _ operation: StaticString, _ request: FetchRequest
    ) async throws(ProviderFault) -> FetchResponse {
        let place = ProviderClient.place(of: request.url)
        do {
            let response = try await fetch(request)
            tell(operation, place, 1, "\(response.status.code)")
            return response
        } catch {
            tell(operation, place, 1, error.word)
            throw .unreachable(error)
        }
    }

    /// Half of it and more, by chance, so that those who failed together do not come back together.
    private func pause(after attempt: Int) -> Duration {
        let doubled = limits.firstPause * (1 << min(attempt - 1, 10))
        return min(doubled, limits.longestPause) * (0.5 + world.fraction() / 2)
    }

    private func tell(
        _ operation: StaticString, _ place: String, _ attempt: Int, _ outcome: String
    ) {
        logger.debug(
            "a provider was asked",
            [
                "provider": .text(name), "operation": .text(operation.description),
                "place": .text(place), "attempt": .integer(attempt), "outcome": .text(outcome),
            ])
    }

    // MARK: What is known of a place

    /// Scheme, host and port; whoever is named before the host is not.
    static func place(of url: String) -> String {
        guard let parts = URLComponents(string: url), let host = parts.host else { return "" }
        return "\(parts.scheme ?? "")://\(host)" + (parts.port.map { ":\($0)" } ?? "")
    }

    private func with<Result>(_ name: String, _ body: (inout Place) -> Result) -> Result {
        known.withLock { known in
            known.count += 1
            if known.places[name] == nil, known.places.count >= ProviderClient.placeLimit,
                let oldest = known.places.min(by: { $0.value.used < $1.value.used })?.key
            {
                known.places[oldest] = nil
            }
            var place =
                known.places[name]
                ?? Place(breaker: CircuitBreaker(limits.breaker), used: known.count)
            place.used = known.count
            defer { known.places[name] = place }
            return body(&place)
        }
    }

    private func admits(_ place: String) -> Bool {
        let now = world.uptime()
        return with(place) { $0.breaker.admits(at: now) }
    }

    private func record(_ place: String, _ outcome: CircuitBreaker.Outcome) {
        let now = world.uptime()
        let (wasOpen, isOpen) = with(place) { place in
            let before = place.breaker.isOpen
            place.breaker.record(outcome, at: now)
            return (before, place.breaker.isOpen)
        }
        guard isOpen, !wasOpen else { return }
        logger.warning(
            "a provider keeps failing and is left alone for a moment",
            ["provider": .text(name), "place": .text(place)])
    }

    /// Waits as long as a busy service asked for; one that asked for too long is not asked at all.
    private func rest(_ place: String, until uptime: Duration) async throws {
        guard let end = with(place, { $0.restsUntil }) else { return }
        let left = end - world.uptime()
        guard left > .zero else { return }
        guard end < uptime else { throw ProviderFault.refused(.tooManyRequests) }
        try await world.sleep(left)
    }

    private func recordRest(_ place: String, _ headers: HTTPHeaders) {
        guard let asked = RetryAfter.pause(in: headers, at: world.now()), asked > .zero else {
            return
        }
        let end = world.uptime() + min(asked, limits.longestRest)
        with(place) { $0.restsUntil = end }
    }
}

extension ProviderClient.Repetition {
    /// Whether to send it again after an answer: the service's own word counts first.
    func allows(after response: FetchResponse) -> Bool {
        for name in ["Stripe-Should-Retry", "X-Should-Retry"] {
            if let word = response.headers[name]?.lowercased() { return word == "true" && isSafe }
        }
        // Turned away before anything was done; after a 5xx nobody knows.
        return isSafe || response.status.code == 429
    }

    /// Whether to send it again when no answer came.
    func allows(after error: FetchError) -> Bool {
        // Nobody can have acted on what found no server.
        isSafe || error == .resolution || error == .unconnected
    }

    private var isSafe: Bool {
        if case .harmful = self { return false }
        return true
    }
}

/// How long a busy service asks to be left alone.
package enum RetryAfter {
    /// In milliseconds, in seconds, or until a date; nil when it does not say.
    package static func pause(in headers: HTTPHeaders, at now: Instant) -> Duration? {
        if let milliseconds = headers["Retry-After-Ms"].flatMap({ Double($0) }),
            milliseconds.isFinite
        {
            return .milliseconds(Int(min(max(milliseconds, 0), 1e9)))
        }
        guard let text = headers["Retry-After"] else { return nil }
        if let seconds = Double(text), seconds.isFinite {
            return .milliseconds(Int(min(max(seconds, 0), 1e9) * 1_000))
        }
        return HTTPDate.parse(text).map { $0 - now }
    }
}

extension FetchError {
    /// For logs; what libcurl says may repeat an address.
    fileprivate var word: String {
        switch self {
        case .badURL: "bad address"
        case .resolution: "no such host"
        case .unconnected: "nobody listens"
        case .connection: "connection failed"
        case .encryption: "encryption failed"
        case .timeout: "timeout"
        case .tooLarge: "answer too large"
        case .tooManyRedirects: "too many redirects"
        case .cancelled: "cancelled"
        }
    }
}
