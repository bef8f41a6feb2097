import Base

/// From what was seen to what it means: am or pm, windows, past days.
extension TimeReader {
    func mention(_ atom: Atom) -> TimeMention? {
        guard atom.from < atom.to, atom.to <= tokens.count else { return nil }
        let range = tokens[atom.from].range.lowerBound..<tokens[atom.to - 1].range.upperBound
        var doubts = atom.day?.doubts ?? []
        var time = atom.time.flatMap { meaning($0, part: atom.day?.part, &doubts) }
        if let moment = atom.day?.moment { time = .at(moment, alternatives: []) }
        if let end = atom.day?.deadline { time = .between(reference.time, end) }
        if time == nil, let part = atom.day?.part { time = window(part) }
        var day = atom.day?.meaning
        if case .at(let moment, _)? = time, moment == .endOfDay, day != nil {
            time = .at(.endOfDay, alternatives: [])
        }
        if case .until(let date)? = day, isNegatedBound(atom) { day = .from(date.adding(days: 1)) }
        return TimeMention(
            range: range, day: day, time: time, durationMinutes: atom.durationMinutes,
            shiftMinutes: atom.shiftMinutes, shiftDays: atom.shiftDays,
            bareWeekday: atom.day?.weekday, isEarliest: atom.isEarliest,
            isExcluded: atom.isExcluded && !isNegatedBound(atom), doubts: doubts)
    }

    /// "Not before Friday", "not until the 24th" set a bound and rule nothing out.
    private func isNegatedBound(_ atom: Atom) -> Bool {
        text(atom.from - 1) == "not"
            && ["before", "until", "till", "til"].contains(text(atom.from))
    }

    func window(_ part: DayPart) -> TimeMeaning? {
        let (from, to) = part.window(options)
        guard let start = LocalTime(minutes: from), let end = LocalTime(minutes: to), start < end
        else { return nil }
        return .between(start, end)
    }

    private func meaning(
        _ atom: TimeAtom, part: DayPart?, _ doubts: inout Set<TimeDoubt>
    ) -> TimeMeaning? {
        let part = atom.part ?? part
        switch atom.shape {
        case .same: return .same
        case .pastHour: return .pastHour(atom.minutesPast)
        case .any: return .any
        case .part: return part.flatMap { window($0) }
        case .between: return between(atom, part, &doubts)
        case .at, .around, .after, .before: break
        }
        guard let first = atom.first else { return nil }
        let readings = readings(first, part)
        guard let usual = readings.first else { return nil }
        let others = Array(readings.dropFirst())
        if !others.isEmpty { doubts.insert(.morningOrEvening) }
        switch atom.shape {
        case .around: return .around(usual, alternatives: others)
        case .after: return .after(usual)
        case .before: return .before(usual)
        default: return .at(usual, alternatives: others)
        }
    }

    private func between(
        _ atom: TimeAtom, _ part: DayPart?, _ doubts: inout Set<TimeDoubt>
    ) -> TimeMeaning? {
        guard let first = atom.first, let second = atom.second else { return nil }
        let ends = readings(second, part)
        guard let end = ends.first else { return nil }
        // The start lies before the end, and as near to it as its own words allow: "10-2pm".
        var starts = readings(first, part)
        if first.meridiem == nil, !first.isSettled {
            starts = every(first).filter { $0 < end }.sorted { $0 > $1 }
        }
        if second.meridiem == nil, !second.isSettled,
            let from = starts.first ?? readings(first, part).first,
            first.meridiem != nil || first.isSettled,
            let later = every(second).filter({ $0 > from }).min()
        {
            return .between(from, later)
        }
        guard let start = starts.first(where: { $0 < end }) else {
            return starts.first.map { .after($0) }
        }
        if ends.count > 1 { doubts.insert(.morningOrEvening) }
        return .between(start, end)
    }

    /// Both halves of the day that a clock face allows.
    private func every(_ clock: Clock) -> [LocalTime] {
        let hours =
            clock.hour == 12
            ? [0, 12] : clock.hour < 12 ? [clock.hour, clock.hour + 12] : [clock.hour]
        return hours.compactMap { LocalTime(hour: $0, minute: clock.minute) }
    }

    /// The readings of a clock time, the likeliest first; more than one only where both are open.
    func readings(_ clock: Clock, _ part: DayPart?) -> [LocalTime] {
        func time(_ hour: Int) -> [LocalTime] {
            LocalTime(hour: hour, minute: clock.minute).map { [$0] } ?? []
        }
        switch clock.meridiem {
        case .am: return time(clock.hour == 12 ? 0 : clock.hour)
        case .pm: return time(clock.hour >= 12 ? clock.hour : clock.hour + 12)
        case nil: break
        }
        if clock.hour > 12 || clock.hour == 0 { return time(clock.hour) }
        if let part {
            return time(hour(clock.hour, in: part))
        }
        if clock.isSettled { return time(clock.hour) }
        let both = every(clock)
        let open = both.filter { $0 >= options.opens && $0 < options.closes }
        if open.count == 1 { return open }
        if open.isEmpty {
            // Outside the usual day both readings are as likely: nearer to it first.
            return both.sorted { distance($0) < distance($1) }
        }
        return open
    }

    private func distance(_ time: LocalTime) -> Int {
        time < options.opens
            ? options.opens.minutes - time.minutes : max(time.minutes - options.closes.minutes, 0)
    }

    private func hour(_ hour: Int, in part: DayPart) -> Int {
        if part.isBeforeNoon { return hour }
        if part == .night { return hour == 12 ? 24 : hour < 5 ? hour : hour + 12 }
        if part == .lunchtime { return hour >= 11 ? hour : hour + 12 }
        return hour == 12 ? 12 : hour + 12
    }
}
