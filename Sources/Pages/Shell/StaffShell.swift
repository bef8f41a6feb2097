import Desk
import Domain
import WebCore

/// The frame of the staff app: a bar at the side, at the bottom on phones.
enum StaffShell {
    static func html(
        _ frame: PageContext, _ section: NavigationItem, title: String? = nil,
        modules: [String] = [],
        wide: Bool = false, @HTMLBuilder content: () -> HTML
    ) -> String {
        let head = Document.Head(
            title: "\(title ?? section.title) · \(frame.workspace.name)", assets: frame.assets,
            theme: frame.theme, csrf: frame.csrf, modules: modules, bodyClass: "app",
            events: "/events")
        return Document.html(head) {
            phoneBar(frame)
            sideBar(frame, section)
            mainPart(
                .id("main"), .class("content", "content-wide", when: wide),
                HTMLAttribute("tabindex", "-1")
            ) {
                UnreadableNotice.html(frame)
                content()
            }
        }
    }

    private static func sections(
        _ frame: PageContext, _ current: NavigationItem
    ) -> [NavigationItem] {
        NavigationItem.allCases.filter { item in
            switch item {
            case .console: frame.channels.usesConsole && frame.may(.converse)
            // It takes room in the bar only while there is something to see to.
            case .operations:
                frame.may(.manageOperations) && (frame.parked > 0 || current == .operations)
            default: true
            }
        }
    }

    @HTMLBuilder
    private static func sideBar(_ frame: PageContext, _ section: NavigationItem) -> HTML {
        aside(.class("sidebar"), .label("Desk")) {
            brand(frame)
            nav(.class("rooms"), .label("Rooms")) {
                ul {
                    for room in sections(frame, section) {
                        li { entry(frame, room, isCurrent: room == section) }
                    }
                }
            }
            div(.class("sidebar-foot")) {
                a(
                    .class("room portal-link"), .href("/portal/" + frame.workspace.slug),
                    HTMLAttribute("target", "_blank"), HTMLAttribute("rel", "noopener")
                ) {
                    frame.assets.icon(.shop)
                    span { "Customer portal" }
                }
                person(frame)
            }
        }
    }

    @HTMLBuilder
    private static func brand(_ frame: PageContext) -> HTML {
        a(.class("brand"), .href("/approvals")) {
            span(.class("brand-mark"), .hidden) { frame.assets.icon(.smile) }
            span(.class("brand-words")) {
                span(.class("brand-name")) { frame.workspace.name }
                span(.class("brand-sub")) { "Front desk" }
            }
        }
    }

    @HTMLBuilder
    private static func entry(_ frame: PageContext, _ room: NavigationItem, isCurrent: Bool) -> HTML
    {
        a(.class("room"), .href(room.address), .current(isCurrent)) {
            frame.assets.icon(room.icon)
            span(.class("room-title")) { room.title }
            span(.class("room-short"), .hidden) { room.shortTitle }
            if room == .approvals { count(frame.waiting) }
            if room == .conversations { needCount(frame.needing) }
            if room == .operations, frame.parked > 0 {
                span(.class("count")) {
                    String(frame.parked)
                    span(.class("unseen")) { " given up" }
                }
            }
        }
    }

    /// How many drafts wait; asks again whenever a draft changes.
    static func count(_ waiting: Int) -> HTML {
        span(
            .id("waiting"), .class("count", "count-none", when: waiting == 0),
            .get("/approvals/waiting"), .trigger("sse:draft delay:150ms"), .swap("outerHTML")
        ) {
            if waiting > 0 {
                String(waiting)
                span(.class("unseen")) { " waiting" }
            }
        }
    }

    /// How many conversations need a person; asks again whenever one changes.
    static func needCount(_ needing: Int) -> HTML {
        span(
            .id("needing"), .class("count", "count-none", when: needing == 0),
            .get("/conversations/needing"), .trigger("sse:conversation delay:150ms"),
            .swap("outerHTML")
        ) {
            if needing > 0 {
                String(needing)
                span(.class("unseen")) { needing == 1 ? " needs a person" : " need a person" }
            }
        }
    }

    @HTMLBuilder
    private static func person(_ frame: PageContext) -> HTML {
        div(.class("me")) {
            Avatar.html(frame.staff.name)
            span(.class("me-words")) {
                span(.class("me-name")) { frame.staff.name }
                span(.class("me-role")) { frame.staff.role.rawValue.capitalisedFirst }
            }
            themeButton(frame.assets, frame.theme)
            signOut(frame)
        }
    }

    private static func signOut(_ frame: PageContext) -> HTML {
        form(.class("inline"), .post, .action("/sign-out")) {
            frame.token
            button(
                .class("icon-button"), .type("submit"), .label("Sign out"), .title("Sign out")
            ) { frame.assets.icon(.signOut) }
        }
    }

    /// Goes round automatic, light and dark; the module keeps the choice in a cookie.
    static func themeButton(_ assets: PageAssets, _ theme: Theme) -> HTML {
        button(
            .class("icon-button theme-button"), .type("button"),
            HTMLAttribute("data-theme-next", ""),
            .label("Colours: \(theme.rawValue)"), .title("Colours: \(theme.rawValue)")
        ) {
            for choice in Theme.allCases {
                span(.class("theme-\(choice.rawValue)")) { assets.icon(choice.icon) }
            }
        }
    }

    /// On phones: whose desk this is, and the few things that have no room in the bar below.
    @HTMLBuilder
    private static func phoneBar(_ frame: PageContext) -> HTML {
        header(.class("phone-bar")) {
            brand(frame)
            themeButton(frame.assets, frame.theme)
            signOut(frame)
        }
    }
}

/// Initials in a circle.
enum Avatar {
    static func html(_ name: String) -> HTML {
        span(.class("avatar"), .hidden) { initials(name) }
    }

    static func initials(_ name: String) -> String {
        let words = name.split(separator: " ").filter { $0.first?.isLetter == true }
        guard let first = words.first?.first else { return "#" }
        guard words.count > 1, let last = words.last?.first else { return first.uppercased() }
        return first.uppercased() + last.uppercased()
    }
}

extension String {
    var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
