import Base
import Cryptography
import Desk
import HTTP

/// Answers a repeated request from what was stored for the first one.
///
/// Only those who are signed in have stored answers: a stranger's key names nothing.
struct StoredAnswers: Sendable {
    let context: SiteContext

    func answer(
        _ request: HTTPRequest, _ visitor: Visitor, key: String,
        _ handler: Route<Visitor>.Handler
    ) async throws -> HTTPResponse {
        guard let actor = visitor.actor else { return try await handler(request, visitor) }
        let workspace = try visitor.requireWorkspace()
        let limit = request.route?.maximumBodyBytes ?? RouteDescription.defaultBodyBytes
        let bytes = try await request.body.collect(upTo: limit)
        let mark = SHA256.digest(Array("\(request.method) \(request.target)\n".utf8) + bytes)
        let claim = AnswerDesk.Claim(
            workspace: workspace, actor: actor, key: key, fingerprint: mark)
        switch try await context.desk.answers.begin(claim) {
        case .first: break
        case .otherRequest: throw WebRefusal.keyReused
        case .running: throw WebRefusal.stillRunning
        case .answered(let status, let body):
            let type = status < 400 ? ContentType.json : ContentType.problem
            return HTTPResponse(HTTPStatus(status), type, Array(body.utf8))
                .with(header: "Idempotency-Replayed", "true")
        }
        var request = request
        request.body = HTTPBody(bytes)
        let response: HTTPResponse
        do {
            response = try await handler(request, visitor)
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
