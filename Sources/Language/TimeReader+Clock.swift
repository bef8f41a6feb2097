import Base

/// Times of day: clock forms and parts of the day.
extension TimeReader {
    /// Words before a number that make it a time.
    static let timeLeads: Set<String> = [
        "at", "@", "after", "before", "by", "around", "about", "till", "til", "until", "from",
        "between", "past", "approximately", "approx", "roughly", "~", "circa", "since", "than",
    ]

    /// "am", "p.m.", "p" glued to a number.
    func meridiem(at index: Int) -> (meridiem: Clock.Meridiem, next: Int)? {
        switch text(index) {
        case "am": return isThere(index) ? (.am, index + 1) : nil
        case "pm": return (.pm, index + 1)
        case "a", "p":
            let meridiem: Clock.Meridiem = text(index) == "a" ? .am : .pm
            if text(index + 1) == ".", text(index + 2) == "m" {
                let end = text(index + 3) == "." && isGlued(index + 3) ? index + 4 : index + 3
                return (meridiem, end)
            }
            return isGlued(index) ? (meridiem, index + 1) : nil
        default: return nil
        }
    }

    /// "Am" is also a verb: "3 am I booked" is rare, "what am" has no number before it.
    private func isThere(_ index: Int) -> Bool { text(index + 1) != "i" || isGlued(index) }

    typealias ClockReading = (clock: Clock, next: Int)

    /// A clock time at `index`, without the words that lead to it.
    func clock(at index: Int) -> ClockReading? {
        switch text(index) {
        case "noon", "midday", "noonish":
            return (Clock(hour: 12, isSettled: true), index + 1)
        case "midnight":
            return (Clock(hour: 24, isSettled: true), index + 1)
        case "mid" where text(index + 1) == "night" || text(index + 1) == "day":
            let hour = text(index + 1) == "night" ? 24 : 12
            return (Clock(hour: hour, isSettled: true), index + 2)
        default: break
        }
        if let spoken = spokenClock(at: index) { return finished(spoken) }
        guard let reading = digitClock(at: index) ?? wordClock(at: index) else { return nil }
        return finished(reading)
    }

    private func finished(_ reading: ClockReading) -> ClockReading? {
        var (clock, next) = reading
        if text(next) == "oclock" || text(next) == "clock" {
            clock.isBare = false
            next += 1
        } else if text(next) == "o",
            text(next + 1) == "\"" || text(next + 1) == "'"
                || text(next + 1) == "clock"
        {
            let end = text(next + 1) == "clock" ? next + 1 : next + 2
            if text(end) == "clock" {
                clock.isBare = false
                next = end + 1
            }
        }
        // "At 9 hours", as many who learnt English later say.
        let isLed = ["at", "@"].contains(text(next - 2)) && clock.minute == 0
        if text(next) == "hrs" || text(next) == "hours", clock.isSettled || isLed {
            clock.isBare = false
            next += 1
        }
        if let found = meridiem(at: next), clock.hour <= 12 {
            clock.meridiem = found.meridiem
            clock.isBare = false
            next = found.next
        }
        return (clock, next)
    }

    /// "Half past three", "half 3", "quarter to 5", "ten past 4".
    private func spokenClock(at index: Int) -> ClockReading? {
        let start = text(index) == "a" && text(index + 1) == "quarter" ? index + 1 : index
        var minutes: Int
        var next: Int
        if text(start) == "half" {
            (minutes, next) = (30, start + 1)
            let isPast = text(next) == "past" || text(next) == "after"
            guard let hour = hour(at: isPast ? next + 1 : next) else { return nil }
            guard isPast || CalendarWords.unitWords[text(hour.next)] == nil else { return nil }
            return (Clock(hour: hour.value, minute: 30), hour.next)
        }
        if text(start) == "quarter" {
            (minutes, next) = (15, start + 1)
        } else if let small = Numbers.small(tokens, at: start), (1...59).contains(small.value),
            small.value % 5 == 0 || ["minutes", "mins", "min"].contains(text(small.next))
        {
            (minutes, next) = (small.value, small.next)
            next = skip(["minutes", "mins", "min"], at: next)
        } else {
            return nil
        }
        let isQuarter = text(start) == "quarter"
        switch text(next) {
        case "past": break
        case "after" where isQuarter: break
        case "to", "of", "til", "till", "before":
            // "10 to 4" is a range of hours unless nothing else can be meant.
            guard isQuarter || (minutes > 12 && text(next) == "to") else { return nil }
            minutes = -minutes
        default: return nil
        }
        guard let hour = hour(at: next + 1) else { return nil }
        let total = hour.value * 60 + minutes
        guard total >= 0 else { return nil }
        let twelve = total / 60 == 0 && hour.value == 1 ? 12 : total / 60
        return (Clock(hour: twelve, minute: total % 60), hour.next)
    }

    private func hour(at index: Int) -> (value: Int, next: Int)? {
        guard let small = Numbers.small(tokens, at: index), (0...24).contains(small.value) else {
            return nil
        }
        return small
    }

    /// "3", "3:30", "15.30", "15h30", "1530", "330".
    private func digitClock(at index: Int) -> ClockReading? {
        guard let value = number(index), address(at: index) == nil else { return nil }
        let digits = tokens[index].digits
        if digits == 3 || digits == 4 { return packedClock(value, digits, index) }
        guard digits <= 2, (0...24).contains(value) else { return nil }
        if [":", ".", "h", ";"].contains(text(index + 1)), isGlued(index + 1), isGlued(index + 2),
            let minute = number(index + 2), tokens[index + 2].digits == 2, minute < 60,
            value < 24 || minute == 0
        {
            let isDecimal = text(index + 1) == "." && !(value <= 24 && minute % 5 == 0)
            guard !isDecimal else { return nil }
            let settled = tokens[index].text.hasPrefix("0") || value > 12 || value == 0
            var next = index + 3
            if text(next) == ":", let seconds = number(next + 1), seconds < 60 { next += 2 }
            return (Clock(hour: value, minute: minute, isSettled: settled), next)
        }
        if text(index + 1) == "h", isGlued(index + 1) {
            guard value > 12 else { return nil }
            return (Clock(hour: value, isSettled: true), index + 2)
        }
        if text(index - 1) == ":" || text(index - 1) == ".", isGlued(index),
            number(index - 2) != nil
        {
            return nil
        }
        let isZeroLed = digits == 2 && value < 10
        return (Clock(hour: value, isBare: true, isSettled: value > 12 || isZeroLed), index + 1)
    }

    private func packedClock(_ value: Int, _ digits: Int, _ index: Int) -> ClockReading? {
        let (hour, minute) = (value / 100, value % 100)
        guard hour <= 23, minute < 60, digits == 4 || hour >= 1 else { return nil }
        let next = skip(["h", "hrs", "hours"], at: index + 1)
        let isMarked = next > index + 1 || meridiem(at: index + 1) != nil
        guard isMarked || minute % 15 == 0 else { return nil }
        let isYear = digits == 4 && (19...20).contains(hour) && !isMarked
        guard !isYear || text(index - 1) == "at" || text(index - 1) == "@" else { return nil }
        let settled = tokens[index].text.hasPrefix("0") || hour > 12 || hour == 0
        return (Clock(hour: hour, minute: minute, isBare: !isMarked, isSettled: settled), next)
    }

    /// "Three", "three thirty", "five oh five".
    private func wordClock(at index: Int) -> ClockReading? {
        guard index < tokens.count, tokens[index].kind == .word,
            let hour = Numbers.units[text(index)], (1...12).contains(hour)
        else { return nil }
        let start = skip(["-"], at: index + 1)
        if ["oh", "o"].contains(text(start)), let minute = Numbers.units[text(start + 1)],
            minute < 10
        {
            return (Clock(hour: hour, minute: minute), start + 2)
        }
        if let small = Numbers.small(tokens, at: start), tokens[start].kind == .word,
            (10...59).contains(small.value)
        {
            return (Clock(hour: hour, minute: small.value), small.next)
        }
        return (Clock(hour: hour, isBare: true), index + 1)
    }

    // MARK: Parts of the day

    /// One part-of-day word or phrase, without "in the".
    func partWord(at index: Int) -> (part: DayPart, next: Int)? {
        if let next = after("first", "thing", at: index) {
            return (.firstThing, skip(["in"], at: next) == next ? next : morningEnd(next))
        }
        for phrase in TimeReader.dayEnds {
            if zip(phrase, phrase.indices).allSatisfy({ text(index + $1) == $0 }) {
                return (.endOfDay, index + phrase.count)
            }
        }
        if text(index) == "after", ["work", "school", "lunch"].contains(text(index + 1)) {
            let parts: [String: DayPart] = [
                "work": .afterWork, "school": .afterSchool, "lunch": .afternoon,
            ]
            return parts[text(index + 1)].map { ($0, index + 2) }
        }
        if text(index) == "before", ["work", "lunch"].contains(text(index + 1)) {
            return (text(index + 1) == "work" ? .earlyMorning : .morning, index + 2)
        }
        return shadedPart(at: index)
    }

    private func morningEnd(_ next: Int) -> Int {
        after("in", "the", "morning", at: next) ?? after("in", "morning", at: next) ?? next
    }

    private static let dayEnds = [
        ["end", "of", "the", "day"], ["end", "of", "day"], ["close", "of", "business"], ["eod"],
    ]

    private func shadedPart(at index: Int) -> (part: DayPart, next: Int)? {
        let shades: Set<String> = ["early", "late", "mid", "later"]
        let shade = shades.contains(text(index)) ? text(index) : ""
        var start = shade == "" ? index : index + 1
        if shade != "" {
            start = skip(["in"], at: skip(["-"], at: start))
            start = skip(["the"], at: start)
        }
        let part: DayPart? =
            switch (text(start), shade) {
            case ("morning", ""), ("mornings", _), ("mornin", _), ("morn", _), ("am", ""):
                text(start) == "am" && !isLeadOfPart(start) ? nil : .morning
            case ("morning", "early"): .earlyMorning
            case ("morning", "mid"): .midMorning
            case ("morning", _): .lateMorning
            case ("afternoon", "early"): .earlyAfternoon
            case ("afternoon", "mid"): .midAfternoon
            case ("afternoon", "late"), ("afternoon", "later"): .lateAfternoon
            case ("afternoon", _), ("afternoons", _), ("arvo", _), ("aft", _), ("afternon", _):
                .afternoon
            case ("pm", "") where isLeadOfPart(start): .afternoon
            case ("evening", _), ("evenings", _), ("evning", _), ("eve", _): .evening
            case ("night", _), ("nights", _), ("nite", _): .night
            case ("lunchtime", _), ("lunch", _): .lunchtime
            case ("midmorning", _): .midMorning
            case ("midafternoon", _): .midAfternoon
            default: nil
            }
        guard let part else { return nil }
        // "I'll skip lunch" and "lunch is at 12" speak of a meal.
        let isMeal =
            text(start) == "lunch"
            && (["skip", "skipping", "miss", "have", "having", "my", "their", "for"]
                .contains(text(start - 1)) || ["is", "with", "break"].contains(text(start + 1)))
        if isMeal { return nil }
        if text(start) == "lunch", text(start + 1) == "time" { return (part, start + 2) }
        return (part, start + 1)
    }

    /// "Friday am" and "in the pm" speak of a part of the day.
    private func isLeadOfPart(_ index: Int) -> Bool {
        if text(index - 1) == "the" { return true }
        guard let (word, _) = calendarWord(at: index - 1) else { return false }
        if case .month = word { return false }
        return true
    }
}
