import Base
import Domain

/// A service or a person as the form has it, with what was wrong.
struct CatalogueForm<Item: Sendable>: Sendable {
    var item: Item
    var isNew: Bool
    var catalogue: Catalogue
    var problem: String?
    var fields: [FieldProblem] = []
}

enum ServiceForm {
    static func html(_ frame: Frame, _ content: CatalogueForm<OfferedService>) -> String {
        let service = content.item
        let title = content.isNew ? "New service" : service.name
        let address = "/services/\(content.isNew ? "new" : service.id.description)"
        return StaffShell.html(frame, .services, title: title) {
            div(.class("page narrow")) {
                FormHead.html(frame, title, back: "/services")
                ProblemBox.html(frame, content.problem)
                form(.class("card form-card"), .post, .action(address)) {
                    frame.token
                    if content.isNew {
                        input(.type("hidden"), .name("id"), .value("\(service.id)"))
                    }
                    words(content)
                    numbers(content)
                    offeredBy(content)
                    button(.class("button primary"), .type("submit")) { "Save" }
                }
                if !content.isNew {
                    FormHead.retire(
                        frame, address,
                        "Take “\(service.name)” out of the catalogue? Appointments stay.")
                }
            }
        }
    }

    @HTMLBuilder
    private static func words(_ content: CatalogueForm<OfferedService>) -> HTML {
        FormField(
            name: "name", label: "Name", value: content.item.name, problems: content.fields,
            attributes: [.required, HTMLAttribute("maxlength", "80")]
        ).html
        FormField(
            name: "aliases", label: "Other names",
            value: content.item.aliases.joined(separator: ", "),
            hint: "What customers call it, with commas between."
        ).html
        area("description", "Description", content.item.description)
        area("preparation", "Before the visit", content.item.preparation)
        area("aftercare", "After the visit", content.item.aftercare)
    }

    static func area(_ name: String, _ title: String, _ value: String) -> HTML {
        div(.class("field")) {
            label(.for(name)) { title }
            textarea(
                .id(name), .name(name), HTMLAttribute("rows", "2"),
                HTMLAttribute("maxlength", "1000")
            ) { "\n" + value }
        }
    }

    private static func numbers(_ content: CatalogueForm<OfferedService>) -> HTML {
        let service = content.item
        let currency = content.catalogue.currency
        return div(.class("field-row")) {
            number("duration", "Minutes", "\(service.durationMinutes)", content.fields)
            number("before", "Kept free before", "\(service.bufferBeforeMinutes)", content.fields)
            number("after", "Kept free after", "\(service.bufferAfterMinutes)", content.fields)
            FormField(
                name: "price_min", label: "Price from (\(currency))",
                value: Money.plain(service.priceMinMinor, currency), problems: content.fields,
                attributes: [HTMLAttribute("inputmode", "decimal")]
            ).html
            FormField(
                name: "price_max", label: "Price to (\(currency))",
                value: Money.plain(service.priceMaxMinor, currency),
                attributes: [HTMLAttribute("inputmode", "decimal")]
            ).html
        }
    }

    private static func number(
        _ name: String, _ title: String, _ value: String, _ problems: [FieldProblem]
    ) -> HTML {
        FormField(
            name: name, label: title, type: "number", value: value, problems: problems,
            attributes: [.required, HTMLAttribute("min", "0"), HTMLAttribute("max", "1440")]
        ).html
    }

    private static func offeredBy(_ content: CatalogueForm<OfferedService>) -> HTML {
        fieldset(.class("checks")) {
            legend(.class("label")) { "Who offers it" }
            if content.catalogue.staff.isEmpty {
                p(.class("hint")) { "Add people first; then choose them here." }
            }
            for member in content.catalogue.staff {
                label(.class("check")) {
                    input(
                        .type("checkbox"), .name("staff"), .value("\(member.id)"),
                        .flag("checked", content.item.staff.contains(member.id)))
                    member.name
                }
            }
        }
    }
}

enum PersonForm {
    static func html(_ frame: Frame, _ content: CatalogueForm<StaffMember>) -> String {
        let member = content.item
        let title = content.isNew ? "New person" : member.name
        let address = "/people/\(content.isNew ? "new" : member.id.description)"
        return StaffShell.html(frame, .services, title: title) {
            div(.class("page middling")) {
                FormHead.html(frame, title, back: ServicesTab.people.address)
                ProblemBox.html(frame, content.problem)
                for field in content.fields where field.field == "hours" {
                    p(.class("problem")) { field.message }
                }
                form(.class("card form-card"), .post, .action(address)) {
                    frame.token
                    if content.isNew { input(.type("hidden"), .name("id"), .value("\(member.id)")) }
                    words(content)
                    h2 { "Hours" }
                    p(.class("hint")) { "They count where the business is open too." }
                    HoursEditor.html(member.hours)
                    button(.class("button primary"), .type("submit")) { "Save" }
                }
                if !content.isNew {
                    FormHead.retire(
                        frame, address,
                        "Take \(member.name) out of the catalogue? Appointments stay.")
                }
            }
        }
    }

    @HTMLBuilder
    private static func words(_ content: CatalogueForm<StaffMember>) -> HTML {
        let member = content.item
        div(.class("field-row")) {
            FormField(
                name: "name", label: "Name", value: member.name, problems: content.fields,
                attributes: [.required, HTMLAttribute("maxlength", "80"), .autocomplete("off")]
            ).html
            FormField(name: "title", label: "What they do", value: member.title).html
        }
        FormField(
            name: "aliases", label: "Other names", value: member.aliases.joined(separator: ", "),
            hint: "Short names that customers use, with commas between."
        ).html
        FormField(name: "credentials", label: "Credentials", value: member.credentials).html
        FormField(name: "specialties", label: "Specialties", value: member.specialties).html
    }
}

/// The head of a form's page, and the way out of the catalogue below it.
enum FormHead {
    static func html(_ frame: Frame, _ title: String, back: String) -> HTML {
        div(.class("page-head")) {
            div(.class("reading-title")) {
                a(.class("icon-button"), .href(back), .label("Back")) { frame.assets.icon(.back) }
                h1 { title }
            }
        }
    }

    static func retire(_ frame: Frame, _ address: String, _ question: String) -> HTML {
        form(
            .class("spaced"), .post, .action(address + "/retire"),
            HTMLAttribute("data-confirm", question),
            HTMLAttribute("data-confirm-action", "Take out")
        ) {
            frame.token
            button(.class("button danger"), .type("submit")) {
                frame.assets.icon(.trash)
                "Take out of the catalogue"
            }
        }
    }
}

/// What was taken out of the catalogue, with the way back.
enum RetiredList {
    static func html(_ frame: Frame, _ items: [(name: String, address: String)]) -> HTML {
        guard !items.isEmpty, frame.may(.manageCatalogue) else { return .empty }
        return details(.class("retired")) {
            summary { "Taken out (\(items.count))" }
            ul {
                for item in items {
                    li(.class("card")) {
                        span { item.name }
                        form(.class("inline"), .post, .action(item.address + "/restore")) {
                            frame.token
                            button(
                                .class("button small"), .type("submit"),
                                .label("Put \(item.name) back")
                            ) {
                                frame.assets.icon(.undo)
                                "Put back"
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Amounts as people type them.
enum Money {
    private static let whole: Set<String> = ["JPY", "KRW", "CLP", "ISK"]

    static func plain(_ minor: Int?, _ currency: String) -> String {
        guard let minor else { return "" }
        if whole.contains(currency) { return "\(minor)" }
        let cents = minor % 100
        return cents == 0 ? "\(minor / 100)" : "\(minor / 100).\(cents < 10 ? "0" : "")\(cents)"
    }

    /// Minor units of "48", "48.5" or "48,50"; nil for nothing or nonsense.
    static func minor(_ text: String?, _ currency: String) -> Int? {
        guard let text = text?.replacing(",", with: "."), !text.isEmpty, text.utf8.count <= 12
        else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard let units = Int(parts[0].filter { $0 != " " }), units >= 0, parts.count <= 2
        else { return nil }
        if whole.contains(currency) { return parts.count == 1 ? units : nil }
        let tail = parts.count == 2 ? String((parts[1] + "00").prefix(2)) : "00"
        guard let cents = Int(tail), cents >= 0, parts.count == 1 || parts[1].count <= 2
        else { return nil }
        return units * 100 + cents
    }
}
