package import Base
import Cryptography
package import Domain
package import Store

/// Remembers the answers of unsafe requests under the client's key, so that a retry changes nothing.
///
/// The key is claimed before the work. The answer is stored by the `Receipt` of the work, in the
/// transaction that does it: after a crash there are both or neither, and a retry gets the answer or
/// does the work. A claim alone proves nothing, so one whose process died can be taken over.
package struct IdempotencyDesk: Sendable {
    private let world: World
    private let database: Database
    /// Keys the fingerprints: a request may hold a password, which a plain hash would give away to
    /// whoever can read the table and guess.
    private let fingerprintKey: [UInt8]
    /// What this process is working on. It only says "still running" early; that work is done once
    /// is kept by the table.
    private let running = Lock<Set<Name>>([])

    package static let lifetime = Duration.days(1)
    /// A claim of another process counts as lost after this. Were that process alive after all, one
    /// of the two would find the answer of the other when it stores its own, and do nothing.
    package static let lostAfter = Duration.seconds(10)

    package init(world: World, database: Database, serverKey: Secret) {
        self.world = world
        self.database = database
        fingerprintKey = HMAC.sha256(
            Array("request fingerprints".utf8), key: Array(serverKey.revealed().utf8))
    }

    fileprivate struct Name: Hashable {
        let workspace: WorkspaceID
        let actor: String
        let key: String
    }

    package struct Claim: Sendable {
        package let workspace: WorkspaceID
        /// Who asks; keys of different people are apart.
        package let actor: String
        package let key: String
        /// Tells another request under the same key.
        let fingerprint: [UInt8]
        /// After this the key counts as new; at most `IdempotencyDesk.lifetime`.
        let lifetime: Duration
        let begunAt: Instant

        fileprivate var name: Name { Name(workspace: workspace, actor: actor, key: key) }
    }

    /// The claim of a request; `request` is everything that makes it this request and no other.
    package func claim(
        _ workspace: WorkspaceID, actor: String, key: String, request: [UInt8],
        lifetime: Duration = IdempotencyDesk.lifetime
    ) -> Claim {
        Claim(
            workspace: workspace, actor: actor, key: key,
            fingerprint: HMAC.sha256(request, key: fingerprintKey), lifetime: lifetime,
            begunAt: world.now())
    }

    /// Names somebody who is no account by what they gave, such as a phone number, without keeping
    /// it readable.
    package func stranger(_ given: String) -> String {
        "stranger:" + HMAC.sha256(Array(given.utf8), key: fingerprintKey).hex
    }

    package enum Outcome: Sendable, Equatable {
        /// Do the work with a `Receipt`, then `release`, or `forget` when it failed.
        case first
        case answered(StoredAnswer)
        case running
        case otherRequest
    }

    package func begin(_ claim: Claim) async throws -> Outcome {
        let isOurs = running.withLock { !$0.insert(claim.name).inserted }
        do {
            let outcome = try await look(claim, isRunningHere: isOurs)
            if outcome != .first, !isOurs { release(claim) }
            return outcome
        } catch {
            if !isOurs { release(claim) }
            throw error
        }
    }

    private func look(_ claim: Claim, isRunningHere: Bool) async throws -> Outcome {
        let now = claim.begunAt
        return try await database.write(claim.workspace, by: .machine("idempotency")) {
            transaction in
            try IdempotencyStore.delete(before: now - IdempotencyDesk.lifetime, transaction)
            if try IdempotencyStore.claim(claim.row, at: now, transaction) { return .first }
            guard let stored = try IdempotencyStore.lock(claim.row, transaction) else {
                return .running
            }
            if stored.answer != nil, now - stored.createdAt >= claim.lifetime {
                try IdempotencyStore.replace(claim.row, at: now, transaction)
                return .first
            }
            // One from before fingerprints were keyed has none, and names its answer only.
            guard stored.fingerprint.isEmpty || stored.fingerprint == claim.fingerprint else {
                return .otherRequest
            }
            if let answer = stored.answer { return .answered(answer) }
            guard !isRunningHere, now - stored.createdAt > IdempotencyDesk.lostAfter else {
                return .running
            }
            try IdempotencyStore.replace(claim.row, at: now, transaction)
            return .first
        }
    }

    /// The work is done, its answer stored with it.
    package func release(_ claim: Claim) {
        running.withLock { _ = $0.remove(claim.name) }
    }

    /// The work failed, so the key is free again. An answer that was stored stays: the work was
    /// done, and only the news of it was lost.
    package func delete(_ claim: Claim) async throws {
        defer { release(claim) }
        try await database.write(claim.workspace, by: .machine("idempotency")) { transaction in
            try IdempotencyStore.deleteUnanswered(claim.row, transaction)
        }
    }
}

extension IdempotencyDesk.Claim {
    fileprivate var row: IdempotencyStore.Key {
        IdempotencyStore.Key(actor: actor, key: key, fingerprint: fingerprint)
    }

    /// Stores the answer with the work of this transaction.
    ///
    /// Throws `AnsweredElsewhere` when another process has answered the request meanwhile; the
    /// work of this transaction is then undone.
    fileprivate func store(_ answer: StoredAnswer, _ transaction: Transaction) throws {
        guard try IdempotencyStore.complete(row, answer, at: begunAt, transaction) else {
            throw AnsweredElsewhere()
        }
    }
}

/// The request was answered by another process while this one worked on it.
package struct AnsweredElsewhere: Error {}

/// Writes the answer to a request inside the transaction that does what it asks.
///
/// Every use case that a keyed request can reach takes one. It renders the answer from the result
/// as it stands in that transaction, and stores it under the request's key if there is one.
package struct Receipt<Result>: Sendable {
    private let claim: IdempotencyDesk.Claim?
    private let render: @Sendable (Result, Reader) throws -> StoredAnswer

    /// A receipt of a request without a key renders the answer and keeps it nowhere.
    package init(
        _ claim: IdempotencyDesk.Claim?,
        render: @escaping @Sendable (Result, Reader) throws -> StoredAnswer
    ) {
        self.claim = claim
        self.render = render
    }

    func store(_ result: Result, _ transaction: Transaction) throws {
        let answer = try render(result, transaction.reader)
        try claim?.store(answer, transaction)
    }
}

extension Database {
    /// Changes a workspace and stores the answer to whoever asked for it: both, or neither.
    func write<Value: Sendable>(
        _ workspace: WorkspaceID, by origin: EventOrigin, _ receipt: Receipt<Value>?,
        _ body: @escaping @Sendable (Transaction) throws -> Value
    ) async throws -> Value {
        try await write(workspace, by: origin) { transaction in
            let value = try body(transaction)
            try receipt?.store(value, transaction)
            return value
        }
    }
}
