import Base
import Desk
import Domain
import HTTP
import Store
import WebCore

/// Services, people, hours, rules and the business itself.
func servicePages(_ context: PageSite) -> [Route<Visitor>] {
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
                fields: refusal?.fields ?? [], typed: Typed(sent: sent),
                edit: sent.map { EditState($0) }))
    }

    /// A form of a tab, sent while somebody else saved: 409 with what differs.
    private func conflict(
        _ tab: ServicesTab, _ sent: FormURLEncoded,
        _ edit: @escaping @Sendable (Catalogue, Workspace) -> EditState
    ) async throws -> HTTPResponse {
        let loaded = try await visit.load { reader, frame in
            let catalogue = try CatalogueStore.find(reader)
            return ServicesContent(
                tab: tab, catalogue: catalogue, retired: try CatalogueStore.retired(reader),
                typed: Typed(sent: sent), edit: edit(catalogue, frame.workspace))
        }
        return .html(ServicesView.html(loaded.frame, loaded.value), .conflict)
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
            return try await save(
                OpeningRules(hours: hours, closures: closures, policy: policy), form)
        } catch let refusal as AccountRefusal where refusal.kind == .invalid {
            let named = refusal.naming([
                "minimum_notice_minutes": "notice", "horizon_days": "horizon",
                "step_minutes": "step",
            ])
            return .html(try await page(.hours, named, sent: form), .unprocessableContent)
        }
    }

    private func save(_ rules: OpeningRules, _ form: FormURLEncoded) async throws -> HTTPResponse {
        let edit = EditState(form)
        do {
            if edit.isUndecided { throw EditRefusal.changedMeanwhile(current: 0) }
            try await visit.desk.catalogue.changeHours(from: edit.versions, by: visit.staff) {
                edit.merge(rules, into: &$0, CatalogueFields.opening)
            }
        } catch is EditRefusal {
            return try await conflict(.hours, form) { catalogue, _ in
                edit.conflicting(
                    rules, with: catalogue.opening, version: catalogue.hoursVersion,
                    CatalogueFields.opening)
            }
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
        var problems: [FieldProblem] = []
        workspace.locale = LocaleEntry(
            region: form["country"], dateOrder: form["date_order"], clock: form["clock"]
        ).applied(to: workspace.locale, &problems)
        for problem in problems { reader.refuse(problem.field, problem.message) }
        workspace.phone = reader.text("phone", 40)
        workspace.address = reader.text("address", 200)
        workspace.greeting = reader.text("greeting", 500)
        let edit = EditState(form)
        do {
            try reader.check()
            if edit.isUndecided { throw EditRefusal.changedMeanwhile(current: 0) }
            try await visit.desk.catalogue.changeProfile(
                from: edit.versions, by: visit.staff
            ) { [workspace] in edit.merge(workspace, into: &$0, CatalogueFields.business) }
        } catch let refusal as AccountRefusal where refusal.kind == .invalid {
            return .html(try await page(.business, refusal, sent: form), .unprocessableContent)
        } catch is EditRefusal {
            return try await conflict(.business, form) { [workspace] _, saved in
                edit.conflicting(
                    workspace, with: saved, version: saved.version, CatalogueFields.business)
            }
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
            return CatalogueForm(
                item: service, isNew: false, catalogue: catalogue,
                edit: EditState(
                    showing: service, version: service.version,
                    CatalogueFields.service(catalogue)))
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
        let edit = EditState(form)
        let fields = CatalogueFields.service(loaded.value)
        var content = CatalogueForm(
            item: service, isNew: isNew, catalogue: loaded.value, edit: edit)
        do {
            try reader.check()
            if edit.isUndecided { throw EditRefusal.changedMeanwhile(current: 0) }
            if isNew, loaded.value.service(id) == nil {
                try await visit.desk.catalogue.save(service, by: visit.staff)
            } else {
                // A form for a new service that is sent twice knows only what it made itself.
                try await visit.desk.catalogue.change(
                    service: id, from: isNew ? [1] : edit.versions, by: visit.staff
                ) { edit.merge(service, into: &$0, fields) }
            }
        } catch let refusal as AccountRefusal where refusal.kind == .invalid {
            content.problem = refusal.detail
            content.fields = refusal.naming(ServicePages.names).fields
            content.typed = Typed(sent: form)
            guard isNew || loaded.value.service(id) != nil else {
                return try await conflict(content)
            }
            return .html(ServiceForm.html(loaded.frame, content), .unprocessableContent)
        } catch is EditRefusal {
            return try await conflict(content)
        } catch BookingRefusal.unknownService {
            return try await conflict(content)
        } catch BookingRefusal.unknownStaff {
            content.problem =
                "Somebody you chose was taken out of the catalogue meanwhile. Look at who offers "
                + "it, and save again."
            return .html(ServiceForm.html(loaded.frame, content), .conflict)
        }
        return .redirect(to: "/services?notice=saved")
    }

    private static let names = [
        "duration_minutes": "duration", "buffer_before_minutes": "before",
        "buffer_after_minutes": "after", "price_min_minor": "price_min",
        "price_max_minor": "price_max",
    ]

    /// The form with what was typed beside what is saved now.
    private func conflict(_ sent: CatalogueForm<OfferedService>) async throws -> HTTPResponse {
        let fresh: ServiceID = visit.desk.world.id()
        let loaded = try await visit.load { reader, _ in
            var content = sent
            content.catalogue = try CatalogueStore.find(reader)
            guard let saved = content.catalogue.service(sent.item.id) else {
                let retired = try CatalogueStore.retired(reader).services
                guard retired.contains(where: { $0.id == sent.item.id }) else {
                    throw BookingRefusal.unknownService
                }
                content.becomeNew { $0.id = fresh }
                return content
            }
            content.isNew = false
            content.edit = sent.edit.conflicting(
                sent.item, with: saved, version: saved.version,
                CatalogueFields.service(content.catalogue))
            return content
        }
        return .html(ServiceForm.html(loaded.frame, loaded.value), .conflict)
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
            return CatalogueForm(
                item: member, isNew: false, catalogue: catalogue,
                edit: EditState(
                    showing: member, version: member.version, CatalogueFields.person))
        }
        return .html(PersonForm.html(loaded.frame, loaded.value))
    }

    func savePerson() async throws -> HTTPResponse {
        let form = try await visit.form()
        let id: StaffMemberID =
            isNew
            ? form["id"].flatMap { StaffMemberID($0) } ?? visit.desk.world.id() : try visit.id()
        let loaded = try await visit.load { reader, _ in try CatalogueStore.find(reader) }
        let isNew = isNew
        var reader = FieldReader(form)
        let member = StaffMember(
            id: id, name: reader.text("name", 80),
            aliases: reader.list("aliases", names: 30, each: 80), title: reader.text("title", 80),
            credentials: reader.text("credentials", 200),
            specialties: reader.text("specialties", 200), resourceNumber: 0,
            hours: reader.hours())
        let edit = EditState(form)
        var content = CatalogueForm(
            item: member, isNew: isNew, catalogue: loaded.value, edit: edit)
        do {
            try reader.check()
            if edit.isUndecided { throw EditRefusal.changedMeanwhile(current: 0) }
            if isNew, loaded.value.member(id) == nil {
                try await visit.desk.catalogue.save(member, by: visit.staff)
            } else {
                try await visit.desk.catalogue.change(
                    staff: id, from: isNew ? [1] : edit.versions, by: visit.staff
                ) { edit.merge(member, into: &$0, CatalogueFields.person) }
            }
        } catch let refusal as AccountRefusal where refusal.kind == .invalid {
            content.problem = refusal.detail
            content.fields = refusal.fields
            content.typed = Typed(sent: form)
            guard isNew || loaded.value.member(id) != nil else {
                return try await conflict(content)
            }
            return .html(PersonForm.html(loaded.frame, content), .unprocessableContent)
        } catch is EditRefusal {
            return try await conflict(content)
        } catch BookingRefusal.unknownStaff {
            return try await conflict(content)
        }
        return .redirect(to: ServicesTab.people.address + "&notice=saved")
    }

    private func conflict(_ sent: CatalogueForm<StaffMember>) async throws -> HTTPResponse {
        let fresh: StaffMemberID = visit.desk.world.id()
        let loaded = try await visit.load { reader, _ in
            var content = sent
            content.catalogue = try CatalogueStore.find(reader)
            guard let saved = content.catalogue.member(sent.item.id) else {
                let retired = try CatalogueStore.retired(reader).staff
                guard retired.contains(where: { $0.id == sent.item.id }) else {
                    throw BookingRefusal.unknownStaff
                }
                content.becomeNew { $0.id = fresh }
                return content
            }
            content.isNew = false
            content.edit = sent.edit.conflicting(
                sent.item, with: saved, version: saved.version, CatalogueFields.person)
            return content
        }
        return .html(PersonForm.html(loaded.frame, loaded.value), .conflict)
    }
}
