package import Base

/// What a customer has said so far about the appointment they want; every part may be open.
package struct BookingWish: Sendable, Hashable {
    package var service: ServiceID?
    package var staff: StaffMemberID?
    package var day: DayWish?
    package var time: TimeWish?
    /// Whether anybody will do: takes back a person who was named before.
    package var anybody: Bool
    /// Not these people.
    package var without: Set<StaffMemberID>
    /// Whether the earliest times matter more than a choice over all days.
    package var soonest: Bool
    /// Only these pairs: "Friday at 3 or Tuesday at 5" is not Friday at 5. Empty for no such bond.
    package var either: [DayTimeWish] = []
    /// What may be meant while no service is named; the customer is asked before it counts.
    package var suggested: [ServiceID] = []
    /// Whether this is one more appointment, even if another of the same service is being made.
    package var isFurther = false

    package init(
        service: ServiceID? = nil, staff: StaffMemberID? = nil, day: DayWish? = nil,
        time: TimeWish? = nil, anybody: Bool = false, without: Set<StaffMemberID> = [],
        soonest: Bool = false
    ) {
        self.service = service
        self.staff = staff
        self.day = day
        self.time = time
        self.anybody = anybody
        self.without = without
        self.soonest = soonest
    }

    package var isEmpty: Bool { self == BookingWish() }

    /// Whether a moment is among the pairs of day and time, where there are any.
    func pairs(_ local: LocalDateTime) -> Bool {
        either.isEmpty
            || either.contains { pair in
                (pair.day?.allows(local.date) ?? true) && pair.time.allows(local.time)
            }
    }

    func refusesAll(of service: OfferedService) -> Bool {
        !without.isEmpty && service.staff.allSatisfy(without.contains)
    }

    /// This wish with everything that `newer` says said over it.
    ///
    /// A new day keeps the time of day; a new service keeps the person only if they still may do it,
    /// which the machine checks.
    package func corrected(by newer: BookingWish) -> BookingWish {
        var whole = BookingWish(
            service: newer.service ?? service, staff: newer.staff ?? staff,
            day: newer.day ?? day, time: newer.time ?? time, anybody: anybody || newer.anybody,
            without: without.union(newer.without),
            soonest: newer.soonest || (newer.day == nil && soonest))
        whole.either = newer.day == nil && newer.time == nil ? either : newer.either
        if whole.service == nil {
            whole.suggested = newer.suggested.isEmpty ? suggested : newer.suggested
        }
        if newer.anybody {
            whole.staff = nil
            whole.without = newer.without
        }
        if let named = newer.staff {
            whole.staff = named
            whole.anybody = false
            whole.without.remove(named)
        }
        if let staff = whole.staff, whole.without.contains(staff) { whole.staff = nil }
        return whole
    }
}

extension BookingWish: Codable {
    private enum Key: String, CodingKey {
        case service, staff, day, time, anybody, without, soonest, either, suggested
        case isFurther = "further"
    }

    /// Wishes that were stored before some part existed lack it.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init(
            service: try values.decodeIfPresent(ServiceID.self, forKey: .service),
            staff: try values.decodeIfPresent(StaffMemberID.self, forKey: .staff),
            day: try values.decodeIfPresent(DayWish.self, forKey: .day),
            time: try values.decodeIfPresent(TimeWish.self, forKey: .time),
            anybody: try values.decodeIfPresent(Bool.self, forKey: .anybody) ?? false,
            without: try values.decodeIfPresent(Set<StaffMemberID>.self, forKey: .without) ?? [],
            soonest: try values.decodeIfPresent(Bool.self, forKey: .soonest) ?? false)
        either = try values.decodeIfPresent([DayTimeWish].self, forKey: .either) ?? []
        suggested = try values.decodeIfPresent([ServiceID].self, forKey: .suggested) ?? []
        isFurther = try values.decodeIfPresent(Bool.self, forKey: .isFurther) ?? false
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encodeIfPresent(service, forKey: .service)
        try values.encodeIfPresent(staff, forKey: .staff)
        try values.encodeIfPresent(day, forKey: .day)
        try values.encodeIfPresent(time, forKey: .time)
        if anybody { try values.encode(anybody, forKey: .anybody) }
        if !without.isEmpty { try values.encode(without.sorted(), forKey: .without) }
        if soonest { try values.encode(soonest, forKey: .soonest) }
        if !either.isEmpty { try values.encode(either, forKey: .either) }
        if !suggested.isEmpty { try values.encode(suggested, forKey: .suggested) }
        if isFurther { try values.encode(isFurther, forKey: .isFurther) }
    }
}

/// Which days would do.
package struct DayWish: Sendable, Hashable, Codable {
    package var from: LocalDate
    package var to: LocalDate
    /// Only these weekdays; empty for any.
    package var weekdays: Set<Weekday>

    package init(from: LocalDate, to: LocalDate, weekdays: Set<Weekday> = []) {
        self.from = from
        self.to = max(from, to)
        self.weekdays = weekdays
    }

    package static func on(_ date: LocalDate) -> DayWish { DayWish(from: date, to: date) }

    /// The one day, when the wish is for one.
    package var single: LocalDate? { from == to ? from : nil }

    package func allows(_ date: LocalDate) -> Bool {
        date >= from && date <= to && (weekdays.isEmpty || weekdays.contains(date.weekday))
    }
}

/// Which times of day would do.
package struct TimeWish: Sendable, Hashable, Codable {
    package var earliest: LocalTime
    package var latest: LocalTime
    /// Whether exactly `earliest` is meant.
    package var isExact: Bool
    /// The one that was named, of those that would do: "about 4".
    package var named: LocalTime?

    package static func at(_ time: LocalTime) -> TimeWish {
        TimeWish(earliest: time, latest: time, isExact: true)
    }

    /// Half an hour either way would do.
    package static func around(_ time: LocalTime) -> TimeWish {
        let earliest = LocalTime(minutes: max(0, time.minutes - 30)) ?? time
        let latest = LocalTime(minutes: min(1440, time.minutes + 31)) ?? time
        return TimeWish(earliest: earliest, latest: latest, isExact: false, named: time)
    }

    /// Any start in `earliest ..< latest`.
    package static func between(_ earliest: LocalTime, _ latest: LocalTime) -> TimeWish {
        TimeWish(earliest: min(earliest, latest), latest: max(earliest, latest), isExact: false)
    }

    package static func after(_ time: LocalTime) -> TimeWish { .between(time, .endOfDay) }
    package static func before(_ time: LocalTime) -> TimeWish { .between(.midnight, time) }

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
package struct DayTimeWish: Sendable, Hashable, Codable {
    package var day: DayWish?
    package var time: TimeWish

    package init(day: DayWish?, time: TimeWish) {
        self.day = day
        self.time = time
    }
}

/// How a customer picks from what was offered.
package enum OfferChoice: Sendable, Hashable, Codable {
    /// 1 is the first; -1 the last.
    case position(Int)
    case time(LocalTime)
    /// "Either is fine."
    case any
}
