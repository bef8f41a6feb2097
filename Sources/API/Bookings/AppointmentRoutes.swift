import Base
import Desk
import Domain
import HTTP
import Store
import WebCore

/// Appointments that there are: read, moved, cancelled.
struct AppointmentRoutes: Sendable {
    let context: SiteContext

    var all: [Route<Visitor>] {
        let api = APIRoute(context: context)
        return AppointmentRoutes.places.flatMap { place in
            [
                api(
                    place.describe(AppointmentRoutes.list, "list", ""), needs: .read,
                    listAppointments),
                api(
                    place.describe(AppointmentRoutes.read, "read", "{id}/"), needs: .read,
                    readAppointment),
                api(
                    place.describe(AppointmentRoutes.move, "move", "{id}/"), needs: .manageBookings,
                    moveAppointment),
                api(
                    place.describe(AppointmentRoutes.cancel, "cancel", "{id}/"),
                    needs: .manageBookings, cancelAppointment),
            ]
        }
    }

    /// The same routes at the calendar's address and at that of an older interface.
    private struct Place: Sendable {
        let root: String
        let noun: String

        func describe(
            _ description: RouteDescription, _ verb: String, _ rest: String
        ) -> RouteDescription {
            description.alias(root + rest, operation: verb + noun)
        }
    }

    private static let places = [
        Place(root: "/api/v1/calendar/appointments/", noun: "Appointments"),
        Place(root: "/api/v1/appointments/", noun: "PlainAppointments"),
    ]

    private static let list = RouteDescription(
        .get, "/", operation: "list", summary: "Appointments, latest start first",
        tag: "calendar", authentication: .staff,
        query: [
            .init(
                "from", .string,
                "With to: only those that begin from this day or time on, by start."),
            .init("to", .string, "A day (included) or a time."),
        ] + Paging.parameters,
        response: .init(.list("appointments", of: AppointmentResponse.schema)))

    private func listAppointments(
        _ request: HTTPRequest, _ visitor: Visitor
    ) async throws -> HTTPResponse {
        let staff = try visitor.requireStaff()
        let paging = try Paging(request)
        let query = request.query
        let now = context.desk.world.now()
        let isSpan = query["from"] != nil || query["to"] != nil
        let page = try await context.desk.reading.read(staff.workspace) { reader in
            guard isSpan else {
                return try BookingStore.page(
                    after: paging.cursor, limit: paging.limit, reader)
            }
            let zone = try CatalogueStore.find(reader).zone
            let span = try SlotSpan(query, zone, now: now)
            return try BookingStore.page(
                from: span.start(in: zone), to: span.end(in: zone), after: paging.cursor,
                limit: paging.limit, reader)
        }
        return .json(
            ListResponse("appointments", page.items.map(AppointmentResponse.init), next: page.next))
    }

    private static let read = RouteDescription(
        .get, "/", operation: "read", summary: "One appointment", tag: "calendar",
        authentication: .staff, response: .init(AppointmentResponse.schema),
        problems: ["booking.unknown"])

    private func readAppointment(
        _ request: HTTPRequest, _ visitor: Visitor
    ) async throws -> HTTPResponse {
        let staff = try visitor.requireStaff()
        let id: BookingID = try request.id(orThrow: BookingRefusal.unknownBooking)
        return try await context.desk.reading.read(staff.workspace) {
            try AppointmentRoutes.answer(id, $0)
        }
    }

    private static let move = RouteDescription(
        .put, "/", operation: "move", summary: "Move an appointment to another time or person",
        tag: "calendar", authentication: .staff,
        request: .init(
            .object(
                named: "Move",
                [
                    .init("start", .instant), .optional("staff", .string), SeenVersion.property,
                ])),
        response: .init(AppointmentResponse.schema),
        problems: CalendarRoutes.unavailable + [
            "booking.unknown", "booking.unknown_staff", "booking.not_possible",
            "edit.changed_meanwhile", "request.precondition_failed",
        ], headers: [SeenVersion.parameter])

    private struct Move: Decodable {
        let start: Instant
        let staff: String?
        let version: Int?
    }

    private func moveAppointment(
        _ request: HTTPRequest, _ visitor: Visitor, _ keyed: KeyedRequest
    ) async throws -> KeyedRequest.Answer {
        let staff = try visitor.requireStaff()
        try staff.require(.manageBookings)
        let id: BookingID = try request.id(orThrow: BookingRefusal.unknownBooking)
        let body = try await request.decodeJSON(Move.self)
        let catalogue = try await context.desk.reading.read(staff.workspace) {
            try CatalogueStore.find($0)
        }
        let names = CatalogueLookup(catalogue: catalogue)
        let person = try body.staff.map { try names.person($0).id }
        let seen = SeenVersion(request, body: body.version)
        return try await keyed.answer { (_: Slot, reader: Reader) in
            try AppointmentRoutes.answer(id, reader)
        } after: { receipt in
            _ = try await seen.refusing {
                try await context.desk.bookings.move(
                    id, to: body.start, staff: person, from: seen.versions, by: staff,
                    receipt: receipt)
            }
        }
    }

    private static let cancel = RouteDescription(
        .delete, "/", operation: "cancel", summary: "Cancel an appointment", tag: "calendar",
        authentication: .staff, success: .noContent,
        problems: ["booking.unknown", "booking.not_possible", "request.precondition_failed"],
        headers: [SeenVersion.parameter])

    private func cancelAppointment(
        _ request: HTTPRequest, _ visitor: Visitor, _ keyed: KeyedRequest
    ) async throws -> KeyedRequest.Answer {
        let staff = try visitor.requireStaff()
        let id: BookingID = try request.id(orThrow: BookingRefusal.unknownBooking)
        let seen = SeenVersion(request)
        return try await keyed.answer { (_: Void, _: Reader) in
            HTTPResponse(.noContent)
        } after: { receipt in
            try await seen.refusing {
                try await context.desk.bookings.cancel(
                    id, from: seen.versions, by: staff, receipt: receipt)
            }
        }
    }

    static func answer(
        _ id: BookingID, _ reader: Reader, _ status: HTTPStatus = .ok
    ) throws -> HTTPResponse {
        guard let found = try BookingStore.listed(id, reader) else {
            throw BookingRefusal.unknownBooking
        }
        return .json(AppointmentResponse(found), status).tagged(found.booking.version)
    }
}

/// An appointment as clients see it.
struct AppointmentResponse: Encodable {
    let id: BookingID
    let reference: String
    let contact: ContactResponse
    let service: String
    let serviceId: ServiceID
    let staff: String
    let staffId: StaffMemberID
    let start: Instant
    let end: Instant
    let status: BookingStatus
    let version: Int

    init(_ listed: BookingStore.Listed) {
        let booking = listed.booking
        id = booking.id
        reference = booking.reference
        contact = ContactResponse(listed.contact)
        service = listed.service
        serviceId = booking.slot.service
        staff = listed.staff
        staffId = booking.slot.staff
        start = booking.slot.start
        end = booking.slot.end
        status = booking.status
        version = booking.version
    }

    static let schema = JSONSchema.object(
        named: "Appointment",
        [
            .init("id", .id), .init("reference", .string),
            .init("contact", ContactResponse.schema), .init("service", .string),
            .init("service_id", .id), .init("staff", .string), .init("staff_id", .id),
            .init("start", .instant), .init("end", .instant),
            .init("status", .oneOf(BookingStatus.allCases.map(\.rawValue))),
            .init("version", .integer),
        ])
}
