package import Base

/// Dates of HTTP fields (RFC 9110, section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
package enum HTTPDate {
    private static let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    package static func format(_ instant: Instant) -> String {
        let local = Zone.utc.local(instant)
        let second = ((instant.seconds % 60) + 60) % 60
        let date = local.date
        let clock = [local.time.hour, local.time.minute, Int(second)].map(twoDigits)
        let day = "\(days[date.weekday.number - 1]), \(twoDigits(date.day))"
        return "\(day) \(months[date.month - 1]) \(date.year) \(clock.joined(separator: ":")) GMT"
    }

    /// Reads the preferred form; nil for anything else (obsolete forms count as absent).
    package static func parse(_ text: String) -> Instant? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", parts[0].hasSuffix(","),
            parts[4].utf8.count == 8,
            let month = months.firstIndex(of: String(parts[2])), parts[3].utf8.count == 4,
            parts[1].utf8.count == 2
        else { return nil }
        let date = "\(parts[3])-\(twoDigits(month + 1))-\(parts[1])"
        return Instant("\(date)T\(parts[4])Z")
    }

    private static func twoDigits(_ number: Int) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
