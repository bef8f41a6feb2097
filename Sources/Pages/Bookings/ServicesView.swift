import Base
import Domain
import HTTP
import Store
import WebCore

/// The parts of the catalogue's page.
enum ServicesTab: String, Sendable, CaseIterable {
    case services, people, hours, business

    var address: String { self == .services ? "/services" : "/services?tab=\(rawValue)" }
}

struct ServicesContent: Sendable {
    var tab: ServicesTab
    var catalogue: Catalogue
    var retired: CatalogueStore.RetiredCatalogue
    var notice: Notice?
    var problem: String?
    var fields: [FieldProblem] = []
    var typed = Typed()
    /// Nil for a form that shows what is saved.
    var edit: EditState?
}

/// What can be booked, by whom, and when.
enum ServicesView {
    static func html(_ frame: PageContext, _ content: ServicesContent) -> String {
        StaffShell.html(frame, .services) {
            div(.class("page")) {
                div(.class("page-head")) {
                    h1 { "Services & hours" }
                    nav(.class("segments"), .label("Parts")) {
                        for tab in ServicesTab.allCases {
                            a(.class("segment"), .href(tab.address), .current(tab == content.tab)) {
                                tab.rawValue.capitalisedFirst
                            }
                        }
                    }
                }
                ProblemBox.html(frame, content.problem)
                SetupHint.html(frame, content.catalogue)
                switch content.tab {
                case .services:
                    services(frame, content.catalogue)
                    let out = content.retired.services.map { ($0.name, "/services/\($0.id)") }
                    RetiredList.html(frame, out)
                case .people:
                    people(frame, content.catalogue)
                    let out = content.retired.staff.map { ($0.name, "/people/\($0.id)") }
                    RetiredList.html(frame, out)
                case .hours: hours(frame, content)
                case .business: ProfileForm.html(frame, content)
                }
            }
            content.notice?.html
        }
    }

    // MARK: Services

    private static func services(_ frame: PageContext, _ catalogue: Catalogue) -> HTML {
        section(.label("Services")) {
            if catalogue.services.isEmpty {
                EmptyState.html(
                    frame, .scissors, "No services yet",
                    "Add what customers can book: a name, how long it takes, and who does it."
                ) { add(frame, "/services/new", "Add a service") }
            } else {
                ul(.class("catalogue")) {
                    for service in catalogue.services {
                        li(.class("card catalogue-row")) { row(frame, catalogue, service) }
                    }
                }
                if frame.may(.manageCatalogue) { add(frame, "/services/new", "Add a service") }
            }
        }
    }

    @HTMLBuilder
    private static func row(
        _ frame: PageContext, _ catalogue: Catalogue, _ service: OfferedService
    ) -> HTML {
        div(.class("catalogue-words")) {
            h2 { service.name }
            p(.class("sub")) {
                [Formatting.minutes(service.durationMinutes), price(service, catalogue)]
                    .compactMap { $0 }.joined(separator: " · ")
            }
            if !service.description.isEmpty {
                p(.class("catalogue-text")) { service.description }
            }
            p(.class("sub")) {
                let names = service.staff.compactMap { catalogue.member($0)?.name }
                names.isEmpty ? "Nobody offers this yet" : "With " + names.joined(separator: ", ")
            }
        }
        if frame.may(.manageCatalogue) {
            edit(frame, "/services/\(service.id)", service.name)
        }
    }

    static func price(_ service: OfferedService, _ catalogue: Catalogue) -> String? {
        guard let low = service.priceMinMinor else { return nil }
        let amount = { (minor: Int) in
            MoneyWords.amount(minor, currency: catalogue.currency, in: catalogue.region)
        }
        let from = amount(low)
        guard let high = service.priceMaxMinor, high != low else { return from }
        return "\(from)–\(amount(high))"
    }

    private static func add(_ frame: PageContext, _ address: String, _ words: String) -> HTML {
        a(.class("button primary"), .href(address)) {
            frame.assets.icon(.plus)
            words
        }
    }

    private static func edit(_ frame: PageContext, _ address: String, _ name: String) -> HTML {
        a(.class("button small"), .href(address), .label("Edit \(name)")) {
            frame.assets.icon(.pencil)
            "Edit"
        }
    }

    // MARK: People

    private static func people(_ frame: PageContext, _ catalogue: Catalogue) -> HTML {
        section(.label("People")) {
            if catalogue.staff.isEmpty {
                EmptyState.html(
                    frame, .people, "Nobody can be booked yet",
                    "Add the people who serve customers, each with their own hours."
                ) { add(frame, "/people/new", "Add somebody") }
            } else {
                ul(.class("catalogue")) {
                    for member in catalogue.staff {
                        li(.class("card catalogue-row")) {
                            Avatar.html(member.name)
                            div(.class("catalogue-words")) {
                                h2 { member.name }
                                p(.class("sub")) { member.title }
                                p(.class("sub")) { HoursWords.summary(member.hours) }
                            }
                            if frame.may(.manageCatalogue) {
                                edit(frame, "/people/\(member.id)", member.name)
                            }
                        }
                    }
                }
                if frame.may(.manageCatalogue) { add(frame, "/people/new", "Add somebody") }
            }
        }
    }

    // MARK: Hours

    private static func hours(_ frame: PageContext, _ content: ServicesContent) -> HTML {
        let catalogue = content.catalogue
        let closures = catalogue.closures.sorted().map(\.description).joined(separator: "\n")
        let edit =
            content.edit
            ?? EditState(
                showing: catalogue.opening, version: catalogue.hoursVersion,
                CatalogueFields.opening)
        return form(.class("card form-card"), .post, .action("/services/hours")) {
            frame.token
            EditFields.html(frame, edit)
            h2 { "Opening hours" }
            p(.class("hint")) { "Leave a day empty to close it. A second line is for a break." }
            for field in content.fields where field.field == "hours" {
                p(.class("problem")) { field.message }
            }
            HoursEditor.html(catalogue.hours, content.typed)
            h2 { "Closed days" }
            TextArea(
                name: "closures", label: "One date on each line",
                value: content.typed("closures", or: closures), rows: 4,
                placeholder: "2026-12-25", problems: content.fields
            ).html
            h2 { "Booking rules" }
            policy(catalogue.policy, content)
            if frame.may(.manageCatalogue) {
                button(.class("button primary"), .type("submit")) { "Save hours and rules" }
            }
        }
    }

    private static func policy(_ policy: BookingPolicy, _ content: ServicesContent) -> HTML {
        let typed = content.typed
        let step = typed("step", or: "\(policy.stepMinutes)")
        return div(.class("field-row")) {
            FormField(
                name: "cutoff", label: "Same-day bookings until", type: "time",
                value: typed("cutoff", or: policy.sameDayCutoff?.description ?? ""),
                hint: "Empty for no limit", problems: content.fields
            ).html
            FormField(
                name: "notice", label: "Notice, in minutes", type: "number",
                value: typed("notice", or: "\(policy.minimumNoticeMinutes)"),
                problems: content.fields,
                attributes: [HTMLAttribute("min", "0"), HTMLAttribute("max", "10080"), .required]
            ).html
            FormField(
                name: "horizon", label: "Days ahead", type: "number",
                value: typed("horizon", or: "\(policy.horizonDays)"), problems: content.fields,
                attributes: [HTMLAttribute("min", "1"), HTMLAttribute("max", "365"), .required]
            ).html
            div(.class("field")) {
                label(.for("step")) { "A start every" }
                select(.id("step"), .name("step")) {
                    for minutes in [5, 10, 15, 20, 30, 60] {
                        option(
                            .value("\(minutes)"), .flag("selected", "\(minutes)" == step)
                        ) {
                            "\(minutes) minutes"
                        }
                    }
                }
                for field in content.fields where field.field == "step" {
                    p(.class("problem")) { field.message }
                }
            }
        }
    }
}

/// Opening hours in a line: "Mon 09:00–18:00, Tue …".
enum HoursWords {
    static func summary(_ hours: WeeklyHours) -> String {
        let days = Weekday.allCases.compactMap { day -> String? in
            let periods = hours.periods(on: day)
            guard !periods.isEmpty else { return nil }
            let times = periods.map { "\($0.open)–\($0.close)" }.joined(separator: " and ")
            return "\(day.rawValue.capitalisedFirst.prefix(3)) \(times)"
        }
        return days.isEmpty ? "No hours yet" : days.joined(separator: ", ")
    }
}

/// A week of opening times: two periods on each day, or as many as there are.
enum HoursEditor {
    static let periods = 2
    /// Periods of one day that a form can hold.
    static let limit = 24

    static func html(_ hours: WeeklyHours, _ typed: Typed) -> HTML {
        div(.class("hours")) {
            for day in Weekday.allCases {
                fieldset(.class("hours-day")) {
                    legend { day.rawValue.capitalisedFirst }
                    let known = hours.periods(on: day)
                    for index in 0..<min(max(periods, known.count), limit) {
                        let period = index < known.count ? known[index] : nil
                        span(.class("hours-period")) {
                            time(day, index, "open", "opens", period?.open, typed)
                            span(.hidden) { "–" }
                            time(day, index, "close", "closes", period?.close, typed)
                        }
                    }
                }
            }
        }
    }

    private static func time(
        _ day: Weekday, _ index: Int, _ part: String, _ verb: String, _ value: LocalTime?,
        _ typed: Typed
    ) -> HTML {
        let which = index == 0 ? "" : " again"
        let name = "\(day.rawValue)_\(index)_\(part)"
        let kept = value.map { $0 == .endOfDay ? "23:59" : $0.description } ?? ""
        return input(
            .type("time"), .name(name), .value(typed(name, or: kept)),
            .label("\(day.rawValue.capitalisedFirst) \(verb)\(which)"))
    }
}

/// The business itself, as customers see it.
enum ProfileForm {
    static func html(_ frame: PageContext, _ content: ServicesContent) -> HTML {
        let workspace = frame.workspace
        let typed = content.typed
        let edit =
            content.edit
            ?? EditState(
                showing: workspace, version: workspace.version, CatalogueFields.business)
        return form(.class("card form-card"), .post, .action("/services/business")) {
            frame.token
            EditFields.html(frame, edit)
            h2 { "Your business" }
            FormField(
                name: "name", label: "Name", value: typed("name", or: workspace.name),
                problems: content.fields,
                attributes: [.required, HTMLAttribute("maxlength", "80")]
            ).html
            div(.class("field-row")) {
                FormField(
                    name: "phone", label: "Phone", type: "tel",
                    value: typed("phone", or: workspace.phone), problems: content.fields
                ).html
                FormField(
                    name: "zone", label: "Time zone",
                    value: typed("zone", or: workspace.zone.description),
                    problems: content.fields, attributes: [.required]
                ).html
            }
            FormField(
                name: "address", label: "Address", value: typed("address", or: workspace.address),
                problems: content.fields, attributes: [HTMLAttribute("maxlength", "200")]
            ).html
            LocaleFields.all(
                country: typed("country", or: workspace.locale.region ?? ""),
                dateOrder: typed("date_order", or: LocaleFields.dateOrder(workspace.locale)),
                clock: typed("clock", or: LocaleFields.clock(workspace.locale)),
                problems: content.fields)
            h2 { "The assistant" }
            FormField(
                name: "assistant", label: "Name",
                value: typed("assistant", or: workspace.assistantName), problems: content.fields,
                attributes: [.required, HTMLAttribute("maxlength", "40")]
            ).html
            TextArea(
                name: "greeting", label: "Greeting",
                value: typed("greeting", or: workspace.greeting), limit: 500,
                problems: content.fields
            ).html
            p(.class("hint")) {
                "Customers write to you at "
                a(.href("/portal/" + workspace.slug)) { "/portal/" + workspace.slug }
                "."
            }
            if frame.may(.manageCatalogue) {
                button(.class("button primary"), .type("submit")) { "Save" }
            }
        }
    }
}
