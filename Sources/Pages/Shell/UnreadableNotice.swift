import Domain
import Store
import WebCore

/// Says above every page what of the business's own records cannot be read, and what to do.
enum UnreadableNotice {
    static func html(_ frame: PageContext) -> HTML {
        let kinds = frame.unreadable()
        guard !kinds.isEmpty else { return .empty }
        return div(.id("unreadable"), .class("callout callout-warning"), .role("status")) {
            frame.assets.icon(.warning)
            div {
                p { strong { "Some records cannot be read." } }
                for kind in UnreadableRows.Kind.allCases {
                    if let count = kinds[kind] { p { advice(kind, count) } }
                }
            }
        }
    }

    private static func advice(_ kind: UnreadableRows.Kind, _ count: Int) -> String {
        switch kind {
        case .draft:
            "\(count) \(count == 1 ? "draft" : "drafts"): have \(count == 1 ? "it" : "them") drafted "
                + "again in Approvals."
        case .bookingSession:
            "What was being booked in \(count) \(count == 1 ? "conversation" : "conversations"): the "
                + "assistant began anew there. Look at those customers' appointments."
        case .openingHours, .bookingPolicy:
            "Opening hours and rules: no times are offered until they are saved again under "
                + "Services & hours."
        case .timeZone:
            "The time zone: no times are offered until it is chosen again in the profile."
        case .staffHours:
            "The hours of \(count) \(count == 1 ? "person" : "people"): nobody is booked with them "
                + "until they are saved again under Services & hours."
        case .event:
            "The details of \(count) \(count == 1 ? "entry" : "entries") of the log: who did what, "
                + "and when, is still shown."
        }
    }
}
