package import Base
import Postgres

/// What a request was answered with.
package struct StoredAnswer: Sendable, Hashable {
    package let status: Int
    package let body: String
    /// The validator of what was changed, as the first answer had it.
    package let entityTag: String?

    package init(status: Int, body: String, entityTag: String?) {
        self.status = status
        self.body = body
        self.entityTag = entityTag
    }
}

/// Answers of requests that carried an Idempotency-Key. Status 0 stands for "not answered yet".
package enum IdempotencyStore {
    package struct Key: Sendable {
        let actor: String
        let key: String
        let fingerprint: [UInt8]

        package init(actor: String, key: String, fingerprint: [UInt8]) {
            self.actor = actor
            self.key = key
            self.fingerprint = fingerprint
        }
    }

    package struct Stored: Sendable {
        package let fingerprint: [UInt8]
        /// Nil while the request is not answered.
        package let answer: StoredAnswer?
        package let createdAt: Instant
    }

    /// Expired answers that one request clears away.
    static let clearingLimit = 100

    /// Takes the key; false when it is taken.
    package static func claim(
        _ key: Key, at now: Instant, _ transaction: Transaction
    ) throws -> Bool {
        try transaction.connection.execute(
            """
            insert into idempotent_response
                (workspace_id, actor, idempotency_key, fingerprint, status, body, created_at)
            values (\(transaction.workspace), \(key.actor), \(key.key), \(key.fingerprint), 0, '',
                \(now))
            on conflict do nothing
            """) == 1
    }

    package static func lock(_ key: Key, _ transaction: Transaction) throws -> Stored? {
        try transaction.connection.query(
            """
            select fingerprint, status, body, etag, created_at from idempotent_response
            where workspace_id = \(transaction.workspace) and actor = \(key.actor)
                and idempotency_key = \(key.key) for update
            """
        ).oneOrNone().map { row in
            let status = Int(try row.decode("status", as: Int32.self))
            return Stored(
                fingerprint: try row.decode("fingerprint"),
                answer: status == 0
                    ? nil
                    : StoredAnswer(
                        status: status, body: try row.decode("body"),
                        entityTag: try row.decode("etag")),
                createdAt: try row.decode("created_at"))
        }
    }

    /// Begins anew under a key that this work has locked.
    package static func replace(
        _ key: Key, at now: Instant, _ transaction: Transaction
    ) throws {
        _ = try transaction.connection.execute(
            """
            update idempotent_response
            set fingerprint = \(key.fingerprint), status = 0, body = '', etag = null,
                created_at = \(now)
            where workspace_id = \(transaction.workspace) and actor = \(key.actor)
                and idempotency_key = \(key.key)
            """)
    }

    /// Stores the answer where the same request is not answered yet; false when it is, or when
    /// another request has the key by now.
    package static func complete(
        _ key: Key, _ answer: StoredAnswer, at begun: Instant, _ transaction: Transaction
    ) throws -> Bool {
        try transaction.connection.execute(
            """
            insert into idempotent_response as r
                (workspace_id, actor, idempotency_key, fingerprint, status, body, etag, created_at)
            values (\(transaction.workspace), \(key.actor), \(key.key), \(key.fingerprint),
                \(Int32(answer.status)), \(answer.body), \(answer.entityTag), \(begun))
            on conflict (workspace_id, actor, idempotency_key) do update
            set status = excluded.status, body = excluded.body, etag = excluded.etag
            where r.status = 0 and r.fingerprint = excluded.fingerprint
            """) == 1
    }

    /// Frees a key whose request was not answered.
    package static func deleteUnanswered(_ key: Key, _ transaction: Transaction) throws {
        _ = try transaction.connection.execute(
            """
            delete from idempotent_response
            where workspace_id = \(transaction.workspace) and actor = \(key.actor)
                and idempotency_key = \(key.key) and fingerprint = \(key.fingerprint)
                and status = 0
            """)
    }

    /// Clears some of what is older than `limit`.
    package static func delete(before limit: Instant, _ transaction: Transaction) throws {
        _ = try transaction.connection.execute(
            """
            delete from idempotent_response
            where workspace_id = \(transaction.workspace)
                and (actor, idempotency_key) in (
                    select actor, idempotency_key from idempotent_response
                    where workspace_id = \(transaction.workspace) and created_at < \(limit)
                    limit \(IdempotencyStore.clearingLimit) for update skip locked)
            """)
    }
}
