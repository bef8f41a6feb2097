import Domain
import WebCore

/// What the owner has yet to enter before customers can book; nothing when they can.
enum SetupHint {
    static func html(_ frame: PageContext, _ catalogue: Catalogue) -> HTML {
        let gaps = catalogue.setupGaps
        guard !gaps.isEmpty else { return .empty }
        return section(.id("setup"), .class("card"), .label("Before customers can book")) {
            h2 { "Before customers can book" }
            for gap in gaps { p(.class("hint")) { gap.advice } }
            if gaps.contains(.noHours), frame.may(.manageCatalogue) {
                p { a(.class("button small"), .href(ServicesTab.hours.address)) { "Enter hours" } }
            }
        }
    }
}
