import Base
import Desk
import Domain
import HTTP
import Store
import WebCore

/// Background work that was given up, for those who see to it.
struct ParkedJobRoutes: Sendable {
    let context: SiteContext

    var all: [Route<Visitor>] {
        let api = APIRoute(context: context)
        return [
            api(ParkedJobRoutes.list, needs: .manageOperations, listJobs),
            api(ParkedJobRoutes.again, needs: .manageOperations, retryJob),
            api(ParkedJobRoutes.remove, needs: .manageOperations, dropJob),
        ]
    }

    private static let list = RouteDescription(
        .get, "/api/v1/operations/parked-jobs/", operation: "listParkedJobs",
        summary: "Background work that was given up and waits for a person, newest first",
        tag: "operations", authentication: .staff, query: Paging.parameters,
        response: .init(
            .list(
                "jobs",
                of: .object(
                    named: "ParkedJob",
                    [
                        .init("id", .id),
                        .init("kind", .string, "What programs compare, such as send_text."),
                        .init("title", .string, "What people read."),
                        .init("reason", .string, "A code or a short cause, without personal text."),
                        .init("attempts", .integer), .init("created_at", .instant),
                    ]))))

    private struct Entry: Encodable {
        let id: String
        let kind: String
        let title: String
        let reason: String
        let attempts: Int
        let createdAt: Instant

        init(_ job: ParkedJob) {
            id = job.id.description
            kind = job.kind
            title = job.title
            reason = job.reason
            attempts = job.attempts
            createdAt = job.createdAt
        }
    }

    private func listJobs(_ request: HTTPRequest, _ visitor: Visitor) async throws -> HTTPResponse {
        let staff = try visitor.requireStaff()
        try staff.require(.manageOperations)
        let paging = try Paging(request)
        let parked = context.desk.parkedJobs
        let page = try await context.desk.reading.read(staff.workspace) { reader in
            try parked.page(after: paging.cursor, limit: paging.limit, reader)
        }
        return .json(ListResponse("jobs", page.items.map(Entry.init), next: page.next))
    }

    private static let again = RouteDescription(
        .post, "/api/v1/operations/parked-jobs/{id}/retry/", operation: "retryParkedJob",
        summary: "Let it run again, with all its attempts", tag: "operations",
        authentication: .staff, success: .noContent, problems: ["job.not_parked"])

    private func retryJob(
        _ request: HTTPRequest, _ visitor: Visitor, _ keyed: KeyedRequest
    ) async throws -> KeyedRequest.Answer {
        let staff = try visitor.requireStaff()
        let id: ParkedJobID = try request.id(orThrow: ParkedJobRefusal.notParked)
        return try await keyed.answer { (_: Void, _) in
            HTTPResponse(.noContent)
        } after: { receipt in
            try await context.desk.parkedJobs.retry(id, by: staff, receipt: receipt)
        }
    }

    private static let remove = RouteDescription(
        .delete, "/api/v1/operations/parked-jobs/{id}/", operation: "dropParkedJob",
        summary: "Drop it: it will never be done", tag: "operations", authentication: .staff,
        success: .noContent, problems: ["job.not_parked"])

    private func dropJob(
        _ request: HTTPRequest, _ visitor: Visitor, _ keyed: KeyedRequest
    ) async throws -> KeyedRequest.Answer {
        let staff = try visitor.requireStaff()
        let id: ParkedJobID = try request.id(orThrow: ParkedJobRefusal.notParked)
        return try await keyed.answer { (_: Void, _) in
            HTTPResponse(.noContent)
        } after: { receipt in
            try await context.desk.parkedJobs.drop(id, by: staff, receipt: receipt)
        }
    }
}
