import Base
import Domain
import WebCore

/// What approving a draft does to the calendar, as a card.
enum PreviewCard {
    static func html(_ frame: PageContext, _ effect: ProposedEffect, for contact: Contact) -> HTML {
        guard let preview = BookingPreview(effect), let slot = preview.slot else {
            return p(.class("proposal-plain")) { effect.summary.capitalisedFirst }
        }
        let date = frame.zone.local(slot.start).date
        let isLoss = preview.kind == .cancel
        return div(.class("proposal")) {
            DateTile.html(date)
            div {
                p(.class("proposal-name")) { "\(slot.serviceName), \(length(slot))" }
                p(.class("proposal-when")) {
                    "\(hours(frame, slot)) with \(slot.staffName), for \(Formatting.name(contact))"
                }
                if let from = preview.previousSlot {
                    p(.class("proposal-when")) {
                        "Now \(frame.locale.shortDay(frame.zone.local(from.start).date)) "
                            + "\(hours(frame, from)) with \(from.staffName)"
                    }
                }
            }
            span(.class("tag tag-\(isLoss ? "danger" : "good")")) {
                frame.assets.icon(isLoss ? .calendarCross : .check)
                "\(verb(preview.kind)) when you approve"
            }
        }
    }

    /// The tag of a draft in the queue.
    static func title(_ effect: ProposedEffect) -> String {
        switch BookingPreview(effect)?.kind {
        case .hold: "Holds a time"
        case .book: "Booking"
        case .move: "Move"
        case .cancel: "Cancellation"
        case .release: "Releases a time"
        case .deposit: "Deposit"
        // What other columns call it.
        case nil: effect.kind.replacing("_", with: " ").capitalisedFirst
        }
    }

    /// "Booked Colour refresh, Tue 24 Nov 15:30 with Ana Ferreira.": for after the approval.
    static func done(_ frame: PageContext, _ effect: ProposedEffect) -> String {
        guard let preview = BookingPreview(effect) else { return "It also \(effect.summary)." }
        let what = preview.slot.map { slot in
            let start = frame.zone.local(slot.start)
            return " \(slot.serviceName), \(frame.locale.shortDay(start.date)) "
                + "\(frame.locale.time(start.time)) "
                + "with \(slot.staffName)"
        }
        switch preview.kind {
        case .hold: return "Held\(what ?? " the time")."
        case .book: return "Booked\(what ?? "")."
        case .move: return "Moved\(what ?? "")."
        case .cancel: return "Cancelled\(what ?? "")."
        case .release: return "Released the held time."
        case .deposit: return "Asked for a deposit."
        }
    }

    private static func verb(_ kind: BookingPreview.Kind) -> String {
        switch kind {
        case .hold: "Held"
        case .book: "Booked"
        case .move: "Moved"
        case .cancel: "Cancelled"
        case .release: "Released"
        case .deposit: "Kept for a deposit"
        }
    }

    private static func hours(_ frame: PageContext, _ slot: BookingPreview.NamedSlot) -> String {
        "\(frame.locale.time(frame.zone.local(slot.start).time))–"
            + frame.locale.time(frame.zone.local(slot.end).time)
    }

    private static func length(_ slot: BookingPreview.NamedSlot) -> String {
        Formatting.minutes(Int((slot.end - slot.start).microseconds / 60_000_000))
    }
}
