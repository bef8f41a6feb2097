import Base
import Domain
import WebCore

/// One word about a thing, coloured by how much it matters.
struct Tag: Sendable, Hashable {
    enum Tone: String { case danger, warning, information, good, calm }

    let words: String
    let tone: Tone

    var isUrgent: Bool { tone == .danger }

    var html: HTML { span(.class("tag tag-\(tone.rawValue)")) { words } }
}

/// A leaf of a calendar.
enum DateTile {
    static func html(_ date: LocalDate) -> HTML {
        let month = DateWords.short(date).split(separator: " ").last ?? ""
        return span(.class("leaf"), .hidden) {
            span(.class("leaf-month")) { month.uppercased() }
            span(.class("leaf-day")) { "\(date.day)" }
        }
    }
}
