import Base

/// Finds days, times and lengths of time in what people write.
package enum TimeExpressions {
    /// Texts are read up to this many tokens; nobody arranges an appointment beyond.
    static let maximumTokens = 20_000

    /// All mentions of time in reading order, ranges not overlapping. O(n).
    ///
    /// A day without a year is the next such day, as a receptionist would take it. Days and times
    /// next to each other are one mention, and lists share what they have in common: "Mon or Tue
    /// at 3" gives two mentions at 3.
    package static func read(
        _ text: String, reference: TimeReference, options: TimeOptions = TimeOptions()
    ) -> [TimeMention] {
        let tokens = Array(WordTokenizer.tokens(of: text).prefix(maximumTokens))
        let reader = TimeReader(tokens: tokens, reference: reference, options: options)
        let atoms = reader.atoms()
        let groups = reader.shared(reader.joined(atoms))
        return groups.compactMap { reader.mention($0) }
    }
}

extension TimeReader {
    // MARK: Seeing

    func atoms() -> [Atom] {
        var atoms: [Atom] = []
        var index = 0
        while index < tokens.count {
            if let end = telephone(at: index) ?? address(at: index) {
                index = end
            } else if let atom = atom(at: index) {
                atoms.append(atom)
                index = max(atom.to, index + 1)
            } else {
                index += 1
            }
        }
        return atoms
    }

    private func atom(at index: Int) -> Atom? {
        if text(index) == "from", isMoving(index) { return nil }
        if let next = earliest(at: index) {
            return Atom(from: index, to: next, isEarliest: true)
        }
        let wasMoved = text(index - 1) == "from" && isMoving(index - 1)
        if wasMoved {
            if let reading = plainDay(at: index) {
                return Atom(from: index, to: reading.next, day: reading.day, isExcluded: true)
            }
            if let reading = clock(at: index) {
                let time = TimeAtom(shape: .at, first: reading.clock)
                return Atom(from: index, to: reading.next, time: time, isExcluded: true)
            }
        }
        if let atom = neighbouringDay(at: index) { return atom }
        if let reading = day(at: index) {
            return Atom(from: index, to: reading.next, day: reading.day)
        }
        if let atom = lengthAtom(at: index) { return atom }
        if let reading = time(at: index) {
            return Atom(from: index, to: reading.next, time: reading.time)
        }
        return nil
    }

    /// Whether "from" names what shall be left: "move my cut from 2 to 4".
    private func isMoving(_ index: Int) -> Bool {
        let verbs: Set<String> = [
            "move", "moved", "change", "switch", "push", "shift", "reschedule", "swap", "rebook",
            "postpone", "bring", "moving", "changing", "bump", "resched",
        ]
        return (1...9).contains { verbs.contains(text(index - $0)) }
    }

    private func earliest(at index: Int) -> Int? {
        if ["asap", "soonest", "earliest"].contains(text(index)) {
            return text(index - 1) == "the" && text(index - 2) == "at" ? nil : index + 1
        }
        let start = text(index) == "as" && text(index + 2) == "as" ? index + 1 : index
        if ["soon", "early", "quickly"].contains(text(start)), text(start + 1) == "as" {
            return after("possible", at: start + 2) ?? after("you", "can", at: start + 2)
                ?? after("i", "can", at: start + 2) ?? after("u", "can", at: start + 2)
        }
        guard ["first", "next"].contains(text(index)) else { return nil }
        let things: Set<String> = ["available", "free", "opening", "availability", "possible"]
        return things.contains(text(index + 1)) ? index + 2 : nil
    }

    // MARK: Joining

    private static let joiners: Set<String> = [
        "at", "@", "on", "the", "in", ",", "around", "about", "of", "-", "for", "(", ")", "'s",
        "say", "maybe", "like", "sometime", "ideally", "preferably",
    ]

    /// Joins neighbours that speak of one moment: "tomorrow" + "at 3".
    func joined(_ atoms: [Atom]) -> [Atom] {
        var groups: [Atom] = []
        for atom in atoms {
            if let last = groups.last, let window = window(last, atom) {
                groups[groups.count - 1] = window
            } else if let last = groups.last, isClose(last.to, atom.from),
                let joined = join(last, atom)
            {
                groups[groups.count - 1] = joined
            } else {
                groups.append(atom)
            }
        }
        return groups
    }

    /// "After 2 but before 5", "from 3 in the morning until 5pm".
    private func window(_ left: Atom, _ right: Atom) -> Atom? {
        guard left.time?.shape == .after, right.time?.shape == .before, right.day == nil,
            let first = left.time?.first, let second = right.time?.first,
            right.from - left.to <= 2,
            (left.to..<right.from).allSatisfy({ ["but", "and", ","].contains(text($0)) })
        else { return nil }
        var joined = left
        joined.to = right.to
        var time = TimeAtom(shape: .between, first: first, second: second)
        if let part = left.time?.part, right.time?.part == nil, first.meridiem == nil {
            time.first?.meridiem = part.isBeforeNoon ? .am : .pm
        } else {
            time.part = right.time?.part
        }
        joined.time = time
        return joined
    }

    private func isClose(_ from: Int, _ to: Int) -> Bool {
        to - from <= 3 && (from..<to).allSatisfy { TimeReader.joiners.contains(text($0)) }
    }

    private func join(_ left: Atom, _ right: Atom) -> Atom? {
        guard left.durationMinutes == nil, right.durationMinutes == nil, !left.isEarliest,
            !right.isEarliest, left.shiftMinutes == nil, right.shiftMinutes == nil
        else { return nil }
        // "Not Tuesday, mornings only": what is ruled out ends at the comma.
        if (left.to..<right.from).contains(where: { text($0) == "," }), isExcluded(left) {
            return nil
        }
        var joined = left
        joined.to = right.to
        if left.time == nil, let named = weekdayInside(left.day, right.day) {
            joined.day = named
            joined.time = right.time
            return joined
        }
        if let weekday = left.day?.weekday, left.time != nil, right.time == nil,
            let date = right.day?.date, date.weekday == weekday
        {
            joined.day = right.day
            return joined
        }
        if left.day == nil, let day = right.day, right.time == nil, left.time != nil {
            guard day.moment == nil else { return nil }
            joined.day = day
            return joined
        }
        guard right.day == nil, let time = right.time else { return nil }
        if left.time == nil, left.day?.moment == nil {
            joined.time = time
            return joined
        }
        if var own = left.time, own.part == nil, time.shape == .part, own.first != nil {
            own.part = time.part
            joined.time = own
            return joined
        }
        if let own = left.time, own.shape == .part, time.part == nil, time.first != nil {
            joined.time = time
            joined.time?.part = own.part
            return joined
        }
        return nil
    }

    /// "Next week on Tuesday" is the Tuesday of that week.
    private func weekdayInside(_ span: DayAtom?, _ day: DayAtom?) -> DayAtom? {
        guard case .within(let first, let last)? = span?.meaning, let weekday = day?.weekday,
            first.days(until: last) <= 6
        else { return nil }
        let date = first.adding(days: (weekday.number - first.weekday.number + 7) % 7)
        guard date <= last else { return nil }
        var atom = DayAtom.on(date)
        atom.week = (first, last)
        return atom
    }

    private static let listSigns: Set<String> = ["or", "and", ",", "/", "&", "nor"]

    /// Lets members of a list share a day or a time, and drops numbers that are no times.
    func shared(_ groups: [Atom]) -> [Atom] {
        var result: [Atom] = []
        for var group in groups {
            let isListed = result.last.map { self.isListed($0.to, group.from) } ?? false
            if let last = result.last, isListed, group.day == nil, let day = last.day,
                group.time != nil, last.time != nil
            {
                group.day = day
            }
            if isListed, let week = result.last?.day?.week {
                let span = DayAtom(meaning: .within(week.0, week.1))
                group.day = weekdayInside(span, group.day) ?? group.day
            }
            if isListed, let last = result.last, last.time?.isWeak == false {
                group.time?.isWeak = false
            }
            if group.time?.isWeak == true {
                if group.day == nil, !isWelcome(group) { continue }
                group.time?.isWeak = false
            }
            group.isExcluded = group.isExcluded || isExcluded(group)
            if isListed, let last = result.last, last.isExcluded, text(last.to) != ",",
                text(group.from - 1) != "but"
            {
                group.isExcluded = true
            }
            result.append(group)
        }
        for index in result.indices.dropLast().reversed() {
            let next = result[index + 1]
            guard self.isListed(result[index].to, next.from), result[index].time == nil,
                result[index].day != nil, next.day != nil, let time = next.time,
                result[index].isExcluded == next.isExcluded
            else { continue }
            result[index].time = time
        }
        return sharingDays(result)
    }

    /// "3pm or 4pm on Friday" gives both the Friday.
    private func sharingDays(_ groups: [Atom]) -> [Atom] {
        var result = groups
        for index in result.indices.dropLast().reversed() {
            let next = result[index + 1]
            guard self.isListed(result[index].to, next.from), result[index].day == nil,
                result[index].time != nil, next.time != nil, let day = next.day,
                text(result[index].to) != ",", result[index].isExcluded == next.isExcluded
            else { continue }
            result[index].day = day
        }
        return result
    }

    private func isListed(_ from: Int, _ to: Int) -> Bool {
        guard to > from, to - from <= 3, TimeReader.listSigns.contains(text(from)) else {
            return false
        }
        let fillers = TimeReader.listSigns.union(["on", "at", "the", "maybe", "even"])
        return (from..<to).allSatisfy { fillers.contains(text($0)) }
    }

    /// Whether the words around a bare number make it a time: "3 works", "make it 3", just "3".
    private func isWelcome(_ atom: Atom) -> Bool {
        let before: Set<String> = [
            "it", "say", "about", "like", "than", "then", "or", "not", "do", "make", "try", "take",
            "prefer", "to", "instead", "maybe", "but", "its", "book", "yes", "ok", "okay", "sure",
            "no",
        ]
        let after: Set<String> = [
            "works", "work", "is", "would", "please", "pls", "sounds", "suits", "instead", "ok",
            "good", "fine", "doesnt", "wont", "then", "works", "okay", "great", "perfect", "isnt",
            "yes", "yep", "yeah", "thanks", "ta", "thx",
        ]
        let words = tokens.prefix(6).filter { $0.kind != .sign }.count
        let own = (atom.from..<atom.to).filter { tokens[$0].kind != .sign }.count
        return before.contains(text(atom.from - 1)) || after.contains(text(atom.to))
            || words == own && tokens.count <= 6
    }

    // MARK: Ruling out

    private static let negations: Set<String> = [
        "not", "except", "excluding", "besides", "cant", "cannot", "nor", "never", "dont", "wont",
        "couldnt", "isnt", "wouldnt", "unavailable", "busy", "nvm", "nevermind", "forget", "scrap",
        "shut", "closed",
    ]
    private static let betweenNegation: Set<String> = [
        "on", "at", "the", "for", "do", "make", "come", "in", "it", "available", "free", "around",
        "to", "be", "really", "book", "want", "this", "can", "attend", "on", "a",
    ]

    func isExcluded(_ atom: Atom) -> Bool {
        if followsRefusal(atom.to) { return true }
        var index = atom.from - 1
        for _ in 0..<5 where TimeReader.betweenNegation.contains(text(index)) { index -= 1 }
        if TimeReader.negations.contains(text(index)) {
            return !["why", "how", "if"].contains(text(index - 1))
        }
        switch text(index) {
        case "but": return isOpen(before: index)
        case "than": return ["other", "rather"].contains(text(index - 1))
        case "from": return text(index - 1) == "apart"
        case "mind": return text(index - 1) == "never"
        case "of": return text(index - 1) == "instead"
        case "no": return index + 1 == atom.from && text(atom.to) != "?"
        default: return false
        }
    }

    /// "Any day but …", "any time next week but …".
    private func isOpen(before index: Int) -> Bool {
        if ["anything", "any", "day", "time", "anytime", "anyday"].contains(text(index - 1)) {
            return true
        }
        return (2...6).contains { back in
            ["any", "every"].contains(text(index - back))
                && ["day", "time", "days"].contains(text(index - back + 1))
        }
    }

    /// "… doesn't work", "… is no good", "… is too late".
    private func followsRefusal(_ index: Int) -> Bool {
        var place = index
        for _ in 0..<2 {
            place = skip(
                ["'s", "is", "are", "it", "that", "would", "be", "just", "was"], at: place)
        }
        let negations: Set<String> = [
            "doesnt", "dont", "wont", "isnt", "arent", "cant", "not", "no", "wouldnt", "never",
        ]
        let outcomes: Set<String> = [
            "work", "good", "suit", "fit", "ok", "okay", "great", "possible", "ideal", "do", "best",
            "available", "free", "convenient", "me", "us", "be", "going", "really", "an", "gonna",
            "suitable",
        ]
        if negations.contains(text(place)) { return outcomes.contains(text(place + 1)) }
        if text(place) == "too" { return ["late", "early", "soon"].contains(text(place + 1)) }
        return place > index && ["bad", "out", "impossible", "tricky"].contains(text(place))
    }
}
