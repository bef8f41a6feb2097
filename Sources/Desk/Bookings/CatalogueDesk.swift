package import Base
package import Domain
package import Store

/// What owners and managers set: services, people, hours, policy.
package struct CatalogueDesk: Sendable {
    private let world: World
    private let database: Database

    package static let serviceLimit = 200
    package static let staffLimit = 200
    package static let closureLimit = 400
    /// Minor units that a price can have.
    package static let priceLimit = 1_000_000_000

    package init(world: World, database: Database) {
        self.world = world
        self.database = database
    }

    /// Adds or replaces a service; a fresh id adds it at the end.
    package func save(_ service: OfferedService, by actor: Staff) async throws {
        try actor.require(.manageCatalogue)
        try check(service)
        try await change(actor, "service.save", service.id.description) { catalogue, transaction in
            let place = catalogue.services.firstIndex { $0.id == service.id }
            guard place != nil || catalogue.services.count < CatalogueDesk.serviceLimit else {
                throw AccountRefusal.invalid([FieldProblem("name", "There are too many services.")])
            }
            for member in service.staff where catalogue.member(member) == nil {
                throw BookingRefusal.unknownStaff
            }
            try CatalogueStore.save(
                service, position: place ?? catalogue.services.count, transaction)
        }
    }

    /// Adds or replaces somebody who can be booked.
    package func save(_ member: StaffMember, by actor: Staff) async throws {
        try actor.require(.manageCatalogue)
        var problems: [FieldProblem] = []
        if member.name.trimmingWhitespace.isEmpty || member.name.count > 80 {
            problems.append(FieldProblem("name", "Give a name of at most 80 characters."))
        }
        problems += CatalogueDesk.problems(member.hours)
        guard problems.isEmpty else { throw AccountRefusal.invalid(problems) }
        try await change(actor, "staff.save", member.id.description) { catalogue, transaction in
            let place = catalogue.staff.firstIndex { $0.id == member.id }
            guard place != nil || catalogue.staff.count < CatalogueDesk.staffLimit else {
                throw AccountRefusal.invalid([FieldProblem("name", "There are too many people.")])
            }
            try CatalogueStore.save(member, position: place ?? catalogue.staff.count, transaction)
        }
    }

    package func retire(service: ServiceID, by actor: Staff) async throws {
        try actor.require(.manageCatalogue)
        try await change(actor, "service.retire", service.description) { _, transaction in
            try CatalogueStore.set(service: service, active: false, transaction)
        }
    }

    /// Puts a service back that was taken out.
    package func restore(service: ServiceID, by actor: Staff) async throws {
        try actor.require(.manageCatalogue)
        try await change(actor, "service.restore", service.description) { catalogue, transaction in
            guard catalogue.services.count < CatalogueDesk.serviceLimit else {
                throw AccountRefusal.invalid([FieldProblem("name", "There are too many services.")])
            }
            try CatalogueStore.set(service: service, active: true, transaction)
        }
    }

    package func retire(staff: StaffMemberID, by actor: Staff) async throws {
        try actor.require(.manageCatalogue)
        try await change(actor, "staff.retire", staff.description) { _, transaction in
            try CatalogueStore.set(staff: staff, active: false, transaction)
        }
    }

    /// Puts somebody back who was taken out.
    package func restore(staff: StaffMemberID, by actor: Staff) async throws {
        try actor.require(.manageCatalogue)
        try await change(actor, "staff.restore", staff.description) { catalogue, transaction in
            guard catalogue.staff.count < CatalogueDesk.staffLimit else {
                throw AccountRefusal.invalid([FieldProblem("name", "There are too many people.")])
            }
            try CatalogueStore.set(staff: staff, active: true, transaction)
        }
    }

    package func setHours(
        _ hours: WeeklyHours, closures: Set<LocalDate>, policy: BookingPolicy, by actor: Staff
    ) async throws {
        try actor.require(.manageCatalogue)
        var problems = CatalogueDesk.problems(hours)
        if !(0...10_080).contains(policy.minimumNoticeMinutes) {
            problems.append(FieldProblem("minimum_notice_minutes", "Give 0 to 10080 minutes."))
        }
        if !(1...365).contains(policy.horizonDays) {
            problems.append(FieldProblem("horizon_days", "Give 1 to 365 days."))
        }
        if ![5, 10, 15, 20, 30, 60].contains(policy.stepMinutes) {
            problems.append(FieldProblem("step_minutes", "Choose 5, 10, 15, 20, 30 or 60 minutes."))
        }
        if closures.count > CatalogueDesk.closureLimit {
            problems.append(
                FieldProblem(
                    "closures", "Give at most \(CatalogueDesk.closureLimit) closed days."))
        }
        guard problems.isEmpty else { throw AccountRefusal.invalid(problems) }
        try await change(actor, "hours.save", actor.workspace.description) { _, transaction in
            try WorkspaceStore.updateHours(
                hours, closures: closures, policy: policy, transaction)
        }
    }

    package func setProfile(_ workspace: Workspace, by actor: Staff) async throws {
        try actor.require(.manageCatalogue)
        try await change(actor, "profile.save", actor.workspace.description) { _, transaction in
            try WorkspaceStore.updateProfile(workspace, transaction)
        }
    }

    private func change(
        _ actor: Staff, _ action: String, _ subject: String,
        _ body: @escaping @Sendable (Catalogue, Transaction) throws -> Void
    ) async throws {
        let now = world.now()
        let world = world
        try await database.write(actor.workspace) { transaction in
            try body(try CatalogueStore.find(transaction.reader), transaction)
            try AuditStore.note(
                action, subject: subject, by: actor.account, id: world.id(), at: now, transaction)
        }
    }

    private func check(_ service: OfferedService) throws {
        var problems: [FieldProblem] = []
        if service.name.trimmingWhitespace.isEmpty || service.name.count > 80 {
            problems.append(FieldProblem("name", "Give a name of at most 80 characters."))
        }
        if !(5...1440).contains(service.durationMinutes) {
            problems.append(FieldProblem("duration_minutes", "Give 5 to 1440 minutes."))
        }
        let buffers = [
            ("buffer_before_minutes", service.bufferBeforeMinutes),
            ("buffer_after_minutes", service.bufferAfterMinutes),
        ]
        for (field, minutes) in buffers where !(0...480).contains(minutes) {
            problems.append(FieldProblem(field, "Give 0 to 480 minutes."))
        }
        let prices = [
            ("price_min_minor", service.priceMinMinor), ("price_max_minor", service.priceMaxMinor),
        ]
        for case (let field, let price?) in prices
        where !(0...CatalogueDesk.priceLimit).contains(price) {
            problems.append(FieldProblem(field, "This price is too high."))
        }
        if let low = service.priceMinMinor, let high = service.priceMaxMinor, low > high {
            problems.append(FieldProblem("price_min_minor", "The lowest price comes first."))
        }
        guard problems.isEmpty else { throw AccountRefusal.invalid(problems) }
    }

    /// Periods that end before they begin, or that overlap.
    static func problems(_ hours: WeeklyHours) -> [FieldProblem] {
        Weekday.allCases.flatMap { day -> [FieldProblem] in
            let periods = hours.periods(on: day).sorted { $0.open < $1.open }
            let backwards = periods.contains { $0.open >= $0.close }
            let overlapping = zip(periods, periods.dropFirst()).contains { $0.close > $1.open }
            let name = day.rawValue.prefix(1).uppercased() + day.rawValue.dropFirst()
            if backwards {
                return [FieldProblem("hours", "\(name): closing comes after opening.")]
            }
            return overlapping ? [FieldProblem("hours", "\(name): two periods overlap.")] : []
        }
    }
}
