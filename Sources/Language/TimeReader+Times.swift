import Base

/// Times with the words around them: bounds, ranges, parts.
extension TimeReader {
    typealias TimeReading = (time: TimeAtom, next: Int)

    private static let around: Set<String> = [
        "around", "about", "approximately", "approx", "roughly", "~", "circa", "near",
    ]

    /// A time or span of times at `index`.
    func time(at index: Int) -> TimeReading? {
        if let next = after("same", "time", at: index) ?? after("similar", "time", at: index)
            ?? after("same", "sort", "of", "time", at: index)
            ?? after("same", "kind", "of", "time", at: index) ?? after("same", "hour", at: index)
        {
            return (TimeAtom(shape: .same), next)
        }
        if let past = pastHour(at: index) { return past }
        if text(index) == "anytime" || after("any", "time", at: index) != nil
            || text(index) == "whenever"
        {
            let next = text(index) == "any" ? index + 2 : index + 1
            let isBound = TimeReader.timeLeads.contains(text(next))
            return isBound ? nil : (TimeAtom(shape: .any), next)
        }
        if text(index) == "at", let range = ranged(at: index + 1) { return range }
        return bounded(at: index) ?? ranged(at: index) ?? part(at: index) ?? single(at: index)
    }

    /// "Half past", "quarter to" without an hour: of the hour spoken of before.
    private func pastHour(at index: Int) -> TimeReading? {
        let start = skip(["a"], at: skip(["at"], at: index))
        guard clock(at: start) == nil, let minutes = ["half": 30, "quarter": 15][text(start)]
        else { return nil }
        switch text(start + 1) {
        case "past", "after":
            return (TimeAtom(shape: .pastHour, minutesPast: minutes), start + 2)
        case "to" where text(start) == "quarter":
            return (TimeAtom(shape: .pastHour, minutesPast: -minutes), start + 2)
        default: return nil
        }
    }

    private func bounded(at index: Int) -> TimeReading? {
        let two = "\(text(index)) \(text(index + 1))"
        let pairs: [String: TimeAtom.Shape] = [
            "not before": .after, "later than": .after, "not until": .after,
            "earlier than": .before,
            "not after": .before,
        ]
        let threes: [String: TimeAtom.Shape] = [
            "no later than": .before, "not later than": .before, "no earlier than": .after,
            "any time after": .after, "any time before": .before, "not earlier than": .after,
            "at or after": .after, "as early as": .after, "as late as": .before,
        ]
        var shape: TimeAtom.Shape?
        var start = index
        if let found = threes["\(two) \(text(index + 2))"] {
            (shape, start) = (found, index + 3)
        } else if let found = pairs[two] {
            (shape, start) = (found, index + 2)
        } else {
            switch text(index) {
            case "after", "past", "from", "since", "anytime": (shape, start) = (.after, index + 1)
            case "before", "by", "until", "till", "til": (shape, start) = (.before, index + 1)
            default: break
            }
        }
        guard let shape else { return nil }
        if text(index) == "from", let range = ranged(at: start) { return range }
        start = skip(["at"], at: skip(["like", "about", "around"], at: start))
        guard let reading = clock(at: start), isTime(reading) else { return nil }
        return suffixed(TimeAtom(shape: shape, first: reading.clock), reading.next)
    }

    /// "Between 2 and 4", "2-4pm", "from 2 till 4".
    private func ranged(at index: Int) -> TimeReading? {
        let isBetween = text(index) == "between" || text(index) == "btw" || text(index) == "btwn"
        let start = isBetween ? index + 1 : index
        guard let first = clock(at: start) else { return nil }
        let joins: Set<String> =
            isBetween ? ["and", "-", "to", "&"] : ["to", "-", "till", "til", "until"]
        guard joins.contains(text(first.next)) else { return nil }
        let isDash = text(first.next) == "-"
        guard let second = clock(at: first.next + 1), isTime(second) else { return nil }
        let isLed = isBetween || ["from", "at"].contains(text(index - 1))
        let isMarked = !first.clock.isBare || !second.clock.isBare
        let isPhone =
            isDash && first.clock.isBare && second.clock.isBare && text(second.next) == "-"
        guard !isPhone else { return nil }
        var atom = TimeAtom(shape: .between, first: first.clock, second: second.clock)
        atom.isWeak = !isLed && !isMarked
        if first.clock.hour > 12, second.clock.hour <= 12, second.clock.meridiem == nil,
            !second.clock.isSettled
        {
            return nil
        }
        return suffixed(atom, second.next)
    }

    private func part(at index: Int) -> TimeReading? {
        var start = skip(["in", "at", "during"], at: index)
        start = skip(["the"], at: start)
        guard let part = partWord(at: start) else { return nil }
        if text(start) == "am" || text(start) == "pm" || text(start) == "lunch" {
            let isNoon = text(start) == "lunch" && text(start + 1) == "time"
            guard isNoon || start == index || text(index) == "at" || text(index) == "in" else {
                return nil
            }
        }
        // "Good morning" greets.
        if start == index, ["good", "gd", "happy"].contains(text(index - 1)) { return nil }
        if index == 0, start == index, part.next >= tokens.count || text(part.next) == "!",
            text(index) == "morning"
        {
            return nil
        }
        if let range = ranged(at: skip([",", "at", "from"], at: part.next)), range.time.part == nil
        {
            var atom = range.time
            (atom.part, atom.isWeak) = (part.part, false)
            return (atom, range.next)
        }
        if let clock = clock(at: skip([",", "at", "around"], at: part.next)), !isCount(clock.next),
            clock.clock.hour <= 12, clock.clock.meridiem == nil
        {
            let isAround = text(part.next) == "around"
            var atom = TimeAtom(shape: isAround ? .around : .at, first: clock.clock)
            atom.part = part.part
            return suffixed(atom, clock.next)
        }
        return (TimeAtom(shape: .part, part: part.part), part.next)
    }

    private func single(at index: Int) -> TimeReading? {
        var start = skip(["at", "@"], at: index)
        let isLed = start > index || TimeReader.timeLeads.contains(text(index - 1))
        var shape = TimeAtom.Shape.at
        let isProposal = ["how", "what", "hows", "whats"].contains(text(start - 1))
        if text(start) == "about", isProposal {
            start += 1
        } else if TimeReader.around.contains(text(start)) {
            shape = .around
            start += 1
        }
        if shape == .around { start = skip(["a"], at: start) }
        guard let reading = clock(at: start), isTime(reading) else {
            return nil
        }
        let countables: Set<String> = [
            "number", "no", "option", "room", "suite", "ref", "reference", "floor", "flat", "unit",
        ]
        guard !reading.clock.isBare || !countables.contains(text(start - 1)) else { return nil }
        if text(start - 1) == "$" || text(start - 1) == "£" || text(start - 1) == "€"
            || text(start - 1) == "#"
        {
            return nil
        }
        if shape == .around || text(start - 1) == "noonish" { shape = .around }
        var atom = TimeAtom(shape: text(start) == "noonish" ? .around : shape, first: reading.clock)
        let isProposed = isProposal && text(start - 1) == "about"
        atom.isWeak = reading.clock.isBare && !isLed && !isProposed && shape == .at
        let (full, next) = suffixed(atom, reading.next)
        // "That one" is no time, "one in the afternoon" is.
        return full.isWeak && text(start) == "one" ? nil : (full, next)
    }

    /// "ish", "or so", "or later", "onwards", "in the morning".
    private func suffixed(_ atom: TimeAtom, _ next: Int) -> TimeReading {
        var (atom, next) = (atom, next)
        let ish = skip(["-"], at: next)
        if text(ish) == "ish" {
            if atom.shape == .at { atom.shape = .around }
            atom.isWeak = false
            next = ish + 1
        }
        if let end = after("or", "so", at: next), atom.shape == .at {
            (atom.shape, atom.isWeak, next) = (.around, false, end)
        }
        for words in [
            ["or", "later"], ["or", "after"], ["onwards"], ["onward"], ["and", "later"],
        ]
        where atom.shape == .at && words.indices.allSatisfy({ text(next + $0) == words[$0] }) {
            (atom.shape, atom.isWeak, next) = (.after, false, next + words.count)
        }
        for words in [["or", "earlier"], ["or", "before"], ["at", "the", "latest"], ["latest"]]
        where atom.shape == .at && words.indices.allSatisfy({ text(next + $0) == words[$0] }) {
            (atom.shape, atom.isWeak, next) = (.before, false, next + words.count)
        }
        if let end = after("at", "the", "earliest", at: next), atom.shape == .at {
            (atom.shape, atom.isWeak, next) = (.after, false, end)
        }
        if ["sharp", "exactly", "prompt"].contains(text(next)) { next += 1 }
        if atom.part == nil {
            let lead =
                after("in", "the", at: next) ?? after("in", at: next) ?? after("at", at: next)
                ?? after("this", at: next)
            let place = lead ?? next
            if let part = partWord(at: place), text(place) != "after", text(place) != "before",
                lead != nil
                    || (atom.first?.isBare == false
                        && ["morning", "afternoon", "evening", "night"].contains(text(place))),
                text(next) != "this"
            {
                atom.part = part.part
                atom.isWeak = false
                next = part.next
            }
        }
        return (atom, next)
    }

    /// Whether a bare number can be a time at all, judged by what follows it.
    private func isTime(_ reading: ClockReading) -> Bool {
        guard reading.clock.isBare else { return true }
        guard (1...24).contains(reading.clock.hour) else { return false }
        return !isCount(reading.next)
    }

    private static let followers: Set<String> = [
        "", "please", "pls", "plz", "works", "work", "is", "would", "on", "in", "or", "and", "then",
        "instead", "if", "for", "with", "sounds", "suits", "ok", "okay", "good", "fine", "thanks",
        "thx", "but", "today", "tonight", "this", "next", "the", "to", "till", "til", "until", "at",
        "so", "ish", "because", "as", "when", "since", "onwards", "onward", "great", "perfect",
        "instead", "was", "sharp", "latest", "earliest", "not", "doesnt", "wont", "isnt", "wouldnt",
        "just", "could", "can", "do", "does", "will", "that", "and", "thank", "cuz", "bc", "u",
        "morning", "afternoon", "evening", "night", "rather", "too", "also", "after", "before",
        "maybe", "actually", "i", "we", "my", "you", "lol", "hopefully", "available", "free", "a",
        "any", "anymore", "pst", "est", "et", "pt", "gmt", "utc",
    ]

    /// Whether a thing is being counted: "3 people", "5%".
    private func isCount(_ index: Int) -> Bool {
        guard index < tokens.count else { return false }
        let token = tokens[index]
        if token.kind == .sign { return ["%", "$", "€", "£", "'"].contains(token.text) }
        if token.kind == .number { return true }
        if TimeReader.followers.contains(token.text) { return false }
        return calendarWord(at: index) == nil && partWord(at: index) == nil
    }
}
