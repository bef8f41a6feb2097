package import Base
import Cryptography
package import Domain
package import Store

/// Staff sign in, stay signed in, and sign out.
///
/// Passwords are Argon2id; tokens are opaque and kept as hashes. Guesses are slowed down by
/// `SignInThrottle`.
package struct SignInDesk: Sendable {
    private let world: World
    private let database: Database
    private let hashing: PasswordHasher
    /// Compares the passwords of known clients on a thread of its own: they do not queue behind a
    /// flood of guesses.
    private let hashingOfKnown = PasswordHasher()
    private let throttle: SignInThrottle
    private let markers: DeviceMarkers

    package static let pageLifetime = Duration.days(14)
    package static let accessLifetime = Duration.hours(1)
    package static let refreshLifetime = Duration.days(30)
    /// How long a browser keeps the markers of accounts that were signed in to in it.
    package static let markerLifetime = Duration.days(400)

    package init(world: World, database: Database, hashing: PasswordHasher, markerKey: Secret) {
        self.world = world
        self.database = database
        self.hashing = hashing
        throttle = SignInThrottle(uptime: world.uptime)
        markers = DeviceMarkers(key: markerKey)
    }

    /// Who tries to sign in, as far as that can be told before the password is known.
    package struct Client: Sendable {
        /// Names the network the attempt comes from; nil where everybody would have the same name.
        package var network: String?
        /// The markers that the client kept of earlier sign-ins.
        package var markers: String?

        package init(network: String?, markers: String? = nil) {
            self.network = network
            self.markers = markers
        }
    }

    package struct Tokens: Sendable {
        package let access: Secret
        package let refresh: Secret?
        package let expiresInSeconds: Int
        package let staff: Staff
        /// For the client to keep, so that it is known the next time; nil when tokens are renewed.
        package var markers: String?
    }

    /// Signs in for pages: one token, kept in a cookie.
    package func openPage(
        email: String, password: Secret, from client: Client
    ) async throws -> Tokens {
        try await open(email, password, client, kind: "page")
    }

    /// Signs in for the API: an access token and one for refreshing it.
    package func openAPI(
        email: String, password: Secret, from client: Client
    ) async throws -> Tokens {
        try await open(email, password, client, kind: "api")
    }

    /// The same, by the network alone.
    package func openPage(
        email: String, password: Secret, from network: String
    ) async throws -> Tokens {
        try await openPage(email: email, password: password, from: Client(network: network))
    }

    package func openAPI(
        email: String, password: Secret, from network: String
    ) async throws -> Tokens {
        try await openAPI(email: email, password: password, from: Client(network: network))
    }

    /// Exchanges a refresh token for a new pair; the old pair ends, so a stolen one works once.
    package func refresh(_ token: String) async throws -> Tokens {
        let now = world.now()
        guard let hash = OpaqueToken.hash(ofPresented: token),
            let workspace = try await database.beforeTenant({
                try $0.workspace(ofRefreshToken: hash)
            })
        else { throw AccountRefusal.tokenExpired }
        let found = try await database.write(workspace, by: SignInDesk.origin) { transaction in
            let found = try AccountStore.session(refreshHash: hash, transaction.reader)
            // Of two that refresh at once only one ends the old pair, and gets the new one.
            guard let found,
                try AccountStore.endSession(
                    found.id, at: now, transaction.by(found.staff.origin))
            else { return nil as AccountStore.FoundSession? }
            return found
        }
        guard let found, let until = found.refreshExpiresAt, now < until else {
            throw AccountRefusal.tokenExpired
        }
        return try await issue(
            workspace, found.staff.account, kind: "api", origin: found.origin)
    }

    /// Who holds a token, page or API.
    package func staff(ofToken token: String) async throws -> Staff {
        try await session(ofToken: token).staff
    }

    /// The sign-in that a token, page or API, belongs to.
    package func session(ofToken token: String) async throws -> AccountStore.FoundSession {
        let now = world.now()
        guard let hash = OpaqueToken.hash(ofPresented: token),
            let workspace = try await database.beforeTenant({
                try $0.workspace(ofSessionToken: hash)
            }),
            let found = try await database.read(
                workspace, { try AccountStore.session(tokenHash: hash, $0) }),
            now < found.expiresAt
        else { throw AccountRefusal.tokenExpired }
        return found
    }

    /// Ends the sign-in of a token; an unknown token is no error.
    package func signOut(_ token: String) async throws {
        guard let hash = OpaqueToken.hash(ofPresented: token),
            let workspace = try await database.beforeTenant({
                try $0.workspace(ofSessionToken: hash)
            })
        else { return }
        let now = world.now()
        try await database.write(workspace, by: SignInDesk.origin) { transaction in
            if let found = try AccountStore.session(tokenHash: hash, transaction.reader) {
                try AccountStore.endSession(
                    found.id, at: now, transaction.by(found.staff.origin))
            }
            try AccountStore.endExpiredSessions(before: now, transaction)
        }
    }

    // MARK: Judging

    private func open(
        _ email: String, _ password: Secret, _ client: Client, kind: String
    ) async throws -> Tokens {
        let found = try await judge(email, password, client)
        var tokens = try await issue(
            found.workspace, found.account, kind: kind, origin: SignInDesk.origin(client.network))
        tokens.markers = markers.marking(
            client.markers, found.account, found.passwordHash, world)
        return tokens
    }

    private func judge(
        _ email: String, _ password: Secret, _ client: Client
    ) async throws -> TenantLookup.Credentials {
        let email = email.trimmingWhitespace.lowercased()
        let now = world.now()
        let origin = SignInDesk.origin(client.network)
        // Both are asked whether the account exists or not: neither the answer nor its time tells.
        let (found, isKnownOrigin) = try await database.beforeTenant { directory in
            (
                try directory.credentials(ofEmail: email),
                try directory.isSignedIn(email: email, from: origin, at: now)
            )
        }
        var known: String?
        if let found {
            known = markers.name(in: client.markers, found.account, found.passwordHash)
        }
        if known == nil, isKnownOrigin, let network = client.network { known = network }
        let kind = known.map(SignInThrottle.Client.known) ?? .stranger(network: client.network)
        let attempt = try throttle.begin(email: email, kind)
        // An unknown e-mail address costs as much time as a known one.
        let hasher = known == nil ? hashing : hashingOfKnown
        let right = await hasher.verify(password, against: found?.passwordHash)
        guard let found, right, found.isActive else {
            throttle.end(attempt, isCounted: true)
            throw AccountRefusal.wrongCredentials
        }
        throttle.end(attempt, isCounted: false)
        return found
    }

    /// A network is nobody's name in a table of sign-ins.
    private static func origin(_ network: String?) -> [UInt8]? {
        network.map { SHA256.digest("sign-in from \($0)") }
    }

    /// Who works while it is not known yet who asks.
    private static let origin = EventOrigin.machine("sign-in")

    private func issue(
        _ workspace: WorkspaceID, _ account: AccountID, kind: String, origin: [UInt8]?
    ) async throws -> Tokens {
        let isPage = kind == "page"
        let access = OpaqueToken.make(world)
        let refresh = isPage ? nil : OpaqueToken.make(world)
        let now = world.now()
        let lifetime = isPage ? SignInDesk.pageLifetime : SignInDesk.accessLifetime
        let session = AccountStore.NewSession(
            id: world.id(), account: account, kind: kind, tokenHash: access.hash,
            refreshHash: refresh?.hash, expiresAt: now + lifetime,
            refreshExpiresAt: isPage ? nil : now + SignInDesk.refreshLifetime, origin: origin)
        let person = EventOrigin(.person(account))
        let staff = try await database.write(workspace, by: person) { transaction in
            try AccountStore.insert(session, at: now, transaction)
            return try AccountStore.find(account, transaction.reader)
        }
        guard let staff else { throw AccountRefusal.wrongCredentials }
        return Tokens(
            access: access.text, refresh: refresh?.text,
            expiresInSeconds: Int(lifetime.microseconds / 1_000_000), staff: staff)
    }
}

/// Argon2id on a thread of its own: it takes tens of milliseconds and must not hold up the pool.
package actor PasswordHasher {
    private nonisolated let thread = ThreadExecutor(name: "passwords")

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        thread.asUnownedSerialExecutor()
    }

    /// Stands in for the hash of an account that does not exist.
    private lazy var nobody = PasswordHash.make(Secret("nobody"))

    package init() {}

    deinit { thread.stop() }

    /// - Parameter known: what others know of the person, which is no password.
    package func make(
        _ password: Secret, known: [String] = []
    ) throws(AccountRefusal) -> String {
        if let flaw = PasswordRules.flaw(in: password, known: known) { throw .weakPassword(flaw) }
        guard let encoded = PasswordHash.make(password) else { throw .weakPassword(.long) }
        return encoded
    }

    package func verify(_ password: Secret, against encoded: String?) -> Bool {
        let right = PasswordHash.verify(password, against: encoded ?? nobody ?? "")
        return right && encoded != nil
    }
}
