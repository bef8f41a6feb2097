package import Base
package import Domain
package import Store

/// A business and its people come into being.
package struct RegistrationDesk: Sendable {
    private let world: World
    private let database: Database
    private let hashing: PasswordHasher
    /// Whether a workspace was seen.
    private let isFollowing = OneWay()

    package init(world: World, database: Database, hashing: PasswordHasher) {
        self.world = world
        self.database = database
        self.hashing = hashing
    }

    package struct NewBusiness: Sendable {
        package var name: String
        package var slug: String
        package var vertical: String
        package var phone: String
        package var address: String
        package var zone: String
        package var currency: String
        package var locale: LocaleEntry
        package var assistantName: String
        package var greeting: String

        package init(
            name: String, slug: String, vertical: String = "general", phone: String = "",
            address: String = "", zone: String = "UTC", currency: String = "USD",
            locale: LocaleEntry = LocaleEntry(),
            assistantName: String = "Ava", greeting: String = ""
        ) {
            self.name = name
            self.slug = slug
            self.vertical = vertical
            self.phone = phone
            self.address = address
            self.zone = zone
            self.currency = currency
            self.locale = locale
            self.assistantName = assistantName
            self.greeting = greeting
        }
    }

    package struct Person: Sendable {
        package var name: String
        package var email: String
        package var password: Secret

        package init(name: String, email: String, password: Secret) {
            self.name = name
            self.email = email
            self.password = password
        }
    }

    /// Whether there is no workspace yet, whose owner would have to be asked.
    package func isFirst() async throws -> Bool {
        if isFollowing.isSet { return false }
        let count = try await database.beforeTenant { try $0.workspaceCount() }
        // Workspaces do not go away: this need not be asked again.
        if count > 0 { isFollowing.set() }
        return count == 0
    }

    /// Makes a workspace with its first owner; all or nothing.
    ///
    /// It has no hours until somebody enters them: none are made up, so none are told to customers.
    package func open(_ business: NewBusiness, owner: Person) async throws -> Staff {
        guard let opened = try await open(business, owner: owner, onlyFirst: false) else {
            preconditionFailure("a workspace that need not be the first is always made")
        }
        return opened
    }

    /// The same; nil when it has to be the first and is not.
    package func open(
        _ business: NewBusiness, owner: Person, onlyFirst: Bool
    ) async throws -> Staff? {
        let workspace = try checked(business)
        let owner = try checked(owner)
        let hash = try await hashing.make(
            owner.password, known: [owner.name, owner.email, workspace.name, workspace.slug])
        let now = world.now()
        let account = AccountStore.NewAccount(
            id: world.id(), email: owner.email, name: owner.name, role: .owner,
            passwordHash: hash)
        let origin = EventOrigin(.person(account.id))
        return try await database.write(workspace.id, by: origin) { transaction in
            let count = try WorkspaceStore.queueToOpen(transaction)
            if onlyFirst, count > 0 { return nil }
            try WorkspaceStore.insert(
                workspace, hours: WeeklyHours(), closures: [], policy: BookingPolicy(), at: now,
                transaction)
            try AccountStore.insert(account, at: now, transaction)
            try transaction.record(
                AccountEvents.workspaceOpened, of: workspace.id,
                ["owner": .text(account.id.description)], at: now)
            return Staff(
                account: account.id, workspace: workspace.id, role: .owner, name: account.name,
                email: account.email)
        }
    }

    /// Adds somebody who signs in to the workspace of `actor`.
    package func add(
        _ person: Person, role: Role, by actor: Staff, receipt: Receipt<Staff>? = nil
    ) async throws -> Staff {
        try actor.require(.manageAccounts)
        let person = try checked(person)
        let hash = try await hashing.make(
            person.password, known: [person.name, person.email])
        let now = world.now()
        let world = world
        let account = AccountStore.NewAccount(
            id: world.id(), email: person.email, name: person.name, role: role, passwordHash: hash)
        return try await database.write(actor.workspace, by: actor.origin, receipt) { transaction in
            try AccountStore.insert(account, at: now, transaction)
            try transaction.record(
                AccountEvents.added, of: account.id, ["role": .text(role.rawValue)], at: now)
            return Staff(
                account: account.id, workspace: actor.workspace, role: role, name: account.name,
                email: account.email)
        }
    }

    // MARK: Checking

    private func checked(_ business: NewBusiness) throws -> Workspace {
        var problems: [FieldProblem] = []
        let name = DisplayName.cleaned(business.name)
        if name == nil {
            problems.append(FieldProblem("business", "Give the name of the business."))
        }
        let slug = business.slug.lowercased()
        if !RegistrationDesk.isSlug(slug) {
            problems.append(
                FieldProblem("slug", "Use 2 to 63 letters, digits and single hyphens."))
        }
        let zone = Zone(business.zone)
        if zone == nil {
            problems.append(FieldProblem("time_zone", "Choose a time zone such as Europe/London."))
        }
        let currency = business.currency.trimmingWhitespace.uppercased()
        if !Currency.isKnown(currency) {
            problems.append(
                FieldProblem("currency", "Give a currency code of ISO 4217 such as EUR."))
        }
        let locale = business.locale.applied(to: .unknown, &problems)
        guard let name, let zone, problems.isEmpty else { throw AccountRefusal.invalid(problems) }
        return Workspace(
            id: world.id(), slug: slug, name: name, vertical: String(business.vertical.prefix(40)),
            phone: String(business.phone.prefix(40)), address: String(business.address.prefix(200)),
            zone: zone, currency: currency, locale: locale,
            assistantName: DisplayName.cleaned(business.assistantName) ?? "Ava",
            greeting: String(business.greeting.prefix(500)))
    }

    private func checked(_ person: Person) throws -> Person {
        let email = person.email.trimmingWhitespace.lowercased()
        var problems: [FieldProblem] = []
        let parts = email.split(separator: "@", omittingEmptySubsequences: false)
        let shaped =
            parts.count == 2 && !parts[0].isEmpty && parts[1].contains(".")
            && !parts[1].hasPrefix(".") && !parts[1].hasSuffix(".")
        if !shaped || email.utf8.count > 254 || email.contains(where: \.isWhitespace) {
            problems.append(
                FieldProblem("email", "Give an e-mail address such as you@example.com."))
        }
        let name = DisplayName.cleaned(person.name)
        if name == nil { problems.append(FieldProblem("name", "Give your name.")) }
        guard let name, problems.isEmpty else { throw AccountRefusal.invalid(problems) }
        return Person(name: name, email: email, password: person.password)
    }

    /// The same rule as the table's check.
    static func isSlug(_ slug: String) -> Bool {
        guard (2...63).contains(slug.utf8.count), let first = slug.first, first != "-" else {
            return false
        }
        let allowed = slug.utf8.allSatisfy { byte in
            byte == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        }
        return allowed && !slug.hasSuffix("-") && !slug.contains("--")
    }

    /// An address for the portal made from a name: "Marlow & Finch" gives "marlow-finch".
    package static func slug(from name: String) -> String {
        let words = name.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        return String(words.joined(separator: "-").prefix(63))
    }
}

/// A flag that is set once and stays set, shared by copies of what holds it.
private final class OneWay: Sendable {
    private let flag = Lock(false)

    var isSet: Bool { flag.withLock { $0 } }

    func set() { flag.withLock { $0 = true } }
}
