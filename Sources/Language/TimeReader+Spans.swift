import Base

/// Weeks, months, counted days, feasts and open days.
extension TimeReader {
    private func within(_ first: LocalDate, _ last: LocalDate) -> DayAtom {
        let start = last < today ? first : max(first, today)
        return DayAtom(
            meaning: .within(min(start, last), last), doubts: last < today ? [.past] : [])
    }

    /// "This week", "early next week", "end of the month", "the week after next".
    func weekSpan(at index: Int) -> DayReading? {
        var start = index
        var edge = ""
        let edges: Set<String> = ["early", "late", "later", "mid", "end", "beginning", "start"]
        start = skip(["the"], at: start)
        if edges.contains(text(start)) {
            edge = text(start)
            start = skip(["-"], at: start + 1)
            start = skip(["in"], at: skip(["of"], at: start))
        }
        start = skip(["the"], at: start)
        if edge == "", start == index || text(index) == "the" {
            if let next = after("week", "after", "next", at: start) {
                return (within(weekStart(2), weekStart(2).adding(days: 6)), next)
            }
            if let next = after("weekend", "of", at: start),
                let reading = plainDay(at: skip(["the"], at: next)) ?? plainDay(at: next)
            {
                return weekend(of: reading)
            }
            if let next = after("week", "of", at: start) ?? after("week", "commencing", at: start)
                ?? after("w", "/", "c", at: start),
                let reading = plainDay(at: skip(["the"], at: next)) ?? plainDay(at: next),
                let date = reading.day.date
            {
                let back = (date.weekday.number - options.weekStart.number + 7) % 7
                let first = date.adding(days: -back)
                return (within(first, first.adding(days: 6)), reading.next)
            }
        }
        let modifiers = ["this": 0, "current": 0, "next": 1, "nxt": 1, "coming": 1, "following": 1]
        start = text(start) == "this" && text(start + 1) == "coming" ? start + 1 : start
        if edge == "", text(start) == "weekend", text(start - 1) == "the",
            let span = namedSpan(at: start, step: 0)
        {
            return (within(span.first, span.last), start + 1)
        }
        var step = modifiers[text(start)]
        if step != nil { start += 1 } else if edge != "" { step = 0 }
        guard let step, let span = namedSpan(at: start, step: step) else { return nil }
        return (narrowed(span.first, span.last, edge), start + 1)
    }

    private func weekend(of reading: DayReading) -> DayReading? {
        guard let date = reading.day.date else { return nil }
        let first = date.adding(days: Weekday.saturday.number - date.weekday.number)
        var atom = within(first, first.adding(days: 1))
        atom.week = (first, first.adding(days: 1))
        return (atom, reading.next)
    }

    /// "The first Monday of next month", "last Friday of the month".
    func weekdayOfMonth(at index: Int) -> DayReading? {
        let start = skip(["the"], at: index)
        let isLast = text(start) == "last"
        let ordinal = Numbers.ordinal(tokens, at: start)
        guard isLast || (ordinal?.value ?? 9) <= 5,
            let (word, next) = calendarWord(at: ordinal?.next ?? start + 1),
            case .weekday(let weekday) = word, ["of", "in"].contains(text(next))
        else { return nil }
        let step = ["this": 0, "the": 0, "next": 1][text(next + 1)]
        var first = LocalDate(year: today.year, month: today.month, day: 1)
        var end = next + 3
        if let step, text(next + 2) == "month" {
            first = first?.adding(months: step)
        } else if let (name, after) = calendarWord(at: next + 1), case .month(let month) = name {
            first = first?.adding(months: (month - today.month + 12) % 12)
            end = after
        } else {
            return nil
        }
        guard let first else { return nil }
        let lead = (weekday.number - first.weekday.number + 7) % 7
        var date = first.adding(days: lead + 7 * ((ordinal?.value ?? 5) - 1))
        if date.month != first.month, isLast { date = date.adding(days: -7) }
        return date.month == first.month ? (.on(date), end) : nil
    }

    private func namedSpan(at index: Int, step: Int) -> (first: LocalDate, last: LocalDate)? {
        switch text(index) {
        case "week", "wk":
            return (weekStart(step), weekStart(step).adding(days: 6))
        case "weekend", "wkend", "wknd":
            let isNext = ["next", "nxt", "following"].contains(text(index - 1))
            let saturday = inMondayWeek(isNext ? 1 : 0, .saturday)
            return (saturday, saturday.adding(days: 1))
        case "month":
            guard let first = LocalDate(year: today.year, month: today.month, day: 1) else {
                return nil
            }
            let start = first.adding(months: step)
            return (start, start.adding(months: 1).adding(days: -1))
        case "year":
            guard let first = LocalDate(year: today.year + step, month: 1, day: 1) else {
                return nil
            }
            return (first, first.adding(months: 12).adding(days: -1))
        default: return nil
        }
    }

    /// A weekend belongs together whatever day the week begins with.
    private func inMondayWeek(_ weeks: Int, _ weekday: Weekday) -> LocalDate {
        today.adding(days: weeks * 7 + weekday.number - today.weekday.number)
    }

    func narrowed(_ first: LocalDate, _ last: LocalDate, _ edge: String) -> DayAtom {
        let length = first.days(until: last) + 1
        let third = length <= 7 ? 3 : length / 3
        switch edge {
        case "early", "beginning", "start":
            return within(first, first.adding(days: third - 1))
        case "mid":
            let start = first.adding(days: length <= 7 ? 1 : third)
            return within(start, start.adding(days: third))
        case "late", "end":
            let end = length <= 7 ? last.adding(days: -2) : last
            return within(end.adding(days: length <= 7 ? -1 : -third), length <= 7 ? end : last)
        case "later":
            return within(max(first, today.adding(days: 1)), last)
        default:
            return within(first, last)
        }
    }

    /// "In three days", "a week from Tuesday", "3 weeks from now", "the next few days".
    func countedDay(at index: Int) -> DayReading? {
        if let next = nextFew(at: index) { return next }
        let isIn = text(index) == "in" || text(index) == "within"
        var start = isIn ? index + 1 : index
        start = skip(["about", "around", "like"], at: start)
        guard let length = length(at: start) else { return nil }
        var end = length.next
        end = skip(["'s", "'"], at: end)
        if text(end) == "time" { end += 1 }
        if let next = after("from", at: end) ?? after("after", at: end) {
            return counted(length, from: next)
        }
        if text(end) == "before" || text(end) == "ago", length.minutes == 0 {
            let back = Length(days: -length.days, months: -length.months)
            if text(end) == "before" { return counted(back, from: end + 1) }
            let date = today.adding(months: back.months).adding(days: back.days)
            return (DayAtom(meaning: .on(date, alternatives: []), doubts: [.past]), end + 1)
        }
        if text(end) == "today" || calendarWord(at: end)?.word == .tomorrow, !isIn,
            length.days % 7 == 0, length.days > 0
        {
            // British: "a week today", "two weeks tomorrow".
            let extra = text(end) == "today" ? 0 : 1
            return shifted(days: length.days + extra).map { (.on($0), end + 1) }
        }
        if !isIn, let weekday = weeksOn(length, at: end) { return weekday }
        guard isIn else { return nil }
        if text(index) == "within", length.minutes > 0 {
            let until = reference.time.minutes + length.minutes
            guard until <= 1440, let time = LocalTime(minutes: until) else { return nil }
            var atom = DayAtom.on(today)
            atom.deadline = time
            return (atom, end)
        }
        if text(index) == "within", length.days > 0, let last = shifted(days: length.days) {
            return (DayAtom(meaning: .within(today, last)), end)
        }
        return moved(length, end)
    }

    /// British: "a week on Thursday", "two weeks Friday".
    private func weeksOn(_ length: Length, at index: Int) -> DayReading? {
        guard length.days > 0, length.days % 7 == 0, length.months == 0,
            let (word, next) = calendarWord(at: skip(["on"], at: index)),
            case .weekday(let weekday) = word
        else { return nil }
        return (.on(coming(weekday).adding(days: length.days)), next)
    }

    private func counted(_ length: Length, from index: Int) -> DayReading? {
        if text(index) == "now" { return moved(length, index + 1) }
        guard length.minutes == 0, let base = plainDay(at: skip(["the"], at: index)) else {
            return nil
        }
        guard let date = base.day.date else { return nil }
        let target = date.adding(months: length.months).adding(days: length.days)
        guard abs(today.days(until: target)) <= Limits.furthestDays else { return nil }
        var atom = DayAtom.on(target)
        atom.doubts = base.day.doubts
        return (atom, base.next)
    }

    private func moved(_ length: Length, _ next: Int) -> DayReading? {
        if length.minutes > 0 {
            let total = reference.time.minutes + length.minutes
            guard let date = shifted(days: total / 1440) else { return nil }
            var atom = DayAtom.on(date)
            atom.moment = LocalTime(minutes: total % 1440)
            return (atom, next)
        }
        let target = today.adding(months: length.months).adding(days: length.days)
        guard today.days(until: target) <= Limits.furthestDays else { return nil }
        return (.on(target), next)
    }

    private func nextFew(at index: Int) -> DayReading? {
        var start = skip(["in", "within", "over", "during"], at: index)
        start = skip(["the"], at: start)
        guard ["next", "coming", "following"].contains(text(start)),
            let length = length(at: start + 1),
            length.days > 0 || length.months > 0
        else { return nil }
        let last = today.adding(months: length.months).adding(days: length.days)
        guard today.days(until: last) <= Limits.furthestDays else { return nil }
        return (DayAtom(meaning: .within(today, last)), length.next)
    }

    /// A stretch of time with its place after it.
    struct Length {
        var minutes = 0
        var days = 0
        var months = 0
        var next = 0
    }

    /// "An hour and a half", "2 weeks", "a couple of days", "1.5 hours", "half an hour".
    func length(at index: Int) -> Length? {
        if let next = after("half", "an", "hour", at: index) ?? after("half", "hour", at: index) {
            return Length(minutes: 30, next: next)
        }
        var start = index
        var halves = 0
        if ["a", "an"].contains(text(index)), ["couple", "few"].contains(text(index + 1)) {
            start += 1
        }
        let count: Int
        if let vague = Numbers.vague[text(start)] {
            count = vague
            start = skip(["of"], at: start + 1)
        } else if let small = Numbers.small(tokens, at: start), small.value <= 2000 {
            count = small.value
            start = small.next
            if text(start) == ".", isGlued(start), text(start + 1) == "5", isGlued(start + 1) {
                halves = 1
                start += 2
            }
        } else {
            return nil
        }
        start = skip(["-", "full", "whole", "more"], at: start)
        guard let unit = CalendarWords.unitWords[text(start)] else { return nil }
        var next = start + 1
        if let half = after("and", "a", "half", at: next) {
            halves = 1
            next = half
        }
        return measured(count, halves, unit, next)
    }

    private func measured(_ count: Int, _ halves: Int, _ unit: CalendarWords.Unit, _ next: Int)
        -> Length?
    {
        var length = Length(next: next)
        switch unit {
        case .minute: length.minutes = count
        case .hour: length.minutes = count * 60 + halves * 30
        case .day: length.days = count
        case .week: length.days = count * 7
        case .fortnight: length.days = count * 14
        case .month: length.months = min(count, 120)
        case .year: length.months = min(count, 10) * 12
        }
        return length
    }

    func feast(at index: Int) -> DayReading? {
        var words: [String] = []
        var best: DayReading?
        var place = index
        while words.count < 3, place < tokens.count, tokens[place].kind == .word {
            var word = tokens[place].text
            place += 1
            if text(place) == "'s" || text(place) == "'" {
                word += "s"
                place += 1
            }
            words.append(word)
            if let feast = CalendarWords.feasts[words],
                let date = nextDate(month: feast.month, day: feast.day)
            {
                best = (.on(date), place)
            }
        }
        if best == nil, text(index) == "thanksgiving", let date = thanksgiving() {
            best = (.on(date), index + 1)
        }
        return best
    }

    /// The fourth Thursday of November.
    private func thanksgiving() -> LocalDate? {
        for year in [today.year, today.year + 1] {
            guard let first = LocalDate(year: year, month: 11, day: 1) else { return nil }
            let toThursday = (Weekday.thursday.number - first.weekday.number + 7) % 7
            let date = first.adding(days: toThursday + 21)
            if date >= today { return date }
        }
        return nil
    }

    func openDay(at index: Int) -> DayReading? {
        if let next = after("same", "day", at: index) ?? after("that", "day", at: index) {
            return (DayAtom(meaning: .same), next)
        }
        if let next = after("any", "day", at: index) ?? after("any", "other", "day", at: index)
            ?? after("whichever", "day", at: index)
        {
            return (DayAtom(meaning: .any), next)
        }
        if text(index) == "anyday" { return (DayAtom(meaning: .any), index + 1) }
        return nil
    }
}
