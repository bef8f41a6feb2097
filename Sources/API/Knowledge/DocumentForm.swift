import Base
import Cryptography
import Desk
import Domain
import HTTP
import Store
import WebCore

/// One uploaded document, streamed from the form to the intake; nothing of it is kept in memory.
///
/// A repeat under the same Idempotency-Key is read again only to compare its hash with the
/// document that the first request made.
struct DocumentForm: Sendable {
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
        var claim: IdempotencyDesk.Claim?
        if let key = try IdempotencyKey.of(request), let actor = visitor.actor {
            claim = context.desk.answers.claim(
                staff.workspace, actor: actor, key: key,
                request: Array("\(request.method) \(request.path)".utf8))
        }
        func check(_ first: StoredAnswer) async throws {
            try await compare(request, with: first.body, staff)
        }
        return try await IdempotentResponses(context: context).answer(claim, check: check) {
            keyed in
            try await keyed.answer { (id: DocumentID, _: Reader) in
                .json(Uploaded(id: id, status: DocumentStatus.received.rawValue), .accepted)
            } after: { receipt in
                let part = try await filePart(request)
                _ = try await context.desk.intake.upload(
                    name: part.filename ?? "document", chunks: part.body, by: staff,
                    receipt: receipt)
            }
        }
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
            if part.name == DocumentForm.field { return part }
        }
        throw WebRefusal.missingFile
    }
}
