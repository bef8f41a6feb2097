import Base
import Cryptography
import Desk
import Domain
import HTTP

/// Answers a repeated request from what was stored for the first one.
///
/// A stranger's key names nothing, but where a route finds out whom it concerns (`answer(_:as:)`).
struct StoredAnswers: Sendable {
    let context: SiteContext

    func answer(
        _ request: HTTPRequest, _ visitor: Visitor, key: String,
        _ handler: Route<Visitor>.Handler
    ) async throws -> HTTPResponse {
        guard let actor = visitor.actor else { return try await handler(request, visitor) }
        let asker = Asker(workspace: try visitor.requireWorkspace(), actor: actor)
        let limit = request.route?.maximumBodyBytes ?? RouteDescription.defaultBodyBytes
        let bytes = try await request.body.collect(upTo: limit)
        var request = request
        request.body = HTTPBody(bytes)
        return try await answer(request, bytes, as: asker, key: key) { [request] in
            try await handler(request, visitor)
        }
    }

    /// Whose keys are meant, and how long they are remembered.
    struct Asker: Sendable {
        let workspace: WorkspaceID
        let actor: String
        var lifetime = AnswerDesk.lifetime
    }

    /// The same for a request whose body has been read: `work` runs once under a key.
    func answer(
        _ request: HTTPRequest, _ bytes: [UInt8], as asker: Asker, key: String,
        _ work: @Sendable () async throws -> HTTPResponse
    ) async throws -> HTTPResponse {
        let mark = SHA256.digest(Array("\(request.method) \(request.target)\n".utf8) + bytes)
        let claim = AnswerDesk.Claim(
            workspace: asker.workspace, actor: asker.actor, key: key, fingerprint: mark,
            lifetime: asker.lifetime)
        switch try await context.desk.answers.begin(claim) {
        case .first: break
        case .otherRequest: throw WebRefusal.keyReused
        case .running: throw WebRefusal.stillRunning
        case .answered(let status, let body):
            let type = status < 400 ? ContentType.json : ContentType.problem
            return HTTPResponse(HTTPStatus(status), type, Array(body.utf8))
                .with(header: "Idempotency-Replayed", "true")
        }
        let response: HTTPResponse
        do {
            response = try await work()
        } catch {
            // What failed may be tried again under the same key; the error itself goes on.
            try? await context.desk.answers.forget(claim)
            throw error
        }
        if case .bytes(let body) = response.body {
            try await context.desk.answers.finish(
                claim, status: response.status.code, body: String(decoding: body, as: UTF8.self))
        }
        return response
    }
}
