import Base

/// Days by name: today, weekdays, weeks, feasts.
extension TimeReader {
    typealias DayReading = (day: DayAtom, next: Int)

    /// A day or span of days at `index`, with a bound such as "after" or "by" before it.
    func day(at index: Int) -> DayReading? {
        if let bounded = boundedDay(at: index) ?? betweenDays(at: index) { return bounded }
        guard let first = plainDay(at: index) else { return nil }
        return spanned(first) ?? first
    }

    func plainDay(at index: Int) -> DayReading? {
        relativeDay(at: index) ?? weekdayOfMonth(at: index) ?? numericDate(at: index) ?? monthDate(
            at: index)
            ?? weekdayDay(at: index) ?? weekSpan(at: index) ?? countedDay(at: index)
            ?? feast(at: index) ?? openDay(at: index)
    }

    private func boundedDay(at index: Int) -> DayReading? {
        let after: Set<String> = ["after", "from", "since", "starting"]
        let before: Set<String> = ["before", "by", "until", "till", "til"]
        guard after.contains(text(index)) || before.contains(text(index)) else { return nil }
        var start = skip(["on", "the"], at: index + 1)
        if plainDay(at: start) == nil { start = index + 1 }
        guard let reading = plainDay(at: start) else { return nil }
        var atom = reading.day
        if text(index) == "from", let span = spanned(reading) { return span }
        // "After 3 tomorrow" bounds the time, "after tomorrow at 3" the moment.
        guard atom.part == nil, atom.moment == nil else { return nil }
        switch atom.meaning {
        case .on(let date, _):
            atom.meaning = bound(date, text(index))
        case .within(let first, let last):
            let isAfter = after.contains(text(index))
            atom.meaning = isAfter ? .from(last.adding(days: 1)) : .until(first.adding(days: -1))
            if text(index) == "by" { atom.meaning = .until(first) }
            let isEnd = text(skip(["the"], at: index + 1)) == "end"
            if isEnd, !isAfter { atom.meaning = .until(last) }
            if text(index) == "from" || text(index) == "starting" { atom.meaning = .from(first) }
        default: return nil
        }
        return (atom, reading.next)
    }

    private func bound(_ date: LocalDate, _ word: String) -> DayMeaning {
        switch word {
        case "after": .from(date.adding(days: 1))
        case "before": .until(date.adding(days: -1))
        case "by", "until", "till", "til": .until(date)
        default: .from(date)
        }
    }

    /// "Monday to Wednesday", "May to July", after a first day.
    private func spanned(
        _ first: DayReading, _ joins: Set<String> = ["to", "through", "thru", "until", "till", "-"]
    ) -> DayReading? {
        guard let (from, _) = first.day.ends, joins.contains(text(first.next)) else { return nil }
        let start = skip(["the"], at: first.next + 1)
        guard let last = plainDay(at: start) ?? plainDay(at: first.next + 1),
            var (_, to) = last.day.ends
        else { return nil }
        if last.day.weekday != nil || from.days(until: to) > -7 {
            while to < from { to = to.adding(days: 7) }
        } else if to < from {
            to = to.adding(months: 12)
        }
        guard from < to, from.days(until: to) < 370 else { return nil }
        let doubts = first.day.doubts.subtracting([.thisOrNextWeek])
        return (DayAtom(meaning: .within(from, to), doubts: doubts), last.next)
    }

    /// "Between the 3rd and the 5th", "between now and Tuesday".
    private func betweenDays(at index: Int) -> DayReading? {
        guard text(index) == "between" || text(index) == "btw" else { return nil }
        if text(index + 1) == "now" { return spanned((.on(today), index + 2), ["and"]) }
        let start = skip(["the"], at: index + 1)
        guard let first = plainDay(at: start) ?? plainDay(at: index + 1) else { return nil }
        return spanned(first, ["and", "-", "to", "&"])
    }

    /// The calendar word at `index` and the place after it.
    func calendarWord(at index: Int) -> (word: CalendarWords.Word, next: Int)? {
        guard index >= 0, index < tokens.count else { return nil }
        if text(index) == "2", isGlued(index + 1),
            let word = CalendarWords.exact["2" + text(index + 1)]
        {
            return (word, index + 2)
        }
        guard tokens[index].kind == .word, CalendarWords.pluralWeekday(text(index)) == nil,
            let word = CalendarWords.word(text(index))
        else { return nil }
        let previous = text(index - 1)
        switch text(index) {
        case "sat" where ["i", "we", "he", "she", "they", "you", "who"].contains(previous),
            "sun" where ["the", "in", "my"].contains(previous),
            "wed" where ["get", "getting", "be", "were", "newly"].contains(previous),
            "mon" where ["come", "cmon"].contains(previous):
            return nil
        default: return (word, index + 1)
        }
    }

    private func relativeDay(at index: Int) -> DayReading? {
        let start = skip(["the"], at: index)
        if let next = after("day", "after", at: start), calendarWord(at: next)?.word == .tomorrow,
            let date = shifted(days: 2)
        {
            return (.on(date), next + 1)
        }
        if let next = after("day", "before", at: start), calendarWord(at: next)?.word == .yesterday,
            let date = shifted(days: -2)
        {
            return (DayAtom(meaning: .on(date, alternatives: []), doubts: [.past]), next + 1)
        }
        if text(index) == "overmorrow", let date = shifted(days: 2) {
            return (.on(date), index + 1)
        }
        if text(index) == "later" || text(index) == "earlier", text(index + 1) == "today" {
            return (.on(today), index + 2)
        }
        if let next = after("last", "night", at: index), let date = shifted(days: -1) {
            return (
                DayAtom(meaning: .on(date, alternatives: []), doubts: [.past], part: .evening), next
            )
        }
        if text(index) == "now" || after("right", "now", at: index) != nil {
            return nil
        }
        if text(index) == "this" || text(index) == "later", let part = partWord(at: index + 1) {
            return (DayAtom(meaning: .on(today, alternatives: []), part: part.part), part.next)
        }
        guard let (word, next) = calendarWord(at: index) else { return nil }
        switch word {
        case .today: return (.on(today), next)
        case .tonight:
            return (DayAtom(meaning: .on(today, alternatives: []), part: .evening), next)
        case .tomorrow:
            guard let date = shifted(days: 1) else { return nil }
            return (.on(date), next)
        case .yesterday:
            guard let date = shifted(days: -1) else { return nil }
            return (DayAtom(meaning: .on(date, alternatives: []), doubts: [.past]), next)
        case .weekday, .month: return nil
        }
    }

    // MARK: Weekdays

    /// The first such day strictly after today.
    func coming(_ weekday: Weekday) -> LocalDate {
        let ahead = (weekday.number - today.weekday.number + 6) % 7 + 1
        return today.adding(days: ahead)
    }

    /// The first day of the week that lies `weeks` from this one.
    func weekStart(_ weeks: Int) -> LocalDate {
        let back = (today.weekday.number - options.weekStart.number + 7) % 7
        return today.adding(days: weeks * 7 - back)
    }

    func inWeek(_ weeks: Int, _ weekday: Weekday) -> LocalDate {
        let offset = (weekday.number - options.weekStart.number + 7) % 7
        return weekStart(weeks).adding(days: offset)
    }

    private func weekdayDay(at index: Int) -> DayReading? {
        let modifiers: Set<String> = [
            "this", "next", "coming", "nxt", "last", "past", "following", "previous",
        ]
        var start = index
        var modifier = ""
        if ["the", "this"].contains(text(start)), modifiers.contains(text(start + 1)) {
            start += 1
        }
        if modifiers.contains(text(start)) {
            modifier = text(start)
            start += 1
        }
        if modifier == "", ["any", "every", "each"].contains(text(start)) { start += 1 }
        guard let (word, next) = calendarWord(at: start), case .weekday(let weekday) = word else {
            return modifier == "" ? pluralDays(at: start) : nil
        }
        if start > index, modifier == "" {
            return (DayAtom(meaning: .weekdays([weekday])), next)
        }
        if modifier == "", let dated = weekdayWithDate(weekday, at: next) { return dated }
        if let suffixed = weekdayWithWeek(weekday, at: next) { return suffixed }
        var atom = weekdayAtom(weekday, modifier)
        if modifier == "" { atom.weekday = weekday }
        return (atom, next)
    }

    private func weekdayAtom(_ weekday: Weekday, _ modifier: String) -> DayAtom {
        let near = coming(weekday)
        switch modifier {
        case "last", "past", "previous":
            let date =
                near.adding(days: -7) == today ? near.adding(days: -14) : near.adding(days: -7)
            return DayAtom(meaning: .on(date, alternatives: []), doubts: [.past])
        case "next", "nxt", "following":
            let following = inWeek(1, weekday)
            guard near != following, near < following else { return .on(following) }
            return DayAtom(
                meaning: .on(following, alternatives: [near]), doubts: [.thisOrNextWeek])
        default:
            guard weekday == today.weekday else { return .on(near) }
            // Said on that very day: "this Friday" leans to today, "Friday" to the next one.
            let first = modifier == "this" ? today : near
            let other = modifier == "this" ? near : today
            return DayAtom(meaning: .on(first, alternatives: [other]), doubts: [.thisOrNextWeek])
        }
    }

    /// "Tuesday the 24th", "Tue 24 Nov", "Tue, 11/24".
    private func weekdayWithDate(_ weekday: Weekday, at index: Int) -> DayReading? {
        var start = skip([",", "."], at: index)
        start = skip(["on"], at: start)
        start = skip(["the"], at: start)
        let reading: DayReading?
        if let dated = numericDate(at: start) ?? monthDate(at: start) {
            reading = dated
        } else if let value = number(start), (1...31).contains(value), tokens[start].digits <= 2,
            let date = nextDate(day: value), date.weekday == weekday || value > 24,
            isEndOfDate(start + 1)
        {
            reading = (.on(date), start + 1)
        } else if let ordinal = Numbers.ordinal(tokens, at: start), text(start - 1) == "the",
            let date = nextDate(day: ordinal.value)
        {
            reading = (.on(date), ordinal.next)
        } else {
            reading = nil
        }
        guard let reading, let date = reading.day.date else { return nil }
        guard date.weekday != weekday else { return reading }
        var atom = reading.day
        atom.meaning = .on(date, alternatives: [coming(weekday)])
        atom.doubts.insert(.weekdayDiffers)
        return (atom, reading.next)
    }

    private func isEndOfDate(_ index: Int) -> Bool {
        let follower = text(index)
        return ![":", "am", "pm", "oclock", "-", "to", "ish"].contains(follower)
            && !(follower == "." && isGlued(index) && number(index + 1) != nil)
    }

    /// "Saturday this week", "Tuesday, next week", "Friday week", "Monday after next".
    private func weekdayWithWeek(_ weekday: Weekday, at index: Int) -> DayReading? {
        let start = skip(["of"], at: skip([","], at: index))
        if let next = after("this", "week", at: start) {
            return (.on(inWeek(0, weekday)), next)
        }
        if let next = after("next", "week", at: start) ?? after("nxt", "week", at: start) {
            return (.on(inWeek(1, weekday)), next)
        }
        if let next = after("the", "following", "week", at: start) {
            return (.on(inWeek(1, weekday)), next)
        }
        if let next = after("week", at: index), !["of", "is", "was"].contains(text(next)) {
            return (.on(coming(weekday).adding(days: 7)), next)
        }
        if let next = after("fortnight", at: index) {
            return (.on(coming(weekday).adding(days: 14)), next)
        }
        if let next = after("after", "next", at: index) {
            return (.on(inWeek(2, weekday)), next)
        }
        return nil
    }

    /// "Mondays", "weekdays", "on a weekend".
    private func pluralDays(at index: Int) -> DayReading? {
        if let weekday = CalendarWords.pluralWeekday(text(index)) {
            return (DayAtom(meaning: .weekdays([weekday])), index + 1)
        }
        switch text(index) {
        case "weekday", "weekdays":
            let days = Weekday.allCases.filter { $0.number <= 5 }
            return (DayAtom(meaning: .weekdays(Set(days))), index + 1)
        case "weekend" where text(index - 1) != "the":
            return (DayAtom(meaning: .weekdays([.saturday, .sunday])), index + 1)
        case "weekends":
            return (DayAtom(meaning: .weekdays([.saturday, .sunday])), index + 1)
        default: return nil
        }
    }
}
