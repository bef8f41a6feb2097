import Domain
import WebCore

/// A decision that came too late: what changed, the new draft, and the words that were not sent.
enum ConflictView {
    static func html(
        _ frame: PageContext, _ conflict: DraftConflict, next: DraftDetail?,
        _ filter: ApprovalsFilter
    ) -> HTML {
        guard let next else { return waiting(frame, conflict) }
        return DraftCard.html(frame, next, filter) + banner(frame, conflict, hasNext: true)
    }

    /// The next draft is still being written; the page loads it when it is there, and keeps what
    /// is said here: why nothing was sent, and the words that would be lost.
    private static func waiting(_ frame: PageContext, _ conflict: DraftConflict) -> HTML {
        let again = conflict.conversation.map { "/approvals?conversation=\($0)" } ?? "/approvals"
        return section(
            .id("detail"), .class("pane empty-pane"), .label("Draft"),
            .get(conflict.conversation == nil ? again : again + "&keep=conflict"),
            .trigger("sse:draft delay:200ms, every 3s"), .target("#desk"), .select("#desk"),
            .swap("outerHTML")
        ) {
            banner(frame, conflict, hasNext: false)
            a(.class("button"), .href(again)) {
                frame.assets.icon(.again)
                "Look again"
            }
        }
    }

    static func banner(_ frame: PageContext, _ conflict: DraftConflict, hasNext: Bool) -> HTML {
        div(.id("conflict"), .class("conflict"), .role("alert"), HTMLAttribute("tabindex", "-1")) {
            frame.assets.icon(.information)
            div {
                p {
                    if conflict.wasTried { strong { "Nothing was sent. " } }
                    conflict.refusal.detail
                }
                if !conflict.alternatives.isEmpty {
                    p { "Still free: " + conflict.alternatives.joined(separator: ", ") + "." }
                }
                p {
                    hasNext
                        ? "The newest draft is shown."
                        : "The newest draft is shown once it is made."
                }
                if let text = conflict.text {
                    details {
                        summary { "What you had written" }
                        blockquote { HTML.paragraphs(text) }
                    }
                }
            }
            button(
                .class("icon-button"), .type("button"), HTMLAttribute("data-dismiss", ""),
                .label("Close this message")
            ) { frame.assets.icon(.crossLarge) }
        }
    }

    /// Where the banner that is on the page already goes when the page is loaded anew.
    static var kept: HTML { div(.id("conflict"), HTMLAttribute("hx-preserve", "true")) {} }
}

/// The keys of the approvals page.
enum ShortcutsView {
    private static let keys: [([String], String)] = [
        (["j"], "Next draft"), (["k"], "Previous draft"), (["a"], "Approve and send"),
        (["e"], "Edit the reply"), (["Ctrl", "Enter"], "Send what you edited"),
        (["Esc"], "Leave the text"), (["r"], "Reject with a reason"),
        (["z"], "Undo the last approval"), (["?"], "This list"),
    ]

    static func html(_ frame: PageContext) -> HTML {
        dialog(
            .id("shortcuts"), .class("dialog"), HTMLAttribute("aria-labelledby", "shortcuts-title")
        ) {
            div(.class("title-line")) {
                h2(.id("shortcuts-title")) { "Keyboard" }
                button(
                    .class("icon-button"), .type("button"), HTMLAttribute("data-close", ""),
                    .label("Close")
                ) { frame.assets.icon(.crossLarge) }
            }
            dl(.class("keys")) {
                for (signs, meaning) in keys {
                    dt {
                        for sign in signs { kbd { sign } }
                    }
                    dd { meaning }
                }
            }
        }
    }
}
