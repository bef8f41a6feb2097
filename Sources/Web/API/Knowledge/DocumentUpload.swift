import Base
import Cryptography
import Desk
import Domain
import HTTP
import Store

/// One uploaded document, streamed from the form to the intake; nothing of it is kept in memory.
///
/// A repeat under the same Idempotency-Key is read again only to compare its hash with the
/// document that the first request made.
struct DocumentUpload: Sendable {
    let context: SiteContext

    /// The field that holds the document.
    static let field = "file"

    private struct Uploaded: Codable {
        let id: DocumentID
        let status: String
    }

    func answer(
        _ request: HTTPRequest, _ visitor: Visitor, _ staff: Staff
    ) async throws -> HTTPResponse {
        guard let key = try IdempotencyKey.of(request), let actor = visitor.actor else {
            return .json(try await take(request, staff), .accepted)
        }
        let claim = AnswerDesk.Claim(
            workspace: staff.workspace, actor: actor, key: key,
            fingerprint: SHA256.digest("\(request.method) \(request.path)"))
        switch try await context.desk.answers.begin(claim) {
        case .first: break
        case .otherRequest: throw WebRefusal.keyReused
        case .running: throw WebRefusal.stillRunning
        case .answered(let status, let body):
            try await compare(request, with: body, staff)
            return HTTPResponse(HTTPStatus(status), .json, Array(body.utf8))
                .with(header: "Idempotency-Replayed", "true")
        }
        do {
            let uploaded = try await take(request, staff)
            try await context.desk.answers.finish(
                claim, status: HTTPStatus.accepted.code, body: try JSONCoding.text(uploaded))
            return .json(uploaded, .accepted)
        } catch {
            // What failed may be tried again under the same key; the error itself goes on.
            try? await context.desk.answers.forget(claim)
            throw error
        }
    }

    private func take(_ request: HTTPRequest, _ staff: Staff) async throws -> Uploaded {
        let part = try await filePart(request)
        let id = try await context.desk.intake.upload(
            name: part.filename ?? "document", chunks: part.body, by: staff)
        return Uploaded(id: id, status: DocumentStatus.received.rawValue)
    }

    private func compare(
        _ request: HTTPRequest, with body: String, _ staff: Staff
    ) async throws {
        let first: Uploaded = try decodeJSONBytes(Uploaded.self, Array(body.utf8))
        let stored = try await context.desk.reading.read(staff.workspace) {
            try DocumentStore.find(first.id, $0)?.sha256
        }
        let hasher = SHA256.Hasher()
        for try await chunk in try await filePart(request).body { hasher.update(chunk) }
        // A document that was deleted meanwhile leaves nothing to compare with.
        guard let stored else { return }
        guard hasher.finish().hex == stored else { throw WebRefusal.keyReused }
    }

    private func filePart(_ request: HTTPRequest) async throws -> Multipart.Part {
        let form = try Multipart(request)
        while let part = try await form.next() {
            if part.name == DocumentUpload.field { return part }
        }
        throw WebRefusal.missingFile
    }
}
