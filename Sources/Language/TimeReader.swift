import Base

/// Reads tokens at a place; each reader looks at a bounded number of tokens.
struct TimeReader {
    let tokens: [WordToken]
    let reference: TimeReference
    let options: TimeOptions

    var today: LocalDate { reference.date }

    /// The token's text, or an empty one outside the text.
    func text(_ index: Int) -> String {
        index >= 0 && index < tokens.count ? tokens[index].text : ""
    }

    func isGlued(_ index: Int) -> Bool { index < tokens.count && !tokens[index].followsSpace }

    func number(_ index: Int) -> Int? {
        index >= 0 && index < tokens.count && tokens[index].kind == .number
            ? tokens[index].value : nil
    }

    /// The place after the given words, or nil.
    func after(_ words: String..., at index: Int) -> Int? {
        for (offset, word) in words.enumerated() where text(index + offset) != word { return nil }
        return index + words.count
    }

    func skip(_ words: Set<String>, at index: Int) -> Int {
        words.contains(text(index)) ? index + 1 : index
    }

    /// Far dates stay inside the calendar; no text may carry us past it.
    func shifted(days: Int) -> LocalDate? {
        abs(days) <= Limits.furthestDays ? today.adding(days: days) : nil
    }

    enum Limits {
        /// No appointment is further away than this.
        static let furthestDays = 3700
    }
}

/// A day read from text, before it is joined with a time.
struct DayAtom {
    var meaning: DayMeaning
    var doubts: Set<TimeDoubt> = []
    /// "Tonight", "this morning".
    var part: DayPart?
    /// Set where the words name a moment: "in 2 hours".
    var moment: LocalTime?
    /// Set where the words name a latest moment: "within 2 hours".
    var deadline: LocalTime?
    /// The week that was named with a weekday; others in a list belong to it too.
    var week: (LocalDate, LocalDate)?
    /// Set for a bare weekday, which a week named beside it may move.
    var weekday: Weekday?

    static func on(_ date: LocalDate, or alternatives: [LocalDate] = []) -> DayAtom {
        DayAtom(meaning: .on(date, alternatives: alternatives.filter { $0 != date }))
    }

    /// The first and last day of what is meant.
    var ends: (LocalDate, LocalDate)? {
        switch meaning {
        case .on(let date, _): (date, date)
        case .within(let first, let last): (first, last)
        default: nil
        }
    }

    var date: LocalDate? {
        if case .on(let date, _) = meaning { date } else { nil }
    }
}

/// A part of the day with the hours a receptionist would look at.
enum DayPart: Hashable {
    case firstThing, earlyMorning, morning, midMorning, lateMorning, lunchtime, earlyAfternoon
    case afternoon, midAfternoon, lateAfternoon, afterSchool, endOfDay, afterWork, evening, night

    /// Minutes since midnight, half-open.
    func window(_ options: TimeOptions) -> (Int, Int) {
        switch self {
        case .firstThing:
            (options.opens.minutes, min(options.opens.minutes + 90, 1440))
        case .earlyMorning: (6 * 60, 9 * 60)
        case .morning: (6 * 60, 12 * 60)
        case .midMorning: (9 * 60 + 30, 11 * 60 + 30)
        case .lateMorning: (10 * 60 + 30, 12 * 60)
        case .lunchtime: (12 * 60, 14 * 60)
        case .earlyAfternoon: (12 * 60, 14 * 60 + 30)
        case .afternoon: (12 * 60, 17 * 60)
        case .midAfternoon: (14 * 60, 16 * 60)
        case .lateAfternoon: (15 * 60 + 30, 18 * 60)
        case .afterSchool: (15 * 60, 18 * 60)
        case .endOfDay: (max(options.closes.minutes - 120, 0), options.closes.minutes)
        case .afterWork, .evening: (17 * 60, 22 * 60)
        case .night: (18 * 60, 24 * 60)
        }
    }

    var isBeforeNoon: Bool {
        switch self {
        case .firstThing, .earlyMorning, .morning, .midMorning, .lateMorning: true
        default: false
        }
    }
}

/// A clock time as written, before am or pm is settled.
struct Clock: Hashable {
    enum Meridiem { case am, pm }

    var hour: Int
    var minute = 0
    var meridiem: Meridiem?
    /// Only a bare number, which is a time only where something says so.
    var isBare = false
    /// Written as on a 24-hour clock: "07:30", "19:00", "noon".
    var isSettled = false
}

/// A time read from text, before it is joined with a day.
struct TimeAtom {
    enum Shape { case at, around, after, before, between, part, same, pastHour, any }

    var shape: Shape
    var first: Clock?
    var second: Clock?
    var part: DayPart?
    var minutesPast = 0
    /// A bare number without a word that makes it a time.
    var isWeak = false
}

/// One thing seen in the text: tokens `from ..< to`, and a day, a time or a length.
struct Atom {
    var from: Int
    var to: Int
    var day: DayAtom?
    var time: TimeAtom?
    var durationMinutes: Int?
    var shiftMinutes: Int?
    var shiftDays: Int?
    var isEarliest = false
    var isExcluded = false
}
