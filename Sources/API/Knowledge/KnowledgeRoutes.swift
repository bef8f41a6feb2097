import Base
import Desk
import Domain
import HTTP
import Store
import WebCore

/// Documents in, questions answered, documents out.
struct KnowledgeRoutes: Sendable {
    let context: SiteContext

    /// Room for boundaries and part headers beside the file itself.
    static let formOverheadBytes = 64 << 10

    var all: [Route<Visitor>] {
        let api = APIRoute(context: context)
        return [
            api(uploadDescription, needs: .manageKnowledge, repeats: .own, upload),
            api(KnowledgeRoutes.list, needs: .read, listDocuments),
            api(KnowledgeRoutes.read, needs: .read, readDocument),
            api(KnowledgeRoutes.remove, needs: .manageKnowledge, removeDocument),
            api(KnowledgeRoutes.again, needs: .manageKnowledge, readAgain),
            api(KnowledgeRoutes.search, needs: .read, repeats: .never, searchPassages),
        ]
    }

    static let document = JSONSchema.object(
        named: "Document",
        [
            .init("id", .id), .init("title", .string), .init("file_name", .string),
            .init("file_type", .string), .init("file_size", .integer),
            .init("status", .oneOf(["received", "extracting", "embedding", "ready", "failed"])),
            .init("reason", .nullable(.string)), .init("reason_code", .nullable(.string)),
            .init("chunk_count", .integer), .init("chunks_done", .integer),
            .init("created_at", .instant), .init("updated_at", .instant),
        ])

    // MARK: Upload

    private var uploadDescription: RouteDescription {
        RouteDescription(
            .post, "/api/v1/knowledge-base/upload/", operation: "uploadDocument",
            summary: "Upload a PDF, DOCX, HTML, Markdown or text document", tag: "knowledge",
            authentication: .staff,
            request: .init(
                .object([.init("file", .binary)]), as: ContentType("multipart", "form-data")),
            success: .accepted,
            response: .init(
                .object(named: "Uploaded", [.init("id", .id), .init("status", .string)])),
            problems: [
                "knowledge.disk_full", "knowledge.empty_file", "knowledge.quota_reached",
                "knowledge.too_large", "knowledge.too_many_waiting", "knowledge.unsupported_type",
                "request.missing_file", "request.too_many",
                "request.malformed_multipart",
            ],
            maximumBodyBytes: context.configuration.uploadLimit
                + KnowledgeRoutes.formOverheadBytes)
    }

    private func upload(_ request: HTTPRequest, _ visitor: Visitor) async throws -> HTTPResponse {
        let staff = try visitor.requireStaff()
        try staff.require(.manageKnowledge)
        return try await context.uploads.pass(request, visitor) {
            try await DocumentForm(context: context).answer(request, visitor, staff)
        }
    }

    // MARK: Documents

    private static let list = RouteDescription(
        .get, "/api/v1/knowledge-base/documents/", operation: "listDocuments",
        summary: "Documents, newest first", tag: "knowledge", authentication: .staff,
        query: Paging.parameters, response: .init(.list("documents", of: document)))

    private func listDocuments(
        _ request: HTTPRequest, _ visitor: Visitor
    ) async throws -> HTTPResponse {
        let staff = try visitor.requireStaff()
        let paging = try Paging(request)
        let page = try await context.desk.reading.read(staff.workspace) { reader in
            try DocumentStore.page(after: paging.cursor, limit: paging.limit, reader)
        }
        return .json(
            ListResponse("documents", page.items.map(DocumentResponse.init), next: page.next))
    }

    private static let read = RouteDescription(
        .get, "/api/v1/knowledge-base/documents/{id}/", operation: "readDocument",
        summary: "Where a document stands", tag: "knowledge", authentication: .staff,
        response: .init(document), problems: ["knowledge.unknown_document"])

    private func readDocument(
        _ request: HTTPRequest, _ visitor: Visitor
    ) async throws -> HTTPResponse {
        let staff = try visitor.requireStaff()
        let id: DocumentID = try request.id(orThrow: KnowledgeRefusal.unknownDocument)
        let found = try await context.desk.reading.read(staff.workspace) {
            try DocumentStore.find(id, $0)
        }
        guard let found else { throw KnowledgeRefusal.unknownDocument }
        return .json(DocumentResponse(found))
    }

    private static let remove = RouteDescription(
        .delete, "/api/v1/knowledge-base/documents/{id}/", operation: "deleteDocument",
        summary: "Delete a document; when this returns, no answer finds it", tag: "knowledge",
        authentication: .staff, success: .noContent, problems: ["knowledge.unknown_document"])

    private func removeDocument(
        _ request: HTTPRequest, _ visitor: Visitor, _ keyed: KeyedRequest
    ) async throws -> KeyedRequest.Answer {
        let staff = try visitor.requireStaff()
        let id: DocumentID = try request.id(orThrow: KnowledgeRefusal.unknownDocument)
        return try await keyed.answer { (_: Void, _: Reader) in
            HTTPResponse(.noContent)
        } after: { receipt in
            try await context.desk.knowledge.delete(id, by: staff, receipt: receipt)
        }
    }

    private static let again = RouteDescription(
        .post, "/api/v1/knowledge-base/documents/{id}/retry/", operation: "retryDocument",
        summary: "Read a document again", tag: "knowledge", authentication: .staff,
        success: .accepted, response: .init(document), problems: ["knowledge.unknown_document"])

    private func readAgain(
        _ request: HTTPRequest, _ visitor: Visitor, _ keyed: KeyedRequest
    ) async throws -> KeyedRequest.Answer {
        let staff = try visitor.requireStaff()
        let id: DocumentID = try request.id(orThrow: KnowledgeRefusal.unknownDocument)
        return try await keyed.answer { (_: Void, reader: Reader) in
            guard let found = try DocumentStore.find(id, reader) else {
                throw KnowledgeRefusal.unknownDocument
            }
            return .json(DocumentResponse(found), .accepted)
        } after: { receipt in
            try await context.desk.knowledge.retry(id, by: staff, receipt: receipt)
        }
    }

    // MARK: Search

    private static let search = RouteDescription(
        .post, "/api/v1/knowledge-base/search/", operation: "searchPassages",
        summary: "The passages nearest to a question", tag: "knowledge", authentication: .staff,
        request: .init(
            .object(
                named: "Search",
                [
                    .init("query", .line(1...KnowledgeDesk.queryLimit)),
                    .optional("k", .integer, "At most 50; 5 when left out."),
                ])),
        response: .init(
            .list(
                "results",
                of: .object(
                    named: "PassageHit",
                    [
                        .init("chunk_id", .id), .init("document_id", .id), .init("title", .string),
                        .init("page", .nullable(.integer)), .init("heading", .nullable(.string)),
                        .init("text", .string), .init("score", .number),
                    ]))),
        problems: ["knowledge.empty_query", "knowledge.query_too_long"])

    private struct Search: Decodable {
        let query: String
        let k: Int?
    }

    private struct Results: Encodable {
        let results: [SearchHitResponse]
    }

    private func searchPassages(
        _ request: HTTPRequest, _ visitor: Visitor
    ) async throws -> HTTPResponse {
        let staff = try visitor.requireStaff()
        let body = try await request.decodeJSON(Search.self)
        let hits = try await context.desk.knowledge.search(
            body.query, limit: body.k ?? 5, by: staff)
        return .json(Results(results: hits.map(SearchHitResponse.init)))
    }
}
