import Base
import Domain
import WebCore

/// The fields of the catalogue's forms, for saying which of them two people have changed.
enum CatalogueFields {
    static func service(_ catalogue: Catalogue) -> [EditField<OfferedService>] {
        let currency = catalogue.currency
        return [
            .init("name", "Name", \.name) { $0 },
            .init("aliases", "Other names", \.aliases, listed),
            .init("description", "Description", \.description) { $0 },
            .init("preparation", "Before the visit", \.preparation) { $0 },
            .init("aftercare", "After the visit", \.aftercare) { $0 },
            .init("duration", "Minutes", \.durationMinutes) { "\($0)" },
            .init("before", "Kept free before", \.bufferBeforeMinutes) { "\($0)" },
            .init("after", "Kept free after", \.bufferAfterMinutes) { "\($0)" },
            .init("price_min", "Price from", \.priceMinMinor) {
                MoneyWords.plain($0, currency: currency)
            },
            .init("price_max", "Price to", \.priceMaxMinor) {
                MoneyWords.plain($0, currency: currency)
            },
            .init("staff", "Who offers it", \.staff) { ids in
                // In the catalogue's order, whatever order they were chosen in.
                listed(catalogue.staff.filter { ids.contains($0.id) }.map(\.name))
            },
        ]
    }

    static let person: [EditField<StaffMember>] =
        [
            .init("name", "Name", \.name) { $0 },
            .init("title", "What they do", \.title) { $0 },
            .init("aliases", "Other names", \.aliases, listed),
            .init("credentials", "Credentials", \.credentials) { $0 },
            .init("specialties", "Specialties", \.specialties) { $0 },
        ] + days(\.hours)

    static let opening: [EditField<OpeningRules>] =
        days(\.hours) + [
            .init("closures", "Closed days", \.closures) { days in
                days.sorted().map(\.description).joined(separator: "\n")
            },
            .init("cutoff", "Same-day bookings until", \.policy.sameDayCutoff) {
                $0?.description ?? ""
            },
            .init("notice", "Notice, in minutes", \.policy.minimumNoticeMinutes) { "\($0)" },
            .init("horizon", "Days ahead", \.policy.horizonDays) { "\($0)" },
            .init("step", "A start every", \.policy.stepMinutes) { "\($0) minutes" },
        ]

    static let business: [EditField<Workspace>] = [
        .init("name", "Name", \.name) { $0 },
        .init("phone", "Phone", \.phone) { $0 },
        .init("zone", "Time zone", \.zone) { $0.description },
        .init("address", "Address", \.address) { $0 },
        .init("country", "Country, dates and times", \.locale, LocaleFields.words),
        .init("assistant", "The assistant's name", \.assistantName) { $0 },
        .init("greeting", "Greeting", \.greeting) { $0 },
    ]

    private static func days<Item>(
        _ path: any WritableKeyPath<Item, WeeklyHours> & Sendable
    ) -> [EditField<Item>] {
        Weekday.allCases.map { day in
            EditField(day.rawValue, day.rawValue.capitalisedFirst) { item in
                item[keyPath: path].periods(on: day).map { "\($0.open)–\($0.close)" }
                    .joined(separator: ", ")
            } copy: { item, target in
                target[keyPath: path].periods[day] = item[keyPath: path].periods[day]
            }
        }
    }

    @Sendable private static func listed(_ names: [String]) -> String {
        names.joined(separator: ", ")
    }
}
