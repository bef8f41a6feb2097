import Base
import Domain
import HTTP
import WebCore

/// A service or a person as the form has it, with what was wrong.
struct CatalogueForm<Item: Sendable>: Sendable {
    var item: Item
    var isNew: Bool
    var catalogue: Catalogue
    var problem: String?
    var fields: [FieldProblem] = []
    var edit = EditState()
    var typed = Typed()

    /// Keeps what was typed for something that is not in the catalogue any more: saving adds it
    /// anew, under another id.
    mutating func becomeNew(_ rename: (inout Item) -> Void) {
        rename(&item)
        isNew = true
        edit = EditState()
        problem =
            "Somebody took this out of the catalogue meanwhile. What you typed is still here: save "
            + "to add it anew, or put the old one back in its list first."
    }
}

enum ServiceForm {
    static func html(_ frame: PageContext, _ content: CatalogueForm<OfferedService>) -> String {
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
                    EditFields.html(frame, content.edit)
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
            name: "name", label: "Name", value: content.typed("name", or: content.item.name),
            problems: content.fields, attributes: [.required, HTMLAttribute("maxlength", "80")]
        ).html
        FormField(
            name: "aliases", label: "Other names",
            value: content.typed("aliases", or: content.item.aliases.joined(separator: ", ")),
            hint: "What customers call it, with commas between.", problems: content.fields
        ).html
        area("description", "Description", content.item.description, content)
        area("preparation", "Before the visit", content.item.preparation, content)
        area("aftercare", "After the visit", content.item.aftercare, content)
    }

    private static func area(
        _ name: String, _ title: String, _ value: String,
        _ content: CatalogueForm<OfferedService>
    ) -> HTML {
        TextArea(
            name: name, label: title, value: content.typed(name, or: value), rows: 2, limit: 1000,
            problems: content.fields
        ).html
    }

    private static func numbers(_ content: CatalogueForm<OfferedService>) -> HTML {
        let service = content.item
        let currency = content.catalogue.currency
        return div(.class("field-row")) {
            number("duration", "Minutes", service.durationMinutes, content)
            number("before", "Kept free before", service.bufferBeforeMinutes, content)
            number("after", "Kept free after", service.bufferAfterMinutes, content)
            price("price_min", "Price from (\(currency))", service.priceMinMinor, content)
            price("price_max", "Price to (\(currency))", service.priceMaxMinor, content)
        }
    }

    private static func number(
        _ name: String, _ title: String, _ value: Int, _ content: CatalogueForm<OfferedService>
    ) -> HTML {
        FormField(
            name: name, label: title, type: "number", value: content.typed(name, or: "\(value)"),
            problems: content.fields,
            attributes: [.required, HTMLAttribute("min", "0"), HTMLAttribute("max", "1440")]
        ).html
    }

    private static func price(
        _ name: String, _ title: String, _ minor: Int?, _ content: CatalogueForm<OfferedService>
    ) -> HTML {
        let kept = MoneyWords.plain(minor, currency: content.catalogue.currency)
        return FormField(
            name: name, label: title, value: content.typed(name, or: kept),
            problems: content.fields, attributes: [HTMLAttribute("inputmode", "decimal")]
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
    static func html(_ frame: PageContext, _ content: CatalogueForm<StaffMember>) -> String {
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
                    EditFields.html(frame, content.edit)
                    words(content)
                    h2 { "Hours" }
                    p(.class("hint")) { "They count where the business is open too." }
                    HoursEditor.html(member.hours, content.typed)
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
                name: "name", label: "Name", value: content.typed("name", or: member.name),
                problems: content.fields,
                attributes: [.required, HTMLAttribute("maxlength", "80"), .autocomplete("off")]
            ).html
            line("title", "What they do", member.title, content)
        }
        FormField(
            name: "aliases", label: "Other names",
            value: content.typed("aliases", or: member.aliases.joined(separator: ", ")),
            hint: "Short names that customers use, with commas between.", problems: content.fields
        ).html
        line("credentials", "Credentials", member.credentials, content)
        line("specialties", "Specialties", member.specialties, content)
    }

    private static func line(
        _ name: String, _ title: String, _ value: String, _ content: CatalogueForm<StaffMember>
    ) -> HTML {
        FormField(
            name: name, label: title, value: content.typed(name, or: value),
            problems: content.fields
        ).html
    }
}

/// The head of a form's page, and the way out of the catalogue below it.
enum FormHead {
    static func html(_ frame: PageContext, _ title: String, back: String) -> HTML {
        div(.class("page-head")) {
            div(.class("reading-title")) {
                a(.class("icon-button"), .href(back), .label("Back")) { frame.assets.icon(.back) }
                h1 { title }
            }
        }
    }

    static func retire(_ frame: PageContext, _ address: String, _ question: String) -> HTML {
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
    static func html(_ frame: PageContext, _ items: [(name: String, address: String)]) -> HTML {
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
