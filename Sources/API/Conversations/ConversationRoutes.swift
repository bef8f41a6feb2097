import Base
import Desk
import Domain
import HTTP
import Store
import WebCore

/// Conversations as staff see them.
struct ConversationRoutes: Sendable {
    let context: SiteContext

    var all: [Route<Visitor>] {
        let api = APIRoute(context: context)
        return [
            api(ConversationRoutes.list, needs: .read, listConversations),
            api(ConversationRoutes.owner, needs: .converse, setOwner),
            api(ConversationRoutes.finish, needs: .converse, finishConversation),
            api(ConversationRoutes.status, needs: .converse, setStatus),
            api(ConversationRoutes.subject, needs: .converse, setSubject),
        ]
    }

    private static let list = RouteDescription(
        .get, "/api/v1/core/conversations/", operation: "listConversations",
        summary: "Conversations, the one that changed last first", tag: "conversations",
        authentication: .staff,
        query: [
            .init(
                "needs_person", .oneOf(["true", "false"]),
                "true: only those that wait for a person, the one that waits longest first."),
            .init(
                "status", .oneOf(ConversationStatus.allCases.map(\.rawValue)),
                "open: the business owes a word; waiting: the customer does; closed: nobody."),
            .init("channel", .string, "Such as web."),
            .init("contact", .id, "Those of one contact."),
        ] + Paging.numberedParameters,
        response: .init(
            .list(
                "conversations",
                of: .object(
                    named: "Conversation",
                    [
                        .init("id", .id), .init("contact", ContactResponse.schema),
                        .init("channel", .string),
                        .init("status", .oneOf(ConversationStatus.allCases.map(\.rawValue))),
                        .init("subject", .nullable(.string)),
                        .init("owner", .oneOf(ConversationOwner.allCases.map(\.rawValue))),
                        .init("last_message", .string),
                        .init("waiting", .boolean, "Whether a draft waits for a person."),
                        .init(
                            "needs_person",
                            .nullable(.oneOf(PersonNeed.allCases.map(\.rawValue))),
                            "Why it waits for a person: until one answers or says it is done."),
                        .init("needs_person_since", .nullable(.instant)),
                        .init("created_at", .instant), .init("updated_at", .instant),
                        .init("version", .integer, "Counts messages and changes of the owner."),
                    ]), numbered: true)))

    private struct Entry: Encodable {
        let id: ConversationID
        let contact: ContactResponse
        let channel: Channel
        let status: ConversationStatus
        @NullEncoded var subject: String?
        let owner: ConversationOwner
        let lastMessage: String
        let waiting: Bool
        @NullEncoded var needsPerson: PersonNeed?
        @NullEncoded var needsPersonSince: Instant?
        let createdAt: Instant
        let updatedAt: Instant
        let version: Int
    }

    private func listConversations(
        _ request: HTTPRequest, _ visitor: Visitor
    ) async throws -> HTTPResponse {
        let staff = try visitor.requireStaff()
        let paging = try Paging(request)
        let asked = request.query["needs_person"] ?? "false"
        guard let needingPerson = Bool(asked) else {
            throw WebRefusal.badParameter("needs_person", "must be true or false")
        }
        var filter = ConversationStore.Filter(needingPerson: needingPerson)
        if let asked = request.query["status"] {
            guard let status = ConversationStatus(rawValue: asked) else {
                throw WebRefusal.badParameter("status", "must be open, waiting or closed")
            }
            filter.status = status
        }
        if let asked = request.query["channel"] {
            guard let channel = Channel(rawValue: asked) else {
                throw WebRefusal.badParameter("channel", "is not the name of a channel")
            }
            filter.channel = channel
        }
        filter.contact = try request.queryID(
            "contact", orThrow: ContactRefusal.unknownContact)
        let (page, total) = try await context.desk.reading.read(
            staff.workspace
        ) { [filter] reader in
            (
                try ConversationStore.page(
                    filter, after: paging.cursor, limit: paging.limit, offset: paging.offset,
                    reader),
                try paging.page.map { _ in try ConversationStore.count(filter, reader) }
            )
        }
        let entries = page.items.map { listed in
            Entry(
                id: listed.conversation.id, contact: ContactResponse(listed.contact),
                channel: listed.conversation.channel, status: listed.conversation.status,
                subject: listed.conversation.subject, owner: listed.conversation.owner,
                lastMessage: listed.lastMessage, waiting: listed.waiting,
                needsPerson: listed.conversation.need,
                needsPersonSince: listed.conversation.needSince,
                createdAt: listed.conversation.createdAt,
                updatedAt: listed.conversation.updatedAt,
                version: listed.conversation.version)
        }
        return .json(
            ListResponse("conversations", entries, next: page.next, paging: paging, total: total))
    }

    private static let owner = RouteDescription(
        .post, "/api/v1/core/conversations/{id}/owner/", operation: "setConversationOwner",
        summary: "Take a conversation over, or give it back to the assistant",
        tag: "conversations", authentication: .staff,
        request: .init(
            .object(
                named: "Owner",
                [
                    .init("owner", .oneOf(ConversationOwner.allCases.map(\.rawValue))),
                    SeenVersion.property,
                ])),
        success: .noContent,
        problems: [
            "conversation.unknown", "account.not_allowed", "edit.changed_meanwhile",
            "request.precondition_failed",
        ], headers: [SeenVersion.parameter])

    private struct Owner: Decodable {
        let owner: ConversationOwner
        let version: Int?
    }

    private func setOwner(
        _ request: HTTPRequest, _ visitor: Visitor, _ keyed: KeyedRequest
    ) async throws -> KeyedRequest.Answer {
        let staff = try visitor.requireStaff()
        let id: ConversationID = try request.id(
            orThrow: ConversationRefusal.unknownConversation)
        let body = try await request.decodeJSON(Owner.self)
        let seen = SeenVersion(request, body: body.version)
        return try await done(keyed, seen) { receipt in
            try await context.desk.inbox.setOwner(
                body.owner, of: id, from: seen.versions, by: staff, receipt: receipt)
        }
    }

    private static let status = RouteDescription(
        .post, "/api/v1/core/conversations/{id}/status/", operation: "setConversationStatus",
        summary: "Close a conversation, or open a closed one again", tag: "conversations",
        authentication: .staff,
        request: .init(
            .object(
                named: "Status",
                [
                    .init("status", .oneOf(ClosedOrOpen.allCases.map(\.rawValue))),
                    SeenVersion.property,
                ])),
        success: .noContent,
        problems: [
            "conversation.unknown", "account.not_allowed", "edit.changed_meanwhile",
            "request.precondition_failed",
        ], headers: [SeenVersion.parameter])

    private enum ClosedOrOpen: String, Decodable, CaseIterable {
        case closed, open
    }

    private struct Status: Decodable {
        let status: ClosedOrOpen
        let version: Int?
    }

    private func setStatus(
        _ request: HTTPRequest, _ visitor: Visitor, _ keyed: KeyedRequest
    ) async throws -> KeyedRequest.Answer {
        let staff = try visitor.requireStaff()
        let id: ConversationID = try request.id(
            orThrow: ConversationRefusal.unknownConversation)
        let body = try await request.decodeJSON(Status.self)
        let seen = SeenVersion(request, body: body.version)
        let inbox = context.desk.inbox
        return try await done(keyed, seen) { receipt in
            switch body.status {
            case .closed:
                try await inbox.close(id, from: seen.versions, by: staff, receipt: receipt)
            case .open:
                try await inbox.reopen(id, from: seen.versions, by: staff, receipt: receipt)
            }
        }
    }

    private static let subject = RouteDescription(
        .post, "/api/v1/core/conversations/{id}/subject/", operation: "setConversationSubject",
        summary: "Say what a conversation is about", tag: "conversations",
        authentication: .staff,
        request: .init(
            .object(
                named: "Subject",
                [.init("subject", .string, "Empty takes it away."), SeenVersion.property])),
        success: .noContent,
        problems: [
            "conversation.unknown", "conversation.subject_too_long", "account.not_allowed",
            "edit.changed_meanwhile", "request.precondition_failed",
        ], headers: [SeenVersion.parameter])

    private struct Subject: Decodable {
        let subject: String
        let version: Int?
    }

    private func setSubject(
        _ request: HTTPRequest, _ visitor: Visitor, _ keyed: KeyedRequest
    ) async throws -> KeyedRequest.Answer {
        let staff = try visitor.requireStaff()
        let id: ConversationID = try request.id(
            orThrow: ConversationRefusal.unknownConversation)
        let body = try await request.decodeJSON(Subject.self)
        let seen = SeenVersion(request, body: body.version)
        return try await done(keyed, seen) { receipt in
            try await context.desk.inbox.setSubject(
                body.subject, of: id, from: seen.versions, by: staff, receipt: receipt)
        }
    }

    private static let finish = RouteDescription(
        .post, "/api/v1/core/conversations/{id}/done/", operation: "finishConversation",
        summary: "Say that a person saw to it: off the list of those that need one",
        tag: "conversations", authentication: .staff, success: .noContent,
        problems: ["conversation.unknown", "account.not_allowed", "request.precondition_failed"],
        headers: [SeenVersion.parameter])

    private func finishConversation(
        _ request: HTTPRequest, _ visitor: Visitor, _ keyed: KeyedRequest
    ) async throws -> KeyedRequest.Answer {
        let staff = try visitor.requireStaff()
        let id: ConversationID = try request.id(
            orThrow: ConversationRefusal.unknownConversation)
        let seen = SeenVersion(request)
        return try await done(keyed, seen) { receipt in
            try await context.desk.inbox.finish(
                id, from: seen.versions, by: staff, receipt: receipt)
        }
    }

    /// Does what the request asks for where the conversation still is as its sender has seen it, and
    /// answers no more than that it is done.
    private func done(
        _ keyed: KeyedRequest, _ seen: SeenVersion,
        _ work: (Receipt<Void>) async throws -> Void
    ) async throws -> KeyedRequest.Answer {
        try await keyed.answer { (_: Void, _: Reader) in
            HTTPResponse(.noContent)
        } after: { receipt in
            try await seen.refusing { try await work(receipt) }
        }
    }
}
