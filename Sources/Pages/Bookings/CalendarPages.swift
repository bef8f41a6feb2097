import Base
import Desk
import Domain
import HTTP
import Store
import WebCore

/// The calendar, one appointment, and the forms that make and move appointments.
func calendarPages(_ context: PageSite) -> [Route<Visitor>] {
    [
        .page(.get, "/calendar", "calendar", .read, in: context) {
            try await CalendarPages($0).show()
        },
        .page(.get, "/calendar/new", "booking_form", .manageBookings, in: context) { visit in
            try await CalendarPages(visit).choose()
        },
        .page(.post, "/calendar/new", "booking_make", .manageBookings, in: context) { visit in
            try await CalendarPages(visit).book()
        },
        .page(.get, "/calendar/bookings/{id}", "booking", .read, in: context) { visit in
            try await CalendarPages(visit).booking(try visit.id())
        },
        .page(
            .get, "/calendar/bookings/{id}/move", "booking_move_form", .manageBookings, in: context
        ) { visit in
            try await CalendarPages(visit).chooseMove(try visit.id())
        },
        .page(.post, "/calendar/bookings/{id}/move", "booking_move", .manageBookings, in: context) {
            visit in
            try await CalendarPages(visit).move(try visit.id())
        },
        .page(
            .post, "/calendar/bookings/{id}/cancel", "booking_cancel", .manageBookings, in: context
        ) { visit in
            try await CalendarPages(visit).cancel(try visit.id())
        },
    ]
}

struct CalendarPages: Sendable {
    /// Appointments of one calendar view.
    static let limit = 1_000

    let visit: PageVisit

    init(_ visit: PageVisit) {
        self.visit = visit
    }

    func show() async throws -> HTTPResponse {
        let query = visit.request.query
        let span = query["span"].flatMap(CalendarContent.Span.init) ?? .day
        let wanted = query["day"].flatMap { LocalDate($0) }
        let notice = visit.notice
        let loaded = try await visit.load { reader, frame in
            let date = wanted ?? frame.today
            let days = CalendarContent.days(span, date)
            let from = frame.zone.day(days[0]).start
            let to = frame.zone.day(days[days.count - 1]).end
            return CalendarContent(
                span: span, date: date, catalogue: try CatalogueStore.find(reader),
                bookings: try BookingStore.list(
                    from: from, to: to, limit: CalendarPages.limit, reader), notice: notice)
        }
        return .html(CalendarPage.html(loaded.frame, loaded.value))
    }

    func booking(
        _ id: BookingID, problem: String? = nil, _ status: HTTPStatus = .ok
    ) async throws -> HTTPResponse {
        let loaded = try await visit.load { reader, _ in
            try CalendarPages.find(id, reader)
        }
        return .html(
            BookingPage.html(loaded.frame, loaded.value, notice: visit.notice, problem: problem),
            status)
    }

    func cancel(_ id: BookingID) async throws -> HTTPResponse {
        let form = try await visit.form()
        do {
            try await visit.desk.bookings.cancel(id, from: seen(form), by: visit.staff)
        } catch is EditRefusal {
            return try await booking(id, problem: CalendarPages.changed, .conflict)
        }
        return .redirect(to: "/calendar/bookings/\(id)?notice=cancelled")
    }

    /// The version of the appointment that a form shows; nil when it does not say.
    private func seen(_ form: FormURLEncoded) -> Set<Int>? {
        form["version"].flatMap { Int($0) }.map { [$0] }
    }

    static func find(_ id: BookingID, _ reader: Reader) throws -> BookingStore.Listed {
        guard let booking = try BookingStore.find(id, reader),
            let listed = try BookingStore.listed(of: booking.contact, reader).first(where: {
                $0.booking.id == id
            })
        else { throw BookingRefusal.unknownBooking }
        return listed
    }

    // MARK: Booking by hand

    func choose() async throws -> HTTPResponse {
        .html(try await newForm(visit.request.query))
    }

    private func newForm(
        _ query: FormURLEncoded, problem: String? = nil, fields: [FieldProblem] = []
    ) async throws -> String {
        let loaded = try await visit.load { reader, frame in
            BookingForm(
                catalogue: try CatalogueStore.find(reader),
                service: query["service"].flatMap { ServiceID($0) },
                staff: query["staff"].flatMap { StaffMemberID($0) },
                date: query["day"].flatMap { LocalDate($0) } ?? frame.today)
        }
        var form = loaded.value
        form.phone = query["phone"] ?? ""
        form.name = query["name"] ?? ""
        form.problem = problem
        form.fields = fields + CalendarPages.wrongDay(query)
        if form.staff.map({ id in !offers(form, id) }) ?? false { form.staff = nil }
        try await fill(&form)
        return BookingFormPage.html(loaded.frame, form)
    }

    /// What is said beside the day where the one that was sent is none: another one is shown.
    private static func wrongDay(_ query: FormURLEncoded) -> [FieldProblem] {
        guard let typed = query["day"], !typed.isEmpty, LocalDate(typed) == nil else { return [] }
        return [FieldProblem("day", "“\(typed.prefix(40))” is no day. Write it as 2026-12-25.")]
    }

    /// Whether somebody offers the service that is chosen.
    private func offers(_ form: BookingForm, _ staff: StaffMemberID) -> Bool {
        form.service.flatMap(form.catalogue.service)?.staff.contains(staff) ?? true
    }

    /// The open times of the form's day, or why there are none.
    private func fill(_ form: inout BookingForm) async throws {
        guard let service = form.service, form.catalogue.service(service) != nil else { return }
        form.slots = try await visit.desk.bookings.availableSlots(
            visit.staff.workspace, service: service, staff: form.staff, from: form.date,
            to: form.date)
        guard form.slots.isEmpty else { return }
        form.reason = try await visit.desk.bookings.unavailability(
            visit.staff.workspace, service: service, staff: form.staff, on: form.date)
    }

    /// "2026-11-24T15:30:00Z|<staff>", as the form's times are named.
    private func chosen(_ form: FormURLEncoded) throws -> (start: Instant, staff: StaffMemberID) {
        let parts = (form["slot"] ?? "").split(separator: "|")
        guard parts.count == 2, let start = Instant(parts[0]), let staff = StaffMemberID(parts[1])
        else { throw WebRefusal.badParameter("slot", "is missing: choose a time") }
        return (start, staff)
    }

    func book() async throws -> HTTPResponse {
        let form = try await visit.form()
        let region = try await visit.load { _, frame in frame.workspace.locale.region }.value
        guard let phone = PhoneNumber(typed: form["phone"] ?? "", in: region) else {
            let refusal = PortalRefusal.invalidPhone
            return .html(
                try await newForm(form, problem: nil, fields: refusal.fields),
                .unprocessableContent)
        }
        let chosen = try chosen(form)
        guard let service = form["service"].flatMap({ ServiceID($0) }) else {
            throw BookingRefusal.unknownService
        }
        let name = form["name"].flatMap { $0.isEmpty ? nil : String($0.prefix(80)) }
        do {
            let booking = try await visit.desk.bookings.book(
                .init(
                    service: service, staff: chosen.staff, start: chosen.start, phone: phone,
                    name: name), by: visit.staff)
            return .redirect(to: "/calendar/bookings/\(booking.id)?notice=booked")
        } catch BookingRefusal.slotTaken {
            return .html(try await newForm(form, problem: CalendarPages.taken), .conflict)
        } catch BookingRefusal.unavailable(let reason, _) {
            return .html(try await newForm(form, problem: reason.detail), .unprocessableContent)
        }
    }

    private static let changed =
        "Somebody changed this appointment meanwhile. It is shown as it stands now."
    private static let taken = "That time has just been taken. These are still open."

    // MARK: Moving

    func chooseMove(_ id: BookingID) async throws -> HTTPResponse {
        .html(try await moveForm(id, visit.request.query))
    }

    private func moveForm(
        _ id: BookingID, _ query: FormURLEncoded, problem: String? = nil, isChanged: Bool = false
    ) async throws -> String {
        let staff = query["staff"].flatMap { StaffMemberID($0) }
        let loaded = try await visit.load { reader, frame in
            let moving = try CalendarPages.find(id, reader)
            let current = frame.zone.local(moving.booking.slot.start).date
            return BookingForm(
                catalogue: try CatalogueStore.find(reader), moving: moving,
                service: moving.booking.slot.service, staff: staff,
                date: query["day"].flatMap { LocalDate($0) } ?? max(current, frame.today))
        }
        var form = loaded.value
        form.problem = problem
        form.fields = CalendarPages.wrongDay(query)
        // Looking at another day does not make what was shown first any newer.
        let version = isChanged ? nil : query["version"].flatMap { Int($0) }
        form.version = version ?? form.moving?.booking.version
        try await fill(&form)
        return BookingFormPage.html(loaded.frame, form)
    }

    func move(_ id: BookingID) async throws -> HTTPResponse {
        let form = try await visit.form()
        let chosen = try chosen(form)
        do {
            _ = try await visit.desk.bookings.move(
                id, to: chosen.start, staff: chosen.staff, from: seen(form), by: visit.staff)
            return .redirect(to: "/calendar/bookings/\(id)?notice=moved")
        } catch is EditRefusal {
            return .html(
                try await moveForm(id, form, problem: CalendarPages.changed, isChanged: true),
                .conflict)
        } catch BookingRefusal.slotTaken {
            return .html(try await moveForm(id, form, problem: CalendarPages.taken), .conflict)
        } catch BookingRefusal.unavailable(let reason, _) {
            return .html(
                try await moveForm(id, form, problem: reason.detail), .unprocessableContent)
        }
    }
}
