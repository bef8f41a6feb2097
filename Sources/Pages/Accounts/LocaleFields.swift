import Base
import Domain

/// The parts of a form that say how people are written to.
enum LocaleFields {
    /// Country, order of dates and clock; the last two follow the country unless they are chosen.
    @HTMLBuilder
    static func all(
        country: String, dateOrder: String, clock: String, problems: [FieldProblem]
    ) -> HTML {
        LocaleFields.country(country, problems)
        div(.class("field-row")) {
            SelectField(
                name: "date_order", label: "Dates", value: dateOrder,
                options: [
                    ("", "As usual in the country"), ("dmy", "24 November, 24/11"),
                    ("mdy", "November 24, 11/24"), ("ymd", "24 November, 2026-11-24"),
                ], problems: problems
            ).html
            SelectField(
                name: "clock", label: "Times", value: clock,
                options: [
                    ("", "As usual in the country"), ("24", "15:30"), ("12", "3:30 pm"),
                ], problems: problems
            ).html
        }
    }

    static func country(_ value: String, _ problems: [FieldProblem]) -> HTML {
        SelectField(
            name: "country", label: "Country", value: value, options: countries,
            hint: "How dates and times are written, and how phone numbers without a country code "
                + "are read.",
            problems: problems
        ).html
    }

    /// What is chosen in a form for a locale: empty where it is what is usual.
    static func dateOrder(_ locale: LocaleSettings) -> String {
        let usual = LocaleSettings(language: locale.language, region: locale.region)
        return locale.dateOrder == usual.dateOrder ? "" : locale.dateOrder.rawValue
    }

    static func clock(_ locale: LocaleSettings) -> String {
        let usual = LocaleSettings(language: locale.language, region: locale.region)
        return locale.clock == usual.clock ? "" : locale.clock.rawValue
    }

    /// "United Kingdom, 24 November, 15:30", for telling two edits apart.
    @Sendable static func words(_ locale: LocaleSettings) -> String {
        let place = locale.region.map { Countries.name($0) } ?? "no country"
        let example = LocalDate(year: 2026, month: 11, day: 24).map(locale.shortDay) ?? ""
        let time = LocalTime("15:30").map(locale.time) ?? ""
        return [place, example, time].joined(separator: ", ")
    }

    private static let countries: [(value: String, label: String)] =
        [("", "Not said")]
        + Countries.codes.map { ($0, Countries.name($0)) }.sorted { $0.1 < $1.1 }
}

/// A choice with its label and what is wrong with it.
struct SelectField {
    let name: String
    let label: String
    let value: String
    let options: [(value: String, label: String)]
    var hint: String?
    var problems: [FieldProblem] = []

    var html: HTML {
        let problem = problems.first { $0.field == name }?.message
        return div(.class("field")) {
            caption(for: name, label)
            select(
                .id(name), .name(name),
                problem == nil
                    ? .none : HTMLAttribute("aria-describedby", "\(name)-problem")
            ) {
                for choice in options {
                    option(.value(choice.value), .flag("selected", choice.value == value)) {
                        choice.label
                    }
                }
            }
            if let hint { p(.class("hint")) { hint } }
            if let problem { p(.class("problem"), .id("\(name)-problem")) { problem } }
        }
    }
}

/// Outside of the type, whose own word for its caption is the element's name.
private func caption(for name: String, _ text: String) -> HTML { label(.for(name)) { text } }
