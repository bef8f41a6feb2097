import Base
import Desk
import Domain
import HTTP
import Store
import WebCore

/// Free times and appointments.
struct CalendarRoutes: Sendable {
    let context: SiteContext

    var all: [Route<Visitor>] {
        let api = APIRoute(context: context)
        return [
            api(CalendarRoutes.slots, needs: .read, listSlots),
            api(
                CalendarRoutes.slots.alias(
                    "/api/v1/appointments/availability/", operation: "listAvailability"),
                needs: .read,
                listSlots),
            api(CalendarRoutes.book, needs: .manageBookings, bookAppointment),
            api(
                CalendarRoutes.book.alias("/api/v1/appointments/", operation: "addAppointment"),
                needs: .manageBookings,
                bookAppointment),
        ] + AppointmentRoutes(context: context).all
    }

    // MARK: Slots

    private static let slots = RouteDescription(
        .get, "/api/v1/calendar/available-slots/", operation: "listSlots",
        summary: "Free times of a service", tag: "calendar", authentication: .either,
        query: [
            .init("service", .string, required: true, "Id or name."),
            .init("from", .string, "A day or an RFC 3339 time; today when left out."),
            .init(
                "to", .string, "A day (included) or an RFC 3339 time; six days on when left out."),
            .init("staff", .string, "Id or name; everybody when left out."),
        ],
        response: .init(
            .list(
                "slots",
                of: .object(
                    named: "Slot",
                    [
                        .init("start", .instant), .init("end", .instant), .init("staff", .string),
                        .init("staff_id", .id), .init("service_id", .id),
                    ]))), problems: ["booking.unknown_service", "booking.unknown_staff"])

    private struct Slots: Encodable {
        struct Entry: Encodable {
            let start: Instant
            let end: Instant
            let staff: String
            let staffId: StaffMemberID
            let serviceId: ServiceID
        }

        let slots: [Entry]
    }

    private func listSlots(
        _ request: HTTPRequest, _ visitor: Visitor
    ) async throws -> HTTPResponse {
        let workspace = try visitor.requireWorkspace()
        let catalogue = try await context.desk.reading.read(workspace) {
            try CatalogueStore.find($0)
        }
        guard let wanted = request.query["service"], !wanted.isEmpty else {
            throw WebRefusal.badParameter("service", "is required")
        }
        let names = CatalogueLookup(catalogue: catalogue)
        let service = try names.service(wanted)
        let person = try request.query["staff"].map { try names.person($0) }
        let span = try SlotSpan(request.query, catalogue.zone, now: context.desk.world.now())
        let slots = try await context.desk.bookings.availableSlots(
            workspace, service: service.id, staff: person?.id, from: span.from, to: span.to)
        let entries = slots.filter { span.allows($0.start) }.map { slot in
            Slots.Entry(
                start: slot.start, end: slot.end,
                staff: catalogue.member(slot.staff)?.name ?? "", staffId: slot.staff,
                serviceId: slot.service)
        }
        return .json(Slots(slots: entries))
    }

    // MARK: Booking

    private static let book = RouteDescription(
        .post, "/api/v1/calendar/book-appointment/", operation: "bookAppointment",
        summary: "Book a time for a customer", tag: "calendar", authentication: .staff,
        request: .init(
            .object(
                named: "NewAppointment",
                [
                    .init("service", .string, "Id or name."), .init("start", .instant),
                    .optional("staff", .string, "Id or name; whoever is free if not."),
                    .optional("phone", .string),
                    .optional("name", .string),
                    .init(
                        "contact",
                        .object(
                            named: "NewContact",
                            [.init("phone", .string), .optional("name", .string)]),
                        required: false, "Instead of phone and name."),
                ])),
        success: .created, response: .init(AppointmentResponse.schema),
        problems: CalendarRoutes.unavailable + [
            "booking.unknown_service", "booking.unknown_staff", "conversation.invalid_phone",
        ])

    /// Why a time cannot be had, when booking and when moving.
    static let unavailable = [
        "booking.slot_taken", "booking.between_starts", "booking.closed", "booking.no_hours",
        "booking.nobody_offers", "booking.nobody_works", "booking.outside_hours", "booking.past",
        "booking.person_does_not_offer", "booking.too_far_ahead", "booking.too_late_today",
        "booking.too_soon",
    ]

    private struct NewAppointment: Decodable {
        struct Contact: Decodable {
            let phone: String
            let name: String?
        }

        let service: String
        let staff: String?
        let start: Instant
        let phone: String?
        let name: String?
        let contact: Contact?
    }

    private func bookAppointment(
        _ request: HTTPRequest, _ visitor: Visitor, _ keyed: KeyedRequest
    ) async throws -> KeyedRequest.Answer {
        let staff = try visitor.requireStaff()
        try staff.require(.manageBookings)
        let body = try await request.decodeJSON(NewAppointment.self)
        guard let written = body.phone ?? body.contact?.phone else {
            throw WebRefusal.badParameter("phone", "is required")
        }
        let catalogue = try await context.desk.reading.read(staff.workspace) {
            try CatalogueStore.find($0)
        }
        guard let phone = PhoneNumber(typed: written, in: catalogue.region) else {
            throw PortalRefusal.invalidPhone
        }
        let names = CatalogueLookup(catalogue: catalogue)
        let name = (body.name ?? body.contact?.name).map { String($0.prefix(80)) }
        let wanted = BookingDesk.Wanted(
            service: try names.service(body.service).id,
            staff: try body.staff.map { try names.person($0).id }, start: body.start,
            phone: phone, name: name)
        return try await keyed.answer { (booking: Booking, reader: Reader) in
            try AppointmentRoutes.answer(booking.id, reader, .created)
        } after: { receipt in
            _ = try await context.desk.bookings.book(wanted, by: staff, receipt: receipt)
        }
    }
}

/// Finds services and people by id, or by the name that people read.
struct CatalogueLookup: Sendable {
    let catalogue: Catalogue

    func service(_ text: String) throws(BookingRefusal) -> OfferedService {
        let named = catalogue.services.filter { same($0.name, text) }
        let found = ServiceID(text).map { catalogue.service($0) } ?? named.first
        guard let found else { throw .unknownService }
        return found
    }

    func person(_ text: String) throws(BookingRefusal) -> StaffMember {
        let named = catalogue.staff.filter { same($0.name, text) }
        let found = StaffMemberID(text).map { catalogue.member($0) } ?? named.first
        guard let found else { throw .unknownStaff }
        return found
    }

    private func same(_ name: String, _ text: String) -> Bool {
        name.lowercased() == text.lowercased()
    }
}

/// The days and times that are asked about.
struct SlotSpan: Sendable {
    static let usualDays = 6

    let from: LocalDate
    let to: LocalDate
    private let earliest: Instant?
    private let latest: Instant?

    init(_ query: FormURLEncoded, _ zone: Zone, now: Instant) throws(WebRefusal) {
        func read(_ name: String) throws(WebRefusal) -> (LocalDate, Instant?)? {
            guard let text = query[name], !text.isEmpty else { return nil }
            if let date = LocalDate(text) { return (date, nil) }
            // A plus that was not escaped arrives as a space.
            guard let instant = Instant(text.replacing(" ", with: "+")) else {
                throw .badParameter(name, "must be a day or an RFC 3339 time")
            }
            return (zone.local(instant).date, instant)
        }
        let first = try read("from")
        let last = try read("to")
        from = first?.0 ?? zone.local(now).date
        to = last?.0 ?? from.adding(days: SlotSpan.usualDays)
        earliest = first?.1
        latest = last?.1
        guard from <= to else { throw .badParameter("to", "must not be before from") }
    }

    /// The first instant that is asked about.
    func start(in zone: Zone) -> Instant { earliest ?? zone.day(from).start }

    /// The first instant that is not.
    func end(in zone: Zone) -> Instant { latest ?? zone.day(to).end }

    func allows(_ start: Instant) -> Bool {
        if let earliest, start < earliest { return false }
        if let latest, start >= latest { return false }
        return true
    }
}
