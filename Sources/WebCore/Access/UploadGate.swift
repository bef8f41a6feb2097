package import Base
package import HTTP

/// How many uploads may arrive at once, of one person and of all, and how many bytes they announce.
///
/// A folder of hundreds of documents is welcome, as fast as it can be taken in. Who sends more at
/// once waits a few seconds for a place, its bytes not yet read, and is then asked to come again
/// (`Retry-After`), so that nobody else's requests have to wait.
package final class UploadGate: Sendable {
    package struct Limits: Sendable {
        package var perPerson: Int
        package var forAll: Int
        package var bytes: Int
        /// Those that wait for a place; more are refused at once.
        package var waiting: Int
        /// Looks for a place, with `pause` between them.
        package var looks = 100
        package var pause = Duration.milliseconds(50)

        package init(_ limits: Base.Limits) {
            perPerson = limits[.uploadsOfPerson]
            forAll = limits[.uploadsAtOnce]
            bytes = limits.bytes(.uploadBytesAtOnce)
            waiting = limits[.uploadsWaiting]
        }
    }

    /// When a place may be free again.
    package static let retryAfterSeconds = 1

    private struct State {
        var people: [String: Int] = [:]
        var count = 0
        var bytes = 0
        var waiting = 0
    }

    private let limits: Limits
    private let sleep: @Sendable (Duration) async throws -> Void
    private let state = Lock(State())

    package init(
        limits: Limits, sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.limits = limits
        self.sleep = sleep
    }

    /// Runs an upload under a place of its own, or throws `WebRefusal.tooManyRequests`.
    package func pass(
        _ request: HTTPRequest, _ visitor: Visitor,
        _ upload: () async throws -> HTTPResponse
    ) async throws -> HTTPResponse {
        let person = visitor.actor ?? visitor.address
        let bytes = UploadGate.announced(request)
        if !enter(person, bytes) { try await wait(person, bytes) }
        defer { leave(person, bytes) }
        return try await upload()
    }

    /// Waits for a place and takes it; throws when none became free in time, or too many wait.
    private func wait(_ person: String, _ bytes: Int) async throws {
        let isCrowded = state.withLock { state in
            state.waiting += 1
            return state.waiting > limits.waiting
        }
        defer { state.withLock { $0.waiting -= 1 } }
        for _ in 0..<(isCrowded ? 0 : limits.looks) {
            try await sleep(limits.pause)
            if enter(person, bytes) { return }
        }
        throw WebRefusal.tooManyRequests(retryAfterSeconds: UploadGate.retryAfterSeconds)
    }

    /// Takes a place if one is free.
    private func enter(_ person: String, _ bytes: Int) -> Bool {
        state.withLock { state in
            let mine = state.people[person] ?? 0
            // One upload alone is let in whatever its size: the route's own limit holds.
            guard mine < limits.perPerson, state.count < limits.forAll,
                state.count == 0 || state.bytes + bytes <= limits.bytes
            else { return false }
            state.people[person] = mine + 1
            state.count += 1
            state.bytes += bytes
            return true
        }
    }

    private func leave(_ person: String, _ bytes: Int) {
        state.withLock { state in
            let mine = (state.people[person] ?? 1) - 1
            state.people[person] = mine > 0 ? mine : nil
            state.count -= 1
            state.bytes -= bytes
        }
    }

    /// The size that the client names; one that names none may send all that the route takes.
    private static func announced(_ request: HTTPRequest) -> Int {
        let most = request.route?.maximumBodyBytes ?? RouteDescription.defaultBodyBytes
        guard let length = request.headers["Content-Length"].flatMap({ Int($0) }) else {
            return most
        }
        return min(max(length, 0), most)
    }
}
