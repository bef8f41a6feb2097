import Base
import Desk
import Domain
import HTTP
import Store
import WebCore

/// Conversations, replies by hand, and the message console.
func conversationPages(_ context: PageSite) -> [Route<Visitor>] {
    [
        .page(.get, "/conversations", "conversations", .read, in: context) { visit in
            try await ConversationPages(visit).show(nil)
        },
        .page(.get, "/conversations/needing", "conversations_needing", .read, in: context) {
            visit in
            let loaded = try await visit.load { _, _ in }
            return .html(StaffShell.needCount(loaded.frame.needing).description)
        },
        .page(.get, "/conversations/{id}", "conversation", .read, in: context) { visit in
            try await ConversationPages(visit).show(try visit.id())
        },
        .page(.post, "/conversations/{id}/reply", "conversation_reply", .converse, in: context) {
            visit in
            try await ConversationPages(visit).reply(try visit.id())
        },
        .page(.post, "/conversations/{id}/owner", "conversation_owner", .converse, in: context) {
            visit in
            try await ConversationPages(visit).setOwner(try visit.id())
        },
        .page(.post, "/conversations/{id}/done", "conversation_done", .converse, in: context) {
            visit in
            try await ConversationPages(visit).finish(try visit.id())
        },
        .page(
            .post, "/conversations/{id}/status", "conversation_status", .converse, in: context
        ) { visit in
            let id: ConversationID = try visit.id()
            let form = try await visit.form()
            switch form["status"] {
            case "closed": try await visit.desk.inbox.close(id, by: visit.staff)
            case "open": try await visit.desk.inbox.reopen(id, by: visit.staff)
            default: throw WebRefusal.badParameter("status", "must be closed or open")
            }
            return .redirect(to: "/conversations/\(id)")
        },
        .page(.post, "/messages/{id}/again", "message_again", .converse, in: context) { visit in
            let id = try await visit.desk.delivery.sendAgain(try visit.id(), by: visit.staff)
            return .redirect(to: "/conversations/\(id)")
        },
        .page(.get, "/console", "console", .converse, in: context) { visit in
            guard context.desk.channels.usesConsole else { throw WebRefusal.notFound }
            let cursor = visit.request.query["cursor"].flatMap { PageCursor($0) }
            let loaded = try await visit.load { reader, _ in
                try ConsoleStore.page(after: cursor, limit: 50, reader)
            }
            return .html(ConsoleView.html(loaded.frame, loaded.value))
        },
    ]
}

struct ConversationPages: Sendable {
    static let listLimit = 60

    let visit: PageVisit

    init(_ visit: PageVisit) {
        self.visit = visit
    }

    /// The list, with one conversation open: the newest when none is named.
    func show(_ id: ConversationID?) async throws -> HTTPResponse {
        let cursor = visit.request.query["cursor"].flatMap { PageCursor($0) }
        let notice = visit.notice
        let filter = ConversationsFilter.of(visit.request)
        let key = visit.desk.world.id(MessageSubject.self).description
        let loaded = try await visit.load { reader, _ in
            let page = try ConversationStore.page(
                filter.wanted, after: cursor, limit: ConversationPages.listLimit, reader)
            var content = ConversationsContent(
                list: page, filter: filter, key: key, notice: notice)
            if let open = id ?? page.items.first?.conversation.id {
                content.selected = try ThreadContent.read(open, reader)
                if id != nil, content.selected == nil {
                    throw ConversationRefusal.unknownConversation
                }
            }
            content.isOverview = id == nil
            return content
        }
        return .html(ConversationsView.html(loaded.frame, loaded.value))
    }

    func reply(_ id: ConversationID) async throws -> HTTPResponse {
        let form = try await visit.form()
        let key = form["key"].flatMap { $0.isEmpty || $0.utf8.count > 200 ? nil : $0 }
        _ = try await visit.desk.inbox.reply(
            (form["content"] ?? "").replacing("\r\n", with: "\n"), in: id, by: visit.staff,
            key: key.map { "page-" + $0 })
        return .redirect(to: "/conversations/\(id)?notice=replied")
    }

    func setOwner(_ id: ConversationID) async throws -> HTTPResponse {
        let form = try await visit.form()
        guard let owner = form["owner"].flatMap(ConversationOwner.init) else {
            throw WebRefusal.badParameter("owner", "is missing")
        }
        try await visit.desk.inbox.setOwner(owner, of: id, by: visit.staff)
        let notice = owner == .staff ? Notice.taken : .given
        return .redirect(to: "/conversations/\(id)?notice=\(notice.rawValue)")
    }

    /// Somebody saw to it in another way than by writing.
    func finish(_ id: ConversationID) async throws -> HTTPResponse {
        let form = try await visit.form()
        do {
            try await visit.desk.inbox.finish(
                id, seen: form["seen"].flatMap { Int($0) }, by: visit.staff)
        } catch is EditRefusal {
            // The customer wrote meanwhile: the page shows it, and it stays on the list.
            return .redirect(to: "/conversations/\(id)")
        }
        return .redirect(to: "/conversations/\(id)?notice=finished")
    }
}

/// Which conversations the list shows.
enum ConversationsFilter: String, Sendable, CaseIterable {
    case all, person, closed

    static func of(_ request: HTTPRequest) -> ConversationsFilter {
        request.query["show"].flatMap(ConversationsFilter.init) ?? .all
    }

    /// For addresses: the filter stays while one conversation after the other is opened.
    var query: String { self == .all ? "" : "?show=\(rawValue)" }

    var title: String {
        switch self {
        case .all: "All"
        case .person: "Needs a person"
        case .closed: "Closed"
        }
    }

    var wanted: ConversationStore.Filter {
        switch self {
        case .all: ConversationStore.Filter()
        case .person: ConversationStore.Filter(needingPerson: true)
        case .closed: ConversationStore.Filter(status: .closed)
        }
    }
}
