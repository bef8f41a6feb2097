import Base
import Domain
import Store
import WebCore

/// A draft under its conversation, and the contact beside it.
enum DraftCard {
    static func html(
        _ frame: PageContext, _ detail: DraftDetail, _ filter: ApprovalsFilter = .all
    ) -> HTML {
        section(.id("detail"), .class("pane detail"), .label("Conversation and draft")) {
            ThreadView.head(frame, detail.thread, back: "/approvals" + filter.query)
            div(.class("detail-scroll"), HTMLAttribute("data-scroll-end", "")) {
                ThreadView.messages(frame, detail.thread)
                if frame.may(.approve) {
                    card(frame, detail, filter)
                } else {
                    readOnly(frame, detail.draft)
                }
            }
        } + ContactPanel.html(frame, detail.thread) { proposals(frame, detail) }
    }

    private static func card(
        _ frame: PageContext, _ detail: DraftDetail, _ filter: ApprovalsFilter
    ) -> HTML {
        let draft = detail.draft
        guard draft.isReadable else { return unreadable(frame, draft, filter) }
        let address = "/approvals/\(draft.id)/approve" + filter.query
        return form(
            .id("draft"), .class("card draft"), .post, .action(address), .target("#desk"),
            .select("#desk"), .swap("outerHTML"), .push, .send(address), .indicator("#draft"),
            .label("Draft reply to \(Formatting.name(detail.thread.contact))"),
            HTMLAttribute("tabindex", "-1"), HTMLAttribute("hx-disabled-elt", "find button"),
            HTMLAttribute("data-version", "\(draft.version)")
        ) {
            frame.token
            input(.type("hidden"), .name("version"), .value("\(draft.version)"))
            heading(frame, draft)
            label(.class("unseen"), .for("draft-text")) { "Reply" }
            textarea(
                .id("draft-text"), .name("text"), HTMLAttribute("rows", "4"), .required,
                HTMLAttribute("maxlength", "4000"), HTMLAttribute("spellcheck", "true")
            ) { "\n" + draft.text }
            button(
                .class("quiet revert"), .type("button"), HTMLAttribute("data-revert", ""),
                .flag("hidden")
            ) {
                frame.assets.icon(.undo)
                "Undo my changes"
            }
            effects(frame, draft)
            warnings(frame, draft)
            SourcesView.html(draft.citations)
            actions(frame, draft)
        } + rejection(frame, draft, filter)
    }

    /// Nobody knows what approving would do, so all there is to do is having it drafted again.
    private static func unreadable(
        _ frame: PageContext, _ draft: Draft, _ filter: ApprovalsFilter
    ) -> HTML {
        let address = "/approvals/\(draft.id)/approve" + filter.query
        return form(
            .class("card draft"), .post, .action(address), .target("#desk"), .select("#desk"),
            .swap("outerHTML"), .push, .send(address), .label("Draft that cannot be read")
        ) {
            frame.token
            input(.type("hidden"), .name("version"), .value("\(draft.version)"))
            div(.class("draft-head")) { h2 { "This draft cannot be read" } }
            warnings(frame, draft)
            details {
                summary { "What it said" }
                blockquote { HTML.paragraphs(draft.text) }
            }
            div(.class("actions")) {
                button(.class("button primary"), .type("submit")) {
                    frame.assets.icon(.again)
                    "Draft again"
                }
            }
        }
    }

    private static func heading(_ frame: PageContext, _ draft: Draft) -> HTML {
        div(.class("draft-head")) {
            h2 {
                frame.assets.icon(.stars)
                "Draft reply"
            }
            confidence(draft.confidence)
        }
    }

    static func confidence(_ value: Double) -> HTML {
        let percent = Int((min(max(value, 0), 1) * 100).rounded())
        let level = percent >= 80 ? "high" : percent >= 60 ? "middle" : "low"
        return div(.class("confidence confidence-\(level)")) {
            span(.id("confidence-label")) { "Confidence" }
            // SVG and not `meter`: it looks the same in every browser and needs no style attribute.
            HTML(
                trusted: "<svg class=\"gauge\" viewBox=\"0 0 100 6\" preserveAspectRatio=\"none\" "
                    + "aria-hidden=\"true\"><rect class=\"gauge-all\" width=\"100\" height=\"6\" "
                    + "rx=\"3\"/><rect class=\"gauge-part\" width=\"\(percent)\" height=\"6\" "
                    + "rx=\"3\"/></svg>")
            span(.class("gauge-number")) { "\(percent)%" }
        }
    }

    private static func effects(_ frame: PageContext, _ draft: Draft) -> HTML {
        guard !draft.effects.isEmpty else { return .empty }
        return div(.class("callout callout-effect")) {
            frame.assets.icon(.calendarCheck)
            p {
                strong { "Approving also " }
                draft.effects.map(\.summary).joined(separator: "; ") + "."
            }
        }
    }

    private static func warnings(_ frame: PageContext, _ draft: Draft) -> HTML {
        guard !draft.warnings.isEmpty else { return .empty }
        return div(.class("callout callout-warning")) {
            frame.assets.icon(.warning)
            div {
                p {
                    strong { "Why this needs you: " }
                    draft.warnings[0]
                }
                for warning in draft.warnings.dropFirst() { p { warning } }
            }
        }
    }

    private static func actions(_ frame: PageContext, _ draft: Draft) -> HTML {
        div(.class("actions")) {
            button(.class("button primary"), .type("submit"), HTMLAttribute("data-approve", "")) {
                frame.assets.icon(.send)
                span(.class("label-same")) { "Approve and send" }
                span(.class("label-edited")) { "Send my version" }
            }
            button(.class("button"), .type("button"), HTMLAttribute("data-edit", "")) {
                frame.assets.icon(.pencil)
                "Edit"
            }
            button(.class("button danger"), .type("button"), HTMLAttribute("data-reject", "")) {
                frame.assets.icon(.x)
                "Reject"
            }
            span(.class("working"), .role("status")) { "Sending…" }
        }
    }

    /// Open without JavaScript is a plain part of the page; the module shows it as a dialog.
    private static func rejection(
        _ frame: PageContext, _ draft: Draft, _ filter: ApprovalsFilter
    ) -> HTML {
        let address = "/approvals/\(draft.id)/reject" + filter.query
        return details(.id("reject"), .class("reject")) {
            summary { "Reject this draft" }
            form(
                .class("card"), .post, .action(address), .send(address), .target("#desk"),
                .select("#desk"), .swap("outerHTML"), .push
            ) {
                frame.token
                input(.type("hidden"), .name("version"), .value("\(draft.version)"))
                label(.for("reject-reason")) { "Why is this not right?" }
                p(.class("hint")) { "The customer does not see this. It helps the next draft." }
                div(.class("chips")) {
                    for reason in reasons {
                        button(
                            .class("chip"), .type("button"), HTMLAttribute("data-reason", reason)
                        ) { reason }
                    }
                }
                input(
                    .id("reject-reason"), .name("reason"), .type("text"), .required,
                    HTMLAttribute("maxlength", "500"), .autocomplete("off"))
                div(.class("actions")) {
                    button(.class("button danger-solid"), .type("submit")) { "Reject draft" }
                    button(.class("button"), .type("button"), HTMLAttribute("data-close", "")) {
                        "Keep it"
                    }
                }
            }
        }
    }

    private static let reasons = [
        "Wrong answer", "Wrong appointment", "Wrong tone", "I will write myself",
    ]

    private static func readOnly(_ frame: PageContext, _ draft: Draft) -> HTML {
        article(.class("card draft")) {
            heading(frame, draft)
            div(.class("prose")) { HTML.paragraphs(draft.text) }
            effects(frame, draft)
            warnings(frame, draft)
            SourcesView.html(draft.citations)
            p(.class("hint")) { "Your role reads drafts and does not decide about them." }
        }
    }

    /// What approving does to the calendar, as cards.
    private static func proposals(_ frame: PageContext, _ detail: DraftDetail) -> HTML {
        let effects = detail.draft.effects.filter { $0.column == BookingPreview.column }
        guard !effects.isEmpty else { return .empty }
        return section(.class("panel-part")) {
            h2 { "Proposed booking" }
            for effect in effects {
                PreviewCard.html(frame, effect, for: detail.thread.contact)
            }
        }
    }
}

/// The passages that a draft rests on, numbered as the draft names them.
enum SourcesView {
    static func html(_ citations: [Citation]) -> HTML {
        guard !citations.isEmpty else { return .empty }
        return section(.class("sources"), .label("Sources")) {
            h3 { "Sources" }
            ol {
                for (index, citation) in citations.enumerated() {
                    li {
                        span(.class("source-number"), .hidden) { "\(index + 1)" }
                        div(.class("source-words")) {
                            a(.class("source-title"), .href(address(citation))) { citation.title }
                            p { place(citation) + "“\(Formatting.excerpt(citation.text, 220))”" }
                        }
                        span(
                            .class("source-score"),
                            .title("How near the passage is to the question")
                        ) {
                            Formatting.score(citation.score)
                        }
                    }
                }
            }
        }
    }

    static func address(_ citation: Citation) -> String {
        "/knowledge/\(citation.document)#p-\(citation.passage)"
    }

    private static func place(_ citation: Citation) -> String {
        citation.page.map { "Page \($0) · " } ?? ""
    }
}
