package import Base

/// How people of a country write days and times of day.
package struct WritingStyle: Sendable, Hashable {
    /// "3:30 pm" instead of "15:30".
    package var twelveHours: Bool
    /// "Tuesday, November 24" instead of "Tuesday 24 November".
    package var monthFirst: Bool

    package init(twelveHours: Bool, monthFirst: Bool) {
        self.twelveHours = twelveHours
        self.monthFirst = monthFirst
    }

    /// The style of the country whose money a business takes; other signs of it are not kept.
    package init(currency: String) {
        let twelve: Set = ["USD", "AUD", "CAD", "NZD", "INR", "PHP", "PKR", "BDT", "EGP", "SAR"]
        self.init(twelveHours: twelve.contains(currency), monthFirst: currency == "USD")
    }

    /// "15:30", or "3:30 pm" and "3 pm".
    package func time(_ time: LocalTime) -> String {
        guard twelveHours else { return time.description }
        let hour = time.hour % 12 == 0 ? 12 : time.hour % 12
        let half = time.hour % 24 < 12 ? "am" : "pm"
        let minute = time.minute == 0 ? "" : ":" + (time.minute < 10 ? "0" : "") + "\(time.minute)"
        return "\(hour)\(minute) \(half)"
    }

    /// "Tuesday 24 November", or "Tuesday, November 24".
    package func day(_ date: LocalDate) -> String {
        monthFirst
            ? "\(DateWords.weekday(date)), \(DateWords.month(date)) \(date.day)"
            : DateWords.long(date)
    }

    /// "Tue 24 Nov", or "Tue Nov 24".
    package func shortDay(_ date: LocalDate) -> String {
        monthFirst
            ? "\(DateWords.weekday(date).prefix(3)) \(DateWords.month(date).prefix(3)) \(date.day)"
            : DateWords.short(date)
    }
}

/// Days in words, in English.
package enum DateWords {
    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ]

    static func month(_ date: LocalDate) -> String { months[date.month - 1] }

    static func weekday(_ date: LocalDate) -> String {
        let name = date.weekday.rawValue
        return name.prefix(1).uppercased() + name.dropFirst()
    }

    /// "Tuesday 24 November".
    package static func long(_ date: LocalDate) -> String {
        "\(weekday(date)) \(date.day) \(month(date))"
    }

    /// "Tue 24 Nov".
    package static func short(_ date: LocalDate) -> String {
        "\(weekday(date).prefix(3)) \(date.day) \(month(date).prefix(3))"
    }
}
