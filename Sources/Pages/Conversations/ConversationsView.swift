import Base
import Desk
import Domain
import Store
import WebCore

struct ConversationsContent: Sendable {
    var list: Page<ConversationStore.Listed>
    var filter = ConversationsFilter.all
    var selected: ThreadContent?
    var isOverview = true
    /// Made for each page, so that a reply sent twice is stored once.
    var key: String
    var notice: Notice?
}

/// All conversations, newest first, with one of them open.
enum ConversationsView {
    static func html(_ frame: PageContext, _ content: ConversationsContent) -> String {
        StaffShell.html(frame, .conversations, modules: ["conversations.js"], wide: true) {
            div(.id("desk"), .class("panes", "panes-detail", when: !content.isOverview)) {
                content.notice?.html
                list(frame, content)
                if let thread = content.selected {
                    detail(frame, thread, content)
                    ContactPanel.html(frame, thread)
                } else {
                    section(.id("detail"), .class("pane empty-pane"), .label("Conversation")) {
                        nothing(frame, content.filter)
                    }
                }
            }
        }
    }

    /// What stands where no conversation is open.
    private static func nothing(_ frame: PageContext, _ filter: ConversationsFilter) -> HTML {
        switch filter {
        case .closed:
            EmptyState.html(
                frame, .chats, "Nothing is closed",
                "Conversations that are done with are here once somebody has closed them."
            ) {
                a(.class("button"), .href("/conversations")) { "All conversations" }
            }
        case .person:
            EmptyState.html(
                frame, .chats, "Nobody waits for you",
                "Conversations in which a person was promised, or must see to something, are here "
                    + "until somebody answers."
            ) {
                a(.class("button"), .href("/conversations")) { "All conversations" }
            }
        case .all:
            EmptyState.html(
                frame, .chats, "No conversations yet",
                "Give customers the address of your portal. What they write is here."
            ) {
                a(.class("button"), .href("/portal/" + frame.workspace.slug)) {
                    frame.assets.icon(.shop)
                    "Open the portal"
                }
            }
        }
    }

    private static func list(_ frame: PageContext, _ content: ConversationsContent) -> HTML {
        section(.class("pane queue"), .label("All conversations")) {
            div(.class("pane-head")) {
                h1 { "Conversations" }
                p(.class("sub")) {
                    content.filter == .person ? "The longest waiting first" : "Newest first"
                }
                filters(frame, content.filter)
            }
            div(
                .id("queue"), .class("queue-list"), .get("/conversations" + content.filter.query),
                .trigger("sse:conversation delay:200ms, sse:draft delay:200ms"),
                .select("#queue"), .swap("outerHTML"),
                HTMLAttribute("hx-select-oob", "#conversation-filters")
            ) {
                if content.filter == .person, content.list.items.isEmpty {
                    p(.class("queue-empty")) { "No conversation needs a person." }
                }
                ul {
                    for item in content.list.items {
                        li { row(frame, item, content) }
                    }
                }
                if let next = content.list.next {
                    let show = content.filter == .all ? "" : "&show=" + content.filter.rawValue
                    a(
                        .class("button small more"),
                        .href("/conversations?cursor=" + next + show)
                    ) { content.filter == .person ? "More" : "Older" }
                }
            }
        }
    }

    private static func filters(_ frame: PageContext, _ current: ConversationsFilter) -> HTML {
        nav(.id("conversation-filters"), .class("segments"), .label("Which conversations")) {
            for filter in ConversationsFilter.allCases {
                a(
                    .class("segment"), .href("/conversations" + filter.query),
                    .current(filter == current)
                ) {
                    filter.title
                    if filter == .person, frame.needing > 0 {
                        " \(frame.needing)"
                    }
                }
            }
        }
    }

    private static func row(
        _ frame: PageContext, _ item: ConversationStore.Listed, _ content: ConversationsContent
    ) -> HTML {
        let id = item.conversation.id
        let selected = content.selected?.conversation.id
        let address = "/conversations/\(id)" + content.filter.query
        return a(
            .class("queue-row"), .href(address), HTMLAttribute("data-conversation", "\(id)"),
            id == selected ? HTMLAttribute("aria-current", "true") : .none,
            .get(address), .target("#desk"), .select("#desk"), .swap("outerHTML"), .push
        ) {
            span(.class("row-line")) {
                span(.class("row-name")) { Formatting.name(item.contact) }
                span(.class("row-age")) {
                    Formatting.age(of: item.conversation.updatedAt, at: frame.now)
                }
            }
            span(.class("row-text")) { Formatting.excerpt(item.lastMessage, 90) }
            span(.class("row-line")) {
                state(item).html
                span(.class("row-channel")) {
                    ChannelMark.icon(frame, item.conversation.channel)
                    frame.channels.title(item.conversation.channel)
                }
            }
        }
    }

    private static func state(_ item: ConversationStore.Listed) -> Tag {
        if let need = item.conversation.need {
            return Tag(words: PersonNeedView.tag(need), tone: .danger)
        }
        if item.conversation.status == .closed { return Tag(words: "Closed", tone: .calm) }
        if item.conversation.owner == .staff {
            return Tag(words: "With you", tone: .information)
        }
        if item.sending { return Tag(words: "Being sent", tone: .information) }
        if item.waiting { return Tag(words: "Waits for approval", tone: .warning) }
        if item.conversation.lastInboundNumber > item.conversation.answeredThrough {
            return Tag(words: "Unanswered", tone: .danger)
        }
        return Tag(words: "Answered", tone: .calm)
    }

    private static func detail(
        _ frame: PageContext, _ thread: ThreadContent, _ content: ConversationsContent
    ) -> HTML {
        let address = "/conversations/\(thread.conversation.id)"
        return section(.id("detail"), .class("pane detail"), .label("Conversation")) {
            ThreadView.head(frame, thread, back: "/conversations" + content.filter.query)
            div(
                .id("thread"), .class("detail-scroll"), HTMLAttribute("data-scroll-end", ""),
                .get(address), .trigger("sse:conversation delay:200ms, sse:draft delay:200ms"),
                .select("#thread"), .swap("outerHTML")
            ) {
                ThreadView.messages(frame, thread)
                PersonNeedView.html(frame, thread.conversation)
                if let draft = thread.draft {
                    p(.class("newer")) {
                        "A draft waits for approval."
                        a(.class("button small"), .href("/approvals/\(draft)")) { "Look at it" }
                    }
                }
            }
            if frame.may(.converse), thread.conversation.status != .closed {
                composer(frame, thread, key: content.key)
            }
        }
    }

    private static func composer(_ frame: PageContext, _ thread: ThreadContent, key: String) -> HTML
    {
        let address = "/conversations/\(thread.conversation.id)/reply"
        return form(
            .id("composer"), .class("composer"), .post, .action(address), .send(address),
            .target("#desk"), .select("#desk"), .swap("outerHTML"),
            HTMLAttribute("hx-disabled-elt", "find button")
        ) {
            frame.token
            input(.type("hidden"), .name("key"), .value(key))
            label(.class("unseen"), .for("content")) { "Your reply" }
            textarea(
                .id("content"), .name("content"), HTMLAttribute("rows", "2"), .required,
                HTMLAttribute("maxlength", "4000"),
                HTMLAttribute("placeholder", "Write to \(Formatting.name(thread.contact))")
            ) {}
            div(.class("actions")) {
                span(.class("hint")) {
                    thread.conversation.owner == .staff
                        ? "The assistant is quiet here until you give it back."
                        : "Your reply is sent at once, and the assistant is quiet here from then on."
                }
                button(.class("button primary"), .type("submit")) {
                    frame.assets.icon(.send)
                    "Send"
                }
            }
        }
    }
}

/// Texts that would have gone to phones.
enum ConsoleView {
    static func html(_ frame: PageContext, _ page: Page<ConsoleStore.Entry>) -> String {
        StaffShell.html(frame, .console) {
            div(.class("page")) {
                div(.class("page-head")) {
                    div {
                        h1 { "Message console" }
                        p(.class("sub")) {
                            "No provider for texts is configured, so they appear here and nowhere "
                            "else. Read a customer's code from here."
                        }
                    }
                }
                div(
                    .id("console"), .get("/console"), .trigger("sse:console delay:100ms"),
                    .select("#console"), .swap("outerHTML")
                ) { list(frame, page) }
            }
        }
    }

    @HTMLBuilder
    private static func list(_ frame: PageContext, _ page: Page<ConsoleStore.Entry>) -> HTML {
        if page.items.isEmpty {
            EmptyState.html(
                frame, .terminal, "No texts yet",
                "Ask for a code in the portal: it appears here by itself."
            ) {
                a(.class("button"), .href("/portal/" + frame.workspace.slug)) {
                    frame.assets.icon(.shop)
                    "Open the portal"
                }
            }
        } else {
            ol(.class("console-list")) {
                for entry in page.items {
                    li(.class("card console-entry")) {
                        div(.class("row-line")) {
                            strong { entry.to }
                            span(.class("row-age")) { Formatting.moment(entry.createdAt, frame) }
                        }
                        p { entry.text }
                    }
                }
            }
            if let next = page.next {
                a(.class("button small more"), .href("/console?cursor=" + next)) { "Older" }
            }
        }
    }
}
