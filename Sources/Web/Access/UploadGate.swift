import Base
import HTTP

/// How many uploads may arrive at once, of one person and of all, and how many bytes they announce.
///
/// A folder of hundreds of documents is welcome, as fast as it can be taken in: who sends more at
/// once is asked to wait a moment (`Retry-After`), so that nobody else's requests do.
package final class UploadGate: Sendable {
    package struct Limits: Sendable {
        package var perPerson = 4
        package var forAll = 16
        package var bytes = 512 << 20

        package init() {}
    }

    /// When a place may be free again.
    static let retryAfterSeconds = 1

    private struct State {
        var people: [String: Int] = [:]
        var count = 0
        var bytes = 0
    }

    private let limits: Limits
    private let state = Lock(State())

    package init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Runs an upload under a place of its own, or throws `WebRefusal.tooManyRequests`.
    func pass(
        _ request: HTTPRequest, _ visitor: Visitor,
        _ upload: () async throws -> HTTPResponse
    ) async throws -> HTTPResponse {
        let person = visitor.actor ?? visitor.address
        let bytes = UploadGate.announced(request)
        try enter(person, bytes)
        defer { leave(person, bytes) }
        return try await upload()
    }

    private func enter(_ person: String, _ bytes: Int) throws {
        let isFree = state.withLock { state in
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
        guard isFree else {
            throw WebRefusal.tooManyRequests(retryAfterSeconds: UploadGate.retryAfterSeconds)
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
