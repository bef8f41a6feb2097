import Base
import Domain
import HTTP
import WebCore

/// A service as clients see it.
struct ServiceResponse: Encodable {
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
    @NullEncoded var priceMinMinor: Int?
    @NullEncoded var priceMaxMinor: Int?
    let currency: String
    let preparation: String
    let aftercare: String
    let staff: [Person]
    let version: Int

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
        version = service.version
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
            .init("version", .integer, "Counts its changes; the ETag too."),
        ])
}

/// A service as it is sent: of a new one what is left out is empty, of a known one it stays.
struct ServiceChange: CatalogueChange {
    let name: String?
    let aliases: Given<[String]>
    let description: Given<String>
    let durationMinutes: Int?
    let bufferBeforeMinutes: Given<Int>
    let bufferAfterMinutes: Given<Int>
    let priceMinMinor: Given<Int>
    let priceMaxMinor: Given<Int>
    let preparation: Given<String>
    let aftercare: Given<String>
    let staff: Given<[StaffMemberID]>
    let version: Int?

    /// A new service; throws when it has no name or no length.
    func service(id: ServiceID) throws -> OfferedService {
        guard let name else { throw WebRefusal.badParameter("name", "is required") }
        guard let durationMinutes else {
            throw WebRefusal.badParameter("duration_minutes", "is required")
        }
        var service = OfferedService(
            id: id, name: name, durationMinutes: durationMinutes, staff: [])
        apply(to: &service)
        return service
    }

    @Sendable func apply(to service: inout OfferedService) {
        if let name { service.name = name }
        if let durationMinutes { service.durationMinutes = durationMinutes }
        aliases.set(&service.aliases, empty: [])
        description.set(&service.description, empty: "")
        bufferBeforeMinutes.set(&service.bufferBeforeMinutes, empty: 0)
        bufferAfterMinutes.set(&service.bufferAfterMinutes, empty: 0)
        priceMinMinor.set(&service.priceMinMinor)
        priceMaxMinor.set(&service.priceMaxMinor)
        preparation.set(&service.preparation, empty: "")
        aftercare.set(&service.aftercare, empty: "")
        staff.set(&service.staff, empty: [])
    }

    static let new = JSONSchema.object(named: "NewService", properties(isNew: true))
    static let schema = JSONSchema.object(
        named: "ServiceChange", properties(isNew: false) + [SeenVersion.property])

    private static func properties(isNew: Bool) -> [JSONSchema.Property] {
        [
            .init("name", .line(1...80), required: isNew),
            .init("duration_minutes", .whole(5...1440), required: isNew),
            .optional("aliases", .array(of: .string)),
            .optional("description", .string),
            .optional("buffer_before_minutes", .whole(0...480)),
            .optional("buffer_after_minutes", .whole(0...480)),
            .optional("price_min_minor", .whole(0...1_000_000_000)),
            .optional("price_max_minor", .whole(0...1_000_000_000)),
            .optional("preparation", .string),
            .optional("aftercare", .string),
            .optional("staff", .array(of: .id), "Ids of those who offer it."),
        ]
    }
}
