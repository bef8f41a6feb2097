import Base
import Desk
import Domain
import HTTP
import Store

/// Services, people, hours, rules and the business itself.
func servicePages(_ context: SiteContext) -> [Route<Visitor>] {
    [
        .page(.get, "/services", "services", in: context) { try await ServicePages($0).show() },
        .page(.post, "/services/hours", "hours_save", in: context) { visit in
            try await ServicePages(visit).saveHours()
        },
        .page(.post, "/services/business", "business_save", in: context) { visit in
            try await ServicePages(visit).saveBusiness()
        },
        .page(.get, "/services/{id}", "service_form", in: context) { visit in
            try await ServicePages(visit).serviceForm()
        },
        .page(.post, "/services/{id}", "service_save", in: context) { visit in
            try await ServicePages(visit).saveService()
        },
        .page(.post, "/services/{id}/retire", "service_retire", in: context) { visit in
            try await context.desk.catalogue.retire(service: try visit.id(), by: visit.staff)
            return .redirect(to: "/services?notice=retired")
        },
        .page(.post, "/services/{id}/restore", "service_restore", in: context) { visit in
            try await context.desk.catalogue.restore(service: try visit.id(), by: visit.staff)
            return .redirect(to: "/services?notice=restored")
        },
        .page(.get, "/people/{id}", "person_form", in: context) { visit in
            try await ServicePages(visit).personForm()
        },
        .page(.post, "/people/{id}", "person_save", in: context) { visit in
            try await ServicePages(visit).savePerson()
        },
        .page(.post, "/people/{id}/retire", "person_retire", in: context) { visit in
            try await context.desk.catalogue.retire(staff: try visit.id(), by: visit.staff)
            return .redirect(to: ServicesTab.people.address + "&notice=retired")
        },
        .page(.post, "/people/{id}/restore", "person_restore", in: context) { visit in
            try await context.desk.catalogue.restore(staff: try visit.id(), by: visit.staff)
            return .redirect(to: ServicesTab.people.address + "&notice=restored")
        },
    ]
}

struct ServicePages: Sendable {
    let visit: PageVisit

    init(_ visit: PageVisit) {
        self.visit = visit
    }

    private var isNew: Bool { visit.request.parameters["id"] == "new" }

    func show() async throws -> HTTPResponse {
        let tab = visit.request.query["tab"].flatMap(ServicesTab.init) ?? .services
        return .html(try await page(tab))
    }

    private func page(
        _ tab: ServicesTab, _ refusal: AccountRefusal? = nil
    ) async throws -> String {
        let loaded = try await visit.load { reader, _ in
            (try CatalogueStore.find(reader), try CatalogueStore.retired(reader))
        }
        return ServicesView.html(
            loaded.frame,
            ServicesContent(
                tab: tab, catalogue: loaded.value.0, retired: loaded.value.1, notice: visit.notice,
                problem: refusal?.detail,
                fields: refusal?.fields ?? []))
    }

    // MARK: Hours and business

    func saveHours() async throws -> HTTPResponse {
        let form = try await visit.form()
        var policy = BookingPolicy()
        policy.sameDayCutoff = form["cutoff"].flatMap { LocalTime($0) }
        policy.minimumNoticeMinutes = form["notice"].flatMap { Int($0) } ?? -1
        policy.horizonDays = form["horizon"].flatMap { Int($0) } ?? 0
        policy.stepMinutes = form["step"].flatMap { Int($0) } ?? 0
        let lines = (form["closures"] ?? "").split(whereSeparator: \.isWhitespace)
        let closures = lines.compactMap { LocalDate($0) }
        do {
            guard closures.count == lines.count else {
                throw AccountRefusal.invalid([
                    FieldProblem("closures", "Write closed days as 2026-12-25, one on each line.")
                ])
            }
            try await visit.desk.catalogue.setHours(
                try hours(form), closures: Set(closures), policy: policy, by: visit.staff)
        } catch let refusal as AccountRefusal where refusal.kind == .invalid {
            return .html(try await page(.hours, refusal), .unprocessableContent)
        }
        return .redirect(to: ServicesTab.hours.address + "&notice=saved")
    }

    /// The periods of the editor; half a period is refused, an empty one is none.
    private func hours(_ form: FormURLEncoded) throws -> WeeklyHours {
        var periods: [Weekday: [WeeklyHours.Period]] = [:]
        for day in Weekday.allCases {
            for index in 0..<HoursEditor.periods {
                let open = form["\(day.rawValue)_\(index)_open"] ?? ""
                let close = form["\(day.rawValue)_\(index)_close"] ?? ""
                if open.isEmpty, close.isEmpty { continue }
                guard let open = LocalTime(open), let close = LocalTime(close) else {
                    throw AccountRefusal.invalid([
                        FieldProblem(
                            "hours",
                            "\(day.rawValue.capitalisedFirst): give both times, or neither.")
                    ])
                }
                // A time field cannot say 24:00; its last minute stands for the end of the day.
                let end = close.minutes == 1439 ? LocalTime.endOfDay : close
                periods[day, default: []].append(.init(open: open, close: end))
            }
        }
        return WeeklyHours(periods)
    }

    func saveBusiness() async throws -> HTTPResponse {
        let form = try await visit.form()
        let loaded = try await visit.load { _, frame in frame.workspace }
        var workspace = loaded.value
        guard let name = text(form["name"], 80), let assistant = text(form["assistant"], 40),
            let zone = Zone(form["zone"] ?? "")
        else {
            let refusal = AccountRefusal.invalid([
                FieldProblem("zone", "Give a name, and a time zone such as Europe/London.")
            ])
            return .html(try await page(.business, refusal), .unprocessableContent)
        }
        workspace.name = name
        workspace.assistantName = assistant
        workspace.zone = zone
        workspace.phone = text(form["phone"], 40) ?? ""
        workspace.address = text(form["address"], 200) ?? ""
        workspace.greeting = text(form["greeting"], 500) ?? ""
        try await visit.desk.catalogue.setProfile(workspace, by: visit.staff)
        return .redirect(to: ServicesTab.business.address + "&notice=saved")
    }

    /// A line without outer spaces; nil when nothing is left.
    private func text(_ text: String?, _ limit: Int) -> String? {
        let words = (text ?? "").split(separator: " ").joined(separator: " ")
        return words.isEmpty ? nil : String(words.prefix(limit))
    }

    private func list(_ text: String?) -> [String] {
        (text ?? "").split(separator: ",").compactMap { self.text(String($0), 80) }.prefix(30)
            .map { $0 }
    }

    // MARK: A service

    func serviceForm() async throws -> HTTPResponse {
        let id: ServiceID? = isNew ? nil : try visit.id()
        let fresh: ServiceID = visit.desk.world.id()
        let loaded = try await visit.load { reader, _ in
            let catalogue = try CatalogueStore.find(reader)
            guard let id else {
                let service = OfferedService(
                    id: fresh, name: "", durationMinutes: 30, staff: catalogue.staff.map(\.id))
                return CatalogueForm(item: service, isNew: true, catalogue: catalogue)
            }
            guard let service = catalogue.service(id) else { throw BookingRefusal.unknownService }
            return CatalogueForm(item: service, isNew: false, catalogue: catalogue)
        }
        return .html(ServiceForm.html(loaded.frame, loaded.value))
    }

    func saveService() async throws -> HTTPResponse {
        let form = try await visit.form()
        // The page of a new service names it, so that a form sent twice makes one service.
        let id: ServiceID =
            isNew ? form["id"].flatMap { ServiceID($0) } ?? visit.desk.world.id() : try visit.id()
        let isNew = isNew
        let loaded = try await visit.load { reader, _ in try CatalogueStore.find(reader) }
        guard isNew || loaded.value.service(id) != nil else { throw BookingRefusal.unknownService }
        let currency = loaded.value.currency
        let service = OfferedService(
            id: id, name: text(form["name"], 200) ?? "", aliases: list(form["aliases"]),
            description: text(form["description"], 1000) ?? "",
            durationMinutes: form["duration"].flatMap { Int($0) } ?? 0,
            bufferBeforeMinutes: form["before"].flatMap { Int($0) } ?? 0,
            bufferAfterMinutes: form["after"].flatMap { Int($0) } ?? 0,
            priceMinMinor: Money.minor(form["price_min"], currency),
            priceMaxMinor: Money.minor(form["price_max"], currency),
            preparation: text(form["preparation"], 1000) ?? "",
            aftercare: text(form["aftercare"], 1000) ?? "",
            staff: form.values("staff").compactMap { StaffMemberID($0) })
        do {
            try await visit.desk.catalogue.save(service, by: visit.staff)
        } catch let refusal as AccountRefusal where refusal.kind == .invalid {
            let content = CatalogueForm(
                item: service, isNew: isNew, catalogue: loaded.value, problem: refusal.detail,
                fields: ServicePages.named(refusal.fields))
            return .html(ServiceForm.html(loaded.frame, content), .unprocessableContent)
        }
        return .redirect(to: "/services?notice=saved")
    }

    /// The desk names fields as the API does; the form has shorter names.
    private static func named(_ fields: [FieldProblem]) -> [FieldProblem] {
        let names = [
            "duration_minutes": "duration", "buffer_minutes": "before", "price": "price_min",
        ]
        return fields.map { FieldProblem(names[$0.field] ?? $0.field, $0.message) }
    }

    // MARK: A person

    func personForm() async throws -> HTTPResponse {
        let id: StaffMemberID? = isNew ? nil : try visit.id()
        let fresh: StaffMemberID = visit.desk.world.id()
        let loaded = try await visit.load { reader, _ in
            let catalogue = try CatalogueStore.find(reader)
            guard let id else {
                let member = StaffMember(
                    id: fresh, name: "", resourceNumber: 0, hours: catalogue.hours)
                return CatalogueForm(item: member, isNew: true, catalogue: catalogue)
            }
            guard let member = catalogue.member(id) else { throw BookingRefusal.unknownStaff }
            return CatalogueForm(item: member, isNew: false, catalogue: catalogue)
        }
        return .html(PersonForm.html(loaded.frame, loaded.value))
    }

    func savePerson() async throws -> HTTPResponse {
        let form = try await visit.form()
        let id: StaffMemberID =
            isNew
            ? form["id"].flatMap { StaffMemberID($0) } ?? visit.desk.world.id() : try visit.id()
        let loaded = try await visit.load { reader, _ in try CatalogueStore.find(reader) }
        guard isNew || loaded.value.member(id) != nil else { throw BookingRefusal.unknownStaff }
        var member = StaffMember(
            id: id, name: text(form["name"], 200) ?? "", aliases: list(form["aliases"]),
            title: text(form["title"], 80) ?? "", credentials: text(form["credentials"], 200) ?? "",
            specialties: text(form["specialties"], 200) ?? "", resourceNumber: 0,
            hours: WeeklyHours())
        do {
            member.hours = try hours(form)
            try await visit.desk.catalogue.save(member, by: visit.staff)
        } catch let refusal as AccountRefusal where refusal.kind == .invalid {
            let content = CatalogueForm(
                item: member, isNew: isNew, catalogue: loaded.value, problem: refusal.detail,
                fields: refusal.fields)
            return .html(PersonForm.html(loaded.frame, content), .unprocessableContent)
        }
        return .redirect(to: ServicesTab.people.address + "&notice=saved")
    }
}
