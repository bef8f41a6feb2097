package import Base

/// Why a time cannot be booked: the truest thing that can be said of it.
package enum Unavailability: Sendable, Hashable {
    /// Nobody has entered opening hours yet, so nothing is known of any time.
    case noHours
    /// The service is not offered by anybody.
    case nobodyOffers
    case personDoesNotOffer
    case past
    /// Sooner than the notice that the business needs.
    case tooSoon(minutes: Int)
    /// The last time for today's appointments has passed.
    case tooLateToday
    case tooFarAhead(days: Int)
    /// A closing date, or a weekday without hours.
    case closed(LocalDate)
    /// The business is open on that day, but not from the beginning to the end of the appointment.
    case outsideHours
    /// The person, or nobody who offers the service, works then.
    case nobodyWorks(isOne: Bool)
    /// Appointments begin on multiples of this after an opening.
    case betweenStarts(minutes: Int)
    /// Somebody else has the time.
    case taken

    package var code: String {
        switch self {
        case .noHours: "booking.no_hours"
        case .nobodyOffers: "booking.nobody_offers"
        case .personDoesNotOffer: "booking.person_does_not_offer"
        case .past: "booking.past"
        case .tooSoon: "booking.too_soon"
        case .tooLateToday: "booking.too_late_today"
        case .tooFarAhead: "booking.too_far_ahead"
        case .closed: "booking.closed"
        case .outsideHours: "booking.outside_hours"
        case .nobodyWorks: "booking.nobody_works"
        case .betweenStarts: "booking.between_starts"
        case .taken: "booking.slot_taken"
        }
    }

    /// For staff: what is wrong, and what to do next.
    package var detail: String {
        switch self {
        case .noHours: SetupGap.noHours.advice
        case .nobodyOffers: "Nobody offers this service. Choose who does under Services & hours."
        case .personDoesNotOffer:
            "That person does not offer this service. Choose somebody who does."
        case .past: "That time has passed. Choose a later one."
        case .tooSoon(let minutes):
            "Bookings need \(DurationWords.minutes(minutes)) of notice. Choose a later time."
        case .tooLateToday: "It is too late to book for today. Choose another day."
        case .tooFarAhead(let days):
            "Bookings are taken up to \(days) days ahead. Choose an earlier day."
        case .closed(let date):
            "The business is closed on \(DateWords.long(date)). Choose another day."
        case .outsideHours:
            "The business is not open for the whole of that time. Choose one of the open times."
        case .nobodyWorks(let isOne):
            isOne
                ? "That person does not work for the whole of that time. Choose another time or "
                    + "another person."
                : "Nobody who offers this service works then. Choose another time."
        case .betweenStarts(let minutes):
            "Appointments begin every \(minutes) minutes after opening. Choose one of the open "
                + "times."
        case .taken: "That time has just been taken. Other times are offered."
        }
    }
}

extension Availability {
    /// Why this service cannot begin at `start`; nil where it can.
    ///
    /// - Parameters:
    ///   - staff: only this person; nil for everybody who offers the service.
    ///   - moving: the booking that is being moved, which does not block its own time.
    package func unavailability(
        of service: OfferedService, staff: StaffMemberID? = nil, at start: Instant,
        moving: BookingID? = nil
    ) -> Unavailability? {
        let date = catalogue.zone.local(start).date
        let free = slots(of: service, staff: staff, from: date, to: date, moving: moving)
        if free.contains(where: { $0.start == start }) { return nil }
        if let reason = lacks(service, staff) { return reason }
        if start < now { return .past }
        if let reason = unavailability(on: date) { return reason }
        let end = start + .minutes(service.durationMinutes)
        let clock = catalogue.zone.clock(on: date)
        let isWithin = { (period: WeeklyHours.Period) in
            clock.instant(of: period.open) <= start && end <= clock.instant(of: period.close)
        }
        let open = WeeklyHours.merged(catalogue.hours.periods(on: date.weekday))
        guard open.contains(where: isWithin) else { return .outsideHours }
        let periods = people(for: service, staff).flatMap {
            openPeriods(of: $0, on: date.weekday).filter(isWithin)
        }
        guard !periods.isEmpty else { return .nobodyWorks(isOne: staff != nil) }
        let notice = catalogue.policy.minimumNoticeMinutes
        if start < now + .minutes(notice) { return .tooSoon(minutes: notice) }
        let step = max(BookingPolicy.shortestStepMinutes, catalogue.policy.stepMinutes)
        let time = catalogue.zone.local(start).time
        let isStart = periods.contains { period in
            (time.minutes - period.open.minutes).isMultiple(of: step)
                && clock.instants(of: time).first == start
        }
        return isStart ? .taken : .betweenStarts(minutes: step)
    }

    /// Why this service cannot be had on a whole day; nil where only its times are taken.
    package func unavailability(
        of service: OfferedService, staff: StaffMemberID? = nil, on date: LocalDate
    ) -> Unavailability? {
        if let reason = lacks(service, staff) ?? unavailability(on: date) { return reason }
        let working = people(for: service, staff).contains { works($0, on: date) }
        return working ? nil : .nobodyWorks(isOne: staff != nil)
    }

    /// Whether there is any weekday on which this service could be booked, were nothing taken.
    package func canEverBook(_ service: OfferedService) -> Bool {
        people(for: service, nil).contains { member in
            Weekday.allCases.contains { day in
                openPeriods(of: member, on: day).contains { period in
                    period.close.minutes - period.open.minutes >= service.durationMinutes
                }
            }
        }
    }

    /// What keeps anything at all from being booked.
    private func lacks(
        _ service: OfferedService, _ staff: StaffMemberID?
    ) -> Unavailability? {
        if catalogue.hours.isEmpty { return .noHours }
        if let staff, !service.staff.contains(staff) { return .personDoesNotOffer }
        return people(for: service, staff).isEmpty ? .nobodyOffers : nil
    }

    private func unavailability(on date: LocalDate) -> Unavailability? {
        if date < catalogue.zone.local(now).date { return .past }
        if !isWithinHorizon(date) { return .tooFarAhead(days: catalogue.policy.horizonDays) }
        if catalogue.isClosed(on: date) { return .closed(date) }
        return isPastCutoff(date) ? .tooLateToday : nil
    }

    private func people(
        for service: OfferedService, _ staff: StaffMemberID?
    ) -> [StaffMember] {
        catalogue.staff.filter { member in
            service.staff.contains(member.id) && (staff == nil || staff == member.id)
        }
    }
}

/// Lengths of time in words.
package enum DurationWords {
    /// "45 minutes", "1 hour", "2 hours and 30 minutes".
    package static func minutes(_ count: Int) -> String {
        let (hours, rest) = (count / 60, count % 60)
        let minutes = rest == 1 ? "1 minute" : "\(rest) minutes"
        if hours == 0 { return minutes }
        let whole = hours == 1 ? "1 hour" : "\(hours) hours"
        return rest == 0 ? whole : "\(whole) and \(minutes)"
    }
}

/// What an owner has yet to enter before anything can be booked.
package enum SetupGap: Sendable, Hashable, CaseIterable {
    case noHours, noServices, noPeople, nobodyOffers, nobodyHasHours

    /// What to do about it, for those who can.
    package var advice: String {
        switch self {
        case .noHours:
            "No opening hours have been entered, so nothing can be booked. Enter them under "
                + "Services & hours."
        case .noServices:
            "There are no services, so nothing can be booked. Add them under Services & hours."
        case .noPeople:
            "Nobody can be booked yet. Add the people who serve customers under Services & hours."
        case .nobodyOffers:
            "Nobody offers any of the services. Choose who does under Services & hours."
        case .nobodyHasHours:
            "Nobody has hours in which a service fits. Enter them for each person under "
                + "Services & hours."
        }
    }
}

extension Catalogue {
    /// What keeps customers from booking anything, the first thing to do first; empty when they can.
    package var setupGaps: [SetupGap] {
        var gaps: [SetupGap] = []
        if hours.isEmpty { gaps.append(.noHours) }
        if services.isEmpty { gaps.append(.noServices) }
        if staff.isEmpty { gaps.append(.noPeople) }
        guard gaps.isEmpty else { return gaps }
        if services.allSatisfy(\.staff.isEmpty) { return [.nobodyOffers] }
        let availability = Availability(catalogue: self, busy: [], now: Instant(seconds: 0))
        return services.contains(where: availability.canEverBook) ? [] : [.nobodyHasHours]
    }

    /// Whether the business is closed on this day, as far as it has said when it is open.
    package func isClosed(on date: LocalDate) -> Bool {
        closures.contains(date) || (!hours.isEmpty && !hours.isOpen(on: date.weekday))
    }
}
