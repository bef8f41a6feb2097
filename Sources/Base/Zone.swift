package import Foundation

/// An IANA time zone, and the two-way road between wall clocks and instants.
package struct Zone: Hashable, Sendable, Codable, CustomStringConvertible {
    package let timeZone: TimeZone

    /// Nil when the name is not in the zone database.
    package init?(_ name: String) {
        guard name.count <= 64, let zone = TimeZone(identifier: name) else { return nil }
        timeZone = zone
    }

    package static let utc = Zone(timeZone: .gmt)

    private init(timeZone: TimeZone) { self.timeZone = timeZone }

    package var description: String { timeZone.identifier }

    /// Seconds east of Greenwich at `instant`.
    package func offsetSeconds(at instant: Instant) -> Int {
        timeZone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(instant.seconds)))
    }

    /// What wall clocks show at `instant`.
    package func local(_ instant: Instant) -> LocalDateTime {
        let shifted = instant.seconds + Int64(offsetSeconds(at: instant))
        let days = shifted >= 0 ? shifted / 86_400 : (shifted - 86_399) / 86_400
        let minutes = Int(shifted - days * 86_400) / 60
        return LocalDateTime(
            date: LocalDate(dayNumber: Int(days)), time: LocalTime(minutes: minutes) ?? .midnight)
    }

    /// The wall clock of one day, for many questions about that day.
    package func clock(on date: LocalDate) -> DayClock { DayClock(date: date, zone: self) }

    /// Every instant at which wall clocks show `local`: none in a gap, two in an overlap.
    package func instants(of local: LocalDateTime) -> [Instant] {
        clock(on: local.date).instants(of: local.time)
    }

    /// The instant for `local`: the first of two; in a gap, the moment the clocks jump past it.
    package func instant(of local: LocalDateTime) -> Instant {
        clock(on: local.date).instant(of: local.time)
    }

    /// The real span of a local day: 23, 24 or 25 hours, or otherwise.
    package func day(_ date: LocalDate) -> Interval {
        let start = instant(of: LocalDateTime(date: date, time: .midnight))
        let end = instant(of: LocalDateTime(date: date.adding(days: 1), time: .midnight))
        return Interval(start, max(start, end))
    }

    package init(from decoder: any Decoder) throws {
        self = try decodeText(from: decoder, expecting: "an IANA time zone") { Zone($0) }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// A wall-clock reading: a day and a time, without a zone.
package struct LocalDateTime: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
    package var date: LocalDate
    package var time: LocalTime

    package init(date: LocalDate, time: LocalTime) {
        self.date = date
        self.time = time
    }

    /// The same reading with 24:00 written as 00:00 of the next day.
    package var normalised: LocalDateTime {
        time == .endOfDay ? LocalDateTime(date: date.adding(days: 1), time: .midnight) : self
    }

    package static func < (left: LocalDateTime, right: LocalDateTime) -> Bool {
        (left.date, left.time) < (right.date, right.time)
    }

    package var description: String { "\(date)T\(time)" }
}
