package import Base
package import Domain
package import Store

/// Remembers the answers of unsafe requests under the client's key, so that a retry changes nothing.
///
/// The key is claimed before the work and filled after it. A claim whose request was lost (the
/// server died) can be taken again after a minute.
package struct AnswerDesk: Sendable {
    private let world: World
    private let database: Database

    package static let lifetime = Duration.days(1)
    package static let lostAfter = Duration.minutes(1)

    package init(world: World, database: Database) {
        self.world = world
        self.database = database
    }

    package struct Claim: Sendable {
        package let workspace: WorkspaceID
        /// Who asks; keys of different people are apart.
        package let actor: String
        package let key: String
        /// Tells another request under the same key.
        package let fingerprint: [UInt8]
        /// After this the key counts as new; at most `AnswerDesk.lifetime`.
        package let lifetime: Duration

        package init(
            workspace: WorkspaceID, actor: String, key: String, fingerprint: [UInt8],
            lifetime: Duration = AnswerDesk.lifetime
        ) {
            self.workspace = workspace
            self.actor = actor
            self.key = key
            self.fingerprint = fingerprint
            self.lifetime = lifetime
        }
    }

    package enum Outcome: Sendable, Equatable {
        /// Do the work, then `finish` or `forget`.
        case first
        case answered(status: Int, body: String)
        case running
        case otherRequest
    }

    package func begin(_ claim: Claim) async throws -> Outcome {
        let now = world.now()
        return try await database.write(claim.workspace) { transaction in
            try AnswerStore.forget(before: now - AnswerDesk.lifetime, transaction)
            if try take(claim, at: now, transaction) { return .first }
            guard
                let stored = try AnswerStore.lock(
                    actor: claim.actor, key: claim.key, transaction)
            else { return .running }
            if stored.status != 0, now - stored.createdAt >= claim.lifetime {
                try AnswerStore.forget(actor: claim.actor, key: claim.key, transaction)
                return try take(claim, at: now, transaction) ? .first : .running
            }
            guard stored.fingerprint == claim.fingerprint else { return .otherRequest }
            if stored.status != 0 {
                return .answered(status: stored.status, body: stored.body)
            }
            guard now - stored.createdAt > AnswerDesk.lostAfter else { return .running }
            try AnswerStore.renew(actor: claim.actor, key: claim.key, at: now, transaction)
            return .first
        }
    }

    private func take(
        _ claim: Claim, at now: Instant, _ transaction: Transaction
    ) throws -> Bool {
        try AnswerStore.claim(
            actor: claim.actor, key: claim.key, fingerprint: claim.fingerprint, at: now,
            transaction)
    }

    package func finish(_ claim: Claim, status: Int, body: String) async throws {
        try await database.write(claim.workspace) { transaction in
            try AnswerStore.fill(
                actor: claim.actor, key: claim.key, status: status, body: body, transaction)
        }
    }

    package func forget(_ claim: Claim) async throws {
        try await database.write(claim.workspace) { transaction in
            try AnswerStore.forget(actor: claim.actor, key: claim.key, transaction)
        }
    }
}
