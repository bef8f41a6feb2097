package import Base
import Cryptography
package import Domain
package import Store

/// Staff sign in, stay signed in, and sign out.
///
/// Passwords are Argon2id; tokens are opaque and kept as hashes. Failures are counted by address
/// and by the e-mail tried, so neither one account nor many can be guessed at speed.
package struct SignIn: Sendable {
    private let world: World
    private let database: Database
    private let hashing: PasswordHasher

    package static let pageLifetime = Duration.days(14)
    package static let accessLifetime = Duration.hours(1)
    package static let refreshLifetime = Duration.days(30)
    /// Failures that cost nothing; each further one doubles the wait.
    package static let freeFailures = 5
    /// The same for one network address, behind which a whole office may sit.
    package static let freeFailuresOfAddress = 50
    package static let longestWait = Duration.minutes(15)

    package init(world: World, database: Database, hashing: PasswordHasher) {
        self.world = world
        self.database = database
        self.hashing = hashing
    }

    package struct Tokens: Sendable {
        package let access: Secret
        package let refresh: Secret?
        package let expiresInSeconds: Int
        package let staff: Staff
    }

    /// Signs in for pages: one token, kept in a cookie.
    package func openPage(email: String, password: Secret, from address: String) async throws
        -> Tokens
    {
        let (workspace, account) = try await judge(email, password, address)
        return try await issue(workspace, account, kind: "page")
    }

    /// Signs in for the API: an access token and one for refreshing it.
    package func openAPI(email: String, password: Secret, from address: String) async throws
        -> Tokens
    {
        let (workspace, account) = try await judge(email, password, address)
        return try await issue(workspace, account, kind: "api")
    }

    /// Exchanges a refresh token for a new pair; the old pair ends, so a stolen one works once.
    package func refresh(_ token: String) async throws -> Tokens {
        let now = world.now()
        guard let hash = Token.hash(ofPresented: token),
            let workspace = try await database.lookUp({ try $0.workspace(ofRefreshToken: hash) })
        else { throw AccountRefusal.tokenExpired }
        let found = try await database.write(workspace) { transaction in
            let found = try AccountStore.session(refreshHash: hash, transaction.reader)
            // Of two that refresh at once only one ends the old pair, and gets the new one.
            guard let found, try AccountStore.endSession(found.id, transaction) else {
                return nil as AccountStore.FoundSession?
            }
            return found
        }
        guard let found, let until = found.refreshExpiresAt, now < until else {
            throw AccountRefusal.tokenExpired
        }
        return try await issue(workspace, found.staff.account, kind: "api")
    }

    /// Who holds a token, page or API.
    package func staff(ofToken token: String) async throws -> Staff {
        try await session(ofToken: token).staff
    }

    /// The sign-in that a token, page or API, belongs to.
    package func session(ofToken token: String) async throws -> AccountStore.FoundSession {
        let now = world.now()
        guard let hash = Token.hash(ofPresented: token),
            let workspace = try await database.lookUp({ try $0.workspace(ofSessionToken: hash) }),
            let found = try await database.read(
                workspace, { try AccountStore.session(tokenHash: hash, $0) }),
            now < found.expiresAt
        else { throw AccountRefusal.tokenExpired }
        return found
    }

    /// Ends the sign-in of a token; an unknown token is no error.
    package func signOut(_ token: String) async throws {
        guard let hash = Token.hash(ofPresented: token),
            let workspace = try await database.lookUp({ try $0.workspace(ofSessionToken: hash) })
        else { return }
        let now = world.now()
        try await database.write(workspace) { transaction in
            if let found = try AccountStore.session(tokenHash: hash, transaction.reader) {
                try AccountStore.endSession(found.id, transaction)
            }
            try AccountStore.endExpiredSessions(before: now, transaction)
        }
    }

    // MARK: Judging

    private func judge(
        _ email: String, _ password: Secret, _ address: String
    ) async throws -> (WorkspaceID, AccountID) {
        let email = email.trimmingWhitespace.lowercased()
        let keys = [
            (SHA256.digest("email:\(email)"), SignIn.freeFailures),
            (SHA256.digest("address:\(address)"), SignIn.freeFailuresOfAddress),
        ]
        let now = world.now()
        // Counted as a failure before the password is looked at: many that come at once are judged
        // one after the other, and none of them before the others are counted.
        let wait = try await database.lookUp { directory in
            try directory.queueForSignIn(keys.map(\.0))
            let wait =
                try keys.map { key, free in
                    SignIn.wait(after: try directory.signInFailures(key), at: now, free: free)
                }.max() ?? .zero
            if wait == .zero {
                for (key, _) in keys { try directory.noteSignInFailure(key, at: now) }
            }
            return wait
        }
        if wait > .zero {
            throw AccountRefusal.tooManyAttempts(
                retryAfterSeconds: max(1, Int(wait.microseconds / 1_000_000)))
        }
        let found = try await database.lookUp { try $0.credentials(ofEmail: email) }
        // An unknown address costs as much time as a known one.
        let right = await hashing.verify(password, against: found?.passwordHash)
        guard let found, right, found.isActive else { throw AccountRefusal.wrongCredentials }
        // The address only gets this try back: a right password of one account must not buy guesses
        // at others.
        try await database.lookUp { directory in
            try directory.clearSignInFailures(keys[0].0)
            try directory.takeBackSignInFailure(keys[1].0)
        }
        return (found.workspace, found.account)
    }

    /// How long the next try must wait: nothing at first, then 1, 2, 4 … seconds.
    static func wait(
        after failures: (count: Int, last: Instant)?, at now: Instant, free: Int
    ) -> Duration {
        guard let failures, failures.count >= free else { return .zero }
        let doublings = min(failures.count - free, 20)
        let wait = min(Duration.seconds(1 << doublings), longestWait)
        let until = failures.last + wait
        return until > now ? until - now : .zero
    }

    private func issue(
        _ workspace: WorkspaceID, _ account: AccountID, kind: String
    ) async throws -> Tokens {
        let isPage = kind == "page"
        let access = Token.make(world)
        let refresh = isPage ? nil : Token.make(world)
        let now = world.now()
        let lifetime = isPage ? SignIn.pageLifetime : SignIn.accessLifetime
        let session = AccountStore.NewSession(
            id: world.id(), account: account, kind: kind, tokenHash: access.hash,
            refreshHash: refresh?.hash, expiresAt: now + lifetime,
            refreshExpiresAt: isPage ? nil : now + SignIn.refreshLifetime)
        let staff = try await database.write(workspace) { transaction in
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
