package import Base
import Postgres

/// Answers of requests that carried an Idempotency-Key. Status 0 stands for "not answered yet".
package enum AnswerStore {
    package struct Stored: Sendable {
        package let fingerprint: [UInt8]
        package let status: Int
        package let body: String
        package let createdAt: Instant
    }

    /// Expired answers that one request clears away.
    static let clearingLimit = 100

    /// Takes the key; false when it is taken.
    package static func claim(
        actor: String, key: String, fingerprint: [UInt8], at now: Instant,
        _ transaction: Transaction
    ) throws -> Bool {
        try transaction.connection.execute(
            """
            insert into idempotent_response
                (workspace_id, actor, idempotency_key, fingerprint, status, body, created_at)
            values (\(transaction.workspace), \(actor), \(key), \(fingerprint), 0, '', \(now))
            on conflict do nothing
            """) == 1
    }

    package static func lock(
        actor: String, key: String, _ transaction: Transaction
    ) throws -> Stored? {
        try transaction.connection.query(
            """
            select fingerprint, status, body, created_at from idempotent_response
            where workspace_id = \(transaction.workspace) and actor = \(actor)
                and idempotency_key = \(key) for update
            """
        ).oneOrNone().map { row in
            Stored(
                fingerprint: try row.decode("fingerprint"),
                status: Int(try row.decode("status", as: Int32.self)),
                body: try row.decode("body"), createdAt: try row.decode("created_at"))
        }
    }

    package static func renew(
        actor: String, key: String, at now: Instant, _ transaction: Transaction
    ) throws {
        _ = try transaction.connection.execute(
            """
            update idempotent_response set created_at = \(now)
            where workspace_id = \(transaction.workspace) and actor = \(actor)
                and idempotency_key = \(key) and status = 0
            """)
    }

    package static func fill(
        actor: String, key: String, status: Int, body: String, _ transaction: Transaction
    ) throws {
        _ = try transaction.connection.execute(
            """
            update idempotent_response set status = \(Int32(status)), body = \(body)
            where workspace_id = \(transaction.workspace) and actor = \(actor)
                and idempotency_key = \(key)
            """)
    }

    package static func forget(
        actor: String, key: String, _ transaction: Transaction
    ) throws {
        _ = try transaction.connection.execute(
            """
            delete from idempotent_response
            where workspace_id = \(transaction.workspace) and actor = \(actor)
                and idempotency_key = \(key)
            """)
    }

    /// Clears some of what is older than `limit`.
    package static func forget(before limit: Instant, _ transaction: Transaction) throws {
        _ = try transaction.connection.execute(
            """
            delete from idempotent_response
            where workspace_id = \(transaction.workspace)
                and (actor, idempotency_key) in (
                    select actor, idempotency_key from idempotent_response
                    where workspace_id = \(transaction.workspace) and created_at < \(limit)
                    limit \(AnswerStore.clearingLimit) for update skip locked)
            """)
    }
}
