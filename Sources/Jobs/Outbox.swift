package import Base
package import Foundation
package import Postgres

/// The table of work to be done: written in the transaction that causes the work.
///
/// These run as the pool's role, under the workspace's row-level security, in the caller's
/// transaction. The table and the functions that look across workspaces come with the migrations.
package enum Outbox {
    /// Workers listen here; the payload is the lane.
    package static let channel = "outbox"

    /// Adds a job; false when the workspace has, or lately had, one with the same key.
    ///
    /// A key is used for as long as the job's row is there, and beyond that for its `keyLifetime`.
    /// Workers are woken when the transaction commits.
    @discardableResult
    package static func enqueue(
        _ job: NewJob, at now: Instant, in connection: PostgresConnection
    ) throws -> Bool {
        let runAfter = job.runAfter ?? now
        let keptUntil: Instant? =
            if job.key != nil, let lifetime = job.keyLifetime {
                max(runAfter, job.notAfter ?? runAfter) + lifetime
            } else {
                nil
            }
        let added = try connection.query(
            """
            with first as (
                insert into job_once as o (workspace_id, key, kind, kept_until)
                select \(job.workspace), \(job.key), \(job.kind), \(keptUntil)::timestamptz
                where \(keptUntil)::timestamptz is not null
                on conflict (workspace_id, key) do update
                    set kind = excluded.kind, kept_until = excluded.kept_until
                    where o.kept_until <= \(now)
                returning o.key
            ), added as (
                insert into outbox (id, workspace_id, lane, kind, payload, key, serial_key,
                    state, run_after, not_after, attempts, created_at)
                select \(job.id), \(job.workspace), \(job.lane), \(job.kind), \(job.payload),
                    \(job.key), \(job.serialKey), 'queued', \(runAfter), \(job.notAfter), 0, \(now)
                where \(keptUntil)::timestamptz is null or exists (select from first)
                on conflict (workspace_id, key) do nothing
                returning lane
            )
            select pg_notify(\(channel), lane) from added
            """)
        return !added.isEmpty
    }

    /// The workspace's jobs that wait for a person, latest first.
    ///
    /// - Parameter last: the last one of the page before.
    package static func parked(
        workspace: UUID, before last: (at: Instant, id: ID<Job>)? = nil, limit: Int = 50,
        in connection: PostgresConnection
    ) throws -> [Job] {
        try connection.query(
            """
            select id, workspace_id, lane, kind, payload, key, serial_key, run_after, not_after,
                created_at, attempts, last_error
            from outbox where workspace_id = \(workspace) and state = 'parked'
                and (\(last?.at)::timestamptz is null
                    or (created_at, id) < (\(last?.at), \(last?.id)))
            order by created_at desc, id desc limit \(limit)
            """
        ).map(Job.init(row:))
    }

    /// How many of the workspace's jobs wait for a person, counted up to a limit.
    package static func parkedCount(
        workspace: UUID, upTo limit: Int, in connection: PostgresConnection
    ) throws -> Int {
        try connection.query(
            """
            select count(*) from (select from outbox
                where workspace_id = \(workspace) and state = 'parked' limit \(limit)) o
            """
        ).one().decode(at: 0)
    }

    /// Lets a parked job run again with all its attempts; false when it is not parked.
    @discardableResult
    package static func requeue(
        _ id: ID<Job>, workspace: UUID, at now: Instant, in connection: PostgresConnection
    ) throws -> Bool {
        let moved = try connection.query(
            """
            with moved as (
                update outbox set state = 'queued', attempts = 0, run_after = \(now)
                where workspace_id = \(workspace) and id = \(id) and state = 'parked'
                returning lane
            )
            select pg_notify(\(channel), lane) from moved
            """)
        return !moved.isEmpty
    }

    /// Removes a parked job for good; false when it is not parked. Its key stays used.
    package static func drop(
        _ id: ID<Job>, workspace: UUID, in connection: PostgresConnection
    ) throws -> Bool {
        try connection.execute(
            """
            delete from outbox
            where workspace_id = \(workspace) and id = \(id) and state = 'parked'
            """) > 0
    }

    /// Lets the queued jobs of a serial key run now, whatever they wait for; gives how many there
    /// are.
    @discardableResult
    package static func runNow(
        serialKey: String, lane: String, workspace: UUID, at now: Instant,
        in connection: PostgresConnection
    ) throws -> Int {
        try connection.query(
            """
            with moved as (
                update outbox set run_after = least(run_after, \(now))
                where workspace_id = \(workspace) and lane = \(lane) and serial_key = \(serialKey)
                    and state = 'queued'
                returning lane
            )
            select pg_notify(\(channel), lane) from moved
            """
        ).count
    }

    /// Drops the jobs with these keys that have not begun, such as reminders of a cancelled booking.
    ///
    /// Their keys are free again. Gives how many were dropped.
    @discardableResult
    package static func withdraw(
        keys: [String], workspace: UUID, in connection: PostgresConnection
    ) throws -> Int {
        try connection.query(
            """
            with gone as (
                delete from outbox where workspace_id = \(workspace) and key = any(\(keys))
                    and state in ('queued', 'parked')
                returning key
            ), freed as (
                delete from job_once where workspace_id = \(workspace)
                    and key in (select key from gone)
            )
            select count(*) from gone
            """
        ).one().decode(at: 0)
    }

    /// How many jobs of a kind are in a state, and since when the oldest is due; for metrics.
    package struct Depth: Sendable, Equatable {
        package let lane: String
        package let kind: String
        package let state: String
        package let count: Int
        package let oldest: Instant
    }

    package static func depth(in connection: PostgresConnection) throws -> [Depth] {
        try connection.query("select * from outbox_depth()").map { row in
            Depth(
                lane: try row.decode("lane"), kind: try row.decode("kind"),
                state: try row.decode("state"), count: try row.decode("count"),
                oldest: try row.decode("oldest"))
        }
    }

    /// How many jobs of a kind were dropped because their last moment was over.
    package struct Expired: Sendable, Equatable {
        package let lane: String
        package let kind: String
        package let count: Int
    }

    /// Drops what is too late, a bounded number: it stays for a while, marked as expired.
    package static func expire(
        lanes: [String], at now: Instant, atMost count: Int = 1_000,
        in connection: PostgresConnection
    ) throws -> [Expired] {
        try connection.query("select * from outbox_expire(\(lanes), \(now), \(Int32(count)))")
            .map { row in
                Expired(
                    lane: try row.decode("lane"), kind: try row.decode("kind"),
                    count: try row.decode("count"))
            }
    }

    /// Lets all parked jobs of all workspaces run again with all their attempts.
    package static func retryParked(at now: Instant, in connection: PostgresConnection) throws {
        _ = try connection.query("select outbox_retry_parked(\(now))")
    }

    /// Removes jobs done or expired before the given time, a bounded number; gives how many. Keys
    /// that were kept beyond their jobs until then are free again.
    package static func prune(
        doneBefore limit: Instant, atMost count: Int = 1_000, in connection: PostgresConnection
    ) throws -> Int {
        try connection.query("select outbox_prune(\(limit), \(Int32(count)))").one().decode(at: 0)
    }
}
