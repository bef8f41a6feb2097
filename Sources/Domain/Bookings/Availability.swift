package import Base

/// A time that a service can be booked, with the person who would do it.
package struct Slot: Sendable, Hashable, Comparable {
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

    /// How long it is, in whole minutes.
    package var minutes: Int { Int((end - start).components.seconds / 60) }

    package static func < (left: Slot, right: Slot) -> Bool {
        left.start == right.start ? left.staff < right.staff : left.start < right.start
    }
}

/// A span in which a person is taken, buffers included.
package struct BusySpan: Sendable, Hashable {
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
    package var catalogue: Catalogue
    package let busy: [BusySpan]
    package let now: Instant

    package init(catalogue: Catalogue, busy: [BusySpan], now: Instant) {
        self.catalogue = catalogue
        self.busy = busy
        self.now = now
    }

    /// The span that a booking of this service takes from a person who begins at `start`.
    package static func taken(by service: OfferedService, start: Instant) -> Interval {
        taken(by: service, from: start, to: start + .minutes(service.durationMinutes))
    }

    /// The span that an appointment takes from a person: from its start to its end, with buffers
    /// around it. An appointment keeps the length it was made with when its service is changed.
    package static func taken(
        by service: OfferedService, from start: Instant, to end: Instant
    ) -> Interval {
        Interval(
            start - .minutes(service.bufferBeforeMinutes),
            end + .minutes(service.bufferAfterMinutes))
    }

    /// Free slots of a service on local days `from ... to`, ordered by start, then by person.
    ///
    /// - Parameters:
    ///   - staff: only this person; nil for everybody who offers the service.
    ///   - moving: the booking that is being moved, which does not block its own time.
    /// - Complexity: O(days × people × steps × spans that touch the day).
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
        }.sorted { $0.id < $1.id }
        let spans = Dictionary(
            grouping: busy.filter { moving == nil || $0.booking != moving }, by: \.staff)
        var result: [Slot] = []
        for dayNumber in first.dayNumber...last.dayNumber {
            let date = LocalDate(dayNumber: dayNumber)
            guard !catalogue.closures.contains(date), !isPastCutoff(date) else { continue }
            let clock = catalogue.zone.clock(on: date)
            var ofDay: [Slot] = []
            for member in people {
                ofDay += slots(of: service, by: member, clock, taken: spans[member.id] ?? [])
            }
            result += ofDay.sorted()
        }
        return result
    }

    /// Whether exactly this slot is free now, under every rule that `slots` applies.
    package func isFree(_ slot: Slot, moving: BookingID? = nil) -> Bool {
        guard let service = catalogue.service(slot.service) else { return false }
        let date = catalogue.zone.local(slot.start).date
        return slots(of: service, staff: slot.staff, from: date, to: date, moving: moving)
            .contains { $0.start == slot.start && $0.end == slot.end }
    }

    /// Whether a slot that was held or proposed in time can still be taken by `booking`.
    ///
    /// Notice and cut-off were kept when it was offered; thinking it over must not break them. It
    /// keeps the length it was offered with, whatever the service takes now.
    package func staysFree(_ slot: Slot, for booking: BookingID) -> Bool {
        settled(for: slot).isFree(slot, moving: booking)
    }

    /// The same for an appointment that was promised: its own length, no notice, no cut-off.
    package func settled(for slot: Slot) -> Availability {
        var settled = catalogue
        settled.policy.minimumNoticeMinutes = 0
        settled.policy.sameDayCutoff = nil
        if let place = settled.services.firstIndex(where: { $0.id == slot.service }) {
            settled.services[place].durationMinutes = slot.minutes
        }
        return Availability(catalogue: settled, busy: busy, now: now)
    }

    /// The slot with the length that its service has now: what was offered a while ago is booked as
    /// it would be offered again.
    package func current(_ slot: Slot) -> Slot {
        guard let service = catalogue.service(slot.service) else { return slot }
        var slot = slot
        slot.end = slot.start + .minutes(service.durationMinutes)
        return slot
    }

    /// Whether `date` lies in the span in which bookings are taken, open or not.
    package func isWithinHorizon(_ date: LocalDate) -> Bool {
        let today = catalogue.zone.local(now).date
        return date >= today && date <= today.adding(days: catalogue.policy.horizonDays)
    }

    /// Whether somebody has hours on a day on which the business is open.
    func works(_ member: StaffMember, on date: LocalDate) -> Bool {
        !openPeriods(of: member, on: date.weekday).isEmpty
    }

    func isPastCutoff(_ date: LocalDate) -> Bool {
        guard let cutoff = catalogue.policy.sameDayCutoff else { return false }
        let local = catalogue.zone.local(now)
        return date == local.date && local.time >= cutoff
    }

    private func slots(
        of service: OfferedService, by member: StaffMember, _ clock: DayClock, taken: [BusySpan]
    ) -> [Slot] {
        let periods = openPeriods(of: member, on: clock.date.weekday)
        guard let first = periods.first, let last = periods.last else { return [] }
        let whole = Interval(
            Availability.taken(by: service, start: clock.instant(of: first.open)).start,
            max(clock.instant(of: first.open), clock.instant(of: last.close))
                + .minutes(service.durationMinutes + service.bufferAfterMinutes))
        let spans = taken.filter { $0.during.overlaps(whole) }
        let earliest = now + .minutes(catalogue.policy.minimumNoticeMinutes)
        let step = max(BookingPolicy.shortestStepMinutes, catalogue.policy.stepMinutes)
        var result: [Slot] = []
        for period in periods {
            let closing = clock.instant(of: period.close)
            for minutes in stride(from: period.open.minutes, to: period.close.minutes, by: step) {
                // A wall time that is skipped has no start; one that is repeated has its first.
                guard let time = LocalTime(minutes: minutes),
                    let start = clock.instants(of: time).first, start >= earliest
                else { continue }
                let end = start + .minutes(service.durationMinutes)
                guard end <= closing else { break }
                let span = Availability.taken(by: service, start: start)
                if spans.contains(where: { $0.during.overlaps(span) }) { continue }
                result.append(Slot(service: service.id, staff: member.id, start: start, end: end))
            }
        }
        return result
    }

    /// Where the hours of the business and of the person meet, in order and without overlaps.
    func openPeriods(of member: StaffMember, on day: Weekday) -> [WeeklyHours.Period] {
        let business = WeeklyHours.merged(catalogue.hours.periods(on: day))
        let own = WeeklyHours.merged(member.hours.periods(on: day))
        return business.flatMap { outer in
            own.compactMap { inner in
                let open = max(outer.open, inner.open)
                let close = min(outer.close, inner.close)
                return open < close ? WeeklyHours.Period(open: open, close: close) : nil
            }
        }
    }
}
