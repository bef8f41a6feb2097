import Base
import Desk
import Domain
import Store
import WebCore

/// What the approvals page shows.
struct ApprovalsContent: Sendable {
    var filter = ApprovalsFilter.all
    var queue: [DraftStore.Listed] = []
    var selected: DraftDetail?
    /// Whether the address names no draft: phones then show the queue alone.
    var isOverview = true
    var conflict: DraftConflict?
    var notice: Notice?
    /// What was decided just now, and other approvals that can still be undone.
    var decided: DecisionNotice?
    /// Whether the page says already why nothing was sent, and goes on saying it.
    var keepsConflict = false
}

/// One draft with everything that the person who decides must see.
struct DraftDetail: Sendable {
    var draft: Draft
    var thread: ThreadContent
}

/// Why a decision could not be carried out, with the words that would otherwise be lost.
struct DraftConflict: Sendable {
    var refusal: DraftRefusal
    /// Whether somebody decided; otherwise the draft was only looked at.
    var wasTried = true
    /// What the person had written.
    var text: String?
    var conversation: ConversationID?
    var alternatives: [String] = []
}

enum ApprovalsFilter: String, Sendable, CaseIterable {
    case all, urgent, bookings

    /// For addresses: the filter stays while one draft after the other is decided.
    var query: String { self == .all ? "" : "?show=\(rawValue)" }

    func allows(_ draft: Draft) -> Bool {
        switch self {
        case .all: true
        case .urgent: Tag.of(draft).isUrgent
        case .bookings: draft.effects.contains { $0.column == BookingPreview.column }
        }
    }
}

extension Tag {
    /// The one word about a draft that helps to choose where to begin.
    static func of(_ draft: Draft) -> Tag {
        switch draft.intent {
        case .complaint: return Tag(words: "Complaint", tone: .danger)
        case .talkToHuman: return Tag(words: "Asks for a person", tone: .danger)
        default: break
        }
        if draft.confidence < 0.6 { return Tag(words: "Low confidence", tone: .warning) }
        if draft.intent.asksKnowledge, draft.citations.isEmpty {
            return Tag(words: "Needs a source", tone: .warning)
        }
        if !draft.warnings.isEmpty { return Tag(words: "Look twice", tone: .warning) }
        if let effect = draft.effects.first {
            return Tag(words: PreviewCard.title(effect), tone: .information)
        }
        let words = draft.intent.rawValue.replacing("faq_", with: "").replacing("_", with: " ")
        return Tag(words: words.capitalisedFirst, tone: .calm)
    }
}

/// The queue, the conversation with the draft, and who it is about.
enum ApprovalsView {
    static func html(_ frame: PageContext, _ content: ApprovalsContent) -> String {
        StaffShell.html(frame, .approvals, modules: ["approvals.js"], wide: true) {
            div(
                .id("desk"), .class("panes", "panes-detail", when: !content.isOverview),
                content.selected.map { HTMLAttribute("data-draft", $0.draft.id.description) }
                    ?? .none
            ) {
                content.notice?.html
                content.decided?.html(frame)
                queue(frame, content)
                if let conflict = content.conflict {
                    ConflictView.html(frame, conflict, next: content.selected, content.filter)
                } else if let detail = content.selected {
                    DraftCard.html(frame, detail, content.filter)
                } else {
                    nothing(frame, content)
                }
                if content.keepsConflict { ConflictView.kept }
            }
            ShortcutsView.html(frame)
        }
    }

    private static func queue(_ frame: PageContext, _ content: ApprovalsContent) -> HTML {
        let shown = content.queue.filter { content.filter.allows($0.draft) }
        return section(.class("pane queue"), .label("Waiting for approval")) {
            div(.class("pane-head")) {
                div(.class("title-line")) {
                    h1 { "Approvals" }
                    button(
                        .class("icon-button"), .type("button"), HTMLAttribute("data-help", ""),
                        .label("Keyboard shortcuts"), .title("Keyboard shortcuts (?)")
                    ) { frame.assets.icon(.keyboard) }
                }
                p(.id("queue-sum"), .class("sub")) { summary(frame, content.queue) }
                filters(content)
                needs(frame)
            }
            div(
                .id("queue"), .class("queue-list"),
                .get("/approvals" + content.filter.query),
                .trigger("sse:draft delay:150ms, sse:reload, every 30s"), .select("#queue"),
                .swap("outerHTML"),
                HTMLAttribute("hx-select-oob", "#queue-sum,#queue-filters,#queue-needs")
            ) {
                if shown.isEmpty {
                    emptyQueue(content)
                } else {
                    ul {
                        for item in shown {
                            li { row(frame, item, content) }
                        }
                    }
                }
            }
        }
    }

    private static func summary(_ frame: PageContext, _ queue: [DraftStore.Listed]) -> String {
        guard let oldest = queue.map(\.waitingSince).min() else { return "Nothing waits for you" }
        return "\(queue.count) waiting · oldest \(Formatting.age(of: oldest, at: frame.now))"
    }

    /// What no approval answers: whoever was promised a person, or waits for one.
    private static func needs(_ frame: PageContext) -> HTML {
        div(.id("queue-needs")) {
            if frame.needing > 0 {
                a(.class("need-link"), .href("/conversations?show=person")) {
                    frame.needing == 1
                        ? "1 conversation needs a person"
                        : "\(frame.needing) conversations need a person"
                }
            }
        }
    }

    private static func filters(_ content: ApprovalsContent) -> HTML {
        nav(.id("queue-filters"), .class("segments"), .label("Which drafts")) {
            for filter in ApprovalsFilter.allCases {
                let count = content.queue.count { filter.allows($0.draft) }
                a(
                    .class("segment"),
                    .href("/approvals" + filter.query),
                    .current(filter == content.filter)
                ) {
                    filter.rawValue.capitalisedFirst
                    if filter != .all, count > 0 {
                        " \(count)"
                    }
                }
            }
        }
    }

    private static func row(
        _ frame: PageContext, _ item: DraftStore.Listed, _ content: ApprovalsContent
    ) -> HTML {
        let address = "/approvals/\(item.draft.id)" + content.filter.query
        let chosen = content.selected?.draft.id == item.draft.id
        return a(
            .class("queue-row"), .href(address), HTMLAttribute("data-draft", "\(item.draft.id)"),
            chosen ? HTMLAttribute("aria-current", "true") : .none,
            .get(address), .target("#desk"), .select("#desk"), .swap("outerHTML"), .push
        ) {
            span(.class("row-line")) {
                span(.class("row-name")) { Formatting.name(item.contact) }
                span(.class("row-age")) { Formatting.age(of: item.waitingSince, at: frame.now) }
            }
            span(.class("row-text")) { Formatting.excerpt(item.lastMessage, 90) }
            span(.class("row-line")) {
                Tag.of(item.draft).html
                span(.class("row-channel")) {
                    ChannelMark.icon(frame, item.channel)
                    frame.channels.title(item.channel)
                }
            }
        }
    }

    private static func emptyQueue(_ content: ApprovalsContent) -> HTML {
        p(.class("queue-empty")) {
            content.filter == .all
                ? "New drafts appear here by themselves." : "Nothing of this kind waits."
        }
    }

    private static func nothing(_ frame: PageContext, _ content: ApprovalsContent) -> HTML {
        section(
            .id("detail"), .class("pane empty-pane"), .label("Draft"), .get("/approvals"),
            .trigger("sse:draft delay:200ms, sse:reload, every 15s"), .target("#desk"),
            .select("#desk"),
            .swap("outerHTML")
        ) {
            EmptyState.html(
                frame, .inbox, "All answered",
                "When a customer writes, the assistant drafts a reply and it waits here for you."
            ) {
                a(.class("button"), .href("/portal/" + frame.workspace.slug)) {
                    frame.assets.icon(.shop)
                    "Try it as a customer"
                }
                a(.class("button"), .href("/knowledge")) {
                    frame.assets.icon(.book)
                    "Add documents"
                }
            }
        }
    }
}
