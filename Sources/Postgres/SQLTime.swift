package import Base

/// Microseconds between 1970-01-01 and 2000-01-01, where the server's timestamps begin.
private let epochOffset: Int64 = 946_684_800_000_000
private let epochDays = 10_957

extension Instant: SQLEncodable, SQLDecodable {
    package static var sqlType: SQLType { SQLType(1184) }

    package func encode(into bytes: inout [UInt8]) {
        let (shifted, overflow) = microseconds.subtractingReportingOverflow(epochOffset)
        // Beyond the server's range there is only infinity.
        bytes.append(big: overflow ? Int64.min : shifted)
    }

    /// `infinity` is no instant and is refused.
    package static func decode(_ cell: SQLCell?) throws(SQLMismatch) -> Instant {
        let raw: Int64 = try cell.expecting(1184).integer()
        let (shifted, overflow) = raw.addingReportingOverflow(epochOffset)
        guard !overflow, raw != Int64.min else { throw .malformed }
        return Instant(microseconds: shifted)
    }
}

extension LocalDate: SQLEncodable, SQLDecodable {
    package static var sqlType: SQLType { SQLType(1082) }

    package func encode(into bytes: inout [UInt8]) {
        bytes.append(big: Int32(dayNumber - epochDays))
    }

    /// Only the years 1 … 9999 are days of this house.
    package static func decode(_ cell: SQLCell?) throws(SQLMismatch) -> LocalDate {
        let days = Int(try cell.expecting(1082).integer(Int32.self)) + epochDays
        guard (-719_162...2_932_896).contains(days) else { throw .malformed }
        return LocalDate(dayNumber: days)
    }
}

extension LocalTime: SQLEncodable, SQLDecodable {
    package static var sqlType: SQLType { SQLType(1083) }

    package func encode(into bytes: inout [UInt8]) {
        bytes.append(big: Int64(minutes) * 60_000_000)
    }

    /// Seconds are cut off, as when a time is read from text.
    package static func decode(_ cell: SQLCell?) throws(SQLMismatch) -> LocalTime {
        let microseconds: Int64 = try cell.expecting(1083).integer()
        guard let minutes = Int(exactly: microseconds / 60_000_000),
            let time = LocalTime(minutes: minutes)
        else { throw .malformed }
        return time
    }
}

extension Duration: SQLEncodable, SQLDecodable {
    package static var sqlType: SQLType { SQLType(1186) }

    package func encode(into bytes: inout [UInt8]) {
        bytes.append(big: microseconds)
        bytes.append(big: Int32(0))
        bytes.append(big: Int32(0))
    }

    /// An interval with days or months has no fixed length and is refused.
    package static func decode(_ cell: SQLCell?) throws(SQLMismatch) -> Duration {
        let cell = try cell.expecting(1186)
        guard cell.bytes.count == 16, cell.bytes[8...].allSatisfy({ $0 == 0 })
        else { throw .malformed }
        return .microseconds(Int64(bigEndian: cell.bytes.loadUnaligned(as: Int64.self)))
    }
}
