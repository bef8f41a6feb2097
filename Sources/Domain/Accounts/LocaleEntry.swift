package import Base
import Foundation

/// What somebody says of a locale, part by part; a part that is nil stays as it was.
package struct LocaleEntry: Sendable {
    /// BCP 47: language and country, such as "en-GB".
    package var tag: String?
    /// ISO 3166; empty for a country that is not known.
    package var region: String?
    /// "dmy", "mdy" or "ymd"; empty for what is usual in the country.
    package var dateOrder: String?
    /// "12" or "24"; empty for what is usual in the country.
    package var clock: String?

    package init(
        tag: String? = nil, region: String? = nil, dateOrder: String? = nil, clock: String? = nil
    ) {
        self.tag = tag
        self.region = region
        self.dateOrder = dateOrder
        self.clock = clock
    }

    /// The locale after this was said. What cannot be understood goes into `problems`, each under
    /// the name that its field has in the interface.
    package func applied(
        to before: LocaleSettings, _ problems: inout [FieldProblem]
    ) -> LocaleSettings {
        var locale = before
        if let tag {
            if let read = LocaleSettings(tag: tag.trimmingCharacters(in: .whitespaces)) {
                // Another country brings its customs, the same one keeps what was chosen.
                if read.region != before.region {
                    locale = read
                } else {
                    locale.language = read.language
                }
            } else {
                problems.append(
                    FieldProblem("locale", "Give a language and a country such as en-GB."))
            }
        }
        if let region {
            let code = region.trimmingCharacters(in: .whitespaces).uppercased()
            if !code.isEmpty, !Countries.isKnown(code) {
                problems.append(
                    FieldProblem("country", "Choose a country, or give its code such as GB."))
            } else if locale.region != (code.isEmpty ? nil : code) {
                locale = LocaleSettings(
                    language: locale.language, region: code.isEmpty ? nil : code)
            }
        }
        let usual = LocaleSettings(language: locale.language, region: locale.region)
        if let dateOrder {
            if dateOrder.isEmpty {
                locale.dateOrder = usual.dateOrder
            } else if let order = LocaleSettings.DateOrder(rawValue: dateOrder) {
                locale.dateOrder = order
            } else {
                problems.append(FieldProblem("date_order", "Choose dmy, mdy or ymd."))
            }
        }
        if let clock {
            if clock.isEmpty {
                locale.clock = usual.clock
            } else if let hours = LocaleSettings.Clock(rawValue: clock) {
                locale.clock = hours
            } else {
                problems.append(FieldProblem("clock", "Choose 12 or 24."))
            }
        }
        return locale
    }
}
