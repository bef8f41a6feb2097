import Base
import Desk
import Domain
import HTTP

/// Who can be booked.
func peopleRoutes(_ context: SiteContext) -> [Route<Visitor>] {
    CatalogueRoutes<StaffMemberSubject, PersonChange, PersonView>(
        context: context,
        kind: .init(
            root: "/api/v1/staff/", member: "staff", noun: "Staff", nouns: "Staff",
            words: "somebody who can be booked", shape: PersonView.schema,
            change: PersonChange.schema, problems: [], unknown: .unknownStaff,
            all: { $0.staff.map { (id: $0.id, view: PersonView($0)) } },
            save: { desk, change, id, staff in
                try await desk.save(change.member(id), by: staff)
            },
            retire: { desk, id, staff in try await desk.retire(staff: id, by: staff) },
            restore: { desk, id, staff in try await desk.restore(staff: id, by: staff) })
    ).all
}

/// Somebody who can be booked, as clients see them.
struct PersonView: Encodable {
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

    static let schema = JSONSchema.object(
        named: "StaffMember",
        [
            .init("id", .id), .init("name", .string), .init("aliases", .array(of: .string)),
            .init("title", .string), .init("credentials", .string), .init("specialties", .string),
            .init("hours", HoursRoutes.week),
        ])
}

/// Somebody who can be booked, as they are sent; what is left out is empty.
struct PersonChange: Decodable, Sendable {
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

    static let schema = JSONSchema.object(
        named: "StaffMemberChange",
        [
            .init("name", .line(1...80)), .optional("aliases", .array(of: .string)),
            .optional("title", .string), .optional("credentials", .string),
            .optional("specialties", .string),
            .optional("hours", HoursRoutes.week),
        ])
}
