import Foundation

/// Countries and languages as Unicode's CLDR has them, which comes with Foundation.
package enum Countries {
    /// Codes of ISO 3166 that have a name.
    package static let codes: [String] = Locale.Region.isoRegions.map(\.identifier)
        .filter { $0.count == 2 && $0 != "ZZ" && english.localizedString(forRegionCode: $0) != nil }
        .sorted()

    private static let known = Set(codes)
    private static let english = Locale(identifier: "en")

    package static func isKnown(_ code: String) -> Bool { known.contains(code) }

    /// "United Kingdom".
    package static func name(_ code: String) -> String {
        english.localizedString(forRegionCode: code) ?? code
    }

    /// Whether it is a language of ISO 639 that has a name.
    package static func isKnown(language: String) -> Bool {
        (2...3).contains(language.utf8.count)
            && language.utf8.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
            && english.localizedString(forLanguageCode: language).map { $0 != language } ?? false
    }

    /// The order of dates and the clock that most people of a country use.
    ///
    /// Both are those of the language that is spoken there most: English as such, with the month
    /// first, is that of one country only.
    static func conventions(
        of region: String?
    ) -> (dateOrder: LocaleSettings.DateOrder, clock: LocaleSettings.Clock) {
        guard let region, isKnown(region) else { return (.dayFirst, .twentyFourHours) }
        let local = Locale(
            identifier: Locale.Language(identifier: "und-\(region)").maximalIdentifier)
        let pattern =
            DateFormatter.dateFormat(fromTemplate: "yMd", options: 0, locale: local) ?? "d"
        let order: LocaleSettings.DateOrder =
            switch pattern.first(where: { "yYGdML".contains($0) }) {
            case "y", "Y", "G": .yearFirst
            case "M", "L": .monthFirst
            default: .dayFirst
            }
        let isTwelve = [.oneToTwelve, .zeroToEleven].contains(local.hourCycle)
        return (order, isTwelve ? .twelveHours : .twentyFourHours)
    }

    /// The money of a country; nil where CLDR names none.
    static func currency(of region: String) -> String? {
        Locale(identifier: "und_\(region)").currency?.identifier.uppercased()
    }
}
