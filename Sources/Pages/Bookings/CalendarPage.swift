import Base
import Domain
import Store
import WebCore

/// The calendar: a column for each person or day, an agenda on phones.
enum CalendarPage {
    static func html(_ frame: PageContext, _ content: CalendarContent) -> String {
        StaffShell.html(frame, .calendar, wide: true) {
            div(.class("calendar-page")) {
                head(frame, content)
                SetupHint.html(frame, content.catalogue)
                div(
                    .id("calendar"), .get(address(content.span, content.date)),
                    .trigger("sse:booking delay:150ms, sse:catalogue delay:150ms"),
                    .select("#calendar"), .swap("outerHTML")
                ) {
                    if content.catalogue.staff.isEmpty {
                        nobody(frame)
                    } else {
                        CalendarGrid.html(frame, content)
                        agenda(frame, content)
                    }
                }
            }
            content.notice?.html
        }
    }

    static func address(_ span: CalendarContent.Span, _ date: LocalDate) -> String {
        "/calendar?span=\(span.rawValue)&day=\(date)"
    }

    private static func nobody(_ frame: PageContext) -> HTML {
        EmptyState.html(
            frame, .calendar3, "Nobody can be booked yet",
            "Add the people of your business and what they offer; their columns appear here."
        ) {
            a(.class("button primary"), .href("/services")) { "Services & hours" }
        }
    }

    private static func head(_ frame: PageContext, _ content: CalendarContent) -> HTML {
        let step = content.span == .day ? 1 : 7
        return header(.class("calendar-head")) {
            h1 { "Calendar" }
            div(.class("calendar-move")) {
                a(
                    .class("icon-button"),
                    .href(address(content.span, content.date.adding(days: -step))),
                    .label("Earlier")
                ) { frame.assets.icon(.earlier) }
                a(.class("button small"), .href(address(content.span, frame.today))) { "Today" }
                a(
                    .class("icon-button"),
                    .href(address(content.span, content.date.adding(days: step))), .label("Later")
                ) { frame.assets.icon(.later) }
                h2 { title(content) }
            }
            nav(.class("segments"), .label("Span")) {
                for span in CalendarContent.Span.allCases {
                    a(
                        .class("segment"), .href(address(span, content.date)),
                        .current(span == content.span)
                    ) { span.rawValue.capitalisedFirst }
                }
            }
            if frame.may(.manageBookings) {
                a(.class("button primary"), .href("/calendar/new?day=\(content.date)")) {
                    frame.assets.icon(.plus)
                    span { "New appointment" }
                }
            }
        }
    }

    private static func title(_ content: CalendarContent) -> String {
        guard content.span == .week, let first = content.days.first, let last = content.days.last
        else { return "\(content.catalogue.locale.day(content.date)) \(content.date.year)" }
        let locale = content.catalogue.locale
        return "\(locale.shortDay(first)) – \(locale.shortDay(last)) \(last.year)"
    }

    /// On phones: the appointments as a list, day by day.
    private static func agenda(_ frame: PageContext, _ content: CalendarContent) -> HTML {
        div(.class("agenda")) {
            for date in content.days {
                section {
                    h3 { Formatting.day(date, today: frame.today, frame.locale) }
                    agendaDay(frame, content, date)
                }
            }
        }
    }

    @HTMLBuilder
    private static func agendaDay(
        _ frame: PageContext, _ content: CalendarContent, _ date: LocalDate
    ) -> HTML {
        let bookings = content.bookings(on: date)
        if content.catalogue.closures.contains(date) {
            p(.class("hint")) { "Closed." }
        } else if bookings.isEmpty {
            p(.class("hint")) { "No appointments." }
        }
        ul {
            for listed in bookings {
                li {
                    a(
                        .class(
                            "agenda-row", "is-cancelled", when: !listed.booking.status.takesTime),
                        .href("/calendar/bookings/\(listed.booking.id)")
                    ) {
                        span(.class("agenda-time")) {
                            content.catalogue.locale.time(
                                content.catalogue.zone.local(listed.booking.slot.start).time)
                        }
                        span {
                            strong { Formatting.name(listed.contact) }
                            span(.class("sub")) { "\(BookingWords.line(listed))" }
                        }
                    }
                }
            }
        }
    }
}

/// The grid of hours. Positions are classes, since the content policy allows no style attributes.
enum CalendarGrid {
    /// Minutes in one row of the grid.
    static let step = 15

    static func html(_ frame: PageContext, _ content: CalendarContent) -> HTML {
        let hours = content.hours
        return div(
            .class("grid-scroll"), .role("region"), .label("Appointments by the hour"),
            HTMLAttribute("tabindex", "0")
        ) {
            div(.class("grid")) {
                scale(hours)
                switch content.span {
                case .day:
                    for member in content.catalogue.staff {
                        column(frame, content, hours, content.date, member, title: member.name)
                    }
                case .week:
                    for date in content.days {
                        column(
                            frame, content, hours, date, nil,
                            title: Formatting.day(date, today: frame.today, frame.locale))
                    }
                }
            }
        }
    }

    private static func scale(_ hours: ClosedRange<Int>) -> HTML {
        div(.class("grid-scale"), .hidden) {
            div(.class("grid-title")) {}
            div(.class("grid-body rows-\((hours.count - 1) * 60 / step)")) {
                for hour in hours.dropLast() {
                    span(.class("at-\((hour - hours.lowerBound) * 60 / step)")) {
                        hour < 10 ? "0\(hour):00" : "\(hour):00"
                    }
                }
            }
        }
    }

    private static func column(
        _ frame: PageContext, _ content: CalendarContent, _ hours: ClosedRange<Int>,
        _ date: LocalDate,
        _ member: StaffMember?, title: String
    ) -> HTML {
        let shown = content.bookings(on: date).filter { listed in
            listed.booking.status.takesTime
                && (member == nil || listed.booking.slot.staff == member?.id)
        }
        return section(.class("grid-column"), .label(title)) {
            div(.class("grid-title", "is-today", when: member == nil && date == frame.today)) {
                if member == nil {
                    a(.href(CalendarPage.address(.day, date))) { title }
                } else {
                    title
                }
            }
            div(.class("grid-body rows-\((hours.count - 1) * 60 / step)")) {
                open(content, hours, date, member)
                for (listed, lane, lanes) in lanes(shown) {
                    entry(content, hours, listed, lane, lanes, showsStaff: member == nil)
                }
            }
        }
    }

    /// Where the column is open: white on the grey of closed hours.
    @HTMLBuilder
    private static func open(
        _ content: CalendarContent, _ hours: ClosedRange<Int>, _ date: LocalDate,
        _ member: StaffMember?
    ) -> HTML {
        if !content.catalogue.closures.contains(date) {
            let own = member?.hours ?? content.catalogue.hours
            for period in own.periods(on: date.weekday) {
                let first = period.open.minutes - hours.lowerBound * 60
                let length = period.close.minutes - period.open.minutes
                span(.class("grid-open at-\(first / step) for-\(max(1, length / step))")) {}
            }
        }
    }

    private static func entry(
        _ content: CalendarContent, _ hours: ClosedRange<Int>, _ listed: BookingStore.Listed,
        _ lane: Int, _ lanes: Int, showsStaff: Bool
    ) -> HTML {
        let start = content.catalogue.zone.local(listed.booking.slot.start).time
        let minutes = Int(
            (listed.booking.slot.end - listed.booking.slot.start).microseconds / 60_000_000)
        let row = max(0, start.minutes - hours.lowerBound * 60) / step
        let length = max(1, minutes / step)
        let place = lanes > 1 ? " lane-\(min(lane, 3))-\(min(lanes, 4))" : ""
        return a(
            .class("entry at-\(row) for-\(length)\(place)"),
            .href("/calendar/bookings/\(listed.booking.id)")
        ) {
            strong { Formatting.name(listed.contact) }
            span { "\(start) \(listed.service)" }
            if showsStaff { span { listed.staff } }
        }
    }

    /// Appointments that overlap stand side by side.
    static func lanes(
        _ bookings: [BookingStore.Listed]
    ) -> [(BookingStore.Listed, lane: Int, of: Int)] {
        var result: [(BookingStore.Listed, lane: Int, of: Int)] = []
        var group: [(BookingStore.Listed, lane: Int)] = []
        var ends: [Instant] = []
        for listed in bookings.sorted(by: { $0.booking.slot.start < $1.booking.slot.start }) {
            let start = listed.booking.slot.start
            if let last = ends.max(), last <= start {
                result += group.map { ($0.0, $0.lane, ends.count) }
                (group, ends) = ([], [])
            }
            if let free = ends.firstIndex(where: { $0 <= start }) {
                ends[free] = listed.booking.slot.end
                group.append((listed, free))
            } else {
                ends.append(listed.booking.slot.end)
                group.append((listed, ends.count - 1))
            }
        }
        return result + group.map { ($0.0, $0.lane, ends.count) }
    }
}
