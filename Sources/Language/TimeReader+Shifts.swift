import Base

/// Later and earlier than what was spoken of before, and lengths of time.
extension TimeReader {
    /// "For an hour", "half an hour later", "push it back an hour", "a week later".
    func lengthAtom(at index: Int) -> Atom? {
        let start = text(index) == "for" ? skip(["about", "around"], at: index + 1) : index
        guard let length = length(at: start), length.minutes > 0 || length.days > 0,
            text(length.next - 1) != "h" || !isGlued(length.next) || number(length.next) == nil
        else { return nil }
        var atom = Atom(from: index, to: length.next)
        switch text(length.next) {
        case "later" where ["today", "this", "in"].contains(text(length.next + 1)): break
        case "later", "after", "l8r", "on", "back":
            guard text(length.next) != "on" || isEnd(length.next + 1) else { break }
            return shifted(atom, by: length, 1, to: length.next + 1)
        case "earlier", "before", "sooner", "forward", "forwards":
            return shifted(atom, by: length, -1, to: length.next + 1)
        default: break
        }
        if let sign = movement(before: index) {
            return shifted(atom, by: length, sign, to: length.next)
        }
        guard length.minutes > 0 else { return nil }
        atom.durationMinutes = length.minutes
        return atom
    }

    private func isEnd(_ index: Int) -> Bool {
        index >= tokens.count || tokens[index].kind == .sign
    }

    private func shifted(_ atom: Atom, by length: Length, _ sign: Int, to end: Int) -> Atom {
        var atom = atom
        atom.to = end
        if length.minutes > 0 { atom.shiftMinutes = sign * length.minutes }
        if length.days > 0 { atom.shiftDays = sign * length.days }
        return atom
    }

    /// "Push it back (by) an hour" is later, "bring it forward an hour" earlier; "push my two hour
    /// colour" is neither.
    private func movement(before index: Int) -> Int? {
        let owners: Set<String> = ["my", "the", "our", "a", "your", "this", "for", "in", "of"]
        guard !owners.contains(text(index - 1)) else { return nil }
        for place in (max(index - 8, 0)..<max(index, 0)).reversed() {
            switch text(place) {
            case "forward", "forwards", "earlier", "up": return -1
            case "push", "pushed", "back", "delay", "postpone", "bump", "later": return 1
            default: continue
            }
        }
        return nil
    }

    /// "The day after", "the following week": days counted from the day spoken of before.
    func neighbouringDay(at index: Int) -> Atom? {
        let start = skip(["the"], at: index)
        guard start > index || text(start) == "following" else { return nil }
        if let weekday = followingWeekday(at: start, from: index) { return weekday }
        let units = ["day": 1, "week": 7]
        if let days = units[text(start)], plainDay(at: skip(["the"], at: start + 2)) == nil {
            let sign = ["after": 1, "before": -1][text(start + 1)]
            guard let sign, text(start + 2) != "next" else { return nil }
            return Atom(from: index, to: start + 2, shiftDays: sign * days)
        }
        guard ["following", "next"].contains(text(start)), start > index,
            let days = units[text(start + 1)]
        else { return nil }
        // With nothing spoken of before, "the following week" is next week.
        var atom = Atom(from: index, to: start + 2, shiftDays: days)
        atom.day = weekSpan(at: index)?.day
        return atom
    }

    /// "The following Tuesday", "the Tuesday after": the first one after what was spoken of.
    private func followingWeekday(at start: Int, from index: Int) -> Atom? {
        let isLed = text(start) == "following"
        guard let (word, next) = calendarWord(at: isLed ? start + 1 : start),
            case .weekday(let weekday) = word
        else { return nil }
        guard isLed || text(next) == "after", isLed || plainDay(at: next + 1) == nil,
            text(next + 1) != "next"
        else { return nil }
        var day = isLed ? DayAtom.on(inWeek(1, weekday)) : DayAtom.on(coming(weekday))
        day.weekday = weekday
        return Atom(from: index, to: isLed ? next : next + 1, day: day, shiftDays: 1)
    }

    /// The end of a telephone number at `index`: its groups of digits are no times.
    func telephone(at index: Int) -> Int? {
        guard index < tokens.count, tokens[index].kind == .number || text(index) == "+",
            text(index - 1) != ":", numericDate(at: index) == nil
        else { return nil }
        var digits = 0
        var end = index
        var place = index
        while place < tokens.count, place - index < 16 {
            if tokens[place].kind == .number {
                digits += tokens[place].digits
                end = place + 1
            } else if !["+", "-", "(", ")", "."].contains(text(place)) {
                break
            }
            place += 1
        }
        let isLed = text(index) == "+" || (text(index).hasPrefix("0") && tokens[index].digits >= 3)
        return digits >= 9 || (isLed && digits >= 7) ? end : nil
    }

    private static let roads: Set<String> = [
        "street", "st", "road", "rd", "avenue", "ave", "lane", "ln", "drive", "parade", "pde",
        "crescent", "cres", "court", "ct", "terrace", "tce", "boulevard", "blvd", "grove", "quay",
    ]

    /// The end of an address at `index`: "22/5 Dolphin St" has no date, "14 Mill Road" no hour.
    func address(at index: Int) -> Int? {
        guard number(index) != nil else { return nil }
        var place = index + 1
        if ["/", "-"].contains(text(place)), number(place + 1) != nil { place += 2 }
        if text(place).count == 1, isGlued(place), tokens[place].kind == .word { place += 1 }
        for words in 1...2 {
            let names = place..<place + words
            guard names.upperBound < tokens.count,
                names.allSatisfy({
                    tokens[$0].kind == .word && !TimeReader.placeLeads.contains(text($0))
                        && calendarWord(at: $0) == nil
                })
            else { return nil }
            if TimeReader.roads.contains(text(names.upperBound)) { return names.upperBound + 1 }
        }
        return nil
    }

    /// Words that lead to a place and are no part of its name: "3 at your street".
    private static let placeLeads: Set<String> = [
        "at", "on", "in", "the", "your", "our", "my", "of", "to", "for", "by", "near", "and", "or",
        "am", "pm", "is", "a", "people", "minutes", "hours",
    ]
}
