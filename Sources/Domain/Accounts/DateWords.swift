package import Base

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
