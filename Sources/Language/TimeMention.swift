package import Base

/// The wall clock of the business at the moment the text was written.
package struct TimeReference: Hashable, Sendable {
    package let date: LocalDate
    package let time: LocalTime

    package init(date: LocalDate, time: LocalTime = .noon) {
        self.date = date
        self.time = time
    }
}

/// How a business writes and lives its days.
package struct TimeOptions: Hashable, Sendable {
    package enum DateOrder: Sendable { case monthFirst, dayFirst }

    package var dateOrder: DateOrder
    package var weekStart: Weekday
    /// The usual day, which decides whether a bare "3" is in the morning or the afternoon.
    package var opens: LocalTime
    package var closes: LocalTime

    package init(
        dateOrder: DateOrder = .monthFirst, weekStart: Weekday = .monday,
        opens: LocalTime = LocalTime(hour: 8) ?? .midnight,
        closes: LocalTime = LocalTime(hour: 20) ?? .endOfDay
    ) {
        self.dateOrder = dateOrder
        self.weekStart = weekStart
        self.opens = opens
        self.closes = closes
    }
}

/// Which days are meant.
package enum DayMeaning: Hashable, Sendable {
    /// One day, and the other days that the words could also mean.
    case on(LocalDate, alternatives: [LocalDate])
    /// From the first to the last day, both included.
    case within(LocalDate, LocalDate)
    case from(LocalDate)
    case until(LocalDate)
    /// Any such day of the week: "Mondays", "weekends".
    case weekdays(Set<Weekday>)
    /// The day spoken of before: "same day".
    case same
    case any
}

/// Which time of day is meant.
package enum TimeMeaning: Hashable, Sendable {
    /// One time, and the other times that the words could also mean.
    case at(LocalTime, alternatives: [LocalTime])
    case around(LocalTime, alternatives: [LocalTime])
    /// Half-open, as every interval in the house.
    case between(LocalTime, LocalTime)
    case after(LocalTime)
    case before(LocalTime)
    /// The time spoken of before: "same time".
    case same
    /// Minutes past the hour spoken of before: "half past"; below zero for "quarter to".
    case pastHour(Int)
    case any
}

/// Why a reading is not the only one.
package enum TimeDoubt: String, Hashable, Sendable, CaseIterable {
    /// No am or pm was given; the usual day decided.
    case morningOrEvening
    /// "Next Friday" can be this week's or the following one's.
    case thisOrNextWeek
    /// "3/4" is read differently elsewhere.
    case dayOrMonthFirst
    /// The day of the week and the date do not belong together; alternatives hold the weekday.
    case weekdayDiffers
    /// The words name a day or time that has passed.
    case past
}

/// A place in a text that speaks of time, and what it means.
package struct TimeMention: Hashable, Sendable {
    /// Offsets in the text's Unicode scalars.
    package let range: Range<Int>
    package let day: DayMeaning?
    package let time: TimeMeaning?
    /// A length of time: "for an hour".
    package let durationMinutes: Int?
    /// Later (positive) or earlier than what was spoken of before: "half an hour later".
    package let shiftMinutes: Int?
    /// Days later (positive) or earlier than what was spoken of before: "a week later".
    package let shiftDays: Int?
    /// The weekday, where nothing but its name was said: another week may be spoken of.
    package let bareWeekday: Weekday?
    /// "As soon as possible".
    package let isEarliest: Bool
    /// The text rules this out: "not Monday", "Tuesday doesn't work", "move it from 2".
    package let isExcluded: Bool
    package let doubts: Set<TimeDoubt>

    package init(
        range: Range<Int>, day: DayMeaning? = nil, time: TimeMeaning? = nil,
        durationMinutes: Int? = nil, shiftMinutes: Int? = nil, shiftDays: Int? = nil,
        bareWeekday: Weekday? = nil, isEarliest: Bool = false, isExcluded: Bool = false,
        doubts: Set<TimeDoubt> = []
    ) {
        self.range = range
        self.day = day
        self.time = time
        self.durationMinutes = durationMinutes
        self.shiftMinutes = shiftMinutes
        self.shiftDays = shiftDays
        self.bareWeekday = bareWeekday
        self.isEarliest = isEarliest
        self.isExcluded = isExcluded
        self.doubts = doubts
    }
}
