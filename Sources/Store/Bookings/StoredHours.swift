import Base
import Domain

/// Opening hours of a business or a person (`workspace.hours`, `staff_member.hours`).
struct StoredWeeklyHours: StoredShape {
    static let version = 2

    /// Versions 1 and 2 spell it alike.
    struct Period: Codable {
        var open: LocalTime
        var close: LocalTime

        var value: WeeklyHours.Period { .init(open: open, close: close) }
    }

    /// Periods of each weekday by its English name.
    var days: [String: [Period]]

    init(_ hours: WeeklyHours) {
        days = Dictionary(
            uniqueKeysWithValues: hours.periods.map { day, periods in
                (day.rawValue, periods.map { Period(open: $0.open, close: $0.close) })
            })
    }

    func value() throws -> WeeklyHours { try StoredWeeklyHours.value(days) }

    static func value(ofVersion version: Int, from decoder: any Decoder) throws -> WeeklyHours {
        struct V1: Decodable {
            var periods: [String: [Period]]
        }
        return try value(V1(from: decoder).periods)
    }

    private static func value(_ days: [String: [Period]]) throws -> WeeklyHours {
        var periods: [Weekday: [WeeklyHours.Period]] = [:]
        for (name, list) in days {
            periods[try StoredMember.named(name, name)] = list.map(\.value)
        }
        return WeeklyHours(periods)
    }
}

/// When and how far ahead the business takes bookings (`workspace.policy`).
struct StoredBookingPolicy: StoredShape {
    static let version = 2

    /// Version 1 has the same members, without the version.
    var sameDayCutoff: LocalTime?
    var minimumNoticeMinutes: Int
    var horizonDays: Int
    var stepMinutes: Int

    init(_ policy: BookingPolicy) {
        sameDayCutoff = policy.sameDayCutoff
        minimumNoticeMinutes = policy.minimumNoticeMinutes
        horizonDays = policy.horizonDays
        stepMinutes = policy.stepMinutes
    }

    func value() throws -> BookingPolicy {
        BookingPolicy(
            sameDayCutoff: sameDayCutoff,
            minimumNoticeMinutes: try StoredMember.bounded(
                "minimum_notice_minutes", minimumNoticeMinutes, in: 0...1_000_000),
            horizonDays: try StoredMember.bounded("horizon_days", horizonDays, in: 0...10_000),
            stepMinutes: try StoredMember.bounded("step_minutes", stepMinutes, in: 0...10_000))
    }

    static func value(ofVersion version: Int, from decoder: any Decoder) throws -> BookingPolicy {
        try StoredBookingPolicy(from: decoder).value()
    }
}
