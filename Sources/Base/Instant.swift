package import Foundation

/// A point in time: microseconds since 1970-01-01T00:00:00Z, as PostgreSQL's timestamptz keeps it.
///
/// `Date` keeps a floating number, so two readings of one row could differ; versions and half-open
/// intervals need exact equality.
package struct Instant: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let microseconds: Int64

    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    package init(seconds: Int64) {
        self.microseconds = seconds * 1_000_000
    }

    package init(_ date: Date) {
        self.microseconds = Int64((date.timeIntervalSince1970 * 1_000_000).rounded())
    }

    package var date: Date { Date(timeIntervalSince1970: Double(microseconds) / 1_000_000) }

    /// Whole seconds since the epoch, rounded towards the past.
    package var seconds: Int64 {
        microseconds >= 0 ? microseconds / 1_000_000 : (microseconds - 999_999) / 1_000_000
    }

    package static func < (left: Instant, right: Instant) -> Bool {
        left.microseconds < right.microseconds
    }

    package static func + (left: Instant, right: Duration) -> Instant {
        Instant(microseconds: left.microseconds + right.microseconds)
    }

    package static func - (left: Instant, right: Duration) -> Instant {
        Instant(microseconds: left.microseconds - right.microseconds)
    }

    package static func - (left: Instant, right: Instant) -> Duration {
        .microseconds(left.microseconds - right.microseconds)
    }

    /// RFC 3339 in UTC, with microseconds only when there are any: `2026-11-24T15:30:00Z`.
    package var description: String {
        let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let date = LocalDate(dayNumber: Int(days))
        let clock = seconds - days * 86_400
        let fraction = microseconds - seconds * 1_000_000
        let time = [clock / 3600, clock / 60 % 60, clock % 60].map { padded($0, 2) }
        let tail = fraction == 0 ? "" : "." + padded(fraction, 6)
        return "\(date)T\(time.joined(separator: ":"))\(tail)Z"
    }

    /// Reads RFC 3339 with `Z` or a numeric offset; nil for anything else.
    package init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 17, bytes.count <= 40, bytes[10] == UInt8(ascii: "T"),
            let date = LocalDate(String(decoding: bytes[0..<10], as: UTF8.self))
        else { return nil }
        var reader = DigitReader(bytes: bytes[11...])
        guard let hour = reader.digits(2), reader.skip(":"), let minute = reader.digits(2)
        else { return nil }
        var second = 0
        var fraction: Int64 = 0
        if reader.skip(":") {
            guard let value = reader.digits(2) else { return nil }
            second = value
            if reader.skip(".") {
                guard let value = reader.fraction() else { return nil }
                fraction = value
            }
        }
        guard hour < 24, minute < 60, second < 61, let offset = reader.offset(), reader.atEnd
        else { return nil }
        let whole = Int64(date.dayNumber) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
        self.init(microseconds: (whole - Int64(offset)) * 1_000_000 + fraction)
    }
}

extension Instant: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let instant = Instant(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "not an RFC 3339 time"))
        }
        self = instant
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension Duration {
    /// The whole microseconds of this duration, rounded towards zero.
    package var microseconds: Int64 {
        components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
    }

    package static func minutes(_ minutes: Int) -> Duration { .seconds(minutes * 60) }
    package static func hours(_ hours: Int) -> Duration { .seconds(hours * 3600) }
    package static func days(_ days: Int) -> Duration { .seconds(days * 86_400) }
}

/// A half-open span of time `[start, end)`: two that touch do not overlap.
package struct Interval: Hashable, Sendable, Codable {
    package let start: Instant
    package let end: Instant

    /// Traps when `end` is before `start`: only our own code builds intervals.
    package init(_ start: Instant, _ end: Instant) {
        precondition(start <= end, "an interval ends before it starts")
        self.start = start
        self.end = end
    }

    package init(_ start: Instant, lasting duration: Duration) {
        self.init(start, start + duration)
    }

    package var duration: Duration { end - start }
    package var isEmpty: Bool { start == end }

    package func contains(_ instant: Instant) -> Bool { start <= instant && instant < end }
    package func contains(_ other: Interval) -> Bool { start <= other.start && other.end <= end }

    /// The one expression for overlap in the house.
    package func overlaps(_ other: Interval) -> Bool { start < other.end && other.start < end }
}

func padded(_ number: some BinaryInteger, _ width: Int) -> String {
    let digits = String(number.magnitude)
    let zeros = String(repeating: "0", count: max(0, width - digits.count))
    return (number < 0 ? "-" : "") + zeros + digits
}

/// Reads fixed-width digits and offsets from bytes, for the few formats that this room knows.
struct DigitReader {
    var bytes: ArraySlice<UInt8>

    var atEnd: Bool { bytes.isEmpty }

    mutating func skip(_ character: Character) -> Bool {
        guard let first = bytes.first, first == character.asciiValue else { return false }
        bytes.removeFirst()
        return true
    }

    mutating func digits(_ count: Int) -> Int? {
        guard bytes.count >= count else { return nil }
        var value = 0
        for _ in 0..<count {
            let byte = bytes.removeFirst()
            guard byte >= 48, byte <= 57 else { return nil }
            value = value * 10 + Int(byte - 48)
        }
        return value
    }

    /// Digits after the decimal point as microseconds; further digits are cut off.
    mutating func fraction() -> Int64? {
        var value: Int64 = 0
        var count = 0
        while let byte = bytes.first, byte >= 48, byte <= 57 {
            bytes.removeFirst()
            if count < 6 { value = value * 10 + Int64(byte - 48) }
            count += 1
        }
        guard count > 0 else { return nil }
        for _ in min(count, 6)..<6 { value *= 10 }
        return value
    }

    /// `Z` or `±hh:mm` in seconds.
    mutating func offset() -> Int? {
        if skip("Z") || skip("z") { return 0 }
        let sign = skip("+") ? 1 : skip("-") ? -1 : 0
        guard sign != 0, let hours = digits(2), skip(":"), let minutes = digits(2), hours < 24,
            minutes < 60
        else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }
}
