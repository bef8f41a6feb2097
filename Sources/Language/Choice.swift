package import Base

/// One of the things that were offered.
package struct Offer: Hashable, Sendable {
    package let label: String
    package let day: LocalDate?
    package let time: LocalTime?

    package init(label: String, day: LocalDate? = nil, time: LocalTime? = nil) {
        self.label = label
        self.day = day
        self.time = time
    }
}

/// Which of the offers was taken; indices count from 0.
package enum Choice: Hashable, Sendable {
    case one(Int)
    /// The words fit several offers: ask which.
    case several([Int])
    /// "Either", "whichever".
    case any
    /// "None of those", or a time that was not offered.
    case none
}

extension Answers {
    /// Reads a choice from a list of offers; nil when the text chooses nothing. O(n + offers).
    ///
    /// A clock time beats a place in the list: "3 works" is 3 o'clock if that was offered.
    package static func choice(
        _ text: String, among offers: [Offer], reference: TimeReference,
        options: TimeOptions = TimeOptions()
    ) -> Choice? {
        let chooser = Chooser(text, offers, reference, options)
        return offers.isEmpty ? nil : chooser.choice()
    }
}

private struct Chooser {
    let tokens: [WordToken]
    let words: [String]
    let reader: PhraseReader
    let offers: [Offer]
    let mentions: [TimeMention]
    let text: String

    init(
        _ text: String, _ offers: [Offer], _ reference: TimeReference, _ options: TimeOptions
    ) {
        self.text = text
        self.offers = offers
        tokens = Array(WordTokenizer.tokens(of: text).prefix(Answers.maximumWords * 2))
        words = tokens.filter { $0.kind != .sign }.map(\.text)
        reader = PhraseReader(words: words)
        mentions = TimeExpressions.read(text, reference: reference, options: options)
    }

    func choice() -> Choice? {
        if reader.contains([["none"], ["neither"], ["nothing"], ["no", "good"]]) {
            return Choice.none
        }
        if mentions.isEmpty, reader.contains(Chooser.refusals) { return Choice.none }
        let byPlace = placed()
        let byTime = timed()
        if let byTime, let byPlace, byTime != byPlace { return merged(byTime, byPlace) }
        if let found = byTime ?? byPlace { return found }
        if let found = compared() { return found }
        let open = ["either", "whichever", "whatever", "any", "anyone"]
        if reader.contains(
            open.map { [$0] } + [["doesnt", "matter"], ["dont", "mind"], ["you", "choose"]])
        {
            return .any
        }
        if let found = lettered() { return found }
        if let found = labelled() { return found }
        return excludesAll() ? Choice.none : nil
    }

    /// "I don't like any of those" must not read as "any".
    private static let refusals: [[String]] =
        ["like", "want", "suit", "work", "fit"].flatMap {
            [["dont", $0], ["doesnt", $0], ["wont", $0], ["not", $0]]
        } + [
            ["not", "any"], ["cant", "do"], ["cannot", "do"], ["cant", "make"], ["not", "keen"],
        ]

    private func merged(_ byTime: Choice, _ byPlace: Choice) -> Choice {
        if case .one(let time) = byTime, case .one(let place) = byPlace {
            return isBareNumber() ? .one(time) : .several([place, time].sorted())
        }
        if case .none = byTime { return byPlace }
        return byTime == .any ? byPlace : byTime
    }

    private func isBareNumber() -> Bool {
        !words.contains { Numbers.ordinalEndings.contains($0) || Numbers.ordinals[$0] != nil }
    }

    /// "The first one", "2nd", "number 3", "last".
    private func placed() -> Choice? {
        let pointers: Set<String> = ["option", "number", "no", "choice", "slot", "#"]
        for index in tokens.indices {
            if let ordinal = Numbers.ordinal(tokens, at: index), ordinal.value <= offers.count {
                let next = ordinal.next < tokens.count ? tokens[ordinal.next].text : ""
                if !["thing", "of", "time", "week"].contains(next) || next == "of" {
                    return .one(ordinal.value - 1)
                }
            }
            if index > 0, pointers.contains(tokens[index - 1].text),
                let small = Numbers.small(tokens, at: index),
                (1...offers.count).contains(small.value)
            {
                return .one(small.value - 1)
            }
        }
        if reader.contains([["last", "one"], ["the", "last"], ["latter"], ["last"]]) {
            return .one(offers.count - 1)
        }
        if reader.contains([["former"]]) { return .one(0) }
        if reader.contains([["middle", "one"], ["the", "middle"]]), offers.count % 2 == 1 {
            return .one(offers.count / 2)
        }
        if words.count <= 3, let only = tokens.first(where: { $0.kind != .sign }),
            let value = only.value ?? Numbers.units[only.text], (1...offers.count).contains(value)
        {
            return .one(value - 1)
        }
        return nil
    }

    /// "The 4:30", "3 works", "Tuesday".
    private func timed() -> Choice? {
        let wanted = mentions.filter { !$0.isExcluded && ($0.day != nil || $0.time != nil) }
        let refused = mentions.filter(\.isExcluded)
        guard !wanted.isEmpty || !refused.isEmpty else { return nil }
        let left = offers.indices.filter { index in
            !refused.contains { fits($0, offers[index]) }
                && (wanted.isEmpty || wanted.contains { fits($0, offers[index]) })
        }
        if left.isEmpty { return Choice.none }
        if left.count == offers.count, wanted.allSatisfy({ $0.time == .any || $0.day == .any }) {
            return .any
        }
        return left.count == 1 ? .one(left[0]) : .several(left)
    }

    private func fits(_ mention: TimeMention, _ offer: Offer) -> Bool {
        if let day = mention.day, let date = offer.day, !fits(day, date) { return false }
        if let time = mention.time, let moment = offer.time, !fits(time, moment) { return false }
        return (mention.day != nil && offer.day != nil)
            || (mention.time != nil && offer.time != nil)
    }

    private func fits(_ day: DayMeaning, _ date: LocalDate) -> Bool {
        switch day {
        case .on(let one, let others): one == date || others.contains(date)
        case .within(let first, let last): first <= date && date <= last
        case .from(let first): first <= date
        case .until(let last): date <= last
        case .weekdays(let days): days.contains(date.weekday)
        case .same, .any: true
        }
    }

    private func fits(_ time: TimeMeaning, _ moment: LocalTime) -> Bool {
        switch time {
        case .at(let one, let others): one == moment || others.contains(moment)
        case .around(let one, let others):
            ([one] + others).contains { abs($0.minutes - moment.minutes) <= 30 }
        case .between(let from, let to): from <= moment && moment < to
        case .after(let from): from <= moment
        case .before(let to): moment <= to
        case .pastHour(let minutes): moment.minute == (minutes + 60) % 60
        case .same, .any: true
        }
    }

    /// "The later one", "the earliest".
    private func compared() -> Choice? {
        let order = offers.indices.sorted { key($0) < key($1) }
        guard let first = order.first, let last = order.last else { return nil }
        guard offers.contains(where: { $0.day != nil || $0.time != nil }) else { return nil }
        let middling = offers.count > 2
        if reader.contains([["latest"]]) { return .one(last) }
        if reader.contains([["earliest"], ["soonest"]]) { return .one(first) }
        if reader.contains([["later"]]) {
            return middling ? .several(Array(order.dropFirst())) : .one(last)
        }
        if reader.contains([["earlier"], ["sooner"]]) {
            return middling ? .several(Array(order.dropLast())) : .one(first)
        }
        return nil
    }

    private func key(_ index: Int) -> Int {
        (offers[index].day?.dayNumber ?? 0) * 1441 + (offers[index].time?.minutes ?? 0)
    }

    /// "Option b", "b".
    private func lettered() -> Choice? {
        for (index, word) in words.enumerated() {
            let isPointed = index > 0 && ["option", "choice"].contains(words[index - 1])
            let isAlone = words.count == 1
            guard isPointed || isAlone, let scalar = word.unicodeScalars.first,
                word.unicodeScalars.count == 1, ("a"..."z").contains(scalar)
            else { continue }
            let place = Int(scalar.value - 97)
            if place < offers.count { return .one(place) }
        }
        return nil
    }

    private func labelled() -> Choice? {
        // Days and hours were looked at before; what is left of a label are names.
        let names = offers.map { offer in
            WordTokenizer.tokens(of: offer.label)
                .filter { $0.kind == .word && CalendarWords.word($0.text) == nil }
                .map(\.text).joined(separator: " ")
        }
        let found = NameMatcher(names.map { [$0] }).mentions(in: text)
        guard let best = found.max(by: { $0.score < $1.score }) else { return nil }
        return best.isAmbiguous
            ? .several(best.candidates.map(\.index).sorted()) : .one(best.candidates[0].index)
    }

    private func excludesAll() -> Bool {
        Answers.consent(text) == .no && !reader.contains([["problem"]])
    }
}
