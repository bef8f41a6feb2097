import Base
import Desk
import Domain
import HTTP
import Store

/// Services, people, hours, rules and the business itself.
func servicePages(_ context: SiteContext) -> [Route<Visitor>] {
    [
        .page(.get, "/services", "services", .read, in: context) {
            try await ServicePages($0).show()
        },
        .page(.post, "/services/hours", "hours_save", .manageCatalogue, in: context) { visit in
            try await ServicePages(visit).saveHours()
        },
        .page(.post, "/services/business", "business_save", .manageCatalogue, in: context) {
            visit in
            try await ServicePages(visit).saveBusiness()
        },
        .page(.get, "/services/{id}", "service_form", .manageCatalogue, in: context) { visit in
            try await ServicePages(visit).serviceForm()
        },
        .page(.post, "/services/{id}", "service_save", .manageCatalogue, in: context) { visit in
            try await ServicePages(visit).saveService()
        },
        .page(.post, "/services/{id}/retire", "service_retire", .manageCatalogue, in: context) {
            visit in
            try await context.desk.catalogue.retire(service: try visit.id(), by: visit.staff)
            return .redirect(to: "/services?notice=retired")
        },
        .page(.post, "/services/{id}/restore", "service_restore", .manageCatalogue, in: context) {
            visit in
            try await context.desk.catalogue.restore(service: try visit.id(), by: visit.staff)
            return .redirect(to: "/services?notice=restored")
        },
        .page(.get, "/people/{id}", "person_form", .manageCatalogue, in: context) { visit in
            try await ServicePages(visit).personForm()
        },
        .page(.post, "/people/{id}", "person_save", .manageCatalogue, in: context) { visit in
            try await ServicePages(visit).savePerson()
        },
        .page(.post, "/people/{id}/retire", "person_retire", .manageCatalogue, in: context) {
            visit in
            try await context.desk.catalogue.retire(staff: try visit.id(), by: visit.staff)
            return .redirect(to: ServicesTab.people.address + "&notice=retired")
        },
        .page(.post, "/people/{id}/restore", "person_restore", .manageCatalogue, in: context) {
            visit in
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
        _ tab: ServicesTab, _ refusal: AccountRefusal? = nil, sent: FormURLEncoded? = nil
    ) async throws -> String {
        let loaded = try await visit.load { reader, _ in
            (try CatalogueStore.find(reader), try CatalogueStore.retired(reader))
        }
        return ServicesView.html(
            loaded.frame,
            ServicesContent(
                tab: tab, catalogue: loaded.value.0, retired: loaded.value.1, notice: visit.notice,
                problem: refusal?.detail,
                fields: refusal?.fields ?? [], typed: Typed(sent: sent)))
    }

    // MARK: Hours and business

    func saveHours() async throws -> HTTPResponse {
        let form = try await visit.form()
        var reader = FieldReader(form)
        var policy = BookingPolicy()
        policy.sameDayCutoff = reader.time("cutoff")
        policy.minimumNoticeMinutes = reader.whole("notice", of: "minutes")
        policy.horizonDays = reader.whole("horizon", of: "days")
        policy.stepMinutes = reader.whole("step", of: "minutes")
        let closures = reader.dates("closures")
        let hours = reader.hours()
        do {
            try reader.check()
            try await visit.desk.catalogue.setHours(
                hours, closures: closures, policy: policy, by: visit.staff)
        } catch let refusal as AccountRefusal where refusal.kind == .invalid {
            let named = refusal.naming([
                "minimum_notice_minutes": "notice", "horizon_days": "horizon",
                "step_minutes": "step",
            ])
            return .html(try await page(.hours, named, sent: form), .unprocessableContent)
        }
        return .redirect(to: ServicesTab.hours.address + "&notice=saved")
    }

    func saveBusiness() async throws -> HTTPResponse {
        let form = try await visit.form()
        let loaded = try await visit.load { _, frame in frame.workspace }
        var workspace = loaded.value
        var reader = FieldReader(form)
        workspace.name = reader.text("name", 80)
        if workspace.name.isEmpty { reader.refuse("name", "Give the name of the business.") }
        workspace.assistantName = reader.text("assistant", 40)
        if workspace.assistantName.isEmpty { reader.refuse("assistant", "Give it a name.") }
        if let zone = Zone((form["zone"] ?? "").trimmingWhitespace) {
            workspace.zone = zone
        } else {
            reader.refuse("zone", "Choose a time zone such as Europe/London.")
        }
        workspace.phone = reader.text("phone", 40)
        workspace.address = reader.text("address", 200)
        workspace.greeting = reader.text("greeting", 500)
        do {
            try reader.check()
            try await visit.desk.catalogue.setProfile(workspace, by: visit.staff)
        } catch let refusal as AccountRefusal where refusal.kind == .invalid {
            return .html(try await page(.business, refusal, sent: form), .unprocessableContent)
        }
        return .redirect(to: ServicesTab.business.address + "&notice=saved")
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
        var reader = FieldReader(form)
        let service = OfferedService(
            id: id, name: reader.text("name", 80),
            aliases: reader.list("aliases", names: 30, each: 80),
            description: reader.text("description", 1000),
            durationMinutes: reader.whole("duration", of: "minutes"),
            bufferBeforeMinutes: reader.whole("before", of: "minutes"),
            bufferAfterMinutes: reader.whole("after", of: "minutes"),
            priceMinMinor: reader.price("price_min", in: currency),
            priceMaxMinor: reader.price("price_max", in: currency),
            preparation: reader.text("preparation", 1000),
            aftercare: reader.text("aftercare", 1000),
            staff: form.values("staff").compactMap { StaffMemberID($0) })
        do {
            try reader.check()
            try await visit.desk.catalogue.save(service, by: visit.staff)
        } catch let refusal as AccountRefusal where refusal.kind == .invalid {
            let content = CatalogueForm(
                item: service, isNew: isNew, catalogue: loaded.value, problem: refusal.detail,
                fields: refusal.naming(ServicePages.names).fields, typed: Typed(sent: form))
            return .html(ServiceForm.html(loaded.frame, content), .unprocessableContent)
        }
        return .redirect(to: "/services?notice=saved")
    }

    private static let names = [
        "duration_minutes": "duration", "buffer_before_minutes": "before",
        "buffer_after_minutes": "after", "price_min_minor": "price_min",
        "price_max_minor": "price_max",
    ]

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
        var reader = FieldReader(form)
        let member = StaffMember(
            id: id, name: reader.text("name", 80),
            aliases: reader.list("aliases", names: 30, each: 80), title: reader.text("title", 80),
            credentials: reader.text("credentials", 200),
            specialties: reader.text("specialties", 200), resourceNumber: 0,
            hours: reader.hours())
        do {
            try reader.check()
            try await visit.desk.catalogue.save(member, by: visit.staff)
        } catch let refusal as AccountRefusal where refusal.kind == .invalid {
            let content = CatalogueForm(
                item: member, isNew: isNew, catalogue: loaded.value, problem: refusal.detail,
                fields: refusal.fields, typed: Typed(sent: form))
            return .html(PersonForm.html(loaded.frame, content), .unprocessableContent)
        }
        return .redirect(to: ServicesTab.people.address + "&notice=saved")
    }
}
