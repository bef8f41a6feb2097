import Base

/// Dates in digits and with months.
extension TimeReader {
    /// The next such day of a month, today included.
    func nextDate(day: Int) -> LocalDate? {
        guard let first = LocalDate(year: today.year, month: today.month, day: 1) else {
            return nil
        }
        for ahead in 0..<4 {
            let month = first.adding(months: ahead)
            if let date = LocalDate(year: month.year, month: month.month, day: day), date >= today {
                return date
            }
        }
        return nil
    }

    /// The next such day of a year, today included (29 February may be years away).
    func nextDate(month: Int, day: Int) -> LocalDate? {
        for year in today.year...today.year + 8 {
            if let date = LocalDate(year: year, month: month, day: day), date >= today {
                return date
            }
        }
        return nil
    }

    private func fullYear(_ index: Int) -> Int? {
        guard let value = number(index) else { return nil }
        switch tokens[index].digits {
        case 4 where (1900...2199).contains(value): return value
        case 2: return 2000 + value
        default: return nil
        }
    }

    /// "2026-11-24", "11/24", "24/11/2026", "24.11.", "24-11-2026".
    func numericDate(at index: Int) -> DayReading? {
        guard let first = number(index), tokens[index].digits <= 4 else { return nil }
        let sign = text(index + 1)
        guard ["/", "-", "."].contains(sign), isGlued(index + 1), isGlued(index + 2),
            let second = number(index + 2), tokens[index + 2].digits <= 2
        else { return nil }
        guard text(index - 1) != "." || tokens[index].followsSpace,
            text(index - 1) != "$", text(index - 1) != "£"
        else { return nil }
        let hasThird = text(index + 3) == sign && isGlued(index + 3) && isGlued(index + 4)
        if tokens[index].digits == 4 {
            guard hasThird, let third = number(index + 4),
                let date = LocalDate(year: first, month: second, day: third)
            else { return nil }
            return (dated(date), index + 5)
        }
        if hasThird, let year = fullYear(index + 4) {
            return ordered(first, second, year, dotted: sign == ".").map { ($0, index + 5) }
        }
        guard sign != "-", let next = shortDateEnd(index, sign) else { return nil }
        return ordered(first, second, nil, dotted: sign == ".").map { ($0, next) }
    }

    /// Whether a date without a year really is one: "24.11." or "11/24", not "2.30" or "1/2 hour".
    private func shortDateEnd(_ index: Int, _ sign: String) -> Int? {
        let next = index + 3
        if sign == "/" {
            if CalendarWords.unitWords[text(next)] != nil || text(next) == "/" { return nil }
            if text(index) == "24", text(index + 2) == "7" { return nil }
            return next
        }
        let isTimed = TimeReader.timeLeads.contains(text(index - 1))
        if isTimed || meridiem(at: next) != nil { return nil }
        if text(next) == ".", isGlued(next) {
            // "10.30." at the end of a sentence is a time, "24.11." is not.
            let isClock = (number(index) ?? 99) < 24 && (number(index + 2) ?? 1) % 5 == 0
            return isClock && options.dateOrder == .monthFirst ? nil : next + 1
        }
        guard options.dateOrder == .dayFirst, let first = number(index),
            let second = number(index + 2), (1...12).contains(second)
        else { return nil }
        // "8.30" and "9.05" are times of day; "on 8.10" and "24.11" are dates.
        let isClock = first < 24 && second % 5 == 0 && tokens[index + 2].digits == 2
        return isClock && text(index - 1) != "on" ? nil : next
    }

    private func ordered(_ first: Int, _ second: Int, _ year: Int?, dotted: Bool) -> DayAtom? {
        let dayFirst = dotted || options.dateOrder == .dayFirst
        func date(_ month: Int, _ day: Int) -> LocalDate? {
            if let year { return LocalDate(year: year, month: month, day: day) }
            return nextDate(month: month, day: day)
        }
        let usual = dayFirst ? date(second, first) : date(first, second)
        let other = dayFirst ? date(first, second) : date(second, first)
        guard let usual else { return other.map { dated($0) } }
        guard !dotted, let other, other != usual else { return dated(usual) }
        var atom = dated(usual)
        atom.meaning = .on(usual, alternatives: [other])
        atom.doubts.insert(.dayOrMonthFirst)
        return atom
    }

    private func dated(_ date: LocalDate) -> DayAtom {
        DayAtom(meaning: .on(date, alternatives: []), doubts: date < today ? [.past] : [])
    }

    /// "Nov 24th 2026", "24 Nov", "24th of this month", "the 24th", "in December", "early May".
    func monthDate(at index: Int) -> DayReading? {
        if let (word, next) = calendarWord(at: index), case .month(let month) = word {
            return monthFirst(month, index, next)
        }
        if let edge = monthEdge(at: index) { return edge }
        let start = skip(["the"], at: index)
        if let ordinal = Numbers.ordinal(tokens, at: start) {
            return dayFirst(ordinal.value, ordinal.next, isOrdinal: true, isWord: ordinal.word)
        }
        guard let value = number(start), (1...31).contains(value), tokens[start].digits <= 2 else {
            return nil
        }
        return dayFirst(value, start + 1, isOrdinal: false, isWord: false)
    }

    /// "March 9th", "March 9 to 12" begins here too; a month alone is a span.
    private func monthFirst(_ month: Int, _ index: Int, _ next: Int) -> DayReading? {
        var start = isGlued(next) ? skip([".", "-", "/"], at: next) : next
        start = skip(["the"], at: start)
        let ordinal = Numbers.ordinal(tokens, at: start)
        var day: (value: Int, next: Int)?
        if let ordinal {
            day = (ordinal.value, ordinal.next)
        } else if let value = number(start), (1...31).contains(value), tokens[start].digits <= 2,
            text(start + 1) != ":", meridiem(at: start + 1) == nil
        {
            day = (value, start + 1)
        } else if tokens.indices.contains(start), tokens[start].kind == .word,
            let small = Numbers.small(tokens, at: start), (1...31).contains(small.value)
        {
            day = small
        }
        if let day { return spanned(month, day) ?? yeared(month, day.value, day.next) }
        return wholeMonth(month, index, next)
    }

    /// "November 19-20", "Dec 3 to 5".
    private func spanned(_ month: Int, _ first: (value: Int, next: Int)) -> DayReading? {
        guard ["-", "to"].contains(text(first.next)), let last = number(first.next + 1),
            tokens[first.next + 1].digits <= 2, (first.value + 1...31).contains(last),
            ![":", "-", "am", "pm"].contains(text(first.next + 2)),
            let from = nextDate(month: month, day: first.value),
            let to = LocalDate(year: from.year, month: month, day: last)
        else { return nil }
        return (DayAtom(meaning: .within(from, to)), first.next + 2)
    }

    private func wholeMonth(_ month: Int, _ index: Int, _ next: Int) -> DayReading? {
        let leads: Set<String> = [
            "in", "during", "next", "this", "mid", "early", "late", "of", "until",
        ]
        let isOrdinaryWord = ["may", "march", "mar", "dec", "jan", "jun"].contains(text(index))
        var start = skip(["of", ","], at: next)
        var isSpan = false
        if ["to", "-", "through"].contains(text(next)),
            case .month? = calendarWord(at: next + 1)?.word
        {
            isSpan = true
        }
        guard !isOrdinaryWord || isSpan || leads.contains(text(index - 1)) || fullYear(start) != nil
        else {
            return nil
        }
        var year = today.month <= month ? today.year : today.year + 1
        if let given = fullYear(start), tokens[start].digits == 4 {
            year = given
            start += 1
        } else {
            start = next
        }
        guard let first = LocalDate(year: year, month: month, day: 1) else { return nil }
        let last = first.adding(months: 1).adding(days: -1)
        return (narrowed(first, last, ""), start)
    }

    /// "Early December", "end of May".
    private func monthEdge(at index: Int) -> DayReading? {
        let edges: Set<String> = ["early", "late", "mid", "end", "beginning", "start"]
        let start = skip(["the"], at: index)
        guard edges.contains(text(start)) else { return nil }
        let place = skip(["of"], at: skip(["-", "in"], at: start + 1))
        guard let (word, next) = calendarWord(at: place), case .month(let month) = word else {
            return nil
        }
        let year = today.month <= month ? today.year : today.year + 1
        guard let first = LocalDate(year: year, month: month, day: 1) else { return nil }
        let last = first.adding(months: 1).adding(days: -1)
        return (narrowed(first, last, text(start)), next)
    }

    private func dayFirst(_ day: Int, _ next: Int, isOrdinal: Bool, isWord: Bool) -> DayReading? {
        let start = skip(["of"], at: text(next + 1) == "of" ? skip(["day"], at: next) : next)
        let monthPlace = skip(["-", "/"], at: skip(["the"], at: start))
        let verbs: Set<String> = ["be", "work", "suit", "do", "i", "we", "not"]
        if let (word, after) = calendarWord(at: monthPlace), case .month(let month) = word,
            text(monthPlace) != "may" || !verbs.contains(text(after))
        {
            return yeared(month, day, after)
        }
        if !isOrdinal { return onThe(day, next) }
        for (modifier, ahead) in [("this", 0), ("next", 1), ("the", 0), ("current", 0)]
        where text(start) == modifier && text(start + 1) == "month" && start > next {
            guard let first = LocalDate(year: today.year, month: today.month, day: 1) else {
                return nil
            }
            let month = first.adding(months: ahead)
            guard let date = LocalDate(year: month.year, month: month.month, day: day) else {
                return nil
            }
            return (dated(date), start + 2)
        }
        if let after = after("next", "month", at: next) {
            guard let first = LocalDate(year: today.year, month: today.month, day: 1) else {
                return nil
            }
            let month = first.adding(months: 1)
            let date = LocalDate(year: month.year, month: month.month, day: day)
            return date.map { (.on($0), after) }
        }
        return lonelyOrdinal(day, next, isWord: isWord)
    }

    /// "On the 17" is a day without an ending.
    private func onThe(_ day: Int, _ next: Int) -> DayReading? {
        let enders: Set<String> = [
            "", ".", ",", "?", "!", "at", "between", "after", "before", "please",
        ]
        let isLed = text(next - 2) == "the" && (text(next - 3) == "on" || text(next - 3) == "by")
        guard isLed, enders.contains(text(next)), text(next) != "." || number(next + 1) == nil
        else { return nil }
        return nextDate(day: day).map { (.on($0), next) }
    }

    /// "The 24th" is a day; "the 2nd one" and "5th Avenue" are not.
    private func lonelyOrdinal(_ day: Int, _ next: Int, isWord: Bool) -> DayReading? {
        let things: Set<String> = [
            "one", "ones", "option", "choice", "slot", "time", "floor", "street", "st", "ave",
            "avenue", "road", "appointment", "visit", "opening", "available", "session", "person",
            "date", "place", "thing", "child", "kid", "grade", "birthday", "of", "opinion", "day",
            "thought", "treatment",
        ]
        guard !things.contains(text(next)) else { return nil }
        if isWord {
            let lead = next >= 2 ? [text(next - 2), text(next - 3), text(next - 4)] : []
            guard lead.contains("the"), lead.contains("on"), day > 3 || text(next) == "" else {
                return nil
            }
        }
        return nextDate(day: day).map { (.on($0), next) }
    }

    private func yeared(_ month: Int, _ day: Int, _ next: Int) -> DayReading? {
        let start = skip(["of", ",", "-", "/"], at: next)
        if start < tokens.count, tokens[start].digits == 4, let year = fullYear(start),
            !(text(start + 1) == ":"), let date = LocalDate(year: year, month: month, day: day)
        {
            return (dated(date), start + 1)
        }
        return nextDate(month: month, day: day).map { (.on($0), next) }
    }
}
