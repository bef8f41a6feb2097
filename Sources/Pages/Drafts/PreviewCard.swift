import Base
import Domain
import WebCore

/// What approving a draft does to the calendar, as a card.
enum PreviewCard {
    static func html(_ frame: PageContext, _ preview: BookingPreview, for contact: Contact) -> HTML
    {
        guard let place = preview.place else {
            return p(.class("proposal-plain")) { preview.words.capitalisedFirst }
        }
        let date = frame.zone.local(place.start).date
        let isLoss = preview.kind == .cancel
        return div(.class("proposal")) {
            DateTile.html(date)
            div {
                p(.class("proposal-name")) { "\(place.serviceName), \(length(place))" }
                p(.class("proposal-when")) {
                    "\(hours(frame, place)) with \(place.staffName), for \(Formatting.name(contact))"
                }
                if let from = preview.from {
                    p(.class("proposal-when")) {
                        "Now \(DateWords.short(frame.zone.local(from.start).date)) "
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
    static func title(_ kind: BookingPreview.Kind) -> String {
        switch kind {
        case .hold: "Holds a time"
        case .book: "Booking"
        case .move: "Move"
        case .cancel: "Cancellation"
        case .release: "Releases a time"
        case .deposit: "Deposit"
        case .handOff: "Hand-over"
        }
    }

    /// "Booked Colour refresh, Tue 24 Nov 15:30 with Ana Ferreira.": for after the approval.
    static func done(_ frame: PageContext, _ preview: BookingPreview) -> String {
        let what = preview.place.map { place in
            let start = frame.zone.local(place.start)
            return " \(place.serviceName), \(DateWords.short(start.date)) \(start.time) "
                + "with \(place.staffName)"
        }
        switch preview.kind {
        case .hold: return "Held\(what ?? " the time")."
        case .book: return "Booked\(what ?? "")."
        case .move: return "Moved\(what ?? "")."
        case .cancel: return "Cancelled\(what ?? "")."
        case .release: return "Released the held time."
        case .deposit: return "Asked for a deposit."
        case .handOff: return "A person is needed here now."
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
        case .handOff: "Handed over"
        }
    }

    private static func hours(_ frame: PageContext, _ place: BookingPreview.Place) -> String {
        "\(frame.zone.local(place.start).time)–\(frame.zone.local(place.end).time)"
    }

    private static func length(_ place: BookingPreview.Place) -> String {
        Formatting.minutes(Int((place.end - place.start).microseconds / 60_000_000))
    }
}
