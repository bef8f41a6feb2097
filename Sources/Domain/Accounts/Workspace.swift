package import Base

package enum WorkspaceSubject {}
package enum AccountSubject {}

/// One business on this installation. Everything belongs to exactly one.
package typealias WorkspaceID = ID<WorkspaceSubject>
/// A person who signs in to the staff app.
package typealias AccountID = ID<AccountSubject>

/// What is known of a business beside its catalogue.
package struct Workspace: Sendable, Hashable, Codable {
    package var id: WorkspaceID
    package var slug: String
    package var name: String
    package var vertical: String
    package var phone: String
    package var address: String
    package var zone: Zone
    /// ISO 4217.
    package var currency: String
    package var locale: LocaleSettings
    package var assistantName: String
    package var greeting: String
    /// Counts the changes of the profile; 1 for a new workspace.
    package var version: Int

    package init(
        id: WorkspaceID, slug: String, name: String, vertical: String, phone: String,
        address: String, zone: Zone, currency: String, locale: LocaleSettings = .unknown,
        assistantName: String, greeting: String, version: Int = 1
    ) {
        self.id = id
        self.slug = slug
        self.name = name
        self.vertical = vertical
        self.phone = phone
        self.address = address
        self.zone = zone
        self.currency = currency
        self.locale = locale
        self.assistantName = assistantName
        self.greeting = greeting
        self.version = version
    }
}

/// What a signed-in person may do, from least to most.
package enum Role: String, Sendable, Codable, CaseIterable, Hashable {
    /// Reads everything, changes nothing.
    case auditor
    case staff
    case manager
    case owner

    /// The one table of permissions.
    package func allows(_ permission: Permission) -> Bool {
        switch permission {
        case .read: true
        case .converse, .approve, .manageBookings: self != .auditor
        case .manageKnowledge, .manageCatalogue, .manageOperations:
            self == .manager || self == .owner
        case .manageAccounts: self == .owner
        // Those who answer for what was done, and those who look into it.
        case .readLog: self == .auditor || self == .owner
        }
    }
}

package enum Permission: String, Sendable, CaseIterable, Codable {
    case read, converse, approve, manageBookings, manageKnowledge, manageCatalogue, manageAccounts
    case readLog
    /// Seeing to background work that needs a person.
    case manageOperations
}

/// Somebody signed in, with everything a use case must know of them.
package struct Staff: Sendable, Hashable {
    package let account: AccountID
    package let workspace: WorkspaceID
    package let role: Role
    package let name: String
    package let email: String
    /// The request by which they act now; nil where they act otherwise.
    package var request: String?

    package init(
        account: AccountID, workspace: WorkspaceID, role: Role, name: String, email: String
    ) {
        self.account = account
        self.workspace = workspace
        self.role = role
        self.name = name
        self.email = email
    }

    /// Throws `AccountRefusal.notAllowed` when the role does not allow it.
    package func require(_ permission: Permission) throws(AccountRefusal) {
        guard role.allows(permission) else { throw .notAllowed(permission) }
    }
}

package enum AccountRefusal: Refusal, Equatable {
    case wrongCredentials
    case tooManyAttempts(retryAfterSeconds: Int)
    case notSignedIn
    case tokenExpired
    case notAllowed(Permission)
    case emailTaken
    case slugTaken
    case weakPassword(PasswordFlaw)
    case invalid([FieldProblem])

    package var code: String {
        switch self {
        case .wrongCredentials: "account.wrong_credentials"
        case .tooManyAttempts: "account.too_many_attempts"
        case .notSignedIn: "account.not_signed_in"
        case .tokenExpired: "account.token_expired"
        case .notAllowed: "account.not_allowed"
        case .emailTaken: "account.email_taken"
        case .slugTaken: "account.slug_taken"
        case .weakPassword: "account.weak_password"
        case .invalid: "account.invalid"
        }
    }

    package var kind: RefusalKind {
        switch self {
        case .wrongCredentials, .notSignedIn, .tokenExpired: .unauthenticated
        case .tooManyAttempts: .limited
        case .notAllowed: .forbidden
        case .emailTaken, .slugTaken: .conflict
        case .weakPassword, .invalid: .invalid
        }
    }

    package var detail: String {
        switch self {
        case .wrongCredentials: "The e-mail address or the password is not right."
        case .tooManyAttempts(let seconds): "Too many attempts. Try again in \(seconds) seconds."
        case .notSignedIn: "Sign in to continue."
        case .tokenExpired: "The session has ended. Sign in again."
        case .notAllowed: "Your role does not allow this. Ask the owner of the workspace."
        case .emailTaken: "There is an account with this e-mail address. Sign in instead."
        case .slugTaken: "This address for the portal is taken. Choose another."
        case .weakPassword(let flaw): flaw.message
        case .invalid: "Some fields need another look."
        }
    }

    package var fields: [FieldProblem] {
        if case .invalid(let fields) = self { return fields }
        if case .weakPassword = self { return [FieldProblem("password", detail)] }
        return []
    }
}

package enum AccountSessionSubject {}
package typealias AccountSessionID = ID<AccountSessionSubject>
