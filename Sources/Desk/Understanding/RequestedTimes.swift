import Base
import Domain
import Language

/// What the mentions of time in one message say about the day and the time that are wanted.
struct RequestedTimes: Sendable {
    let mentions: [TimeMention]
    let correctedFrom: Int?
    let comparison: Comparison?
    let spoken: DiscourseContext
    /// The day of the appointment that is to be moved: naming it wishes for nothing.
    let leaving: LocalDate?
    let facts: UnderstandingContext

    /// Days that "soon" or "from Monday on" reaches.
    static let openEndedDays = 14

    private var today: LocalDate { facts.now.date }

    /// Those that are wanted and say something about one aspect; what was taken back is left out.
    private func wanted(_ says: (TimeMention) -> Bool) -> [TimeMention] {
        let all = mentions.filter { mention in
            if mention.isExcluded || !says(mention) || mention.doubts.contains(.past) {
                return false
            }
            return !mention.names(leaving) && !isBackground(mention)
        }
        guard let place = correctedFrom, all.contains(where: { $0.range.lowerBound >= place })
        else { return all }
        return all.filter { $0.range.lowerBound >= place }
    }

    /// "Thinking of selling next year, could you come on Tuesday": a long span beside a day that
    /// lies outside it tells why, not when.
    private func isBackground(_ mention: TimeMention) -> Bool {
        guard case .within(let first, let last)? = mention.day,
            first.days(until: last) >= RequestedTimes.openEndedDays
        else { return false }
        return mentions.contains { other in
            if case .on(let date, _)? = other.day, !other.isExcluded {
                !(first...last).contains(date)
            } else {
                false
            }
        }
    }

    /// "Friday at 3 or Tuesday at 5": each time belongs to its day alone.
    var either: [DayTimePair] {
        let pairs = wanted { $0.time != nil }.compactMap { mention -> DayTimePair? in
            guard let time = time(of: mention) else { return nil }
            return DayTimePair(day: day(of: mention), time: time)
        }
        let areAll = pairs.count == wanted { $0.day != nil || $0.time != nil }.count
        let areTwo = Set(pairs.map(\.time)).count > 1
        return areAll && areTwo && Set(pairs.map { $0.day == nil }).count == 1 ? pairs : []
    }

    // MARK: Days

    var day: DayConstraint? {
        let wanted = wanted { $0.day != nil || $0.shiftDays != nil }
        let isOpen = wanted.contains { $0.day != .any && $0.day != .same }
        var found: DayConstraint?
        for mention in wanted where !(isOpen && (mention.day == .any || mention.day == .same)) {
            guard let next = day(of: mention) else { continue }
            found = found.map { joined($0, next) } ?? next
        }
        if let span = found, wanted.contains(where: { $0.day == .same }) || saysSameTime {
            found = sameWeekday(in: span) ?? span
        }
        if found == nil, mentions.contains(where: { $0.isEarliest && !$0.isExcluded }) {
            found = soon
        }
        if found == nil, shiftsTime || comparison != nil {
            // "All too early" of times on several days means any of those days.
            let days = shiftsTime ? nil : spoken.days.flatMap { $0.single == nil ? $0 : nil }
            found = days ?? spoken.moment.map { .on($0.date) }
        }
        return withoutRefused(found)
    }

    private var saysSameTime: Bool { mentions.contains { $0.time == .same && !$0.isExcluded } }
    private var shiftsTime: Bool {
        mentions.contains { $0.shiftMinutes != nil && !$0.isExcluded }
    }

    private func day(of mention: TimeMention) -> DayConstraint? {
        if let days = mention.shiftDays, let moment = spoken.moment {
            guard let weekday = mention.bareWeekday else {
                return .on(moment.date.adding(days: days))
            }
            let ahead = (weekday.number - moment.date.weekday.number + 6) % 7 + 1
            return .on(moment.date.adding(days: ahead))
        }
        if let weekday = mention.bareWeekday, let date = spokenOf(weekday) { return .on(date) }
        switch mention.day {
        case .on(let date, _): return .on(date)
        case .within(let first, let last): return DayConstraint(from: max(first, today), to: last)
        case .from(let first):
            return DayConstraint(from: first, to: first.adding(days: RequestedTimes.openEndedDays))
        case .until(let last): return DayConstraint(from: today, to: last)
        case .weekdays(let days):
            let span = spoken.days ?? soon
            return DayConstraint(from: max(span.from, today), to: span.to, weekdays: days)
        case .same: return spoken.moment.map { .on($0.date) }
        case .any: return soon
        case nil: return nil
        }
    }

    /// "Saturday", while the days after next are spoken of: the one of those days, or of that week.
    private func spokenOf(_ weekday: Weekday) -> LocalDate? {
        if let days = spoken.days, days.single == nil {
            let first = max(days.from, today)
            let date = first.adding(days: (weekday.number - first.weekday.number + 7) % 7)
            if date <= days.to { return date }
        }
        guard let week = spoken.week else { return nil }
        let date = week.adding(days: weekday.number - week.weekday.number)
        return date > today ? date : nil
    }

    private var soon: DayConstraint {
        DayConstraint(from: today, to: today.adding(days: RequestedTimes.openEndedDays))
    }

    /// "Tuesday or Wednesday" is both and nothing between; "next week, ideally Tuesday" is the day.
    private func joined(_ first: DayConstraint, _ second: DayConstraint) -> DayConstraint {
        if let date = second.single, first.single == nil, first.allows(date) { return second }
        if let date = first.single, second.single == nil, second.allows(date) { return first }
        if first.weekdays.isEmpty != second.weekdays.isEmpty, first.single == nil,
            second.single == nil
        {
            // "Next week on weekdays": the days of the one, the span of the other.
            let (span, days) = first.weekdays.isEmpty ? (first, second) : (second, first)
            return DayConstraint(from: span.from, to: span.to, weekdays: days.weekdays)
        }
        let (from, to) = (min(first.from, second.from), max(first.to, second.to))
        let weekdays = Set(
            [first, second].flatMap { wish in
                wish.single.map { [$0.weekday] } ?? Array(wish.weekdays)
            })
        return DayConstraint(from: from, to: to, weekdays: weekdays)
    }

    /// "Same time next week": the weekday of what was spoken of before.
    private func sameWeekday(in span: DayConstraint) -> DayConstraint? {
        guard let moment = spoken.moment, span.single == nil, span.from.days(until: span.to) <= 6
        else { return nil }
        let ahead = (moment.date.weekday.number - span.from.weekday.number + 7) % 7
        let date = span.from.adding(days: ahead)
        return date <= span.to ? .on(date) : nil
    }

    /// "Any day but Monday": the others of the days that are spoken of, or any other day soon.
    private func withoutRefused(_ found: DayConstraint?) -> DayConstraint? {
        var refused: Set<Weekday> = []
        for mention in mentions where mention.isExcluded && mention.time == nil {
            switch mention.day {
            case .on(let date, _): refused.insert(date.weekday)
            case .weekdays(let days): refused.formUnion(days)
            case .within, .from, .until, .same, .any, nil: break
            }
        }
        guard !refused.isEmpty else { return found }
        if let found, found.single != nil { return found }
        var wish = found ?? spoken.days.flatMap { $0.single == nil ? $0 : nil } ?? soon
        let allowed = wish.weekdays.isEmpty ? Set(Weekday.allCases) : wish.weekdays
        wish.weekdays = allowed.subtracting(refused)
        return wish.weekdays.isEmpty ? found : wish
    }

    // MARK: Times

    var time: TimeConstraint? {
        let times = wanted { $0.time != nil || $0.shiftMinutes != nil }.compactMap { time(of: $0) }
        guard let first = times.first else { return impliedTime }
        // "Between 2 and 3" is one; "at 2 or 3" opens a span over both.
        return times.dropFirst().reduce(first) { sum, next in
            sum == next
                ? sum
                : .between(
                    min(sum.earliest, next.earliest), max(latest(of: sum), latest(of: next)))
        }
    }

    /// "A week later" keeps the time of day; "later that day" is after it.
    private var impliedTime: TimeConstraint? {
        guard let moment = spoken.moment else { return nil }
        if mentions.contains(where: {
            $0.shiftDays != nil && $0.bareWeekday == nil && !$0.isExcluded
        }) {
            return .at(moment.time)
        }
        switch comparison {
        case .later: return .after(shifted(latestOffered ?? moment.time, by: 1))
        case .earlier: return .before(earliestOffered ?? moment.time)
        case nil: return nil
        }
    }

    private var offeredTimes: [LocalTime] {
        facts.state.offered.map { facts.catalogue.zone.local($0.start).time }
    }
    private var latestOffered: LocalTime? { offeredTimes.max() }
    private var earliestOffered: LocalTime? { offeredTimes.min() }

    private func latest(of wish: TimeConstraint) -> LocalTime {
        wish.isExact ? shifted(wish.latest, by: 1) : wish.latest
    }

    private func time(of mention: TimeMention) -> TimeConstraint? {
        if let minutes = mention.shiftMinutes, let moment = spoken.moment {
            return .at(shifted(moment.time, by: minutes))
        }
        switch mention.time {
        case .at(let time, let others): return .at(open(time, others))
        case .around(let time, let others): return .around(open(time, others))
        case .between(let from, let to): return .between(from, to)
        case .after(let from): return .after(from)
        case .before(let to): return .before(to)
        case .same: return spoken.moment.map { .at($0.time) }
        case .pastHour(let minutes):
            return spoken.moment.map { .at(shifted($0.time, by: minutes - $0.time.minute)) }
        case .any: return .between(.midnight, .endOfDay)
        case nil: return nil
        }
    }

    /// Of two readings of a clock face, the one that was offered.
    private func open(_ time: LocalTime, _ others: [LocalTime]) -> LocalTime {
        let offered = Set(offeredTimes)
        if offered.contains(time) { return time }
        return others.first { offered.contains($0) } ?? time
    }

    private func shifted(_ time: LocalTime, by minutes: Int) -> LocalTime {
        LocalTime(minutes: min(max(0, time.minutes + minutes), 1440)) ?? time
    }
}
