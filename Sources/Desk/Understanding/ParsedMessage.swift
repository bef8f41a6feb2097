import Base
import Domain
import Language

/// The names and times in a text, in the terms of one business.
struct ParsedMessage: Sendable {
    let text: String
    let words: PhraseText
    /// The services that are wanted, in reading order; one for nearly every message.
    let services: [ServiceID]
    /// The service that stands out.
    let service: ServiceID?
    /// Services that the text rules out: "not the cut".
    let refusedServices: [ServiceID]
    let staff: StaffMemberID?
    /// Everybody who is wished for, in reading order.
    let people: [StaffMemberID]
    let refusedStaff: Set<StaffMemberID>
    let anyStaff: Bool
    let mentions: [TimeMention]
    let reference: String?
    /// Where the text takes back what it said before; nothing before it counts that is said again.
    let correctedFrom: Int?

    /// What the whole message describes, when no service is named.
    let described: DescribedService

    private let facts: UnderstandingContext

    init(
        _ text: String, names: CatalogueMatcher, facts: UnderstandingContext,
        described: DescribedService = .none
    ) {
        self.text = text
        self.described = described
        self.facts = facts
        let words = PhraseText(text)
        self.words = words
        let corrected = Corrections.last(in: text)
        correctedFrom = corrected
        let services = ResolvedMentions(names.services(in: text, words), in: text, corrected)
        self.services = services.ordered
        service = services.best
        refusedServices = services.refused
        serviceJoint = services.areJoined
        let people = ResolvedMentions(names.staff(in: text, words), in: text, corrected)
        staff = people.best
        self.people = people.ordered
        refusedStaff = Set(people.refused)
        anyStaff = words.has(ParsedMessage.anybody) || people.isOptional
        // Alone it greets, but not where a time was asked for.
        let isMorning =
            facts.state.asked != nil && ["morning", "mornings"].contains(words.all.first)
        let found = TimeExpressions.read(
            isMorning && words.count <= 2 ? "in the " + text : text,
            reference: TimeReference(date: facts.now.date, time: facts.now.time),
            options: names.timeOptions)
        mentions = IncidentalTimes.left(found, in: text, isAnchored: facts.state.isAboutADay)
        reference = WrittenReference.first(in: text)
    }

    private static let anybody =
        "anyone|anybody|whoever|no preference|either of them|any of them|any of you|"
        + "dont mind who|doesnt matter who|not fussed who|any stylist|any dentist|any doctor|"
        + "any hygienist|any nurse|any lawyer|any attorney|any agent|any therapist|any barber"
    private static let another =
        "someone else|somebody else|someone different|somebody different|different person|"
        + "different stylist|another stylist|different dentist|another dentist|other dentist|"
        + "different doctor|another doctor|different lawyer|another lawyer|different agent|"
        + "another agent|another person|other stylist"

    /// "A cut and a patch test": two services joined by nothing but "and".
    var namesTwoServices: Bool { services.count == 2 && serviceJoint }
    private let serviceJoint: Bool

    var asksForAnother: Bool { words.has(ParsedMessage.another) }

    var hasDay: Bool { mentions.contains { $0.day != nil && !$0.isExcluded } }
    var hasTime: Bool { mentions.contains { $0.time != nil && !$0.isExcluded } }
    var hasWhen: Bool { mentions.contains { !$0.isExcluded && $0.saysWhen } }
    /// Whether a person is named, refused or left open.
    var speaksOfStaff: Bool {
        staff != nil || anyStaff || !refusedStaff.isEmpty || asksForAnother
    }

    /// What the text says about the appointment that is wanted.
    ///
    /// - Parameters:
    ///   - spoken: what "same", "later" and a bare weekday point to.
    ///   - leaving: the day of the appointment that is to be moved, which is no wish.
    func wish(_ spoken: DiscourseContext = .nothing, leaving: LocalDate? = nil) -> BookingRequest {
        let times = RequestedTimes(
            mentions: mentions, correctedFrom: correctedFrom, comparison: Comparison(words),
            spoken: spoken, leaving: leaving, facts: facts)
        var without = refusedStaff
        if asksForAnother, let current = spoken.staff { without.insert(current) }
        var wish = BookingRequest(
            service: service, staff: staff, day: times.day, time: times.time,
            anyStaff: staff == nil && anyStaff, excludedStaff: without,
            prefersEarliest: mentions.contains { $0.isEarliest && !$0.isExcluded }
                || (times.time != nil && words.has("first thing")))
        wish.dayTimePairs = times.either
        return wish
    }

    /// Whether a word leads to this mention: "to Friday".
    func isLed(_ mention: TimeMention, by leads: Set<String>) -> Bool {
        let before = PhraseText(before: mention.range.lowerBound, in: Array(text.unicodeScalars))
        return before.all.last.map(leads.contains) ?? false
    }
}

extension BookingState {
    /// Whether a day is on the table: what is corrected keeps it.
    var isAboutADay: Bool {
        switch self {
        case .idle, .cancelConfirm: false
        case .collecting(let state): state.request.day != nil
        case .confirming, .paymentPending, .rescheduleConfirm: true
        case .rescheduleCollecting(let state): state.request.day != nil
        }
    }
}

extension TimeMention {
    var saysWhen: Bool {
        day != nil || time != nil || isEarliest || shiftMinutes != nil || shiftDays != nil
    }

    /// Whether this is that day by its date or its weekday, and not another time on it.
    func names(_ date: LocalDate?) -> Bool {
        guard let date, time == nil, shiftDays == nil else { return false }
        if case .on(let day, _)? = day, day == date { return true }
        return bareWeekday == date.weekday
    }
}

/// What was spoken of before a message: the things that "same" and "later" point to.
struct DiscourseContext: Sendable {
    static let nothing = DiscourseContext()

    /// The appointment, the proposal or the wish.
    var moment: LocalDateTime?
    /// A day of the week that a bare weekday belongs to.
    var week: LocalDate?
    /// The days that were wished for, where they are several.
    var days: DayConstraint?
    var staff: StaffMemberID?
}

/// "Later" or "earlier" without saying by how much.
enum Comparison: Sendable {
    case later, earlier

    init?(_ words: PhraseText) {
        if words.has("too early|anything later|something later|bit later|later slot|later time") {
            self = .later
        } else if words.has(
            "too late|anything earlier|something earlier|bit earlier|earlier slot|earlier time|"
                + "anything sooner")
        {
            self = .earlier
        } else if words.has("later that day|later on that day|later the same day|later in the day")
        {
            self = .later
        } else if words.has("earlier that day|earlier the same day|earlier in the day") {
            self = .earlier
        } else {
            return nil
        }
    }
}
