import Base
import Desk
import Domain
import HTTP
import Store
import WebCore

/// Messages in and out: customers in their own conversation, staff in any of their workspace.
struct MessageRoutes: Sendable {
    let context: SiteContext

    var all: [Route<Visitor>] {
        let api = APIRoute(context: context)
        return [
            api(MessageRoutes.post, needs: .converse, limit: .message, repeats: .own, postMessage),
            api(MessageRoutes.list, needs: .read, listMessages),
            api(MessageRoutes.again, needs: .converse, repeats: .never, sendAgain),
            api(MessageRoutes.console, needs: .converse, listConsole),
            api(MessageRoutes.events, needs: .read, openEvents),
        ]
    }

    // MARK: Posting

    private static let post = RouteDescription(
        .post, "/api/v1/messaging/messages/", operation: "postMessage",
        summary: "Write a message; with the same Idempotency-Key it is stored once",
        tag: "messaging", authentication: .either,
        request: .init(
            .object(
                named: "NewMessage",
                [
                    .init("content", .line(1...ConversationLimits.messageLength)),
                    .optional("conversation", .id, "For staff: where to write."),
                ])),
        success: .accepted,
        response: .init(.object(named: "Accepted", [.init("id", .id)])),
        problems: [
            "conversation.empty_message", "conversation.message_too_long",
            "conversation.unknown", "conversation.too_many_messages", "conversation.key_reused",
            "conversation.closed", "delivery.text_too_long", "delivery.window_closed",
            "delivery.no_channel",
        ])

    private struct NewMessage: Decodable {
        let content: String
        let conversation: String?
    }

    private struct Accepted: Encodable {
        let id: MessageID
    }

    private func postMessage(
        _ request: HTTPRequest, _ visitor: Visitor
    ) async throws -> HTTPResponse {
        let key = try IdempotencyKey.of(request)
        let body = try await request.decodeJSON(NewMessage.self)
        let message: Message
        switch visitor.identity {
        case .customer(let customer):
            message = try await context.desk.inbox.receive(body.content, from: customer, key: key)
        case .staff(let staff):
            guard let text = body.conversation else {
                throw WebRefusal.badParameter("conversation", "is required")
            }
            guard let id = ConversationID(text) else {
                throw ConversationRefusal.unknownConversation
            }
            message = try await context.desk.inbox.reply(
                body.content, in: id, by: staff, key: key)
        case .anonymous: throw AccountRefusal.notSignedIn
        }
        return .json(Accepted(id: message.id), .accepted)
    }

    private static let again = RouteDescription(
        .post, "/api/v1/messaging/messages/{id}/again/", operation: "sendMessageAgain",
        summary: "Deliver a message again that did not arrive", tag: "messaging",
        authentication: .staff, success: .noContent,
        problems: ["delivery.unknown", "delivery.not_possible", "delivery.no_channel"])

    private func sendAgain(
        _ request: HTTPRequest, _ visitor: Visitor
    ) async throws -> HTTPResponse {
        let id: MessageID = try request.id(orThrow: DeliveryRefusal.unknownDelivery)
        _ = try await context.desk.delivery.sendAgain(id, by: try visitor.requireStaff())
        return HTTPResponse(.noContent)
    }

    // MARK: Reading

    private static let list = RouteDescription(
        .get, "/api/v1/messaging/messages/", operation: "listMessages",
        summary: "Messages of a conversation, oldest first", tag: "messaging",
        authentication: .either,
        query: [
            .init(
                "since", .string,
                "After this: a message's number or id, a cursor, or an RFC 3339 time."),
            .init("conversation", .id, "For staff: which conversation."),
            .init("limit", .whole(1...pageLimit), "At most so many; 500 when left out."),
        ],
        response: .init(
            .object(
                named: "Messages",
                [
                    .init("messages", .array(of: MessageResponse.schema)),
                    .init("next_cursor", .nullable(.string), "For since, when there are more."),
                    .init("waiting", .boolean, "Whether an answer is being prepared."),
                    .init("conversation_id", .nullable(.id)),
                ])), problems: ["conversation.unknown"])

    private struct Messages: Encodable {
        var messages: [MessageResponse] = []
        @NullEncoded var nextCursor: String?
        var waiting = false
        @NullEncoded var conversationId: ConversationID?
    }

    private static let pageLimit = 500

    private func listMessages(
        _ request: HTTPRequest, _ visitor: Visitor
    ) async throws -> HTTPResponse {
        let workspace = try visitor.requireWorkspace()
        let limit = try limit(request)
        let asked: ConversationID? = try request.queryID(
            "conversation", orThrow: ConversationRefusal.unknownConversation)
        if visitor.staff != nil, asked == nil {
            throw WebRefusal.badParameter("conversation", "is required")
        }
        let customer = visitor.customer
        let since = try Since(request.query["since"])
        let answer = try await context.desk.reading.read(workspace) { reader -> Messages in
            guard let found = try find(asked, customer, reader) else { return Messages() }
            let start = try since.number(in: found.id, reader)
            let all = try ConversationStore.messages(
                in: found.id, since: start, limit: limit + 1, reader
            ).filter { since.allows($0) }
            let page = all.prefix(limit)
            let deliveries = try DeliveryStore.deliveries(of: Array(page), reader)
            return Messages(
                messages: page.map { MessageResponse($0, deliveries[$0.id]) },
                nextCursor: all.count > limit ? page.last.map { String($0.number) } : nil,
                waiting: found.lastInboundNumber > found.answeredThrough, conversationId: found.id)
        }
        return .json(answer)
    }

    /// A customer's own conversation, the one that goes on or the one that was asked for; for staff
    /// the one that they asked for.
    private func find(
        _ asked: ConversationID?, _ customer: Customer?, _ reader: Reader
    ) throws -> Conversation? {
        guard let customer else {
            guard let asked, let found = try ConversationStore.find(asked, reader) else {
                throw ConversationRefusal.unknownConversation
            }
            return found
        }
        let own = try ConversationStore.current(
            of: customer.address, on: customer.channel, reader)
        guard let asked, asked != own?.id else { return own }
        // An earlier one of theirs on the same channel.
        guard let earlier = try ConversationStore.find(asked, reader),
            earlier.contact == customer.contact.id, earlier.channel == customer.channel
        else { throw ConversationRefusal.unknownConversation }
        return earlier
    }

    private func limit(_ request: HTTPRequest) throws -> Int {
        guard let text = request.query["limit"] else { return MessageRoutes.pageLimit }
        guard let number = Int(text), (1...MessageRoutes.pageLimit).contains(number) else {
            throw WebRefusal.badParameter("limit", "must be 1 to \(MessageRoutes.pageLimit)")
        }
        return number
    }

    // MARK: Console and events

    private static let console = RouteDescription(
        .get, "/api/v1/messaging/console/", operation: "listConsole",
        summary: "Texts that would have been sent while no provider is configured, newest first",
        tag: "messaging", authentication: .staff, query: Paging.parameters,
        response: .init(
            .object(
                named: "Console",
                [
                    .init(
                        "messages",
                        .array(
                            of: .object(
                                named: "ConsoleMessage",
                                [
                                    .init("to", .string), .init("channel", .string),
                                    .init("text", .string), .init("created_at", .instant),
                                ]))),
                    .init("next_cursor", .nullable(.string), required: false),
                    .init("note", .string, required: false),
                ])), problems: ["account.not_allowed"])

    private struct Console: Encodable {
        struct Entry: Encodable {
            let to: String
            let channel: String
            let text: String
            let createdAt: Instant
        }

        var messages: [Entry] = []
        @NullEncoded var nextCursor: String?
        var note: String?
    }

    private func listConsole(
        _ request: HTTPRequest, _ visitor: Visitor
    ) async throws -> HTTPResponse {
        let staff = try visitor.requireStaff()
        // Sign-in codes are here, and somebody who only reads must not be able to use one.
        try staff.require(.converse)
        let paging = try Paging(request)
        guard context.desk.channels.usesConsole else {
            return .json(Console(note: "A provider is configured; texts are sent, not shown."))
        }
        let page = try await context.desk.reading.read(staff.workspace) { reader in
            try ConsoleStore.page(after: paging.cursor, limit: paging.limit, reader)
        }
        let entries = page.items.map {
            Console.Entry(to: $0.to, channel: $0.channel, text: $0.text, createdAt: $0.createdAt)
        }
        return .json(Console(messages: entries, nextCursor: page.next))
    }

    private static let events = RouteDescription(
        .get, "/api/v1/events/", operation: "openEvents",
        summary: "Changes as server-sent events: staff of the workspace, customers of their own",
        tag: "messaging", authentication: .either,
        response: .init(.string, as: .events), problems: ["request.too_many_streams"])

    private func openEvents(
        _ request: HTTPRequest, _ visitor: Visitor
    ) async throws -> HTTPResponse {
        try context.events.response(for: visitor, lastEventID: request.headers["Last-Event-ID"])
    }
}
