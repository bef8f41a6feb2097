import Base
package import Domain
import Store

extension FrontDesk {
    /// Opens a workspace as a file describes it, with its first owner.
    package func open(
        _ file: BusinessFile, owner: RegistrationDesk.Person
    ) async throws -> Staff {
        let owner = try await registration.open(
            .init(
                name: file.name, slug: file.slug, vertical: file.vertical, phone: file.phone,
                address: file.address, zone: file.timeZone, currency: file.currency,
                locale: LocaleEntry(region: file.country),
                assistantName: file.assistantName, greeting: file.greeting),
            owner: owner)
        try await seedCatalogue(file, by: owner)
        return owner
    }

    /// Brings hours, people and services of the file into a workspace.
    ///
    /// What is there by name is left as it is, so an interrupted run can be repeated.
    package func seedCatalogue(_ file: BusinessFile, by owner: Staff) async throws {
        let before = try await reading.read(owner.workspace) { try CatalogueStore.find($0) }
        // Its prices are minor units of its own currency.
        guard before.currency == file.currency.trimmingWhitespace.uppercased() else {
            throw AccountRefusal.invalid([
                FieldProblem(
                    "currency",
                    "The file's prices are in \(file.currency), the workspace's in "
                        + "\(before.currency).")
            ])
        }
        if before.services.isEmpty {
            try await catalogue.setHours(
                BusinessFile.weekly(file.hours), closures: Set(file.closures), policy: file.policy,
                by: owner)
        }
        var people = Dictionary(
            before.staff.map { ($0.name, $0.id) }, uniquingKeysWith: { first, _ in first })
        for member in file.staff where people[member.name] == nil {
            let id: StaffMemberID = world.id()
            people[member.name] = id
            // The database gives the resource number.
            try await catalogue.save(
                StaffMember(
                    id: id, name: member.name, aliases: member.aliases, title: member.title,
                    credentials: member.credentials, specialties: member.specialties,
                    resourceNumber: 0, hours: BusinessFile.weekly(member.hours)),
                by: owner)
        }
        let byKey = Dictionary(
            file.staff.map { ($0.key, people[$0.name]) }, uniquingKeysWith: { first, _ in first })
        let known = Set(before.services.map(\.name))
        for service in file.services where !known.contains(service.name) {
            try await catalogue.save(
                OfferedService(
                    id: world.id(), name: service.name, aliases: service.aliases,
                    description: service.description, durationMinutes: service.durationMinutes,
                    bufferBeforeMinutes: service.bufferBeforeMinutes,
                    bufferAfterMinutes: service.bufferAfterMinutes,
                    priceMinMinor: service.priceMinMinor, priceMaxMinor: service.priceMaxMinor,
                    preparation: service.preparation, aftercare: service.aftercare,
                    staff: service.staff.compactMap { byKey[$0] ?? nil }),
                by: owner)
        }
    }
}
