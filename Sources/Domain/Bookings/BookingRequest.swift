package import Base

/// What a customer has said so far about the appointment they want; every part may be open.
package struct BookingRequest: Sendable, Hashable {
    package var service: ServiceID?
    package var staff: StaffMemberID?
    package var day: DayConstraint?
    package var time: TimeConstraint?
    /// Whether anybody will do: takes back a person who was named before.
    package var anyStaff: Bool
    /// Not these people.
    package var excludedStaff: Set<StaffMemberID>
    /// Whether the earliest times matter more than a choice over all days.
    package var prefersEarliest: Bool
    /// Only these pairs: "Friday at 3 or Tuesday at 5" is not Friday at 5. Empty for no such bond.
    package var dayTimePairs: [DayTimePair] = []
    /// What may be meant while no service is named; the customer is asked before it counts.
    package var candidateServices: [ServiceID] = []
    /// Whether this is one more appointment, even if another of the same service is being made.
    package var isAdditional = false

    package init(
        service: ServiceID? = nil, staff: StaffMemberID? = nil, day: DayConstraint? = nil,
        time: TimeConstraint? = nil, anyStaff: Bool = false, excludedStaff: Set<StaffMemberID> = [],
        prefersEarliest: Bool = false
    ) {
        self.service = service
        self.staff = staff
        self.day = day
        self.time = time
        self.anyStaff = anyStaff
        self.excludedStaff = excludedStaff
        self.prefersEarliest = prefersEarliest
    }

    package var isEmpty: Bool { self == BookingRequest() }

    /// Whether a moment is among the pairs of day and time, where there are any.
    func allows(_ local: LocalDateTime) -> Bool {
        dayTimePairs.isEmpty
            || dayTimePairs.contains { pair in
                (pair.day?.allows(local.date) ?? true) && pair.time.allows(local.time)
            }
    }

    func refusesAll(of service: OfferedService) -> Bool {
        !excludedStaff.isEmpty && service.staff.allSatisfy(excludedStaff.contains)
    }

    /// This request with everything that `newer` says said over it.
    ///
    /// A new day keeps the time of day; a new service keeps the person only if they still may do it,
    /// which the machine checks.
    package func corrected(by newer: BookingRequest) -> BookingRequest {
        var whole = BookingRequest(
            service: newer.service ?? service, staff: newer.staff ?? staff,
            day: newer.day ?? day, time: newer.time ?? time, anyStaff: anyStaff || newer.anyStaff,
            excludedStaff: excludedStaff.union(newer.excludedStaff),
            prefersEarliest: newer.prefersEarliest || (newer.day == nil && prefersEarliest))
        whole.dayTimePairs =
            newer.day == nil && newer.time == nil ? dayTimePairs : newer.dayTimePairs
        if whole.service == nil {
            whole.candidateServices =
                newer.candidateServices.isEmpty ? candidateServices : newer.candidateServices
        }
        if newer.anyStaff {
            whole.staff = nil
            whole.excludedStaff = newer.excludedStaff
        }
        if let named = newer.staff {
            whole.staff = named
            whole.anyStaff = false
            whole.excludedStaff.remove(named)
        }
        if let staff = whole.staff, whole.excludedStaff.contains(staff) { whole.staff = nil }
        return whole
    }
}

/// Which days would do.
package struct DayConstraint: Sendable, Hashable {
    package var from: LocalDate
    package var to: LocalDate
    /// Only these weekdays; empty for any.
    package var weekdays: Set<Weekday>

    package init(from: LocalDate, to: LocalDate, weekdays: Set<Weekday> = []) {
        self.from = from
        self.to = max(from, to)
        self.weekdays = weekdays
    }

    package static func on(_ date: LocalDate) -> DayConstraint {
        DayConstraint(from: date, to: date)
    }

    /// The one day, when the request is for one.
    package var single: LocalDate? { from == to ? from : nil }

    package func allows(_ date: LocalDate) -> Bool {
        date >= from && date <= to && (weekdays.isEmpty || weekdays.contains(date.weekday))
    }
}

/// Which times of day would do.
package struct TimeConstraint: Sendable, Hashable {
    package var earliest: LocalTime
    package var latest: LocalTime
    /// Whether exactly `earliest` is meant.
    package var isExact: Bool
    /// The one that was named, of those that would do: "about 4".
    package var named: LocalTime?

    package init(earliest: LocalTime, latest: LocalTime, isExact: Bool, named: LocalTime? = nil) {
        self.earliest = earliest
        self.latest = latest
        self.isExact = isExact
        self.named = named
    }

    package static func at(_ time: LocalTime) -> TimeConstraint {
        TimeConstraint(earliest: time, latest: time, isExact: true)
    }

    /// Half an hour either way would do.
    package static func around(_ time: LocalTime) -> TimeConstraint {
        let earliest = LocalTime(minutes: max(0, time.minutes - 30)) ?? time
        let latest = LocalTime(minutes: min(1440, time.minutes + 31)) ?? time
        return TimeConstraint(earliest: earliest, latest: latest, isExact: false, named: time)
    }

    /// Any start in `earliest ..< latest`.
    package static func between(_ earliest: LocalTime, _ latest: LocalTime) -> TimeConstraint {
        TimeConstraint(
            earliest: min(earliest, latest), latest: max(earliest, latest), isExact: false)
    }

    package static func after(_ time: LocalTime) -> TimeConstraint { .between(time, .endOfDay) }
    package static func before(_ time: LocalTime) -> TimeConstraint { .between(.midnight, time) }

    package func allows(_ time: LocalTime) -> Bool {
        isExact ? time == earliest : time >= earliest && time < latest
    }

    /// How far `time` is from what was wished, in minutes; 0 when it is allowed.
    package func distance(to time: LocalTime) -> Int {
        if allows(time) { return 0 }
        if time < earliest { return earliest.minutes - time.minutes }
        return time.minutes - latest.minutes + (isExact ? 0 : 1)
    }
}

/// A day, or any, with the times on it that would do.
package struct DayTimePair: Sendable, Hashable {
    package var day: DayConstraint?
    package var time: TimeConstraint

    package init(day: DayConstraint?, time: TimeConstraint) {
        self.day = day
        self.time = time
    }
}

/// How a customer picks from what was offered.
package enum OfferChoice: Sendable, Hashable {
    /// 1 is the first; -1 the last.
    case position(Int)
    case time(LocalTime)
    /// "Either is fine."
    case any
}
