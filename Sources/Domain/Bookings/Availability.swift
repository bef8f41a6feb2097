package import Base

/// A time that a service can be booked, with the person who would do it.
package struct Slot: Sendable, Hashable, Codable, Comparable {
    package var service: ServiceID
    package var staff: StaffMemberID
    package var start: Instant
    package var end: Instant

    package init(service: ServiceID, staff: StaffMemberID, start: Instant, end: Instant) {
        self.service = service
        self.staff = staff
        self.start = start
        self.end = end
    }

    package static func < (left: Slot, right: Slot) -> Bool {
        (left.start, left.staff.description) < (right.start, right.staff.description)
    }
}

/// A span in which a person is taken, buffers included.
package struct BusySpan: Sendable, Hashable, Codable {
    package var staff: StaffMemberID
    package var during: Interval
    /// The booking that takes it; a booking never stands in its own way when it is moved.
    package var booking: BookingID?

    package init(staff: StaffMemberID, during: Interval, booking: BookingID? = nil) {
        self.staff = staff
        self.during = during
        self.booking = booking
    }
}

/// Which times are free: a pure function of catalogue, taken spans and the present.
///
/// Local rules are applied in the workspace's zone and only then become instants, so a day with a
/// clock change has exactly the times that wall clocks show. Intervals are half-open.
package struct Availability: Sendable, Hashable {
    package let catalogue: Catalogue
    package let busy: [BusySpan]
    package let now: Instant

    package init(catalogue: Catalogue, busy: [BusySpan], now: Instant) {
        self.catalogue = catalogue
        self.busy = busy
        self.now = now
    }

    /// The span that a booking takes from a person: the slot with its buffers.
    package static func taken(by service: OfferedService, start: Instant) -> Interval {
        let before = Duration.minutes(service.bufferBeforeMinutes)
        let whole = Duration.minutes(service.durationMinutes + service.bufferAfterMinutes)
        return Interval(start - before, start + whole)
    }

    /// Free slots of a service on local days `from ... to`, ordered by start, then by person.
    ///
    /// - Parameters:
    ///   - staff: only this person; nil for everybody who offers the service.
    ///   - moving: the booking that is being moved, which does not block its own time.
    /// - Complexity: O(days × people × steps × spans of that day).
    package func slots(
        of service: OfferedService, staff: StaffMemberID? = nil, from: LocalDate, to: LocalDate,
        moving: BookingID? = nil
    ) -> [Slot] {
        let today = catalogue.zone.local(now).date
        let first = max(from, today)
        let last = min(to, today.adding(days: catalogue.policy.horizonDays))
        guard first <= last else { return [] }
        let people = catalogue.staff.filter { member in
            service.staff.contains(member.id) && (staff == nil || staff == member.id)
        }
        var result: [Slot] = []
        for dayNumber in first.dayNumber...last.dayNumber {
            let date = LocalDate(dayNumber: dayNumber)
            for member in people {
                result += slots(of: service, by: member, on: date, moving: moving)
            }
        }
        return result.sorted()
    }

    /// Whether exactly this slot is free now, under every rule that `slots` applies.
    package func isFree(_ slot: Slot, moving: BookingID? = nil) -> Bool {
        guard let service = catalogue.service(slot.service) else { return false }
        let date = catalogue.zone.local(slot.start).date
        return slots(of: service, staff: slot.staff, from: date, to: date, moving: moving)
            .contains { $0.start == slot.start && $0.end == slot.end }
    }

    /// Whether `date` lies in the span in which bookings are taken, open or not.
    package func isWithinHorizon(_ date: LocalDate) -> Bool {
        let today = catalogue.zone.local(now).date
        return date >= today && date <= today.adding(days: catalogue.policy.horizonDays)
    }

    private func slots(
        of service: OfferedService, by member: StaffMember, on date: LocalDate, moving: BookingID?
    ) -> [Slot] {
        guard !catalogue.closures.contains(date), !isPastCutoff(date) else { return [] }
        let spans = busy.filter { span in
            span.staff == member.id && (moving == nil || span.booking != moving)
        }
        let earliest = now + .minutes(catalogue.policy.minimumNoticeMinutes)
        var result: [Slot] = []
        for period in openPeriods(of: member, on: date) {
            var minutes = period.open.minutes
            while minutes + service.durationMinutes <= period.close.minutes {
                defer { minutes += max(5, catalogue.policy.stepMinutes) }
                guard
                    let slot = slot(service, member, date, minutes, closing: period.close),
                    slot.start >= earliest
                else { continue }
                let taken = Availability.taken(by: service, start: slot.start)
                if !spans.contains(where: { $0.during.overlaps(taken) }) { result.append(slot) }
            }
        }
        return result
    }

    /// The slot that starts at a wall time; nil when that time does not exist on that day, or when
    /// a clock change would make the service run past closing.
    private func slot(
        _ service: OfferedService, _ member: StaffMember, _ date: LocalDate, _ minutes: Int,
        closing: LocalTime
    ) -> Slot? {
        guard let time = LocalTime(minutes: minutes),
            let start = catalogue.zone.instants(of: LocalDateTime(date: date, time: time)).first
        else { return nil }
        let end = start + .minutes(service.durationMinutes)
        let close = catalogue.zone.instant(of: LocalDateTime(date: date, time: closing))
        guard end <= close else { return nil }
        return Slot(service: service.id, staff: member.id, start: start, end: end)
    }

    /// Where the hours of the business and of the person meet.
    private func openPeriods(of member: StaffMember, on date: LocalDate) -> [WeeklyHours.Period] {
        let business = catalogue.hours.periods(on: date.weekday)
        let own = member.hours.periods(on: date.weekday)
        return business.flatMap { outer in
            own.compactMap { inner in
                let open = max(outer.open, inner.open)
                let close = min(outer.close, inner.close)
                return open < close ? WeeklyHours.Period(open: open, close: close) : nil
            }
        }
    }

    private func isPastCutoff(_ date: LocalDate) -> Bool {
        guard let cutoff = catalogue.policy.sameDayCutoff else { return false }
        let local = catalogue.zone.local(now)
        return date == local.date && local.time >= cutoff
    }
}
