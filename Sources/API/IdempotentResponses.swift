import Base
import Desk
import Domain
import HTTP
import Store
import WebCore

/// A request that changes something, with the key under which it may be repeated, if it has one.
///
/// A handler can only answer through `answer`, so the answer is written inside the transaction of
/// the work, with a key or without.
struct KeyedRequest: Sendable {
    fileprivate let claim: IdempotencyDesk.Claim?

    /// What was written in the transaction of the work.
    struct Answer: Sendable {
        let response: HTTPResponse

        fileprivate init(response: HTTPResponse) {
            self.response = response
        }
    }

    typealias Handler = @Sendable (HTTPRequest, Visitor, KeyedRequest) async throws -> Answer

    /// Does the work with a receipt that writes the answer from its result.
    ///
    /// - Parameter render: runs inside the transaction, and again when that is repeated after a
    ///   deadlock; it reads what the work has made.
    func answer<Result: Sendable>(
        _ render: @escaping @Sendable (Result, Reader) throws -> HTTPResponse,
        after work: (Receipt<Result>) async throws -> Void
    ) async throws -> Answer {
        let written = Lock<HTTPResponse?>(nil)
        try await work(
            Receipt(claim) { result, reader in
                let response = try render(result, reader)
                written.withLock { $0 = response }
                return StoredAnswer(response)
            })
        guard let response = written.withLock({ $0 }) else { throw UnwrittenAnswer() }
        return Answer(response: response)
    }
}

/// A use case was given a receipt and did not write it.
struct UnwrittenAnswer: Fault {
    var retryable: Bool { false }
}

/// Answers a repeated request from what was stored for the first one.
///
/// A stranger's key names nothing, but where a route finds out whom it concerns (`answer(_:)`).
struct IdempotentResponses: Sendable {
    let context: SiteContext

    func answer(
        _ request: HTTPRequest, _ visitor: Visitor, _ handler: KeyedRequest.Handler
    ) async throws -> HTTPResponse {
        guard let key = try IdempotencyKey.of(request), let actor = visitor.actor else {
            return try await handler(request, visitor, KeyedRequest(claim: nil)).response
        }
        let limit = request.route?.maximumBodyBytes ?? RouteDescription.defaultBodyBytes
        let bytes = try await request.body.collect(upTo: limit)
        var request = request
        request.body = HTTPBody(bytes)
        let claim = context.desk.answers.claim(
            try visitor.requireWorkspace(), actor: actor, key: key,
            request: IdempotentResponses.mark(of: request, bytes))
        return try await answer(claim) { [request] keyed in
            try await handler(request, visitor, keyed)
        }
    }

    /// The bytes that tell this request from another one under the same key.
    static func mark(of request: HTTPRequest, _ bytes: [UInt8]) -> [UInt8] {
        Array("\(request.method) \(request.target)\n".utf8) + bytes
    }

    /// Claims a key, then does the work once; nil for a request without one.
    ///
    /// - Parameter check: looks whether a repeated request is the first one's, where its
    ///   fingerprint cannot tell.
    func answer(
        _ claim: IdempotencyDesk.Claim?, check: (StoredAnswer) async throws -> Void = { _ in },
        _ work: (KeyedRequest) async throws -> KeyedRequest.Answer
    ) async throws -> HTTPResponse {
        guard let claim else { return try await work(KeyedRequest(claim: nil)).response }
        let answers = context.desk.answers
        if let stored = try await begin(claim) {
            try await check(stored)
            return HTTPResponse(replaying: stored)
        }
        do {
            let response = try await work(KeyedRequest(claim: claim)).response
            answers.release(claim)
            return response
        } catch is AnsweredElsewhere {
            // Another process took this one for dead and was quicker; nothing was done here.
            answers.release(claim)
            guard let stored = try await begin(claim) else {
                try await answers.delete(claim)
                throw WebRefusal.stillRunning
            }
            return HTTPResponse(replaying: stored)
        } catch {
            // What failed may be tried again under the same key; the error itself goes on.
            try? await answers.delete(claim)
            throw error
        }
    }

    /// The answer that there is; nil when the work is this request's to do.
    private func begin(_ claim: IdempotencyDesk.Claim) async throws -> StoredAnswer? {
        switch try await context.desk.answers.begin(claim) {
        case .first: return nil
        case .otherRequest: throw WebRefusal.keyReused
        case .running: throw WebRefusal.stillRunning
        case .answered(let answer): return answer
        }
    }
}

extension StoredAnswer {
    fileprivate init(_ response: HTTPResponse) {
        var text = ""
        if case .bytes(let body) = response.body { text = String(decoding: body, as: UTF8.self) }
        self.init(status: response.status.code, body: text, entityTag: response.headers["ETag"])
    }
}

extension HTTPResponse {
    fileprivate init(replaying answer: StoredAnswer) {
        self.init(HTTPStatus(answer.status))
        if !answer.body.isEmpty {
            self = HTTPResponse(HTTPStatus(answer.status), .json, Array(answer.body.utf8))
        }
        headers["ETag"] = answer.entityTag
        headers["Idempotency-Replayed"] = "true"
    }
}
