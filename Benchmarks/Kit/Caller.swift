import Base
import Foundation
import HTTP

/// Calls the API as one person, and notes how long each route took.
struct Caller: Sendable {
    let url: String
    let fetch: Fetch
    let token: String?
    let calls: CallLog

    /// The answer as JSON; throws when the status is not the wanted one.
    @discardableResult
    func call(
        _ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil,
        headers: HTTPHeaders = [:], wanted: Range<Int> = 200..<300
    ) async throws -> JSONValue {
        let answer = try await answer(method, path, body, headers: headers)
        guard wanted.contains(answer.status.code) else {
            throw BenchFailure(
                "\(method.rawValue) \(path): \(answer.status.code) \(answer.text.prefix(300))")
        }
        return answer.body.isEmpty ? .null : try answer.decodeJSON(JSONValue.self)
    }

    /// The answer whatever its status is.
    func answer(
        _ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil,
        headers: HTTPHeaders = [:]
    ) async throws -> FetchResponse {
        var request = FetchRequest(method, url + path, headers: headers)
        if let body {
            request.body = Array(try JSONCoding.encode(body))
            request.headers.setDefault("Content-Type", ContentType.json.description)
        }
        return try await send(request)
    }

    /// Sends a request that was made by hand.
    func send(_ request: FetchRequest) async throws -> FetchResponse {
        var request = request
        if let token { request.headers["Authorization"] = "Bearer \(token)" }
        let route = "\(request.method.rawValue) \(Caller.route(request.url, url))"
        let begun = ContinuousClock.now
        do {
            let answer = try await fetch(request)
            calls.note(route, ContinuousClock.now - begun, failed: answer.status.code >= 500)
            return answer
        } catch {
            calls.note(route, ContinuousClock.now - begun, failed: true)
            throw error
        }
    }

    /// An open event stream.
    func events() async throws -> HTTPBody {
        var headers: HTTPHeaders = ["Accept": "text/event-stream"]
        if let token { headers["Authorization"] = "Bearer \(token)" }
        let stream = try await fetch.open(
            FetchRequest(.get, url + "/api/v1/events/", headers: headers))
        guard stream.status == .ok else { throw BenchFailure("events: \(stream.status.code)") }
        return stream.body
    }

    /// The path without ids and query, for grouping.
    private static func route(_ address: String, _ base: String) -> String {
        let path = address.dropFirst(base.count).split(separator: "?").first ?? ""
        return path.split(separator: "/").reduce(into: "") { route, part in
            route += "/" + (part.count == 36 && part.contains("-") ? "{id}" : part)
        }
    }
}

/// How long calls took, by route, and how many failed.
final class CallLog: Sendable {
    private let state = Lock((times: [String: [Double]](), failures: [String: Int]()))

    func note(_ route: String, _ time: Duration, failed: Bool) {
        state.withLock { state in
            state.times[route, default: []].append(time / .milliseconds(1))
            if failed { state.failures[route, default: 0] += 1 }
        }
    }

    var times: [String: [Double]] { state.withLock { $0.times } }
    var failures: [String: Int] { state.withLock { $0.failures } }

    /// Forgets what was noted so far, such as the calls that only prepared.
    func reset() { state.withLock { $0 = ([:], [:]) } }
}

extension JSONValue {
    var text: String {
        if case .text(let text) = self { return text }
        return ""
    }

    var whole: Int {
        if case .integer(let number) = self { return number }
        return 0
    }

    var items: [JSONValue] {
        if case .list(let items) = self { return items }
        return []
    }
}
