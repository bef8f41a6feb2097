import Base
import Domain
import Foundation
import Testing

@Suite("Locales")
struct LocaleSettingsTests {
    @Test(
        "A country brings the order of dates and the clock that its people use",
        arguments: [
            ("GB", "dmy", "24"), ("US", "mdy", "12"), ("AU", "dmy", "12"), ("NZ", "dmy", "12"),
            ("IE", "dmy", "24"), ("DE", "dmy", "24"), ("FR", "dmy", "24"), ("JP", "ymd", "24"),
            ("CN", "ymd", "24"), ("HU", "ymd", "24"), ("CA", "ymd", "12"), ("IN", "dmy", "12"),
            ("BR", "dmy", "24"), ("PH", "mdy", "12"), ("SA", "dmy", "12"),
        ])
    func conventions(region: String, order: String, clock: String) {
        let locale = LocaleSettings(region: region)
        #expect(locale.dateOrder.rawValue == order)
        #expect(locale.clock.rawValue == clock)
        #expect(locale.tag == "en-\(region)")
    }

    @Test("Of an unknown place nothing is guessed: the day comes first, and the day has 24 hours")
    func unknown() {
        for locale in [
            LocaleSettings.unknown, LocaleSettings(region: "QQ"), LocaleSettings(region: ""),
        ] {
            #expect(locale.dateOrder == .dayFirst && locale.clock == .twentyFourHours)
        }
        #expect(LocaleSettings.unknown.tag == "en")
    }

    @Test("Tags of language and country are read, and nothing else is")
    func tags() {
        #expect(LocaleSettings(tag: "en-GB") == LocaleSettings(region: "GB"))
        #expect(LocaleSettings(tag: "EN_us") == LocaleSettings(region: "US"))
        #expect(LocaleSettings(tag: "de")?.tag == "de")
        #expect(LocaleSettings(tag: "es-MX")?.tag == "es-MX")
        for text in [
            "", "-", "GB", "en-", "en-XX", "xx-GB", "english", "en-GB-x", "e1-GB", "en GB",
            "en-419",
        ] {
            #expect(LocaleSettings(tag: text) == nil, "\(text)")
        }
    }

    @Test("What is said changes its own part; another country brings its customs with it")
    func entries() {
        func after(
            _ entry: LocaleEntry, _ before: LocaleSettings = LocaleSettings(region: "GB")
        ) -> (LocaleSettings, [String]) {
            var problems: [FieldProblem] = []
            let locale = entry.applied(to: before, &problems)
            return (locale, problems.map(\.field))
        }
        #expect(after(LocaleEntry()) == (LocaleSettings(region: "GB"), []))
        #expect(after(LocaleEntry(tag: "en-US")).0 == LocaleSettings(region: "US"))
        #expect(after(LocaleEntry(region: " us ")).0 == LocaleSettings(region: "US"))
        #expect(after(LocaleEntry(region: "")).0 == .unknown)
        let chosen = after(LocaleEntry(dateOrder: "ymd", clock: "12")).0
        #expect(chosen.dateOrder == .yearFirst && chosen.clock == .twelveHours)
        // The same country again keeps what was chosen, and an empty choice goes back to its custom.
        #expect(after(LocaleEntry(tag: "en-GB", region: "GB"), chosen).0 == chosen)
        #expect(
            after(LocaleEntry(dateOrder: "", clock: ""), chosen).0 == LocaleSettings(region: "GB"))
        #expect(after(LocaleEntry(tag: "fr-GB"), chosen).0.clock == .twelveHours)
        let wrong = after(LocaleEntry(tag: "??", region: "XX", dateOrder: "dym", clock: "13"))
        #expect(
            wrong == (LocaleSettings(region: "GB"), ["locale", "country", "date_order", "clock"]))
    }

    @Test("Countries have names, and their list holds no others")
    func countries() {
        #expect(Countries.codes.count > 240 && Countries.codes.count < 265)
        #expect(Countries.codes == Countries.codes.sorted())
        #expect(Countries.name("GB") == "United Kingdom" && Countries.name("CI") == "Côte d’Ivoire")
        #expect(Countries.codes.allSatisfy { $0.count == 2 && Countries.name($0) != $0 })
        for code in ["ZZ", "001", "gb", "", "EU1", "XX"] {
            #expect(!Countries.isKnown(code), "\(code)")
        }
    }
}
