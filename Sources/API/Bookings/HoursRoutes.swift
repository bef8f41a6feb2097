import Base
import Desk
import Domain
import HTTP
import Store
import WebCore

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
            .init("policy", policy(named: "BookingPolicy", isChange: false)),
            .init("version", .integer, "Counts the changes; the ETag too."),
        ])

    private static let change = JSONSchema.object(
        named: "HoursChange",
        [
            .init("hours", week, required: false),
            .init("closures", .array(of: .date), required: false),
            .init(
                "policy", policy(named: "BookingPolicyChange", isChange: true), required: false),
            SeenVersion.property,
        ])

    private static func policy(named name: String, isChange: Bool) -> JSONSchema {
        .object(
            named: name,
            [
                .init("same_day_cutoff", .nullable(time), required: false),
                .init("minimum_notice_minutes", .whole(0...10_080), required: !isChange),
                .init("horizon_days", .whole(1...365), required: !isChange),
                .init(
                    "step_minutes", .whole(5...60), required: !isChange,
                    "5, 10, 15, 20, 30 or 60."),
            ])
    }

    private static let read = RouteDescription(
        .get, "/api/v1/hours/", operation: "readHours", summary: "Opening hours and policy",
        tag: "services", authentication: .either, response: .init(schema))

    private static let write = RouteDescription(
        .put, "/api/v1/hours/", operation: "writeHours",
        summary: "Change the week, the closures or the policy; what is left out stays",
        tag: "services", authentication: .staff, request: .init(change),
        response: .init(schema),
        problems: [
            "account.not_allowed", "account.invalid", "edit.changed_meanwhile",
            "request.precondition_failed",
        ], headers: [SeenVersion.parameter])

    private struct Hours: Encodable {
        let hours: WeekResponse
        let closures: [LocalDate]
        let policy: Policy
        let version: Int

        struct Policy: Encodable {
            let sameDayCutoff: LocalTime?
            let minimumNoticeMinutes: Int
            let horizonDays: Int
            let stepMinutes: Int

            init(_ policy: BookingPolicy) {
                sameDayCutoff = policy.sameDayCutoff
                minimumNoticeMinutes = policy.minimumNoticeMinutes
                horizonDays = policy.horizonDays
                stepMinutes = policy.stepMinutes
            }
        }

        init(_ rules: OpeningRules) {
            hours = WeekResponse(rules.hours)
            closures = rules.closures.sorted()
            policy = Policy(rules.policy)
            version = rules.version
        }
    }

    private struct Change: Decodable, Sendable {
        struct Policy: Decodable, Sendable {
            let sameDayCutoff: Given<LocalTime>
            let minimumNoticeMinutes: Int?
            let horizonDays: Int?
            let stepMinutes: Int?
        }

        let hours: WeekResponse?
        let closures: [LocalDate]?
        let policy: Policy?
        let version: Int?

        @Sendable func apply(to rules: inout OpeningRules) {
            if let hours { rules.hours = hours.hours }
            if let closures { rules.closures = Set(closures) }
            guard let policy else { return }
            policy.sameDayCutoff.set(&rules.policy.sameDayCutoff)
            if let notice = policy.minimumNoticeMinutes {
                rules.policy.minimumNoticeMinutes = notice
            }
            if let horizon = policy.horizonDays { rules.policy.horizonDays = horizon }
            if let step = policy.stepMinutes { rules.policy.stepMinutes = step }
        }
    }

    private static func answer(_ reader: Reader) throws -> HTTPResponse {
        let rules = try CatalogueStore.find(reader).opening
        return .json(Hours(rules)).tagged(rules.version)
    }

    private func readHours(
        _ request: HTTPRequest, _ visitor: Visitor
    ) async throws -> HTTPResponse {
        try await context.desk.reading.read(try visitor.requireWorkspace()) {
            try HoursRoutes.answer($0)
        }
    }

    private func writeHours(
        _ request: HTTPRequest, _ visitor: Visitor, _ keyed: KeyedRequest
    ) async throws -> KeyedRequest.Answer {
        let staff = try visitor.requireStaff()
        let body = try await request.decodeJSON(Change.self)
        let seen = SeenVersion(request, body: body.version)
        return try await keyed.answer { (_: Void, reader: Reader) in
            try HoursRoutes.answer(reader)
        } after: { receipt in
            try await seen.refusing {
                try await context.desk.catalogue.changeHours(
                    from: seen.versions, by: staff, receipt: receipt, body.apply)
            }
        }
    }
}

/// A week as an object of days, each a list of periods.
struct WeekResponse: Codable, Sendable {
    private struct Period: Codable {
        let open: LocalTime
        let close: LocalTime
    }

    let hours: WeeklyHours

    init(_ hours: WeeklyHours) {
        self.hours = hours
    }

    init(from decoder: any Decoder) throws {
        let days = try decoder.singleValueContainer().decode([String: [Period]].self)
        var periods: [Weekday: [WeeklyHours.Period]] = [:]
        for (name, list) in days {
            guard let day = Weekday(rawValue: name) else {
                throw DecodingError.dataCorrupted(
                    .init(codingPath: decoder.codingPath, debugDescription: "not a weekday"))
            }
            periods[day] = list.map { .init(open: $0.open, close: $0.close) }
        }
        hours = WeeklyHours(periods)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        let pairs = Weekday.allCases.map { day in
            (
                day.rawValue,
                hours.periods(on: day).map { Period(open: $0.open, close: $0.close) }
            )
        }
        try container.encode(Dictionary(uniqueKeysWithValues: pairs))
    }
}
