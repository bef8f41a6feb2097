import Base
package import Domain
import Jobs
package import Store

/// Background work that was given up: seen by those who see to it, tried again, or dropped.
package struct ParkedJobs: Sendable {
    private let world: World
    private let database: Database
    /// What people call each kind of work.
    private let titles: [String: String]

    init(world: World, database: Database, handlers: [JobHandler]) {
        self.world = world
        self.database = database
        titles = Dictionary(
            handlers.map { ($0.kind, $0.title) }, uniquingKeysWith: { first, _ in first })
    }

    /// What waits in the workspace, latest first.
    package func page(
        after cursor: PageCursor?, limit: Int, _ reader: Reader
    ) throws -> Page<ParkedJob> {
        let jobs = try Outbox.parked(
            workspace: reader.workspace.uuid,
            before: cursor.flatMap { cursor in ID<Job>(cursor.id).map { (cursor.at, $0) } },
            limit: limit + 1, in: reader.connection)
        let items = jobs.prefix(limit).map { job in
            ParkedJob(
                id: ID(job.id.uuid), kind: job.kind,
                title: titles[job.kind] ?? "Work of another version of the program",
                reason: job.lastError ?? "", attempts: job.attempts, createdAt: job.createdAt)
        }
        guard jobs.count > limit, let last = items.last else {
            return Page(items: Array(items), next: nil)
        }
        let next = PageCursor(at: last.createdAt, id: last.id.description)
        return Page(items: Array(items), next: next.text)
    }

    /// How many wait in the workspace, counted up to a limit.
    package static func count(upTo limit: Int = 100, _ reader: Reader) throws -> Int {
        try Outbox.parkedCount(
            workspace: reader.workspace.uuid, upTo: limit, in: reader.connection)
    }

    /// Lets it run again, with all its attempts.
    package func retry(
        _ id: ParkedJobID, by staff: Staff, receipt: Receipt<Void>? = nil
    ) async throws {
        let now = world.now()
        try await change(id, ParkedJobEvents.retried, by: staff, receipt) { transaction in
            try Outbox.requeue(
                ID(id.uuid), workspace: transaction.workspace.uuid, at: now,
                in: transaction.connection)
        }
    }

    /// Removes it: it will never be done.
    package func drop(
        _ id: ParkedJobID, by staff: Staff, receipt: Receipt<Void>? = nil
    ) async throws {
        try await change(id, ParkedJobEvents.dropped, by: staff, receipt) { transaction in
            try Outbox.drop(
                ID(id.uuid), workspace: transaction.workspace.uuid, in: transaction.connection)
        }
    }

    private func change(
        _ id: ParkedJobID, _ kind: EventKind, by staff: Staff, _ receipt: Receipt<Void>?,
        _ body: @escaping @Sendable (Transaction) throws -> Bool
    ) async throws {
        try staff.require(.manageOperations)
        let now = world.now()
        try await database.write(staff.workspace, by: staff.origin, receipt) { transaction in
            guard try body(transaction) else { throw ParkedJobRefusal.notParked }
            try transaction.record(kind, of: id, at: now)
        }
    }

    /// Lets every job of every workspace that was parked run again, as at a start: by then its cause
    /// may be mended.
    package func retryAll() async throws {
        let now = world.now()
        try await database.beforeTenant { directory in
            try Outbox.retryParked(at: now, in: directory.connection)
        }
    }
}
