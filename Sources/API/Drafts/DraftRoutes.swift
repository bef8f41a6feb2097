import Base
import Desk
import Domain
import HTTP
import Store
import WebCore

/// The queue of replies that wait for a person.
struct DraftRoutes: Sendable {
    let context: SiteContext

    var all: [Route<Visitor>] {
        let api = APIRoute(context: context)
        return [
            api(DraftRoutes.list, needs: .read, listDrafts),
            api(DraftRoutes.decide, needs: .approve, decideDraft),
        ]
    }

    private static let list = RouteDescription(
        .get, "/api/v1/messaging/drafts/", operation: "listDrafts",
        summary: "Drafts of a status, the one that has waited longest first", tag: "drafts",
        authentication: .staff,
        query: [
            .init(
                "status", .oneOf(DraftStatus.allCases.map(\.rawValue)),
                "ready when left out; it stands for everything that can still be decided.")
        ] + Paging.parameters,
        response: .init(.list("drafts", of: DraftResponse.schema)))

    private func listDrafts(
        _ request: HTTPRequest, _ visitor: Visitor
    ) async throws -> HTTPResponse {
        let staff = try visitor.requireStaff()
        let paging = try Paging(request)
        guard let status = DraftStatus(rawValue: request.query["status"] ?? "ready") else {
            throw WebRefusal.badParameter("status", "is not a status of drafts")
        }
        let page = try await context.desk.reading.read(staff.workspace) { reader in
            try DraftStore.page(
                status: status, after: paging.cursor, limit: paging.limit, reader)
        }
        return .json(ListResponse("drafts", page.items.map(DraftResponse.init), next: page.next))
    }

    private static let decide = RouteDescription(
        .post, "/api/v1/messaging/drafts/approve/", operation: "decideDraft",
        summary: "Approve, edit or reject a draft at the version that was seen, or take that back",
        tag: "drafts",
        authentication: .staff,
        request: .init(
            .object(
                named: "Decision",
                [
                    .init("id", .id), .init("version", .integer),
                    .init("action", .oneOf(Decision.Action.allCases.map(\.rawValue))),
                    .optional(
                        "text", .line(1...ApprovalDesk.textLimit),
                        "The reply as the person changed it."),
                    .optional("reason", .string, "Why it is rejected."),
                    .optional(
                        "undo_seconds", .whole(0...ApprovalDesk.undoLimit),
                        "With approve: the reply leaves after so many seconds, and undo takes the "
                            + "approval back until then. 0 when left out: it leaves at once."),
                ])),
        response: .init(
            .object(
                named: "Decided",
                [
                    .init("id", .id), .init("status", .string),
                    .init("message", MessageResponse.schema, required: false),
                    .init(
                        "version", .integer, required: false, "For undo, and after it."),
                    .init("sends_at", .instant, required: false, "When the reply leaves."),
                ])),
        problems: [
            "draft.unknown", "draft.not_open", "draft.version_changed",
            "draft.customer_wrote_again", "draft.slot_taken", "draft.booking_changed",
            "draft.slot_unavailable", "draft.unreadable", "draft.answered_meanwhile",
            "draft.empty_text", "draft.text_too_long", "draft.reason_missing",
            "draft.undo_too_long", "draft.source_gone",
        ])

    private struct Decision: Decodable {
        enum Action: String, Decodable, CaseIterable {
            case approve, undo, reject, edit, reopen
        }

        let id: String
        let version: Int
        let action: Action
        let text: String?
        let reason: String?
        let undoSeconds: Int?
    }

    private struct Decided: Encodable {
        let id: DraftID
        let status: DraftStatus
        var message: MessageResponse?
        var version: Int?
        var sendsAt: Instant?
    }

    private func decideDraft(
        _ request: HTTPRequest, _ visitor: Visitor, _ keyed: KeyedRequest
    ) async throws -> KeyedRequest.Answer {
        let staff = try visitor.requireStaff()
        let body = try await request.decodeJSON(Decision.self)
        guard let id = DraftID(body.id) else { throw DraftRefusal.unknownDraft }
        let approvals = context.desk.approvals
        let decision = ApprovalDesk.Decision(draft: id, version: body.version, text: body.text)
        func decided(
            _ status: DraftStatus, after work: (Receipt<Void>) async throws -> Void
        ) async throws -> KeyedRequest.Answer {
            try await keyed.answer(
                { (_: Void, _: Reader) in .json(Decided(id: id, status: status)) }, after: work)
        }
        switch body.action {
        case .approve where (body.undoSeconds ?? 0) != 0:
            return try await keyed.answer { (sendsAt: Instant, _: Reader) in
                .json(
                    Decided(
                        id: id, status: .scheduled, version: body.version + 1, sendsAt: sendsAt))
            } after: { receipt in
                _ = try await approvals.approve(
                    decision, undoSeconds: body.undoSeconds ?? 0, by: staff, receipt: receipt)
            }
        case .undo:
            return try await keyed.answer { (draft: Draft, _: Reader) in
                .json(Decided(id: id, status: draft.status, version: draft.version))
            } after: { receipt in
                _ = try await approvals.undo(decision, by: staff, receipt: receipt)
            }
        case .approve:
            return try await keyed.answer { (message: Message, _: Reader) in
                .json(Decided(id: id, status: .approved, message: MessageResponse(message)))
            } after: { receipt in
                _ = try await approvals.approve(decision, by: staff, receipt: receipt)
            }
        case .reject:
            return try await decided(.rejected) { receipt in
                try await approvals.reject(
                    decision, reason: body.reason ?? "", by: staff, receipt: receipt)
            }
        case .reopen:
            return try await decided(.ready) { receipt in
                try await approvals.reopen(decision, by: staff, receipt: receipt)
            }
        case .edit:
            return try await decided(.edited) { receipt in
                try await approvals.edit(decision, by: staff, receipt: receipt)
            }
        }
    }
}
