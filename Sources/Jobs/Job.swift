package import Base
package import Foundation
package import Postgres

/// A piece of work as a lane receives it.
package struct Job: Sendable, Equatable {
    package let id: ID<Job>
    package let workspace: UUID
    package let lane: String
    package let kind: String
    package let payload: SQLJSON
    /// Unique in the workspace among the jobs that are kept: the same work is enqueued once.
    package let key: String?
    /// Jobs of a lane with the same serial key run one at a time, and those that are due in the order
    /// of their making. One that waits for its time or its retry holds up nobody.
    package let serialKey: String?
    package let runAfter: Instant
    /// From then on the job is worthless and is dropped instead of begun.
    package let notAfter: Instant?
    package let createdAt: Instant
    /// How often it was begun, this time included.
    package let attempts: Int
    package let lastError: String?

    /// A job as it is once it was claimed.
    init(_ new: NewJob, at now: Instant, attempts: Int) {
        id = new.id
        workspace = new.workspace
        lane = new.lane
        kind = new.kind
        payload = new.payload
        key = new.key
        serialKey = new.serialKey
        runAfter = new.runAfter ?? now
        notAfter = new.notAfter
        createdAt = now
        self.attempts = attempts
        lastError = nil
    }

    init(row: PostgresRow) throws {
        id = try row.decode("id")
        workspace = try row.decode("workspace_id")
        lane = try row.decode("lane")
        kind = try row.decode("kind")
        payload = try row.decode("payload")
        key = try row.decode("key")
        serialKey = try row.decode("serial_key")
        runAfter = try row.decode("run_after")
        notAfter = try row.decode("not_after")
        createdAt = try row.decode("created_at")
        attempts = try row.decode("attempts")
        lastError = try row.decode("last_error")
    }
}

/// A piece of work to be done after the transaction that asks for it.
///
/// `id` doubles as the idempotency key that is given to an outside provider.
package struct NewJob: Sendable {
    package var id: ID<Job>
    package var workspace: UUID
    package var lane: String
    package var kind: String
    package var payload: SQLJSON
    package var key: String?
    package var serialKey: String?
    /// Not before this time; nil is at once.
    package var runAfter: Instant?
    /// Not begun from this time on; nil is never too late.
    package var notAfter: Instant?
    /// How long the key stays used after the job's last moment; nil is as long as the job's row.
    package var keyLifetime: Duration?

    package init(
        id: ID<Job>, workspace: UUID, lane: String, kind: String, payload: SQLJSON,
        key: String? = nil, serialKey: String? = nil, runAfter: Instant? = nil,
        notAfter: Instant? = nil, keyLifetime: Duration? = nil
    ) {
        self.id = id
        self.workspace = workspace
        self.lane = lane
        self.kind = kind
        self.payload = payload
        self.key = key
        self.serialKey = serialKey
        self.runAfter = runAfter
        self.notAfter = notAfter
        self.keyLifetime = keyLifetime
    }
}
