import Base
import Domain
package import Foundation

/// A business in one JSON file: profile, hours, services and people; times are local.
///
/// The corpora hold five of them. Keys tie services to people inside the file only.
package struct BusinessFile: Sendable, Decodable {
    package let name: String
    package let slug: String
    package let vertical: String
    package let phone: String
    package let address: String
    package let timeZone: String
    package let currency: String
    /// A code of ISO 3166, such as "GB"; may be left out.
    package let country: String?
    package let assistantName: String
    package let greeting: String
    let sameDayCutoff: LocalTime?
    let minimumNoticeMinutes: Int
    let horizonDays: Int
    let hours: [Period]
    let closures: [LocalDate]
    let services: [Service]
    let staff: [Member]

    struct Period: Sendable, Decodable {
        /// Written with its first three letters.
        let weekday: Weekday
        let open: LocalTime
        let close: LocalTime

        private enum Key: String, CodingKey {
            case weekday, open, close
        }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: Key.self)
            let text = try values.decode(String.self, forKey: .weekday)
            let day = Weekday.allCases.first { $0.rawValue.prefix(3) == text }
            guard let day else {
                throw DecodingError.dataCorruptedError(
                    forKey: .weekday, in: values, debugDescription: "not a weekday: \(text)")
            }
            weekday = day
            open = try values.decode(LocalTime.self, forKey: .open)
            close = try values.decode(LocalTime.self, forKey: .close)
        }
    }

    struct Service: Sendable, Decodable {
        let key: String
        let name: String
        let aliases: [String]
        let description: String
        let durationMinutes: Int
        let bufferBeforeMinutes: Int
        let bufferAfterMinutes: Int
        let priceMinMinor: Int?
        let priceMaxMinor: Int?
        let preparation: String
        let aftercare: String
        let staff: [String]
    }

    struct Member: Sendable, Decodable {
        let key: String
        let name: String
        let title: String
        let credentials: String
        let specialties: String
        let aliases: [String]
        let hours: [Period]
    }

    /// Throws `DecodingError` when it is not such a file.
    package static func read(_ data: Data) throws -> BusinessFile {
        try JSONCoding.decode(from: data)
    }

    var policy: BookingPolicy {
        BookingPolicy(
            sameDayCutoff: sameDayCutoff, minimumNoticeMinutes: minimumNoticeMinutes,
            horizonDays: horizonDays)
    }

    static func weekly(_ periods: [Period]) -> WeeklyHours {
        var hours = WeeklyHours()
        for period in periods {
            hours.periods[period.weekday, default: []].append(
                WeeklyHours.Period(open: period.open, close: period.close))
        }
        return hours
    }
}
