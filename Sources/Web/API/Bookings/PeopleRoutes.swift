import Base
import Desk
import Domain
import HTTP
import Store

/// Who can be booked.
struct PeopleRoutes: Sendable {
    let context: SiteContext

    var all: [Route<Visitor>] {
        let api = APIRoute(context: context)
        return [
            api(PeopleRoutes.list, listPeople), api(PeopleRoutes.add, addPerson),
            api(PeopleRoutes.change, changePerson), api(PeopleRoutes.retire, retirePerson),
        ]
    }

    static let person = JSONSchema.object(
        named: "StaffMember",
        [
            .init("id", .id), .init("name", .string), .init("aliases", .array(of: .string)),
            .init("title", .string), .init("credentials", .string), .init("specialties", .string),
            .init("hours", HoursRoutes.week),
        ])

    private static let list = RouteDescription(
        .get, "/api/v1/staff/", operation: "listStaff", summary: "Everybody who can be booked",
        tag: "services", authentication: .either, response: .init(.list("staff", of: person)))

    private struct List: Encodable {
        let staff: [PersonView]
    }

    private func listPeople(
        _ request: HTTPRequest, _ visitor: Visitor
    ) async throws -> HTTPResponse {
        .json(List(staff: try await people(visitor).map(PersonView.init)))
    }

    private static let body = JSONSchema.object(
        named: "StaffMemberChange",
        [
            .init("name", .string), .optional("aliases", .array(of: .string)),
            .optional("title", .string),
            .optional("credentials", .string),
            .optional("specialties", .string),
            .init("hours", HoursRoutes.week, required: false),
        ])

    private struct Change: Decodable {
        let name: String
        let aliases: [String]?
        let title: String?
        let credentials: String?
        let specialties: String?
        let hours: WeekView?

        func member(_ id: StaffMemberID) -> StaffMember {
            StaffMember(
                id: id, name: name, aliases: aliases ?? [], title: title ?? "",
                credentials: credentials ?? "", specialties: specialties ?? "",
                resourceNumber: 0, hours: hours?.hours ?? WeeklyHours())
        }
    }

    private static let add = RouteDescription(
        .post, "/api/v1/staff/", operation: "addStaff", summary: "Add somebody who can be booked",
        tag: "services", authentication: .staff, request: .init(body), success: .created,
        response: .init(person), problems: ["account.not_allowed", "account.invalid"])

    private func addPerson(
        _ request: HTTPRequest, _ visitor: Visitor
    ) async throws -> HTTPResponse {
        let staff = try visitor.requireStaff()
        let member = try await request.decodeJSON(Change.self).member(context.desk.world.id())
        try await context.desk.catalogue.save(member, by: staff)
        return .json(PersonView(member), .created)
    }

    private static let change = RouteDescription(
        .put, "/api/v1/staff/{id}/", operation: "changeStaff",
        summary: "Replace somebody who can be booked", tag: "services", authentication: .staff,
        request: .init(body), response: .init(person),
        problems: ["account.not_allowed", "account.invalid", "booking.unknown_staff"])

    private func changePerson(
        _ request: HTTPRequest, _ visitor: Visitor
    ) async throws -> HTTPResponse {
        let staff = try visitor.requireStaff()
        try staff.require(.manageCatalogue)
        let id: StaffMemberID = try request.id(orThrow: BookingRefusal.unknownStaff)
        let member = try await request.decodeJSON(Change.self).member(id)
        guard try await people(visitor).contains(where: { $0.id == id }) else {
            throw BookingRefusal.unknownStaff
        }
        try await context.desk.catalogue.save(member, by: staff)
        return .json(PersonView(member))
    }

    private static let retire = RouteDescription(
        .delete, "/api/v1/staff/{id}/", operation: "retireStaff",
        summary: "Take somebody out of the catalogue; their appointments stay", tag: "services",
        authentication: .staff, success: .noContent,
        problems: ["account.not_allowed", "booking.unknown_staff"])

    private func retirePerson(
        _ request: HTTPRequest, _ visitor: Visitor
    ) async throws -> HTTPResponse {
        let staff = try visitor.requireStaff()
        let id: StaffMemberID = try request.id(orThrow: BookingRefusal.unknownStaff)
        try await context.desk.catalogue.retire(staff: id, by: staff)
        return HTTPResponse(.noContent)
    }

    private func people(_ visitor: Visitor) async throws -> [StaffMember] {
        try await context.desk.reading.read(try visitor.requireWorkspace()) {
            try CatalogueStore.find($0).staff
        }
    }
}

/// Somebody who can be booked, as clients see them.
private struct PersonView: Encodable {
    let id: StaffMemberID
    let name: String
    let aliases: [String]
    let title: String
    let credentials: String
    let specialties: String
    let hours: WeekView

    init(_ member: StaffMember) {
        id = member.id
        name = member.name
        aliases = member.aliases
        title = member.title
        credentials = member.credentials
        specialties = member.specialties
        hours = WeekView(member.hours)
    }
}
