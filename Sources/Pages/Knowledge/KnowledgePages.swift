import Base
import Desk
import Domain
import HTTP
import Store
import WebCore

/// Documents: list, search, upload, delete, and one document with its passages.
func knowledgePages(_ context: PageSite) -> [Route<Visitor>] {
    [
        .page(.get, "/knowledge", "knowledge", .read, in: context) { visit in
            try await KnowledgePages(visit).show()
        },
        .page(.get, "/knowledge/{id}", "document", .read, in: context) { visit in
            try await KnowledgePages(visit).read(try visit.id())
        },
        Route(
            RouteDescription(
                .post, "/knowledge/upload", operation: "page_upload", authentication: .session,
                permission: Permission.manageKnowledge.rawValue,
                maximumBodyBytes: context.configuration.uploadLimit + (1 << 20), isListed: false)
        ) { request, visitor in
            let staff = try visitor.requireStaff()
            return try await context.uploads.pass(request, visitor) {
                try await KnowledgePages.upload(request, context, by: staff)
            }
        },
        .page(.post, "/knowledge/{id}/delete", "document_delete", .manageKnowledge, in: context) {
            visit in
            try await context.desk.knowledge.delete(try visit.id(), by: visit.staff)
            return .redirect(to: "/knowledge?notice=deleted")
        },
        .page(.post, "/knowledge/{id}/retry", "document_retry", .manageKnowledge, in: context) {
            visit in
            try await context.desk.knowledge.retry(try visit.id(), by: visit.staff)
            return .redirect(to: "/knowledge?notice=reading")
        },
    ]
}

struct KnowledgePages: Sendable {
    static let listLimit = 100
    static let hitLimit = 8

    let visit: PageVisit

    init(_ visit: PageVisit) {
        self.visit = visit
    }

    func show() async throws -> HTTPResponse {
        let query = visit.request.query["q"].flatMap { $0.isEmpty ? nil : $0 }
        let cursor = visit.request.query["cursor"].flatMap { PageCursor($0) }
        var hits: [PassageHit] = []
        var problem: String?
        if let query {
            do {
                hits = try await visit.desk.knowledge.search(
                    query, limit: KnowledgePages.hitLimit, by: visit.staff)
            } catch let refusal as KnowledgeRefusal {
                problem = refusal.detail
            } catch let fault as any Fault where fault.retryable {
                problem = "The search is not ready. Try again in a few seconds."
            }
        }
        let loaded = try await visit.load { reader, _ in
            try DocumentStore.page(after: cursor, limit: KnowledgePages.listLimit, reader)
        }
        let content = KnowledgeContent(
            documents: loaded.value, query: query, hits: hits, problem: problem,
            limitBytes: visit.desk.intake.sizeLimit,
            storage: try await visit.desk.intake.storageState(of: visit.staff.workspace),
            notice: visit.notice)
        return .html(KnowledgePage.html(loaded.frame, content))
    }

    func read(_ id: DocumentID) async throws -> HTTPResponse {
        let loaded = try await visit.load { reader, _ in
            guard let document = try DocumentStore.find(id, reader) else {
                throw KnowledgeRefusal.unknownDocument
            }
            return DocumentContent(
                document: document, passages: try PassageStore.ofDocument(id, reader))
        }
        return .html(DocumentReading.html(loaded.frame, loaded.value))
    }

    /// Takes every part called `file`, one after the other, as it arrives.
    static func upload(
        _ request: HTTPRequest, _ context: PageSite, by staff: Staff
    ) async throws -> HTTPResponse {
        let parts = try Multipart(request)
        var count = 0
        while let part = try await parts.next() {
            guard part.name == "file" else { continue }
            _ = try await context.desk.intake.upload(
                name: part.filename ?? "document", chunks: part.body, by: staff)
            count += 1
        }
        guard count > 0 else { throw WebRefusal.missingFile }
        return .redirect(to: "/knowledge?notice=uploaded")
    }
}
