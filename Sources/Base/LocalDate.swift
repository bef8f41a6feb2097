/// A calendar day (proleptic Gregorian), without a zone.
package struct LocalDate: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let year: Int
    package let month: Int
    package let day: Int

    /// Nil when there is no such day.
    package init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= LocalDate.days(inMonth: month, year: year)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// The day that lies `dayNumber` days after 1970-01-01.
    ///
    /// Follows Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (civil_from_days).
    package init(dayNumber: Int) {
        let shifted = dayNumber + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthIndex + 2) / 5 + 1
        month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Reads `YYYY-MM-DD`; nil for anything else.
    package init?(_ text: some StringProtocol) {
        var reader = DigitReader(bytes: ArraySlice(text.utf8))
        guard let year = reader.digits(4), reader.skip("-"), let month = reader.digits(2),
            reader.skip("-"), let day = reader.digits(2), reader.atEnd
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// Days since 1970-01-01 (days_from_civil).
    package var dayNumber: Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    package var weekday: Weekday {
        // 1970-01-01 was a Thursday; the remainder is made positive first.
        let index = ((dayNumber + 3) % 7 + 7) % 7
        return Weekday.allCases[index]
    }

    package func adding(days: Int) -> LocalDate { LocalDate(dayNumber: dayNumber + days) }

    /// The same day of a later month, or that month's last day.
    package func adding(months: Int) -> LocalDate {
        let index = year * 12 + month - 1 + months
        let newYear = index >= 0 ? index / 12 : (index - 11) / 12
        let newMonth = index - newYear * 12 + 1
        let last = LocalDate.days(inMonth: newMonth, year: newYear)
        return LocalDate(year: newYear, month: newMonth, day: min(day, last)) ?? self
    }

    package func days(until other: LocalDate) -> Int { other.dayNumber - dayNumber }

    package static func < (left: LocalDate, right: LocalDate) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }

    package static func days(inMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    package var description: String { "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))" }
}

/// A day of the week; `allCases` begins with Monday, as ISO 8601 does.
package enum Weekday: String, CaseIterable, Sendable, Codable, CodingKeyRepresentable, Hashable {
    case monday, tuesday, wednesday, thursday, friday, saturday, sunday

    /// 1 for Monday … 7 for Sunday (ISO 8601).
    package var number: Int { (Weekday.allCases.firstIndex(of: self) ?? 0) + 1 }

    package init?(number: Int) {
        guard (1...7).contains(number) else { return nil }
        self = Weekday.allCases[number - 1]
    }
}

/// A wall-clock time of day to the minute, without a zone; 24:00 is allowed as an end.
package struct LocalTime: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Minutes since midnight, 0 … 1440.
    package let minutes: Int

    package init?(minutes: Int) {
        guard (0...1440).contains(minutes) else { return nil }
        self.minutes = minutes
    }

    package init?(hour: Int, minute: Int = 0) {
        guard (0...24).contains(hour), (0..<60).contains(minute) else { return nil }
        self.init(minutes: hour * 60 + minute)
    }

    /// Reads `HH:MM` (seconds are allowed and cut off); nil for anything else.
    package init?(_ text: some StringProtocol) {
        var reader = DigitReader(bytes: ArraySlice(text.utf8))
        guard let hour = reader.digits(2), reader.skip(":"), let minute = reader.digits(2)
        else { return nil }
        if !reader.atEnd { guard reader.skip(":"), reader.digits(2) != nil else { return nil } }
        guard reader.atEnd else { return nil }
        self.init(hour: hour, minute: minute)
    }

    package var hour: Int { minutes / 60 }
    package var minute: Int { minutes % 60 }

    package static let midnight = LocalTime(exactly: 0)
    package static let noon = LocalTime(exactly: 720)
    package static let endOfDay = LocalTime(exactly: 1440)

    private init(exactly minutes: Int) { self.minutes = minutes }

    package static func < (left: LocalTime, right: LocalTime) -> Bool {
        left.minutes < right.minutes
    }

    package var description: String { "\(padded(hour, 2)):\(padded(minute, 2))" }
}

extension LocalDate: Codable {
    package init(from decoder: any Decoder) throws {
        self = try decodeText(from: decoder, expecting: "YYYY-MM-DD") { LocalDate($0) }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension LocalTime: Codable {
    package init(from decoder: any Decoder) throws {
        self = try decodeText(from: decoder, expecting: "HH:MM") { LocalTime($0) }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

func decodeText<Value>(
    from decoder: any Decoder, expecting form: String, _ read: (String) -> Value?
) throws -> Value {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let value = read(text) else {
        throw DecodingError.dataCorrupted(
            .init(codingPath: decoder.codingPath, debugDescription: "expected \(form)"))
    }
    return value
}
