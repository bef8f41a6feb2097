import Base
import Domain
import HTTP

/// A service as clients see it.
struct ServiceView: Encodable {
    struct Person: Encodable {
        let id: StaffMemberID
        let name: String
    }

    let id: ServiceID
    let name: String
    let aliases: [String]
    let description: String
    let durationMinutes: Int
    let bufferBeforeMinutes: Int
    let bufferAfterMinutes: Int
    @OrNull var priceMinMinor: Int?
    @OrNull var priceMaxMinor: Int?
    let currency: String
    let preparation: String
    let aftercare: String
    let staff: [Person]

    init(_ service: OfferedService, _ catalogue: Catalogue) {
        id = service.id
        name = service.name
        aliases = service.aliases
        description = service.description
        durationMinutes = service.durationMinutes
        bufferBeforeMinutes = service.bufferBeforeMinutes
        bufferAfterMinutes = service.bufferAfterMinutes
        priceMinMinor = service.priceMinMinor
        priceMaxMinor = service.priceMaxMinor
        currency = catalogue.currency
        preparation = service.preparation
        aftercare = service.aftercare
        staff = service.staff.compactMap { catalogue.member($0) }
            .map { Person(id: $0.id, name: $0.name) }
    }

    static let schema = JSONSchema.object(
        named: "Service",
        [
            .init("id", .id), .init("name", .string), .init("aliases", .array(of: .string)),
            .init("description", .string), .init("duration_minutes", .integer),
            .init("buffer_before_minutes", .integer), .init("buffer_after_minutes", .integer),
            .init("price_min_minor", .nullable(.integer), "Minor units of the currency."),
            .init("price_max_minor", .nullable(.integer)), .init("currency", .string),
            .init("preparation", .string), .init("aftercare", .string),
            .init(
                "staff",
                .array(
                    of: .object(named: "Person", [.init("id", .id), .init("name", .string)]))),
        ])
}

/// A service as it is sent; what is left out is empty.
struct ServiceChange: Decodable, Sendable {
    let name: String
    let aliases: [String]?
    let description: String?
    let durationMinutes: Int
    let bufferBeforeMinutes: Int?
    let bufferAfterMinutes: Int?
    let priceMinMinor: Int?
    let priceMaxMinor: Int?
    let preparation: String?
    let aftercare: String?
    let staff: [StaffMemberID]?

    func service(id: ServiceID) -> OfferedService {
        OfferedService(
            id: id, name: name, aliases: aliases ?? [], description: description ?? "",
            durationMinutes: durationMinutes, bufferBeforeMinutes: bufferBeforeMinutes ?? 0,
            bufferAfterMinutes: bufferAfterMinutes ?? 0, priceMinMinor: priceMinMinor,
            priceMaxMinor: priceMaxMinor, preparation: preparation ?? "",
            aftercare: aftercare ?? "", staff: staff ?? [])
    }

    static let schema = JSONSchema.object(
        named: "ServiceChange",
        [
            .init("name", .line(1...80)), .init("duration_minutes", .whole(5...1440)),
            .optional("aliases", .array(of: .string)),
            .optional("description", .string),
            .optional("buffer_before_minutes", .whole(0...480)),
            .optional("buffer_after_minutes", .whole(0...480)),
            .optional("price_min_minor", .whole(0...1_000_000_000)),
            .optional("price_max_minor", .whole(0...1_000_000_000)),
            .optional("preparation", .string),
            .optional("aftercare", .string),
            .optional("staff", .array(of: .id), "Ids of those who offer it."),
        ])
}
