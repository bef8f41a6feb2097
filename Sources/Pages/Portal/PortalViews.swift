import Base
import Desk
import Domain
import WebCore

/// What a customer's page shows around its matter.
struct PortalContext: Sendable, IconSource {
    let assets: PageAssets
    let theme: Theme
    var csrf: String?
    let workspace: Workspace
    let now: Instant

    var address: String { "/portal/" + workspace.slug }
}

/// The customer's conversation.
struct PortalChat: Sendable {
    var customer: Customer
    var conversation: Conversation?
    var messages: [Message] = []
    /// Made for each page, so that a message sent twice is stored once.
    var key: String

    /// Whether something waits for an answer.
    var isBeingLookedAt: Bool {
        conversation.map { $0.lastInboundNumber > $0.answeredThrough } ?? false
    }
}

enum PortalViews {
    private static func shell(
        _ frame: PortalContext, events: String? = nil, modules: [String] = [],
        actions: HTML = .empty, @HTMLBuilder content: () -> HTML
    ) -> String {
        let head = Document.Head(
            title: frame.workspace.name, assets: frame.assets, theme: frame.theme,
            csrf: frame.csrf, modules: modules, bodyClass: "portal", events: events)
        return Document.html(head) {
            header(.class("portal-bar")) {
                span(.class("brand")) {
                    span(.class("brand-mark"), .hidden) { frame.assets.icon(.smile) }
                    span(.class("brand-words")) {
                        h1(.class("brand-name")) { frame.workspace.name }
                        if !frame.workspace.phone.isEmpty {
                            a(.class("brand-sub"), .href("tel:" + frame.workspace.phone)) {
                                frame.workspace.phone
                            }
                        }
                    }
                }
                StaffShell.themeButton(frame.assets, frame.theme)
                actions
            }
            mainPart(
                .id("main"), .class("portal-main"), HTMLAttribute("tabindex", "-1"),
                content: content)
        }
    }

    /// The first step: a number to which the code goes.
    static func identify(_ frame: PortalContext, _ content: AccountForm) -> String {
        shell(frame) {
            div(.class("card plain-card")) {
                h2 { "Write to us" }
                p(.class("sub lead")) {
                    "Ask a question, or book, move and cancel an appointment. We send a code to "
                    "your phone, so that only you see your conversation."
                }
                ProblemBox.html(frame, content.fields.isEmpty ? content.problem : nil)
                form(.post, .action(frame.address + "/code")) {
                    FormField(
                        name: "phone", label: "Phone number", type: "tel",
                        value: content["phone"], hint: phoneHint(frame),
                        problems: content.fields, attributes: [.required, .autocomplete("tel")]
                    ).html
                    FormField(
                        name: "name", label: "Your name (if you like)", value: content["name"],
                        attributes: [.autocomplete("name"), HTMLAttribute("maxlength", "80")]
                    ).html
                    button(.class("button primary whole"), .type("submit")) { "Send me a code" }
                }
            }
        }
    }

    /// The country code may be left out where the business is.
    private static func phoneHint(_ frame: PortalContext) -> String {
        guard let example = PhoneNumber.example(in: frame.workspace.locale.region) else {
            return "With the country code: +44 20 7946 0000"
        }
        return "Such as \(example)"
    }

    /// The second step: the code.
    static func code(
        _ frame: PortalContext, session: PortalSessionID, phone: String, isTexted: Bool,
        _ content: AccountForm
    ) -> String {
        shell(frame) {
            div(.class("card plain-card")) {
                h2 { "Enter the code" }
                p(.class("sub lead")) {
                    if isTexted {
                        "We sent a code to \(phone). It is valid for ten minutes."
                    } else {
                        "A code was sent to \(phone) a few minutes ago and is still valid. "
                        "Enter that one."
                    }
                }
                ProblemBox.html(frame, content.fields.isEmpty ? content.problem : nil)
                form(.post, .action(frame.address + "/enter")) {
                    input(.type("hidden"), .name("session"), .value(session.description))
                    input(.type("hidden"), .name("phone"), .value(phone))
                    FormField(
                        name: "code", label: "Code", problems: content.fields,
                        attributes: [
                            .required, .class("code-input"), .autocomplete("one-time-code"),
                            HTMLAttribute("inputmode", "numeric"), HTMLAttribute("maxlength", "16"),
                            .flag("autofocus"),
                        ]
                    ).html
                    button(.class("button primary whole"), .type("submit")) { "Continue" }
                }
                p(.class("aside-line")) {
                    "No code? "
                    a(.href(frame.address)) { "Try again, or with another number" }
                }
            }
        }
    }

    static func chat(_ frame: PortalContext, _ chat: PortalChat) -> String {
        let leave = form(.class("inline"), .post, .action(frame.address + "/leave")) {
            input(.type("hidden"), .name("csrf"), .value(frame.csrf ?? ""))
            button(.class("icon-button"), .type("submit"), .label("Sign out"), .title("Sign out")) {
                frame.assets.icon(.signOut)
            }
        }
        return shell(
            frame, events: frame.address + "/events", modules: ["portal.js"], actions: leave
        ) {
            thread(frame, chat)
            composer(frame, chat)
        }
    }

    private static func thread(_ frame: PortalContext, _ chat: PortalChat) -> HTML {
        let zone = frame.workspace.zone
        return div(
            .id("thread"), .class("portal-thread"), .get(frame.address),
            .trigger("sse:conversation delay:60ms, sse:reload, refresh, every 15s"),
            .select("#thread"),
            .swap("outerHTML"), HTMLAttribute("data-scroll-end", ""),
            HTMLAttribute("data-count", "\(chat.messages.count)")
        ) {
            if chat.messages.isEmpty { welcome(frame, chat) }
            ol(.class("messages"), .label("Messages"), HTMLAttribute("aria-live", "polite")) {
                for group in ThreadView.days(zone, chat.messages) {
                    li(.class("day")) {
                        Formatting.day(
                            group.date, today: zone.local(frame.now).date,
                            frame.workspace.locale)
                    }
                    for message in group.messages { bubble(frame, message) }
                }
            }
            if chat.isBeingLookedAt {
                p(.class("looking"), .role("status")) {
                    span(.class("dots"), .hidden) {
                        span {}
                        span {}
                        span {}
                    }
                    "Your message is being looked at. The answer appears here."
                }
            }
        }
    }

    private static func welcome(_ frame: PortalContext, _ chat: PortalChat) -> HTML {
        let greeting =
            frame.workspace.greeting.isEmpty
            ? "Hello! How can we help you?" : frame.workspace.greeting
        return div(.class("portal-welcome")) {
            Avatar.html(frame.workspace.assistantName)
            div(.class("bubble")) { p { greeting } }
            div(.class("chips")) {
                for starter in [
                    "What are your opening hours?", "I would like to book", "What does it cost?",
                ] {
                    button(.class("chip"), .type("button"), HTMLAttribute("data-starter", starter))
                    {
                        starter
                    }
                }
            }
        }
    }

    /// The customer's own words stand on their side, whoever answered.
    private static func bubble(_ frame: PortalContext, _ message: Message) -> HTML {
        let mine = message.sender == .customer
        let who =
            switch message.sender {
            case .customer: "You"
            case .assistant: frame.workspace.assistantName
            case .staff: frame.workspace.name
            }
        return li(.class(mine ? "message mine" : "message theirs")) {
            div(.class("bubble")) { HTML.paragraphs(message.content) }
            p(.class("when")) {
                "\(who) · "
                    + frame.workspace.locale.time(
                        frame.workspace.zone.local(message.createdAt).time)
            }
        }
    }

    private static func composer(_ frame: PortalContext, _ chat: PortalChat) -> HTML {
        let address = frame.address + "/messages"
        return form(
            .id("composer"), .class("portal-composer"), .post, .action(address), .send(address),
            .target("#thread"), .select("#thread"), .swap("outerHTML"),
            HTMLAttribute("hx-disabled-elt", "find button")
        ) {
            input(.type("hidden"), .name("csrf"), .value(frame.csrf ?? ""))
            input(.type("hidden"), .id("key"), .name("key"), .value(chat.key))
            label(.class("unseen"), .for("content")) { "Your message" }
            textarea(
                .id("content"), .name("content"), HTMLAttribute("rows", "1"), .required,
                HTMLAttribute("maxlength", "4000"), HTMLAttribute("placeholder", "Write a message"),
                HTMLAttribute("enterkeyhint", "send"), .autocomplete("off")
            ) {}
            button(.class("button primary send"), .type("submit"), .label("Send")) {
                frame.assets.icon(.send)
            }
        }
    }
}
