package import Base

/// How people of a place are written to: their language and country, the order in which they write
/// dates, and their clock. Each workspace has one, and a contact may have another.
///
/// It is said by people and never guessed from a currency or a time zone. A country brings its usual
/// date order and clock, which can be changed; where no country is known, dates are written with the
/// day first and times with 24 hours, which nobody takes for something else.
package struct LocaleSettings: Sendable, Hashable, Codable {
    package enum DateOrder: String, Sendable, Codable, CaseIterable {
        case dayFirst = "dmy"
        case monthFirst = "mdy"
        case yearFirst = "ymd"
    }

    package enum Clock: String, Sendable, Codable, CaseIterable {
        case twelveHours = "12"
        case twentyFourHours = "24"
    }

    /// ISO 639, such as "en".
    package var language: String
    /// ISO 3166, such as "GB"; nil where it is not known.
    package var region: String?
    package var dateOrder: DateOrder
    package var clock: Clock

    package init(language: String, region: String?, dateOrder: DateOrder, clock: Clock) {
        self.language = language
        self.region = region
        self.dateOrder = dateOrder
        self.clock = clock
    }

    /// What the people of a region usually do; of nobody in particular for nil.
    package init(language: String = "en", region: String? = nil) {
        let usual = Countries.conventions(of: region)
        self.init(
            language: language, region: region, dateOrder: usual.dateOrder, clock: usual.clock)
    }

    /// Of a place that is not known.
    package static let unknown = LocaleSettings()

    /// "en-GB", or "en": BCP 47.
    package var tag: String { language + (region.map { "-" + $0 } ?? "") }

    /// Reads "en-GB", "en_GB" or "en": the usual conventions of the region. Nil for anything else.
    package init?(tag: String) {
        let parts = tag.split(
            maxSplits: 2, omittingEmptySubsequences: false,
            whereSeparator: { $0 == "-" || $0 == "_" })
        guard let first = parts.first?.lowercased(), parts.count <= 2,
            Countries.isKnown(language: first)
        else { return nil }
        let region = parts.count == 2 ? parts[1].uppercased() : nil
        if let region, !Countries.isKnown(region) { return nil }
        self.init(language: first, region: region)
    }

    // MARK: Writing

    /// "15:30", or "3:30 pm" and "3 pm".
    package func time(_ time: LocalTime) -> String {
        guard clock == .twelveHours else { return time.description }
        let hour = time.hour % 12 == 0 ? 12 : time.hour % 12
        let half = time.hour % 24 < 12 ? "am" : "pm"
        let minute = time.minute == 0 ? "" : ":" + (time.minute < 10 ? "0" : "") + "\(time.minute)"
        return "\(hour)\(minute) \(half)"
    }

    /// "Tuesday 24 November", or "Tuesday, November 24". With the month in words nobody mistakes the
    /// day, so the year's place does not matter here.
    package func day(_ date: LocalDate) -> String {
        dateOrder == .monthFirst
            ? "\(DateWords.weekday(date)), \(DateWords.month(date)) \(date.day)"
            : DateWords.long(date)
    }

    /// "Tue 24 Nov", or "Tue Nov 24".
    package func shortDay(_ date: LocalDate) -> String {
        dateOrder == .monthFirst
            ? "\(DateWords.weekday(date).prefix(3)) \(DateWords.month(date).prefix(3)) \(date.day)"
            : DateWords.short(date)
    }
}
