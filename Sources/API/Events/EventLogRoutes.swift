import Base
import Desk
import Domain
import Foundation
import HTTP
import Store
import WebCore

/// The log of everything that has happened, for those who have to answer for it.
struct EventLogRoutes: Sendable {
    let context: SiteContext

    var all: [Route<Visitor>] {
        let api = APIRoute(context: context)
        return [api(EventLogRoutes.list, needs: .readLog, listEvents)]
    }

    private static let list = RouteDescription(
        .get, "/api/v1/events/log/", operation: "listEvents",
        summary: "Who did what, when and why, newest first", tag: "events",
        authentication: .staff,
        query: [
            .init("column", .string, "Of one part of the program, such as Bookings."),
            .init("kind", .string, "Of one kind, such as booking.moved."),
            .init("subject", .string, "What happened to the thing of this id."),
            .init("actor", .oneOf(EventActor.kinds), "By whom."),
            .init("actor_id", .string, "By this account, this contact, or the machine so named."),
            .init("since", .instant, "Not before this moment."),
            .init("until", .instant, "Before this moment."),
        ] + Paging.parameters,
        response: .init(.list("events", of: EventResponse.schema)))

    private func listEvents(
        _ request: HTTPRequest, _ visitor: Visitor
    ) async throws -> HTTPResponse {
        let staff = try visitor.requireStaff()
        var before: EventPosition?
        if let text = request.query["cursor"], !text.isEmpty {
            guard let position = EventPosition(text) else { throw WebRefusal.badCursor }
            before = position
        }
        let limit = try Paging.limit(of: request)
        let filter = try EventLogRoutes.filter(request)
        let (position, count) = (before, limit)
        let (page, names) = try await context.desk.reading.read(staff.workspace) { reader in
            (
                try EventStore.page(filter, before: position, limit: count, reader),
                try AccountStore.names(reader)
            )
        }
        return .json(
            ListResponse(
                "events", page.items.map { EventResponse($0, names: names) }, next: page.next))
    }

    private static func filter(_ request: HTTPRequest) throws -> EventStore.Filter {
        var filter = EventStore.Filter()
        filter.column = try text("column", request)
        filter.kind = try text("kind", request)
        filter.subject = try text("subject", request)
        filter.actor = try text("actor", request)
        if let actor = filter.actor, !EventActor.kinds.contains(actor) {
            throw WebRefusal.badParameter(
                "actor", "must be one of \(EventActor.kinds.joined(separator: ", "))")
        }
        filter.actorID = try text("actor_id", request)
        filter.since = try instant("since", request)
        filter.until = try instant("until", request)
        return filter
    }

    private static func text(_ name: String, _ request: HTTPRequest) throws -> String? {
        guard let text = request.query[name], !text.isEmpty else { return nil }
        guard text.utf8.count <= 200 else {
            throw WebRefusal.badParameter(name, "must be at most 200 bytes long")
        }
        return text
    }

    private static func instant(_ name: String, _ request: HTTPRequest) throws -> Instant? {
        guard let text = request.query[name], !text.isEmpty else { return nil }
        guard let instant = Instant(text) else {
            throw WebRefusal.badParameter(name, "must be a moment such as 2026-11-20T10:00:00Z")
        }
        return instant
    }
}

/// One event as clients get it.
private struct EventResponse: Encodable {
    let id: String
    let at: Instant
    let column: String
    let kind: String
    let subject: String
    let actor: String?
    let actorID: String?
    let actorName: String?
    let cause: String?
    let causeID: String?
    let details: [String: Value]?
    let isReadable: Bool

    enum Value: Encodable {
        case text(String)
        case whole(Int)
        case flag(Bool)

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let text): try container.encode(text)
            case .whole(let number): try container.encode(number)
            case .flag(let flag): try container.encode(flag)
            }
        }
    }

    enum CodingKeys: String, CodingKey {
        case id, at, column, kind, subject, actor
        case actorID = "actorId"
        case actorName, cause
        case causeID = "causeId"
        case details, isReadable
    }

    init(_ event: Event, names: [AccountID: String]) {
        id = event.position.text
        at = event.at
        column = event.column
        kind = event.kind
        subject = event.subject
        actor = event.actor?.kind
        actorID = event.actor?.id
        if case .person(let account)? = event.actor {
            actorName = names[account]
        } else {
            actorName = nil
        }
        cause = event.causation?.kind
        causeID = event.causation?.id
        details = event.payload?.values.mapValues { value in
            switch value {
            case .text(let text): .text(text)
            case .whole(let number): .whole(number)
            case .flag(let flag): .flag(flag)
            }
        }
        isReadable = event.payload != nil && event.actor != nil
    }

    static let schema = JSONSchema.object(
        named: "Event",
        [
            .init("id", .string), .init("at", .instant), .init("column", .string),
            .init("kind", .string), .init("subject", .string),
            .init("actor", .oneOf(EventActor.kinds), required: false),
            .init("actor_id", .string, required: false),
            .init("actor_name", .string, required: false, "The name of the account."),
            .init("cause", .string, required: false, "draft, message, rule, webhook or request."),
            .init("cause_id", .string, required: false),
            .init(
                "details", .any, required: false,
                "Ids, numbers and digests; never what people wrote."),
            .init("is_readable", .boolean, "Whether this version knows how to read all of it."),
        ])
}
