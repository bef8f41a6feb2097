import Base
import Desk
import Domain
import HTTP
import Store

/// When the business is open, and how far ahead it takes bookings.
struct HoursRoutes: Sendable {
    let context: SiteContext

    var all: [Route<Visitor>] {
        let api = APIRoute(context: context)
        return [
            api(HoursRoutes.read, needs: .read, readHours),
            api(HoursRoutes.write, needs: .manageCatalogue, writeHours),
        ]
    }

    /// "09:30"; the end of the day is "24:00".
    private static let time = JSONSchema.line(
        pattern: "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")

    static let week = JSONSchema.object(
        named: "Week",
        Weekday.allCases.map { day in
            .init(
                day.rawValue,
                .array(
                    of: .object(
                        named: "Period", [.init("open", time), .init("close", time)])),
                required: false)
        })

    private static let schema = JSONSchema.object(
        named: "Hours",
        [
            .init("hours", week), .init("closures", .array(of: .date)),
            .init(
                "policy",
                .object(
                    named: "BookingPolicy",
                    [
                        .init("same_day_cutoff", .nullable(time), required: false),
                        .init("minimum_notice_minutes", .whole(0...10_080)),
                        .init("horizon_days", .whole(1...365)),
                        .init("step_minutes", .whole(5...60), "5, 10, 15, 20, 30 or 60."),
                    ])),
        ])

    private static let read = RouteDescription(
        .get, "/api/v1/hours/", operation: "readHours", summary: "Opening hours and policy",
        tag: "services", authentication: .either, response: .init(schema))

    private static let write = RouteDescription(
        .put, "/api/v1/hours/", operation: "writeHours",
        summary: "Replace opening hours and policy", tag: "services", authentication: .staff,
        request: .init(schema), response: .init(schema),
        problems: ["account.not_allowed", "account.invalid"])

    private struct Hours: Codable {
        let hours: WeekView
        let closures: [LocalDate]
        let policy: BookingPolicy
    }

    private func readHours(
        _ request: HTTPRequest, _ visitor: Visitor
    ) async throws -> HTTPResponse {
        let catalogue = try await context.desk.reading.read(try visitor.requireWorkspace()) {
            try CatalogueStore.find($0)
        }
        return .json(
            Hours(
                hours: WeekView(catalogue.hours), closures: catalogue.closures.sorted(),
                policy: catalogue.policy))
    }

    private func writeHours(
        _ request: HTTPRequest, _ visitor: Visitor
    ) async throws -> HTTPResponse {
        let staff = try visitor.requireStaff()
        let body = try await request.decodeJSON(Hours.self)
        try await context.desk.catalogue.setHours(
            body.hours.hours, closures: Set(body.closures), policy: body.policy, by: staff)
        return try await readHours(request, visitor)
    }
}

/// A week as an object of days, each a list of periods.
struct WeekView: Codable {
    let hours: WeeklyHours

    init(_ hours: WeeklyHours) {
        self.hours = hours
    }

    init(from decoder: any Decoder) throws {
        let days = try decoder.singleValueContainer().decode([String: [WeeklyHours.Period]].self)
        var periods: [Weekday: [WeeklyHours.Period]] = [:]
        for (name, list) in days {
            guard let day = Weekday(rawValue: name) else {
                throw DecodingError.dataCorrupted(
                    .init(codingPath: decoder.codingPath, debugDescription: "not a weekday"))
            }
            periods[day] = list
        }
        hours = WeeklyHours(periods)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        let pairs = Weekday.allCases.map { ($0.rawValue, hours.periods(on: $0)) }
        try container.encode(Dictionary(uniqueKeysWithValues: pairs))
    }
}
