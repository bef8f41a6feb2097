package import Base
import Cryptography
package import Domain
package import Store

/// Customers' way in: a code to their phone, then a token.
package struct PortalDesk: Sendable {
    private let world: World
    private let database: Database
    /// Keys the hashes of codes, which are too short to stand alone.
    private let codeKey: Secret

    package static let tokenLifetime = Duration.days(90)

    package init(world: World, database: Database, codeKey: Secret) {
        self.world = world
        self.database = database
        self.codeKey = codeKey
    }

    /// The workspace behind a portal address.
    package func workspace(ofSlug slug: String) async throws -> Workspace {
        guard slug.utf8.count <= 64,
            let id = try await database.lookUp({ try $0.workspace(ofSlug: slug) }),
            let workspace = try await database.read(id, { try WorkspaceStore.find($0) })
        else { throw ConversationRefusal.unknownWorkspace }
        return workspace
    }

    /// Sends a one-time code to a number; the session is confirmed with it.
    package func createSession(
        slug: String, phone: String, name: String?
    ) async throws -> PortalSessionID {
        let workspace = try await workspace(ofSlug: slug)
        guard let phone = PhoneNumber(phone) else { throw ConversationRefusal.invalidPhone }
        let name = name.flatMap(PortalDesk.cleaned)
        let now = world.now()
        let code = makeCode()
        let session = PortalSession(
            id: world.id(), phone: phone, name: name, codeHash: [],
            triesLeft: ConversationLimits.codeTries,
            codeExpiresAt: now + ConversationLimits.codeLifetime)
        let hash = codeHash(code, session.id)
        let world = world
        try await database.write(workspace.id) { transaction in
            try PortalSessionStore.queue(phone, transaction)
            let asked = try PortalSessionStore.codesAsked(
                by: phone, since: now - .hours(1), transaction.reader)
            guard asked.count < ConversationLimits.codesPerHour else {
                let again = (asked.first ?? now) + .hours(1) - now
                throw ConversationRefusal.tooManyCodes(
                    retryAfterSeconds: max(1, Int(again.microseconds / 1_000_000)))
            }
            var session = session
            session.codeHash = hash
            try PortalSessionStore.insert(session, at: now, transaction)
            let text = OutgoingText(
                to: phone, channel: .sms,
                text: "\(code) is your code for \(workspace.name). It is valid for 10 minutes.",
                idempotencyKey: "code-\(session.id)")
            try DeskJob.sendText(text).enqueue(
                world, key: text.idempotencyKey, notAfter: session.codeExpiresAt, transaction)
        }
        return session.id
    }

    /// Exchanges the code for a token. A wrong code costs a try; a code works once.
    package func validate(_ id: PortalSessionID, code: String) async throws -> Secret {
        guard let workspace = try await database.lookUp({ try $0.workspace(ofPortalSession: id) })
        else { throw ConversationRefusal.unknownSession }
        let now = world.now()
        let hash = codeHash(String(code.filter { !$0.isWhitespace }.prefix(16)), id)
        let token = Token.make(world)
        let world = world
        // The refusal is returned and not thrown: the try must be counted in the same transaction.
        let refusal = try await database.write(workspace) { transaction -> ConversationRefusal? in
            guard let session = try PortalSessionStore.lock(id, transaction) else {
                return .unknownSession
            }
            if session.verifiedAt != nil { return .codeUsed }
            if now >= session.codeExpiresAt { return .codeExpired }
            guard session.triesLeft > 0 else { return .wrongCode(triesLeft: 0) }
            guard constantTimeEqual(hash, session.codeHash) else {
                let left = session.triesLeft - 1
                try PortalSessionStore.noteWrongCode(id, triesLeft: left, transaction)
                return .wrongCode(triesLeft: left)
            }
            let contact = try ContactStore.findOrInsert(
                phone: session.phone, name: session.name, id: world.id(), at: now, transaction)
            try PortalSessionStore.verify(
                id, contact: contact.id, tokenHash: token.hash,
                tokenExpiresAt: now + PortalDesk.tokenLifetime, at: now, transaction)
            return nil
        }
        if let refusal { throw refusal }
        return token.text
    }

    /// The customer that holds a token.
    package func customer(ofToken token: String) async throws -> Customer {
        let now = world.now()
        guard let hash = Token.hash(ofPresented: token),
            let workspace = try await database.lookUp({ try $0.workspace(ofPortalToken: hash) }),
            let customer = try await database.read(
                workspace, { try PortalSessionStore.customer(tokenHash: hash, at: now, $0) })
        else { throw AccountRefusal.tokenExpired }
        return customer
    }

    package func signOut(_ customer: Customer) async throws {
        try await database.write(customer.workspace) { transaction in
            try PortalSessionStore.end(customer.session, transaction)
        }
    }

    private func makeCode() -> String {
        // Rejection keeps every code equally likely.
        while true {
            let value = world.randomBytes(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            guard value < 4_294_000_000 else { continue }
            let digits = String(value % 1_000_000)
            let zeros = String(repeating: "0", count: ConversationLimits.codeDigits - digits.count)
            return zeros + digits
        }
    }

    private func codeHash(_ code: String, _ session: PortalSessionID) -> [UInt8] {
        HMAC.sha256(Array("\(session):\(code)".utf8), key: Array(codeKey.revealed().utf8))
    }

    /// A name without control characters, at most 80 long; nil when nothing is left.
    static func cleaned(_ name: String) -> String? {
        let kept = name.unicodeScalars.filter { !$0.properties.isDefaultIgnorableCodePoint }
            .map { $0.value < 0x20 || $0.value == 0x7F ? " " : Character($0) }
        let text = String(kept).split(separator: " ").joined(separator: " ")
        return text.isEmpty ? nil : String(text.prefix(80))
    }
}
