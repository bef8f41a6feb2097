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

    /// Adds a service at the end, or replaces the one with this id.
    package func save(
        _ service: OfferedService, by actor: Staff, receipt: Receipt<Void>? = nil
    ) async throws {
        try actor.require(.manageCatalogue)
        try check(service)
        try await change(
            actor, BookingEvents.serviceSaved, service.id.description, receipt
        ) { catalogue, transaction in
            try CatalogueDesk.store(service, in: catalogue, transaction)
            return true
        }
    }

    /// Changes a service as it is now: `edit` is given what is saved, and nobody else can save it
    /// until this is done.
    ///
    /// - Parameter versions: what the editor has seen. When it is something else by now, and `edit`
    ///   would change that, `EditRefusal` is thrown. With nil whatever is saved is changed.
    package func change(
        service id: ServiceID, from versions: Set<Int>? = nil, by actor: Staff,
        receipt: Receipt<Void>? = nil,
        _ edit: @escaping @Sendable (inout OfferedService) throws -> Void
    ) async throws {
        try actor.require(.manageCatalogue)
        try await change(
            actor, BookingEvents.serviceSaved, id.description, receipt
        ) { catalogue, transaction in
            guard let before = catalogue.service(id) else { throw BookingRefusal.unknownService }
            guard
                let after = try CatalogueDesk.edited(
                    before, at: before.version, seen: versions, edit)
            else { return false }
            try check(after)
            try CatalogueDesk.store(after, in: catalogue, transaction)
            return true
        }
    }

    /// What an edit makes of something as it is saved now; nil when it is so already, which is no
    /// conflict whoever saved it.
    ///
    /// Throws `EditRefusal` when the one who edits has seen other versions than this one.
    private static func edited<Item: Equatable>(
        _ before: Item, at version: Int, seen versions: Set<Int>?,
        _ edit: (inout Item) throws -> Void
    ) throws -> Item? {
        var after = before
        try edit(&after)
        guard after != before else { return nil }
        try EditRefusal.check(version, in: versions)
        return after
    }

    private static func store(
        _ service: OfferedService, in catalogue: Catalogue, _ transaction: Transaction
    ) throws {
        let place = catalogue.services.firstIndex { $0.id == service.id }
        guard place != nil || catalogue.services.count < CatalogueDesk.serviceLimit else {
            throw AccountRefusal.invalid([FieldProblem("name", "There are too many services.")])
        }
        for member in service.staff where catalogue.member(member) == nil {
            throw BookingRefusal.unknownStaff
        }
        try CatalogueStore.save(service, position: place ?? catalogue.services.count, transaction)
    }

    /// Adds somebody who can be booked, or replaces the one with this id.
    package func save(
        _ member: StaffMember, by actor: Staff, receipt: Receipt<Void>? = nil
    ) async throws {
        try actor.require(.manageCatalogue)
        try check(member)
        try await change(
            actor, BookingEvents.staffSaved, member.id.description, receipt
        ) { catalogue, transaction in
            try CatalogueDesk.store(member, in: catalogue, transaction)
            return true
        }
    }

    /// The same for somebody who can be booked as `change(service:)` for a service.
    package func change(
        staff id: StaffMemberID, from versions: Set<Int>? = nil, by actor: Staff,
        receipt: Receipt<Void>? = nil,
        _ edit: @escaping @Sendable (inout StaffMember) throws -> Void
    ) async throws {
        try actor.require(.manageCatalogue)
        try await change(
            actor, BookingEvents.staffSaved, id.description, receipt
        ) { catalogue, transaction in
            guard let before = catalogue.member(id) else { throw BookingRefusal.unknownStaff }
            guard
                let after = try CatalogueDesk.edited(
                    before, at: before.version, seen: versions, edit)
            else { return false }
            try check(after)
            try CatalogueDesk.store(after, in: catalogue, transaction)
            return true
        }
    }

    private static func store(
        _ member: StaffMember, in catalogue: Catalogue, _ transaction: Transaction
    ) throws {
        let place = catalogue.staff.firstIndex { $0.id == member.id }
        guard place != nil || catalogue.staff.count < CatalogueDesk.staffLimit else {
            throw AccountRefusal.invalid([FieldProblem("name", "There are too many people.")])
        }
        try CatalogueStore.save(member, position: place ?? catalogue.staff.count, transaction)
    }

    /// - Parameter versions: what the one who asks has seen; nil takes it out whatever it is.
    package func retire(
        service: ServiceID, from versions: Set<Int>? = nil, by actor: Staff,
        receipt: Receipt<Void>? = nil
    ) async throws {
        try actor.require(.manageCatalogue)
        try await change(
            actor, BookingEvents.serviceRetired, service.description, receipt
        ) { catalogue, transaction in
            if let known = catalogue.service(service) {
                try EditRefusal.check(known.version, in: versions)
            }
            try CatalogueStore.set(service: service, active: false, transaction)
            return true
        }
    }

    /// Puts a service back that was taken out.
    package func restore(
        service: ServiceID, by actor: Staff, receipt: Receipt<Void>? = nil
    ) async throws {
        try actor.require(.manageCatalogue)
        try await change(
            actor, BookingEvents.serviceRestored, service.description, receipt
        ) { catalogue, transaction in
            guard catalogue.services.count < CatalogueDesk.serviceLimit else {
                throw AccountRefusal.invalid([FieldProblem("name", "There are too many services.")])
            }
            try CatalogueStore.set(service: service, active: true, transaction)
            return true
        }
    }

    /// - Parameter versions: what the one who asks has seen; nil takes them out whatever it is.
    package func retire(
        staff: StaffMemberID, from versions: Set<Int>? = nil, by actor: Staff,
        receipt: Receipt<Void>? = nil
    ) async throws {
        try actor.require(.manageCatalogue)
        try await change(
            actor, BookingEvents.staffRetired, staff.description, receipt
        ) { catalogue, transaction in
            if let known = catalogue.member(staff) {
                try EditRefusal.check(known.version, in: versions)
            }
            try CatalogueStore.set(staff: staff, active: false, transaction)
            return true
        }
    }

    /// Puts somebody back who was taken out.
    package func restore(
        staff: StaffMemberID, by actor: Staff, receipt: Receipt<Void>? = nil
    ) async throws {
        try actor.require(.manageCatalogue)
        try await change(
            actor, BookingEvents.staffRestored, staff.description, receipt
        ) { catalogue, transaction in
            guard catalogue.staff.count < CatalogueDesk.staffLimit else {
                throw AccountRefusal.invalid([FieldProblem("name", "There are too many people.")])
            }
            try CatalogueStore.set(staff: staff, active: true, transaction)
            return true
        }
    }

    /// Replaces hours, closures and policy.
    package func setHours(
        _ hours: WeeklyHours, closures: Set<LocalDate>, policy: BookingPolicy, by actor: Staff
    ) async throws {
        try await changeHours(by: actor) { rules in
            rules.hours = hours
            rules.closures = closures
            rules.policy = policy
        }
    }

    /// Changes hours, closures and policy as they are now, as `change(service:)` does.
    package func changeHours(
        from versions: Set<Int>? = nil, by actor: Staff, receipt: Receipt<Void>? = nil,
        _ edit: @escaping @Sendable (inout OpeningRules) throws -> Void
    ) async throws {
        try actor.require(.manageCatalogue)
        try await change(
            actor, AccountEvents.hoursSaved, actor.workspace.description, receipt
        ) { catalogue, transaction in
            guard
                let after = try CatalogueDesk.edited(
                    catalogue.opening, at: catalogue.hoursVersion, seen: versions, edit)
            else { return false }
            try check(after)
            try WorkspaceStore.updateHours(
                after.hours, closures: after.closures, policy: after.policy, transaction)
            return true
        }
    }

    /// Changes the profile as it is now, as `change(service:)` does.
    package func changeProfile(
        from versions: Set<Int>? = nil, by actor: Staff, receipt: Receipt<Void>? = nil,
        _ edit: @escaping @Sendable (inout Workspace) throws -> Void
    ) async throws {
        try actor.require(.manageCatalogue)
        try await change(
            actor, AccountEvents.profileSaved, actor.workspace.description, receipt
        ) { _, transaction in
            guard let before = try WorkspaceStore.find(transaction.reader),
                let after = try CatalogueDesk.edited(
                    before, at: before.version, seen: versions, edit)
            else { return false }
            try WorkspaceStore.updateProfile(after, transaction)
            return true
        }
    }

    /// Runs `body` on the catalogue as it is while nobody else can change it, and records the
    /// change if it made one.
    private func change(
        _ actor: Staff, _ kind: EventKind, _ subject: String, _ receipt: Receipt<Void>?,
        _ body: @escaping @Sendable (Catalogue, Transaction) throws -> Bool
    ) async throws {
        let now = world.now()
        try await database.write(actor.workspace, by: actor.origin, receipt) { transaction in
            try WorkspaceStore.lockForEditing(transaction)
            guard try body(try CatalogueStore.find(transaction.reader), transaction) else { return }
            try transaction.record(kind, of: subject, at: now)
        }
    }

    private func check(_ member: StaffMember) throws {
        var problems: [FieldProblem] = []
        if member.name.trimmingWhitespace.isEmpty || member.name.count > 80 {
            problems.append(FieldProblem("name", "Give a name of at most 80 characters."))
        }
        problems += CatalogueDesk.problems(member.hours)
        guard problems.isEmpty else { throw AccountRefusal.invalid(problems) }
    }

    private func check(_ rules: OpeningRules) throws {
        let policy = rules.policy
        var problems = CatalogueDesk.problems(rules.hours)
        if !(0...10_080).contains(policy.minimumNoticeMinutes) {
            problems.append(FieldProblem("minimum_notice_minutes", "Give 0 to 10080 minutes."))
        }
        if !(1...365).contains(policy.horizonDays) {
            problems.append(FieldProblem("horizon_days", "Give 1 to 365 days."))
        }
        if ![5, 10, 15, 20, 30, 60].contains(policy.stepMinutes) {
            problems.append(FieldProblem("step_minutes", "Choose 5, 10, 15, 20, 30 or 60 minutes."))
        }
        if rules.closures.count > CatalogueDesk.closureLimit {
            problems.append(
                FieldProblem(
                    "closures", "Give at most \(CatalogueDesk.closureLimit) closed days."))
        }
        guard problems.isEmpty else { throw AccountRefusal.invalid(problems) }
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
