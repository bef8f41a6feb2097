import Base
import Desk
import Domain
import HTTP
import WebCore

/// Who can be booked.
func peopleRoutes(_ context: SiteContext) -> [Route<Visitor>] {
    CatalogueRoutes<StaffMemberSubject, PersonChange, StaffMemberResponse>(
        context: context,
        kind: .init(
            root: "/api/v1/staff/", member: "staff", noun: "Staff", nouns: "Staff",
            words: "somebody who can be booked", shape: StaffMemberResponse.schema,
            new: PersonChange.new, change: PersonChange.schema, problems: [],
            unknown: .unknownStaff,
            all: { catalogue in
                catalogue.staff.map {
                    .init(id: $0.id, version: $0.version, view: StaffMemberResponse($0))
                }
            },
            add: { desk, change, id, staff, receipt in
                try await desk.save(try change.member(id), by: staff, receipt: receipt)
            },
            edit: { desk, change, id, versions, staff, receipt in
                try await desk.change(
                    staff: id, from: versions, by: staff, receipt: receipt, change.apply)
            },
            retire: { desk, id, versions, staff, receipt in
                try await desk.retire(staff: id, from: versions, by: staff, receipt: receipt)
            },
            restore: { desk, id, staff, receipt in
                try await desk.restore(staff: id, by: staff, receipt: receipt)
            })
    ).all
}

/// Somebody who can be booked, as clients see them.
struct StaffMemberResponse: Encodable {
    let id: StaffMemberID
    let name: String
    let aliases: [String]
    let title: String
    let credentials: String
    let specialties: String
    let hours: WeekResponse
    let version: Int

    init(_ member: StaffMember) {
        id = member.id
        name = member.name
        aliases = member.aliases
        title = member.title
        credentials = member.credentials
        specialties = member.specialties
        hours = WeekResponse(member.hours)
        version = member.version
    }

    static let schema = JSONSchema.object(
        named: "StaffMember",
        [
            .init("id", .id), .init("name", .string), .init("aliases", .array(of: .string)),
            .init("title", .string), .init("credentials", .string), .init("specialties", .string),
            .init("hours", HoursRoutes.week),
            .init("version", .integer, "Counts the changes; the ETag too."),
        ])
}

/// Somebody who can be booked, as they are sent: of somebody new what is left out is empty, of
/// somebody known it stays.
struct PersonChange: CatalogueChange {
    let name: String?
    let aliases: Given<[String]>
    let title: Given<String>
    let credentials: Given<String>
    let specialties: Given<String>
    let hours: Given<WeekResponse>
    let version: Int?

    /// Somebody new; throws when there is no name.
    func member(_ id: StaffMemberID) throws -> StaffMember {
        guard let name else { throw WebRefusal.badParameter("name", "is required") }
        var member = StaffMember(id: id, name: name, resourceNumber: 0, hours: WeeklyHours())
        apply(to: &member)
        return member
    }

    @Sendable func apply(to member: inout StaffMember) {
        if let name { member.name = name }
        aliases.set(&member.aliases, empty: [])
        title.set(&member.title, empty: "")
        credentials.set(&member.credentials, empty: "")
        specialties.set(&member.specialties, empty: "")
        var week = WeekResponse(member.hours)
        hours.set(&week, empty: WeekResponse(WeeklyHours()))
        member.hours = week.hours
    }

    static let new = JSONSchema.object(named: "NewStaffMember", properties(isNew: true))
    static let schema = JSONSchema.object(
        named: "StaffMemberChange", properties(isNew: false) + [SeenVersion.property])

    private static func properties(isNew: Bool) -> [JSONSchema.Property] {
        [
            .init("name", .line(1...80), required: isNew),
            .optional("aliases", .array(of: .string)),
            .optional("title", .string), .optional("credentials", .string),
            .optional("specialties", .string),
            .optional("hours", HoursRoutes.week),
        ]
    }
}
