import Base

/// The words of the calendar, with their short forms and usual typing mistakes.
enum CalendarWords {
    enum Word: Hashable {
        case weekday(Weekday)
        case month(Int)
        case today, tomorrow, yesterday, tonight
    }

    enum Unit { case minute, hour, day, week, fortnight, month, year }

    static let exact: [String: Word] = {
        var words: [String: Word] = [
            "today": .today, "tdy": .today, "2day": .today, "tonight": .tonight,
            "tonite": .tonight, "2nite": .tonight, "2night": .tonight, "tomorrow": .tomorrow,
            "tmrw": .tomorrow, "tmr": .tomorrow, "tmw": .tomorrow, "tmrrw": .tomorrow,
            "tmro": .tomorrow, "tomo": .tomorrow, "tomoz": .tomorrow, "tomoro": .tomorrow,
            "tmoro": .tomorrow, "tmorrow": .tomorrow, "2moro": .tomorrow, "2morrow": .tomorrow,
            "2mrw": .tomorrow, "yesterday": .yesterday,
        ]
        let short: [Weekday: [String]] = [
            .monday: ["mon"], .tuesday: ["tue", "tues"], .wednesday: ["wed", "weds"],
            .thursday: ["thu", "thur", "thurs"], .friday: ["fri"], .saturday: ["sat"],
            .sunday: ["sun"],
        ]
        for day in Weekday.allCases {
            for name in [day.rawValue] + (short[day] ?? []) { words[name] = .weekday(day) }
        }
        for (index, name) in months.enumerated() {
            words[name] = .month(index + 1)
            words[String(name.prefix(3))] = .month(index + 1)
        }
        words["sept"] = .month(9)
        return words
    }()

    static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september",
        "october", "november", "december",
    ]

    /// Words worth forgiving: long enough that one slip leaves no doubt what was meant.
    private static let forgiven: [(text: [Unicode.Scalar], word: Word)] =
        exact
        .filter { $0.key.count >= 6 && !$0.key.hasPrefix("2") && $0.key != "tonite" }
        .map { (Array($0.key.unicodeScalars), $0.value) }

    /// Ordinary words that one slip would turn into a day.
    private static let innocent: Set<String> = [
        "sundae", "sundry", "fridge", "monkey", "tomato", "saturated", "augusta", "octobers",
        "morrow", "mundane", "wedding", "weekday", "midday", "someday", "payday", "holiday",
    ]

    /// The calendar word that a token means, allowing typing mistakes in long ones.
    static func word(_ text: String) -> Word? {
        if let word = exact[text] { return word }
        let count = text.unicodeScalars.count
        guard (5...11).contains(count), !innocent.contains(text) else { return nil }
        let scalars = Array(text.unicodeScalars)
        for candidate in forgiven where candidate.text[0] == scalars[0] {
            let limit = candidate.text.count >= 8 ? 2 : 1
            if EditDistance.between(scalars, candidate.text, limit: limit) != nil {
                return candidate.word
            }
        }
        return nil
    }

    /// A plural that means "any such day": "Mondays".
    static func pluralWeekday(_ text: String) -> Weekday? {
        guard text.hasSuffix("s"), exact[text] == nil else { return nil }
        guard case .weekday(let day)? = exact[String(text.dropLast())] else { return nil }
        return day
    }

    static let unitWords: [String: Unit] = [
        "minute": .minute, "minutes": .minute, "min": .minute, "mins": .minute, "hour": .hour,
        "hours": .hour, "hr": .hour, "hrs": .hour, "h": .hour, "day": .day, "days": .day,
        "week": .week, "weeks": .week, "wk": .week, "wks": .week, "fortnight": .fortnight,
        "fortnights": .fortnight, "month": .month, "months": .month, "year": .year,
        "years": .year,
    ]

    /// Feasts on a fixed day: month and day.
    static let feasts: [[String]: (month: Int, day: Int)] = [
        ["christmas"]: (12, 25), ["christmas", "day"]: (12, 25), ["xmas"]: (12, 25),
        ["christmas", "eve"]: (12, 24), ["xmas", "eve"]: (12, 24), ["boxing", "day"]: (12, 26),
        ["new", "years"]: (1, 1), ["new", "years", "day"]: (1, 1),
        ["new", "years", "eve"]: (12, 31), ["new", "year", "eve"]: (12, 31),
        ["halloween"]: (10, 31), ["valentines", "day"]: (2, 14), ["valentines"]: (2, 14),
    ]
}
