import Base
import Desk
import Domain
import HTTP
import Store

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
            .init("assistant_name", .string), .init("greeting", .string),
        ])

    private static let read = RouteDescription(
        .get, "/api/v1/profile/", operation: "readProfile", summary: "The business",
        tag: "profile", authentication: .staff, response: .init(profile))

    private func readProfile(
        _ request: HTTPRequest, _ visitor: Visitor
    ) async throws -> HTTPResponse {
        .json(ProfileView(try await current(try visitor.requireStaff())))
    }

    private static let write = RouteDescription(
        .put, "/api/v1/profile/", operation: "writeProfile",
        summary: "Change what the business says of itself; what is left out stays",
        tag: "profile", authentication: .staff,
        request: .init(
            .object(
                named: "ProfileChange",
                ["name", "phone", "address", "time_zone", "assistant_name", "greeting"].map {
                    .optional($0, .string)
                })),
        response: .init(profile), problems: ["account.not_allowed", "account.invalid"])

    private struct Change: Decodable {
        let name: String?
        let phone: String?
        let address: String?
        let timeZone: String?
        let assistantName: String?
        let greeting: String?
    }

    private func writeProfile(
        _ request: HTTPRequest, _ visitor: Visitor
    ) async throws -> HTTPResponse {
        let staff = try visitor.requireStaff()
        try staff.require(.manageCatalogue)
        let body = try await request.decodeJSON(Change.self)
        var workspace = try await current(staff)
        var problems: [FieldProblem] = []
        if let zone = body.timeZone {
            if let zone = Zone(zone) {
                workspace.zone = zone
            } else {
                problems.append(FieldProblem("time_zone", "is not a known time zone"))
            }
        }
        if let name = body.name {
            if name.allSatisfy(\.isWhitespace) || name.count > 80 {
                problems.append(FieldProblem("name", "must have 1 to 80 characters"))
            }
            workspace.name = name
        }
        guard problems.isEmpty else { throw AccountRefusal.invalid(problems) }
        workspace.phone = String((body.phone ?? workspace.phone).prefix(40))
        workspace.address = String((body.address ?? workspace.address).prefix(200))
        workspace.assistantName = String(
            (body.assistantName ?? workspace.assistantName).prefix(80))
        workspace.greeting = String((body.greeting ?? workspace.greeting).prefix(500))
        try await context.desk.catalogue.setProfile(workspace, by: staff)
        return .json(ProfileView(workspace))
    }

    private func current(_ staff: Staff) async throws -> Workspace {
        let found = try await context.desk.reading.read(staff.workspace) {
            try WorkspaceStore.find($0)
        }
        guard let found else { throw WebRefusal.notFound }
        return found
    }
}

/// The business as clients see it.
struct ProfileView: Encodable {
    let id: WorkspaceID
    let slug: String
    let name: String
    let vertical: String
    let phone: String
    let address: String
    let timeZone: Zone
    let currency: String
    let assistantName: String
    let greeting: String

    init(_ workspace: Workspace) {
        id = workspace.id
        slug = workspace.slug
        name = workspace.name
        vertical = workspace.vertical
        phone = workspace.phone
        address = workspace.address
        timeZone = workspace.zone
        currency = workspace.currency
        assistantName = workspace.assistantName
        greeting = workspace.greeting
    }
}
