import Base
import WebCore

/// The frame of pages that need no sign-in: a card in the middle.
struct PlainContext: Sendable, IconSource {
    let assets: PageAssets
    let theme: Theme
    var csrf: String?
}

enum PlainShell {
    static func html(
        _ frame: PlainContext, title: String, @HTMLBuilder content: () -> HTML
    ) -> String {
        let head = Document.Head(
            title: title, assets: frame.assets, theme: frame.theme, csrf: frame.csrf,
            bodyClass: "plain", events: nil)
        return Document.html(head) {
            header(.class("plain-bar")) {
                a(.class("brand"), .href("/")) {
                    span(.class("brand-mark"), .hidden) { frame.assets.icon(.smile) }
                    span(.class("brand-name")) { "Frontdesk" }
                }
                StaffShell.themeButton(frame.assets, frame.theme)
            }
            mainPart(
                .id("main"), .class("plain-main"), HTMLAttribute("tabindex", "-1"), content: content
            )
        }
    }
}

/// A labelled field with its hint and, after a refusal, what is wrong with it.
struct FormField {
    var name: String
    var label: String
    var type = "text"
    var value = ""
    var hint: String?
    var problems: [FieldProblem] = []
    var attributes: [HTMLAttribute] = []

    private var problem: String? { problems.first { $0.field == name }?.message }

    var html: HTML {
        let described = [hint.map { _ in name + "-hint" }, problem.map { _ in name + "-problem" }]
            .compactMap { $0 }.joined(separator: " ")
        return div(.class("field")) {
            Pages.label(.for(name)) { label }
            void(
                "input",
                [
                    .id(name), .name(name), .type(type), .value(type == "password" ? "" : value),
                    .optional("aria-describedby", described.isEmpty ? nil : described),
                    .optional("aria-invalid", problem.map { _ in "true" }),
                ] + attributes)
            if let hint {
                p(.class("hint"), .id(name + "-hint")) { hint }
            }
            if let problem {
                p(.class("problem"), .id(name + "-problem")) { problem }
            }
        }
    }
}

/// A text of several lines, labelled, with what was wrong with it beside it.
struct TextArea {
    var name: String
    var label: String
    var value = ""
    var rows = 3
    var limit: Int?
    var placeholder: String?
    var problems: [FieldProblem] = []

    private var problem: String? { problems.first { $0.field == name }?.message }

    var html: HTML {
        div(.class("field")) {
            Pages.label(.for(name)) { label }
            textarea(
                .id(name), .name(name), HTMLAttribute("rows", "\(rows)"),
                .optional("maxlength", limit.map { "\($0)" }),
                .optional("placeholder", placeholder),
                .optional("aria-describedby", problem.map { _ in name + "-problem" }),
                .optional("aria-invalid", problem.map { _ in "true" })
            ) { "\n" + value }
            if let problem {
                p(.class("problem"), .id(name + "-problem")) { problem }
            }
        }
    }
}

/// What was refused, above a form.
enum ProblemBox {
    static func html(_ source: some IconSource, _ detail: String?) -> HTML {
        guard let detail else { return .empty }
        return div(.class("problem-box"), .role("alert")) {
            source.assets.icon(.warning)
            p { detail }
        }
    }
}
