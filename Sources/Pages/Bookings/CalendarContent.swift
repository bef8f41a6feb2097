import Base
import Domain
import Store
import WebCore

/// What the calendar shows: some days, the people who can be booked, and their appointments.
struct CalendarContent: Sendable {
    enum Span: String, Sendable, CaseIterable { case day, week }

    var span: Span
    /// The day that was asked for.
    var date: LocalDate
    var catalogue: Catalogue
    var bookings: [BookingStore.Listed]
    var notice: Notice?

    /// One day, or the week from Monday that holds it.
    var days: [LocalDate] {
        CalendarContent.days(span, date)
    }

    static func days(_ span: Span, _ date: LocalDate) -> [LocalDate] {
        switch span {
        case .day: return [date]
        case .week:
            let monday = date.adding(days: 1 - date.weekday.number)
            return (0..<7).map { monday.adding(days: $0) }
        }
    }

    /// The appointments of a day, by start.
    func bookings(on date: LocalDate) -> [BookingStore.Listed] {
        bookings.filter { catalogue.zone.local($0.booking.slot.start).date == date }
    }

    /// From the first hour that anybody is there to the last, whole hours.
    var hours: ClosedRange<Int> {
        var first = 9 * 60
        var last = 17 * 60
        for date in days {
            for period in catalogue.hours.periods(on: date.weekday) {
                first = min(first, period.open.minutes)
                last = max(last, period.close.minutes)
            }
            for listed in bookings(on: date) {
                first = min(first, catalogue.zone.local(listed.booking.slot.start).time.minutes)
                let end = catalogue.zone.local(listed.booking.slot.end)
                last = max(last, end.date == date ? end.time.minutes : 1440)
            }
        }
        return (first / 60)...((last + 59) / 60)
    }
}

/// What the form for an appointment shows, new or moved.
struct BookingForm: Sendable {
    var catalogue: Catalogue
    /// The appointment that is moved; nil for a new one.
    var moving: BookingStore.Listed?
    /// Its version as it was shown first.
    var version: Int?
    var service: ServiceID?
    var staff: StaffMemberID?
    var date: LocalDate
    var slots: [Slot] = []
    /// Why there are no slots; nil where all times of the day are taken.
    var reason: Unavailability?
    var phone = ""
    var name = ""
    var problem: String?
    var fields: [FieldProblem] = []
}
