import Base
import Domain
import WebCore

/// Sign-in and registration, with what was typed and what was wrong.
struct AccountForm: Sendable {
    var values: [String: String] = [:]
    var problem: String?
    var fields: [FieldProblem] = []
    /// Whether nobody has sent it yet.
    var isFresh = false
    /// Where to go afterwards: a path of our own.
    var next = "/approvals"

    subscript(_ name: String) -> String { values[name] ?? "" }
}

enum AccountViews {
    static func signIn(_ frame: PlainContext, _ content: AccountForm, canRegister: Bool) -> String {
        PlainShell.html(frame, title: "Sign in · Frontdesk") {
            div(.class("card plain-card")) {
                h1 { "Sign in" }
                p(.class("sub lead")) { "To the front desk of your business." }
                ProblemBox.html(frame, content.problem)
                form(.post, .action("/sign-in")) {
                    input(.type("hidden"), .name("next"), .value(content.next))
                    FormField(
                        name: "email", label: "E-mail", type: "email", value: content["email"],
                        attributes: [.required, .autocomplete("username")]
                    ).html
                    FormField(
                        name: "password", label: "Password", type: "password",
                        attributes: [.required, .autocomplete("current-password")]
                    ).html
                    button(.class("button primary whole"), .type("submit")) { "Sign in" }
                }
                if canRegister {
                    p(.class("aside-line")) {
                        "New here? "
                        a(.href("/register")) { "Open a front desk" }
                    }
                }
            }
        }
    }

    static func register(_ frame: PlainContext, _ content: AccountForm) -> String {
        PlainShell.html(frame, title: "Open a front desk · Frontdesk") {
            div(.class("card plain-card plain-wide")) {
                h1 { "Open a front desk" }
                p(.class("sub lead")) { "You become its owner. Everything can be changed later." }
                ProblemBox.html(frame, content.problem)
                form(.post, .action("/register")) {
                    fieldset {
                        legend { "Your business" }
                        business(content)
                    }
                    fieldset {
                        legend { "You" }
                        person(content)
                    }
                    button(.class("button primary whole"), .type("submit")) { "Open it" }
                }
                p(.class("aside-line")) {
                    "Have an account? "
                    a(.href("/sign-in")) { "Sign in" }
                }
            }
        }
    }

    @HTMLBuilder
    private static func business(_ content: AccountForm) -> HTML {
        FormField(
            name: "name", label: "Name", value: content["name"], problems: content.fields,
            attributes: [
                .required, HTMLAttribute("maxlength", "80"), .autocomplete("organization"),
            ]
        ).html
        FormField(
            name: "slug", label: "Address of the portal", value: content["slug"],
            hint: "Customers write to you at /portal/ and this. Empty makes it from the name.",
            problems: content.fields,
            attributes: [HTMLAttribute("maxlength", "63"), .autocomplete("off")]
        ).html
        div(.class("field-row")) {
            FormField(
                name: "zone", label: "Time zone", value: content["zone"],
                hint: "Such as Europe/London", problems: content.fields,
                attributes: [
                    .required, .autocomplete("off"),
                    content.isFresh ? HTMLAttribute("data-own-zone", "") : .none,
                ]
            ).html
            FormField(
                name: "currency", label: "Currency", value: content["currency"],
                hint: "Such as GBP", problems: content.fields,
                attributes: [.required, HTMLAttribute("maxlength", "3"), .autocomplete("off")]
            ).html
        }
        LocaleFields.country(content["country"], content.fields)
    }

    @HTMLBuilder
    private static func person(_ content: AccountForm) -> HTML {
        FormField(
            name: "owner", label: "Your name", value: content["owner"], problems: content.fields,
            attributes: [.required, .autocomplete("name")]
        ).html
        FormField(
            name: "email", label: "E-mail", type: "email", value: content["email"],
            problems: content.fields, attributes: [.required, .autocomplete("email")]
        ).html
        FormField(
            name: "password", label: "Password", type: "password",
            hint: "\(PasswordRules.length.lowerBound) to \(PasswordRules.length.upperBound) "
                + "characters; a sentence is easiest to remember.",
            problems: content.fields, attributes: [.required, .autocomplete("new-password")]
        ).html
    }

    /// Where nobody knows yet who comes: two ways on.
    static func landing(_ frame: PlainContext) -> String {
        PlainShell.html(frame, title: "Frontdesk") {
            div(.class("landing")) {
                h1 { "The desk that answers, and asks you first" }
                p(.class("lead")) {
                    "Customers write. The assistant drafts a reply from your own documents and "
                    "finds a time. Nothing is sent or booked until somebody here says yes."
                }
                div(.class("landing-ways")) {
                    a(.class("way"), .href("/sign-in")) {
                        frame.assets.icon(.lock)
                        strong { "I work here" }
                        span { "Sign in to approve replies" }
                    }
                    form(.class("way"), HTMLAttribute("method", "get"), .action("/portal")) {
                        frame.assets.icon(.chats)
                        label(.for("slug")) { "I am a customer" }
                        div(.class("way-row")) {
                            input(
                                .id("slug"), .name("slug"), .type("text"), .required,
                                HTMLAttribute("placeholder", "address of the business"),
                                .autocomplete("off"))
                            button(.class("button"), .type("submit")) { "Go" }
                        }
                    }
                }
            }
        }
    }
}
