import Base
import Domain
import Language

/// Answers from what the business has entered: hours, address, telephone, prices, durations, people.
///
/// Only when the question asks for nothing else: "what does a crown cost" is for the documents when
/// no service is called crown.
struct CatalogueAnswer: Sendable {
    private let facts: AnswerContext
    private let words: PhraseText
    private let service: OfferedService?

    init(_ facts: AnswerContext) {
        self.facts = facts
        words = PhraseText(facts.question)
        let names = CatalogueMatcher(facts.catalogue)
        let named = names.service(in: facts.question, words)
        service = (named ?? facts.service).flatMap { facts.catalogue.service($0) }
    }

    var answer: Answer? {
        let text =
            hours() ?? address() ?? telephone() ?? services() ?? price() ?? duration()
            ?? people()
        return text.map { Answer(text: $0, citations: [], confidence: 0.95) }
    }

    /// Whether the question has only these words beside the usual ones and the service's own.
    private func asksOnly(
        _ known: String, allowingService: Bool = false, in words: PhraseText? = nil
    ) -> Bool {
        let own = Set(known.split(separator: "|").map { WordStem.of(String($0)) })
        var service: Set<String> = []
        if allowingService, let found = self.service {
            service = WordStem.all(in: ([found.name] + found.aliases).joined(separator: " "))
        }
        return (words ?? self.words).all.allSatisfy { word in
            let stem = WordStem.of(word)
            return StopWords.has(word) || own.contains(stem) || service.contains(stem)
        }
    }

    // MARK: The business

    private static let hourWords =
        "open|opens|opening|close|closes|closed|closing|hour|hours|time|times|today|tomorrow|"
        + "monday|tuesday|wednesday|thursday|friday|saturday|sunday|weekend|weekends|weekday|"
        + "weekdays|mon|tue|tues|wed|thu|thurs|fri|sat|sun|late|early|evening|evenings|morning|"
        + "business|salon|office|clinic|shop|place|day|days|week|work|start|finish|shut|usual|"
        + "normal|usually|til|till|around|currently|practice|surgery|tmrw|tmr|2day"

    private func hours() -> String? {
        guard
            words.has("open|opens|opening|close|closes|closed|closing|hours|shut")
        else { return nil }
        if let answer = hoursOnDates() { return answer }
        // Where nobody has entered any, the documents may know; a made-up "closed" would be worse.
        guard !facts.catalogue.hours.isEmpty, asksOnly(CatalogueAnswer.hourWords) else {
            return nil
        }
        let asked = askedWeekdays()
        let hours = facts.catalogue.hours
        if !asked.isEmpty, asked.count < 7 {
            return asked.map { day in
                let name = day.rawValue.prefix(1).uppercased() + day.rawValue.dropFirst() + "s"
                let periods = hours.periods(on: day)
                return periods.isEmpty
                    ? "We're closed on \(name)."
                    : "On \(name) we're open from \(spoken(periods))."
            }.joined(separator: " ")
        }
        return "We're open \(week(hours))."
    }

    /// What is known of the days that were named by their dates: "on 25 December", "tomorrow",
    /// "next Monday". A day that has passed is spoken of in the past.
    private func hoursOnDates() -> String? {
        guard let now = facts.askedAt else { return nil }
        let mentions = TimeExpressions.read(
            facts.question, reference: TimeReference(date: now.date, time: now.time),
            options: CatalogueMatcher.timeOptions(facts.catalogue))
        var dates: [LocalDate] = []
        for mention in mentions {
            // "Closed on Friday" rules Friday out for an appointment; here it is asked about.
            guard case .on(let date, _)? = mention.day else { return nil }
            // "Monday" is every Monday, unless the business is closed on the next one.
            if mention.bareWeekday != nil, !facts.catalogue.closures.contains(date) { return nil }
            if !dates.contains(date) { dates.append(date) }
        }
        guard !dates.isEmpty, asksOnly(CatalogueAnswer.hourWords, in: left(besides: mentions))
        else { return nil }
        let answers = dates.compactMap { hours(on: $0, today: now.date) }
        return answers.count == dates.count ? answers.joined(separator: " ") : nil
    }

    private func hours(on date: LocalDate, today: LocalDate) -> String? {
        let catalogue = facts.catalogue
        let day = catalogue.locale.day(date)
        if catalogue.isClosed(on: date) {
            return "\(date < today ? "We were" : "We're") closed on \(day)."
        }
        let periods = catalogue.hours.periods(on: date.weekday)
        guard !periods.isEmpty else { return nil }
        return "On \(day) \(date < today ? "we were" : "we're") open from \(spoken(periods))."
    }

    /// The words of the question without those that name a day or a time.
    private func left(besides mentions: [TimeMention]) -> PhraseText {
        var scalars = String.UnicodeScalarView()
        for (index, scalar) in facts.question.unicodeScalars.enumerated() {
            let isSpoken = mentions.contains { $0.range.contains(index) }
            scalars.append(isSpoken ? " " : scalar)
        }
        return PhraseText(String(scalars))
    }

    private func askedWeekdays() -> [Weekday] {
        let names: [(String, [Weekday])] = [
            ("monday|mondays|mon", [.monday]), ("tuesday|tuesdays|tue|tues", [.tuesday]),
            ("wednesday|wednesdays|wed|weds", [.wednesday]),
            ("thursday|thursdays|thu|thurs", [.thursday]), ("friday|fridays|fri", [.friday]),
            ("saturday|saturdays|sat", [.saturday]), ("sunday|sundays|sun", [.sunday]),
            ("weekend|weekends", [.saturday, .sunday]),
        ]
        return names.filter { words.has($0.0) }.flatMap(\.1)
    }

    private func spoken(_ periods: [WeeklyHours.Period]) -> String {
        periods.map { "\($0.open) to \($0.close)" }.joined(separator: " and ")
    }

    /// Days with the same hours together, in the order of the week.
    private func week(_ hours: WeeklyHours) -> String {
        var groups: [(days: [Weekday], spoken: String)] = []
        for day in Weekday.allCases where hours.isOpen(on: day) {
            let text = spoken(hours.periods(on: day))
            if let last = groups.indices.last, groups[last].spoken == text,
                groups[last].days.last.map({ $0.number + 1 }) == day.number
            {
                groups[last].days.append(day)
            } else {
                groups.append(([day], text))
            }
        }
        let parts = groups.map { group in
            let names = group.days.map {
                $0.rawValue.prefix(1).uppercased() + $0.rawValue.dropFirst()
            }
            let days =
                names.count > 2
                ? "\(names[0]) to \(names[names.count - 1])" : names.joined(separator: " and ")
            return "\(days) from \(group.spoken)"
        }
        return list(parts)
    }

    private func address() -> String? {
        let isAsked =
            words.has(
                "address|where are you|where r u|where is|located|location|find you|"
                    + "whereabouts|where you are|postcode|zip code")
        guard isAsked, !facts.workspace.address.isEmpty,
            asksOnly(
                "address|located|location|find|postcode|zip|code|full|street|exact|salon|office|"
                    + "clinic|shop|place|based|exactly|whereabouts|come|send|text|give|practice")
        else { return nil }
        return "You'll find us at \(facts.workspace.address)."
    }

    private func telephone() -> String? {
        guard words.has("phone number|telephone|telephone number|your number|number to call"),
            !facts.workspace.phone.isEmpty,
            asksOnly("phone|telephone|number|call|ring|contact|reach|give|text|send")
        else { return nil }
        return "You can reach us by phone on \(facts.workspace.phone)."
    }

    private func services() -> String? {
        guard words.has("services|treatments|offer|menu|what do you do"), service == nil,
            !facts.catalogue.services.isEmpty,
            asksOnly("service|services|treatment|treatments|offer|menu|list|provide|kind|types|all")
        else { return nil }
        return "We offer \(list(facts.catalogue.services.map(\.name)))."
    }

    // MARK: A service

    private func price() -> String? {
        guard let service, let low = service.priceMinMinor,
            words.has("how much|price|prices|cost|costs|charge|fee|rate|quote|expensive"),
            asksOnly(
                "much|price|prices|cost|costs|charge|fee|rate|quote|expensive|roughly|about|"
                    + "way|btw|total|set|pay|run|appointment|session|visit|around|per",
                allowingService: true)
        else { return nil }
        if low == 0, (service.priceMaxMinor ?? 0) == 0 {
            return "\(service.name) is free of charge."
        }
        let catalogue = facts.catalogue
        let amount = { (minor: Int) in
            MoneyWords.amount(minor, currency: catalogue.currency, in: catalogue.region)
        }
        let from = amount(low)
        guard let high = service.priceMaxMinor, high != low else {
            return "\(service.name) is \(from)."
        }
        return "\(service.name) is \(from) to \(amount(high))."
    }

    private func duration() -> String? {
        guard let service, words.has("how long|duration"),
            words.has("take|takes|last|appointment|is"),
            !words.has("before|after|results|effect|notice|keep|hold|wait|heal"),
            asksOnly(
                "take|takes|duration|appointment|session|visit|about|roughly|minutes|hours|last",
                allowingService: true)
        else { return nil }
        return "\(service.name) takes about \(DurationWords.minutes(service.durationMinutes))."
    }

    private func people() -> String? {
        guard let service, words.begins("who|whos|whod|which"),
            asksOnly(
                "offer|offers|stylist|dentist|doctor|lawyer|attorney|agent|nurse|perform|performs|"
                    + "give|gives|provide|team|take|takes",
                allowingService: true)
        else { return nil }
        let names = service.staff.compactMap { facts.catalogue.member($0)?.name }
        guard !names.isEmpty else { return nil }
        return "\(service.name) is done by \(list(names, "or"))."
    }

    private func list(_ words: [String], _ last: String = "and") -> String {
        guard words.count > 1 else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " \(last) " + (words.last ?? "")
    }
}
