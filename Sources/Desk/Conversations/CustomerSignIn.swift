package import Base
import Cryptography
package import Domain
package import Store

/// Customers' way in: a code to their phone, then a token.
package struct CustomerSignIn: Sendable {
    private let world: World
    private let database: Database
    private let channels: ChannelRegistry
    private let delivery: MessageDelivery
    /// Keys the hashes of codes, which are too short to stand alone.
    private let codeKey: Secret
    private let limits: Limits

    package static let tokenLifetime = Duration.days(90)

    package init(
        world: World, database: Database, channels: ChannelRegistry, delivery: MessageDelivery,
        codeKey: Secret, limits: Limits = Limits()
    ) {
        self.world = world
        self.database = database
        self.channels = channels
        self.delivery = delivery
        self.codeKey = codeKey
        self.limits = limits
    }

    /// The workspace behind a portal address.
    package func workspace(ofSlug slug: String) async throws -> Workspace {
        guard slug.utf8.count <= 64,
            let id = try await database.beforeTenant({ try $0.workspace(ofSlug: slug) }),
            let workspace = try await database.read(id, { try WorkspaceStore.find($0) })
        else { throw PortalRefusal.unknownWorkspace }
        return workspace
    }

    /// A session that waits for the code of its phone.
    package struct CodeRequest: Sendable, Hashable {
        package let session: PortalSessionID
        /// Whether a text was sent for it; otherwise the one that was sent before is good.
        package let isTexted: Bool
    }

    /// Opens a session for the code of a phone, and sends the code where that is due.
    ///
    /// - Parameter network: names the network that asks; nil where networks cannot be told apart.
    package func createSession(
        slug: String, phone: String, name: String?, from network: String? = nil,
        receipt: Receipt<CodeRequest>? = nil
    ) async throws -> CodeRequest {
        let workspace = try await workspace(ofSlug: slug)
        guard let phone = PhoneNumber(typed: phone, in: workspace.locale.region) else {
            throw PortalRefusal.invalidPhone
        }
        let name = name.flatMap(DisplayName.cleaned)
        let network = network.map { SHA256.digest("code for \($0)") }
        let now = world.now()
        let session = PortalSession(
            id: world.id(), phone: phone, name: name, codeHash: [],
            triesLeft: ConversationLimits.codeTries, codeExpiresAt: now, network: network)
        let fresh: PortalCodeID = world.id()
        let desk = self
        return try await database.write(workspace.id, by: EventOrigin(.customer(nil)), receipt) {
            transaction in
            try PortalCodeStore.queue(phone, transaction)
            let last = try PortalCodeStore.lock(phone, transaction)
            let live = (last?.isLive(at: now) ?? false) ? last : nil
            let sent = try PortalCodeStore.sent(
                to: phone, from: network, since: now - .hours(1), until: now, transaction.reader)
            let wait = try desk.wait(
                sent, isKnown: CustomerSignIn.isKnown(phone, network, transaction.reader), at: now)
            // Without a live code there is nothing to enter: then it must be sent, or refused.
            if live == nil, let wait {
                throw PortalRefusal.tooManyCodes(
                    retryAfterSeconds: max(1, Int(wait.microseconds / 1_000_000)))
            }
            var current = live ?? PortalCode(fresh, after: last, at: now)
            var session = session
            session.code = current.id
            session.codeExpiresAt = current.expiresAt
            session.isTexted =
                live == nil
                || (wait == nil && current.texts < ConversationLimits.textsOfCode
                    && sent.toPhone < desk.limits[.textsToPhone])
            let words = desk.code(current, of: phone, in: workspace.id)
            session.codeHash = desk.codeHash(words, session.id)
            if session.isTexted {
                current.texts += 1
                try PortalCodeStore.save(current, of: phone, transaction)
            }
            try PortalSessionStore.insert(session, at: now, transaction)
            try transaction.record(
                ContactEvents.sessionOpened, of: session.id, ["texted": .flag(session.isTexted)],
                at: now)
            try PortalSessionStore.keepNewest(
                network == nil
                    ? ConversationLimits.sessionsWithoutNetwork
                    : ConversationLimits.sessionsOfNetwork, of: phone, from: network,
                all: ConversationLimits.sessionsOfPhone, transaction)
            if session.isTexted {
                let minutes = max(
                    1, Int((current.expiresAt - now).microseconds / 60_000_000))
                guard let channel = desk.channels.reaching(.phone) else {
                    throw DeliveryRefusal.noChannel
                }
                try desk.delivery.deliver(
                    OutboundMessage(
                        id: desk.world.id(), channel: channel.name, to: Address(phone),
                        text: "\(words) is your code for \(workspace.name). "
                            + "It is valid for \(minutes) \(minutes == 1 ? "minute" : "minutes").",
                        notAfter: current.expiresAt),
                    at: now, transaction)
            }
            try PortalSessionStore.removeWaiting(before: now - PortalCode.memory, transaction)
            return CodeRequest(session: session.id, isTexted: session.isTexted)
        }
    }

    /// Whether the phone's owner was here before, as far as that can be told without telling anybody
    /// else: a number is known where it was proved from, so that nobody who asks from elsewhere hears
    /// who is a customer.
    private static func isKnown(
        _ phone: PhoneNumber, _ network: [UInt8]?, _ reader: Reader
    ) throws -> Bool {
        guard let network else { return try ContactStore.isKnown(phone, reader) }
        return try PortalSessionStore.wasProved(phone, from: network, reader)
    }

    /// How long a text must wait for those that were sent in the last hour; nil when it need not.
    ///
    /// Customers are not kept out by what strangers ask for: their share is only theirs.
    private func wait(
        _ sent: PortalCodeStore.Sent, isKnown: Bool, at now: Instant
    ) -> Duration? {
        let limit =
            isKnown ? limits[.textsInAll] : limits[.textsToStrangers]
        if sent.inAll >= limit { return (sent.first ?? now) + .hours(1) - now }
        if !isKnown, sent.fromNetwork >= limits[.textsOfNetwork] {
            return (sent.firstFromNetwork ?? now) + .hours(1) - now
        }
        return nil
    }

    /// Exchanges the code for a token. A wrong code costs the session a try; a code works once, in
    /// whichever session of its phone.
    package func validate(_ id: PortalSessionID, code: String) async throws -> Secret {
        guard
            let workspace = try await database.beforeTenant({
                try $0.workspace(ofPortalSession: id)
            })
        else { throw PortalRefusal.unknownSession }
        let now = world.now()
        let hash = codeHash(String(code.filter { !$0.isWhitespace }.prefix(16)), id)
        let token = OpaqueToken.make(world)
        let world = world
        // The refusal is returned and not thrown: the try must be counted in the same transaction.
        let refusal = try await database.write(
            workspace, by: EventOrigin(.customer(nil))
        ) { transaction -> PortalRefusal? in
            guard let phone = try PortalSessionStore.phone(id, transaction.reader) else {
                return .unknownSession
            }
            // The code of the phone first, as those who ask for one lock it.
            let current = try PortalCodeStore.lock(phone, transaction)
            guard let session = try PortalSessionStore.lock(id, transaction) else {
                return .unknownSession
            }
            if session.verifiedAt != nil { return .codeUsed }
            guard var code = current, let own = session.code, now < session.codeExpiresAt
            else { return .codeExpired }
            // One that was replaced in its time had ended before: a live one is not replaced.
            guard code.id == own, code.endedAt == nil else {
                return code.wasGuessedAt ? .codeEnded : .codeUsed
            }
            guard code.isLive(at: now) else { return .codeExpired }
            guard session.triesLeft > 0 else { return .wrongCode(triesLeft: 0) }
            guard constantTimeEqual(hash, session.codeHash) else {
                let left = session.triesLeft - 1
                try PortalSessionStore.noteWrongCode(id, triesLeft: left, transaction)
                code.noteGuess(at: now)
                try PortalCodeStore.save(code, of: phone, transaction)
                try transaction.record(
                    ContactEvents.codeRefused, of: id, ["tries_left": .whole(left)], at: now)
                return .wrongCode(triesLeft: left)
            }
            let contact = try ContactStore.findOrInsert(
                Address(portal: session.phone), name: session.name, id: world.id(), at: now,
                transaction)
            let number = Address(session.phone)
            if try ContactStore.find(number, transaction.reader) == nil {
                _ = try ContactStore.insert(
                    number, id: world.id(), of: contact.id, at: now, transaction)
            }
            for address in [number, Address(portal: session.phone)] {
                try ContactStore.verify(address, at: now, transaction)
            }
            try PortalSessionStore.verify(
                id, contact: contact.id, tokenHash: token.hash,
                tokenExpiresAt: now + CustomerSignIn.tokenLifetime, at: now, transaction)
            try transaction.by(EventOrigin(.customer(contact.id))).record(
                ContactEvents.sessionVerified, of: id,
                ["contact": .text(contact.id.description)], at: now)
            code.endedAt = now
            try PortalCodeStore.save(code, of: phone, transaction)
            return nil
        }
        if let refusal { throw refusal }
        return token.text
    }

    /// The customer that holds a token.
    package func customer(ofToken token: String) async throws -> Customer {
        let now = world.now()
        guard let hash = OpaqueToken.hash(ofPresented: token),
            let workspace = try await database.beforeTenant({
                try $0.workspace(ofPortalToken: hash)
            }),
            let customer = try await database.read(
                workspace, { try PortalSessionStore.customer(tokenHash: hash, at: now, $0) })
        else { throw AccountRefusal.tokenExpired }
        return customer
    }

    package func signOut(_ customer: Customer) async throws {
        let now = world.now()
        try await database.write(customer.workspace, by: customer.origin) { transaction in
            try PortalSessionStore.end(customer.session, at: now, transaction)
        }
    }

    /// The digits of a code: made from its id with our key, so that they can be sent again and are
    /// stored nowhere. Of 64 bits the remainder is as good as even.
    private func code(
        _ code: PortalCode, of phone: PhoneNumber, in workspace: WorkspaceID
    ) -> String {
        let bytes = HMAC.sha256(
            Array("portal code 1 \(workspace) \(phone.e164) \(code.id)".utf8),
            key: Array(codeKey.revealed().utf8))
        let value = bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let range = (0..<code.digits).reduce(UInt64(1)) { product, _ in product * 10 }
        let digits = String(value % range)
        return String(repeating: "0", count: code.digits - digits.count) + digits
    }

    private func codeHash(_ code: String, _ session: PortalSessionID) -> [UInt8] {
        HMAC.sha256(Array("\(session):\(code)".utf8), key: Array(codeKey.revealed().utf8))
    }
}
