import Base
import Desk
import Domain
import HTTP
import Store
import WebCore

/// What the business says of itself.
struct ProfileRoutes: Sendable {
    let context: SiteContext

    var all: [Route<Visitor>] {
        let api = APIRoute(context: context)
        return [
            api(ProfileRoutes.read, needs: .read, readProfile),
            api(
                ProfileRoutes.read.alias("/api/v1/core/profile/", operation: "readCoreProfile"),
                needs: .read,
                readProfile),
            api(ProfileRoutes.write, needs: .manageCatalogue, writeProfile),
            api(
                ProfileRoutes.write.alias(
                    "/api/v1/core/profile/setup/", operation: "setUpProfile", method: .post),
                needs: .manageCatalogue,
                writeProfile),
        ]
    }

    static let profile = JSONSchema.object(
        named: "Profile",
        [
            .init("id", .id), .init("slug", .string), .init("name", .string),
            .init("vertical", .string), .init("phone", .string), .init("address", .string),
            .init("time_zone", .string), .init("currency", .string),
            .init("locale", .string, "Language and country, such as en-GB."),
            .init("date_order", .string, "dmy, mdy or ymd."),
            .init("clock", .string, "12 or 24 hours."),
            .init("assistant_name", .string), .init("greeting", .string),
            .init("version", .integer, "Counts the changes; the ETag too."),
        ])

    private static let read = RouteDescription(
        .get, "/api/v1/profile/", operation: "readProfile", summary: "The business",
        tag: "profile", authentication: .staff, response: .init(profile))

    private func readProfile(
        _ request: HTTPRequest, _ visitor: Visitor
    ) async throws -> HTTPResponse {
        try await context.desk.reading.read(try visitor.requireStaff().workspace) {
            try ProfileRoutes.answer($0)
        }
    }

    private static let write = RouteDescription(
        .put, "/api/v1/profile/", operation: "writeProfile",
        summary: "Change what the business says of itself; what is left out stays",
        tag: "profile", authentication: .staff,
        request: .init(
            .object(
                named: "ProfileChange",
                [
                    "name", "phone", "address", "time_zone", "locale", "date_order", "clock",
                    "assistant_name", "greeting",
                ].map {
                    .optional($0, .string)
                } + [SeenVersion.property])),
        response: .init(profile),
        problems: [
            "account.not_allowed", "account.invalid", "edit.changed_meanwhile",
            "request.precondition_failed",
        ], headers: [SeenVersion.parameter])

    private struct Change: Decodable, Sendable {
        let name: String?
        let phone: String?
        let address: String?
        let timeZone: String?
        let locale: String?
        let dateOrder: String?
        let clock: String?
        let assistantName: String?
        let greeting: String?
        let version: Int?

        @Sendable func apply(to workspace: inout Workspace) throws {
            var problems: [FieldProblem] = []
            if let timeZone {
                if let zone = Zone(timeZone) {
                    workspace.zone = zone
                } else {
                    problems.append(FieldProblem("time_zone", "is not a known time zone"))
                }
            }
            if let name {
                if name.allSatisfy(\.isWhitespace) || name.count > 80 {
                    problems.append(FieldProblem("name", "must have 1 to 80 characters"))
                }
                workspace.name = name
            }
            workspace.locale = LocaleEntry(tag: locale, dateOrder: dateOrder, clock: clock)
                .applied(to: workspace.locale, &problems)
            guard problems.isEmpty else { throw AccountRefusal.invalid(problems) }
            if let phone { workspace.phone = String(phone.prefix(40)) }
            if let address { workspace.address = String(address.prefix(200)) }
            if let assistantName { workspace.assistantName = String(assistantName.prefix(80)) }
            if let greeting { workspace.greeting = String(greeting.prefix(500)) }
        }
    }

    private func writeProfile(
        _ request: HTTPRequest, _ visitor: Visitor, _ keyed: KeyedRequest
    ) async throws -> KeyedRequest.Answer {
        let staff = try visitor.requireStaff()
        try staff.require(.manageCatalogue)
        let body = try await request.decodeJSON(Change.self)
        let seen = SeenVersion(request, body: body.version)
        return try await keyed.answer { (_: Void, reader: Reader) in
            try ProfileRoutes.answer(reader)
        } after: { receipt in
            try await seen.refusing {
                try await context.desk.catalogue.changeProfile(
                    from: seen.versions, by: staff, receipt: receipt, body.apply)
            }
        }
    }

    private static func answer(_ reader: Reader) throws -> HTTPResponse {
        guard let found = try WorkspaceStore.find(reader) else { throw WebRefusal.notFound }
        return .json(ProfileResponse(found)).tagged(found.version)
    }
}

/// The business as clients see it.
struct ProfileResponse: Encodable {
    let id: WorkspaceID
    let slug: String
    let name: String
    let vertical: String
    let phone: String
    let address: String
    let timeZone: Zone
    let currency: String
    let locale: String
    let dateOrder: LocaleSettings.DateOrder
    let clock: LocaleSettings.Clock
    let assistantName: String
    let greeting: String
    let version: Int

    init(_ workspace: Workspace) {
        id = workspace.id
        slug = workspace.slug
        name = workspace.name
        vertical = workspace.vertical
        phone = workspace.phone
        address = workspace.address
        timeZone = workspace.zone
        currency = workspace.currency
        locale = workspace.locale.tag
        dateOrder = workspace.locale.dateOrder
        clock = workspace.locale.clock
        assistantName = workspace.assistantName
        greeting = workspace.greeting
        version = workspace.version
    }
}
