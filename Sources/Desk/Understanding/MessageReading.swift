import Base
import Domain
import Language

/// The names and times in a text, in the terms of one business.
struct MessageReading: Sendable {
    let words: Words
    let service: ServiceID?
    let staff: StaffMemberID?
    let anyStaff: Bool
    let mentions: [TimeMention]
    let reference: String?

    /// Days that "soon" or "from Monday on" reaches.
    static let openEndedDays = 14

    private let facts: UnderstandingFacts

    init(_ text: String, names: CatalogueNames, facts: UnderstandingFacts) {
        self.facts = facts
        words = Words(text)
        service = names.service(in: text, words)
        staff = names.staff(in: text, words)
        anyStaff = words.has(
            "anyone|anybody|whoever|any stylist|any dentist|any doctor|no preference|either of them"
        )
        mentions = TimeExpressions.read(
            text, reference: TimeReference(date: facts.now.date, time: facts.now.time),
            options: names.timeOptions)
        reference = MessageReading.reference(in: text)
    }

    var hasDay: Bool { mentions.contains { $0.day != nil && !$0.isExcluded } }
    var hasTime: Bool { mentions.contains { $0.time != nil && !$0.isExcluded } }
    var hasWhen: Bool {
        mentions.contains { mention in
            !mention.isExcluded
                && (mention.day != nil || mention.time != nil || mention.isEarliest
                    || mention.shiftMinutes != nil)
        }
    }

    /// What the text says about the appointment that is wanted; `before` is what "same" points to.
    func wish(before: LocalDateTime?, withoutDays: Set<LocalDate> = []) -> BookingWish {
        let wanted = mentions.filter { mention in
            if mention.isExcluded { return false }
            if case .on(let date, _)? = mention.day, withoutDays.contains(date) { return false }
            return true
        }
        return BookingWish(
            service: service, staff: staff, day: day(wanted, before), time: time(wanted, before))
    }

    // MARK: Days

    private func day(_ wanted: [TimeMention], _ before: LocalDateTime?) -> DayWish? {
        let days = wanted.compactMap(\.day)
        var found: DayWish?
        for day in days {
            guard let next = wish(day, before) else { continue }
            found = found.map { joined($0, next) } ?? next
        }
        if found == nil, wanted.contains(where: \.isEarliest) { found = soon }
        if found == nil, let before, wanted.contains(where: { $0.shiftMinutes != nil }) {
            found = .on(before.date)
        }
        return found ?? withoutExcluded()
    }

    private func wish(_ day: DayMeaning, _ before: LocalDateTime?) -> DayWish? {
        let today = facts.now.date
        switch day {
        case .on(let date, _): return .on(date)
        case .within(let first, let last): return DayWish(from: max(first, today), to: last)
        case .from(let first):
            return DayWish(
                from: first, to: first.adding(days: MessageReading.openEndedDays))
        case .until(let last): return DayWish(from: today, to: last)
        case .weekdays(let days):
            return DayWish(
                from: today, to: today.adding(days: MessageReading.openEndedDays), weekdays: days)
        case .same: return before.map { .on($0.date) }
        case .any: return soon
        }
    }

    private var soon: DayWish {
        DayWish(
            from: facts.now.date,
            to: facts.now.date.adding(days: MessageReading.openEndedDays))
    }

    /// "Tuesday or Wednesday": both days and nothing between that was not said.
    private func joined(_ first: DayWish, _ second: DayWish) -> DayWish {
        let (from, to) = (min(first.from, second.from), max(first.to, second.to))
        let weekdays = Set(
            [first, second].flatMap { wish in
                wish.single.map { [$0.weekday] } ?? Array(wish.weekdays)
            })
        return DayWish(from: from, to: to, weekdays: weekdays)
    }

    /// "Not Monday": any other day soon.
    private func withoutExcluded() -> DayWish? {
        var refused: Set<Weekday> = []
        for mention in mentions where mention.isExcluded {
            switch mention.day {
            case .on(let date, _): refused.insert(date.weekday)
            case .weekdays(let days): refused.formUnion(days)
            case .within, .from, .until, .same, .any, nil: break
            }
        }
        guard !refused.isEmpty, refused.count < 7 else { return nil }
        var wish = soon
        wish.weekdays = Set(Weekday.allCases).subtracting(refused)
        return wish
    }

    // MARK: Times

    private func time(_ wanted: [TimeMention], _ before: LocalDateTime?) -> TimeWish? {
        let times = wanted.compactMap { time($0, before) }
        guard let first = times.first else { return nil }
        // "Between 2 and 3" is one; "at 2 or 3" opens a span over both.
        return times.dropFirst().reduce(first) { sum, next in
            sum == next
                ? sum
                : .between(
                    min(sum.earliest, next.earliest), later(latest(of: sum), latest(of: next)))
        }
    }

    private func latest(of wish: TimeWish) -> LocalTime {
        wish.isExact ? shifted(wish.latest, by: 1) : wish.latest
    }

    private func later(_ left: LocalTime, _ right: LocalTime) -> LocalTime { max(left, right) }

    private func time(_ mention: TimeMention, _ before: LocalDateTime?) -> TimeWish? {
        if let minutes = mention.shiftMinutes, let before {
            return .at(shifted(before.time, by: minutes))
        }
        switch mention.time {
        case .at(let time, let others): return .at(open(time, others))
        case .around(let time, let others):
            let meant = open(time, others)
            return .between(shifted(meant, by: -30), shifted(meant, by: 31))
        case .between(let from, let to): return .between(from, to)
        case .after(let from): return .after(from)
        case .before(let to): return .before(to)
        case .same: return before.map { .at($0.time) }
        case .any: return .between(.midnight, .endOfDay)
        case nil: return nil
        }
    }

    /// Of two readings of a clock face, the one that was offered.
    private func open(_ time: LocalTime, _ others: [LocalTime]) -> LocalTime {
        let offered = Set(
            facts.state.offered.map { facts.catalogue.zone.local($0.start).time })
        if offered.contains(time) { return time }
        return others.first { offered.contains($0) } ?? time
    }

    private func shifted(_ time: LocalTime, by minutes: Int) -> LocalTime {
        LocalTime(minutes: min(max(0, time.minutes + minutes), 1440)) ?? time
    }

    // MARK: References

    /// "AB-C2DE", in any case, with or without its dash.
    private static func reference(in text: String) -> String? {
        let pattern = /\b([A-HJ-NP-Z]{2})[- ]?([A-HJ-NP-Z2-9]{4})\b/.ignoresCase()
        for match in text.matches(of: pattern) {
            let (head, tail) = (match.output.1.uppercased(), match.output.2.uppercased())
            // Without a digit or a dash it is a word: "confirm" must not read as a reference.
            guard tail.contains(where: \.isNumber) || match.output.0.contains("-") else { continue }
            return "\(head)-\(tail)"
        }
        return nil
    }
}

/// The names of a catalogue, ready to be looked for.
struct CatalogueNames: Sendable {
    private let services: NameMatcher
    private let serviceIDs: [ServiceID]
    private let people: NameMatcher
    private let peopleIDs: [StaffMemberID]
    private let commonNames: Set<String>
    private let wholeNames: Set<String>
    let timeOptions: TimeOptions

    init(_ catalogue: Catalogue) {
        services = NameMatcher(catalogue.services.map { [$0.name] + $0.aliases })
        serviceIDs = catalogue.services.map(\.id)
        people = NameMatcher(catalogue.staff.map { CatalogueNames.names(of: $0) })
        peopleIDs = catalogue.staff.map(\.id)
        commonNames = CatalogueNames.wordsThatAreNames
        wholeNames = Set(
            catalogue.services.flatMap { [$0.name] + $0.aliases }
                .map { Words($0).all.joined(separator: " ") })
        timeOptions = CatalogueNames.timeOptions(catalogue)
    }

    /// How this business writes dates, and its usual day.
    static func timeOptions(_ catalogue: Catalogue) -> TimeOptions {
        var options = TimeOptions()
        let periods = catalogue.hours.periods.values.flatMap { $0 }
        if let opens = periods.map(\.open).min(), let closes = periods.map(\.close).max() {
            options.opens = opens
            options.closes = closes
        }
        let zone = catalogue.zone.description
        options.dateOrder = zone.hasPrefix("America/") ? .monthFirst : .dayFirst
        return options
    }

    private static let titles: Set<String> = ["dr", "mr", "mrs", "ms", "miss", "prof", "rn", "md"]
    /// First names that are also words; these need "with" before them or a capital.
    private static let wordsThatAreNames: Set<String> = [
        "may", "will", "mark", "grace", "jo", "jim", "art", "april", "june", "rose", "hope", "bill",
        "sky", "summer", "dawn", "faith", "rob", "sue", "pat", "jack", "penny", "ray", "rich",
    ]

    private static func names(of person: StaffMember) -> [String] {
        let parts = person.name.split(whereSeparator: { $0 == " " || $0 == "," || $0 == "." })
            .map(String.init).filter { !titles.contains($0.lowercased()) }
        let whole = parts.joined(separator: " ")
        return Array(Set([person.name, whole] + parts + person.aliases)).sorted()
    }

    /// The one service that is named; nil when none is, or several are and none stands out.
    func service(in text: String, _ words: Words) -> ServiceID? {
        let mentions = services.mentions(in: text).filter { !isVerb($0, text, words) }
        let best = mentions.filter { !$0.isAmbiguous }.max { $0.score < $1.score }
        return best.map { serviceIDs[$0.candidates[0].index] }
    }

    func staff(in text: String, _ words: Words) -> StaffMemberID? {
        let scalars = Array(text.unicodeScalars)
        let mentions = people.mentions(in: text).filter { mention in
            guard !mention.isAmbiguous else { return false }
            let said = String(
                String.UnicodeScalarView(scalars[mention.range])
            )
            guard commonNames.contains(said.lowercased()) else { return true }
            let isCapital = scalars[mention.range.lowerBound].properties.isUppercase
            return words.has("with \(said.lowercased())")
                || (isCapital && mention.range.lowerBound > 0)
        }
        let best = mentions.max { $0.score < $1.score }
        return best.map { peopleIDs[$0.candidates[0].index] }
    }

    /// "Will you" and "the first one" name no service, though services have such words.
    private func isVerb(_ mention: NameMention, _ text: String, _ words: Words) -> Bool {
        let scalars = Array(text.unicodeScalars)
        let said = Words(String(String.UnicodeScalarView(scalars[mention.range])))
        if said.all == ["will"] {
            return !words.has(
                "a will|my will|will appointment|the will|will meeting|will and estate")
        }
        let phrase = said.all.joined(separator: " ")
        return said.all.allSatisfy(CatalogueNames.plainWords.contains)
            && !wholeNames.contains(phrase)
    }

    /// Words that stand in names of services but name none by themselves.
    private static let plainWords: Set<String> = [
        "make", "first", "one", "sign", "meet", "see", "pick", "up", "view", "look", "new", "free",
        "call", "what", "is", "my", "list", "sell", "get", "visit", "day", "appointment", "meeting",
        "time", "check", "about", "worth", "house", "home", "flat", "skin", "second", "head",
        "half", "dry", "top", "and", "with", "long", "short", "test", "full", "kids", "child",
        "dentist", "lawyer", "doctor", "problem", "document", "phone", "patient", "initial",
        "urgent", "removal", "remove", "manage", "review", "selling", "private", "market",
    ]
}
