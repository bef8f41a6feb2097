import Base
import Desk
import Domain
import Store
import WebCore

/// What every page of the staff app shows around its own matter.
struct PageContext: Sendable, IconSource {
    let assets: PageAssets
    /// Goes into every form.
    let csrf: String
    let theme: Theme
    let workspace: Workspace
    let staff: Staff
    /// Drafts that wait for a person.
    let waiting: Int
    /// Conversations that wait for a person.
    let needing: Int
    /// Work in the background that was given up, for those who see to it.
    let parked: Int
    let channels: ChannelRegistry
    let now: Instant
    /// What of the workspace cannot be read, as far as it was met when the page is written.
    let unreadable: @Sendable () -> [UnreadableRows.Kind: Int]

    var zone: Zone { workspace.zone }
    var today: LocalDate { zone.local(now).date }
    /// How the people of this business write.
    var locale: LocaleSettings { workspace.locale }

    /// The hidden field that proves that a form is ours.
    var token: HTML { input(.type("hidden"), .name("csrf"), .value(csrf)) }

    func may(_ permission: Permission) -> Bool { staff.role.allows(permission) }
}

/// How the page is coloured; the browser's setting unless somebody chose.
enum Theme: String, Sendable, CaseIterable {
    case auto, light, dark

    static let cookie = "frontdesk_theme"

    var icon: Icon {
        switch self {
        case .auto: .circleHalf
        case .light: .sun
        case .dark: .moon
        }
    }
}

/// The rooms of the staff app, in the order of the bar.
enum NavigationItem: String, Sendable, CaseIterable {
    case approvals, conversations, calendar, knowledge, services, console, operations

    var title: String {
        switch self {
        case .approvals: "Approvals"
        case .conversations: "Conversations"
        case .calendar: "Calendar"
        case .knowledge: "Knowledge"
        case .services: "Services & hours"
        case .console: "Message console"
        case .operations: "Given up"
        }
    }

    /// For the bar at the bottom of phones.
    var shortTitle: String {
        switch self {
        case .approvals, .calendar, .knowledge, .operations: title
        case .conversations: "Chats"
        case .services: "Services"
        case .console: "Console"
        }
    }

    var icon: Icon {
        switch self {
        case .approvals: .inbox
        case .conversations: .chats
        case .calendar: .calendar3
        case .knowledge: .book
        case .services: .scissors
        case .console: .terminal
        case .operations: .warning
        }
    }

    var address: String { "/" + rawValue }
}
