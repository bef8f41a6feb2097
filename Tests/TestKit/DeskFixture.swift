package import Base
package import Desk
package import Domain
import Foundation
import Jobs
package import Postgres
import Processes
package import Store

/// A front desk on a database of its own, as in production but for its models and its clock.
///
/// The database is copied from one that was migrated once; the pool's role is `frontdesk_app`.
/// Jobs run when the test says so (`drain`) or beside it (`working`).
package struct DeskFixture: Sendable {
    package let desk: FrontDesk
    package let database: Database
    /// For opening further sessions as the pool's role.
    package let options: PostgresOptions
    /// As the owner of the tables, for looking at what row-level security hides.
    package let owner: PostgresOptions
    package let clock: ManualClock
    package let world: World
    /// Where the uploaded files are.
    package let blobFolder: String
    private let folder: TestFolder
    private let build: @Sendable () -> FrontDesk

    /// Friday 20 November 2026, 10:00 in London.
    package static let start = Instant(seconds: 1_795_168_800)

    /// Makes a desk; `change` may replace its ports before it is put together.
    ///
    /// - Parameter release: whose database is brought up to date; nil begins with an empty one.
    package init(
        at start: Instant = DeskFixture.start, connections: Int = 6, logger: Logger = .silent,
        uploadLimit: Int = DocumentUpload.usualSizeLimit, limits: Limits = Limits(),
        storage: StoragePolicy = StoragePolicy(), faults: FaultPlan? = nil,
        upgrading release: ReleaseDump? = nil,
        _ change: (inout DeskPorts) -> Void = { _ in }
    ) async throws {
        if let release {
            (owner, options) = try await release.upgraded()
        } else {
            (owner, options) = try await TestDatabase.migrated()
        }
        folder = try TestFolder()
        blobFolder = folder.path
        clock = ManualClock(start)
        var world = World.test(at: clock)
        // The clock is the test's; waiting is short and real, so that polling does not turn it.
        world.sleep = { _ in try await Task.sleep(for: .milliseconds(5)) }
        self.world = world
        var sessions = PostgresPool.Limits(connections: connections)
        sessions.acquisition = Patience.limit
        database = Database(
            pool: PostgresPool(options, limits: sessions),
            unreadable: UnreadableRows(world: world),
            faults: { _ in try faults?.call() })
        var ports = DeskPorts.stub(blobFolder: blobFolder)
        change(&ports)
        if let faults { ports = ports.breaking(by: faults) }
        let (given, opened, parts) = (world, database, ports)
        build = {
            FrontDesk(
                world: given, database: opened, ports: parts, codeKey: Secret("a key for tests"),
                uploadLimit: uploadLimit, limits: limits, logger: logger, metrics: Metrics(),
                storage: storage)
        }
        desk = build()
    }

    /// The desk of a process that was started anew on the same database: what the first one had in
    /// memory only is gone.
    package func restarted() -> FrontDesk { build() }

    // MARK: Working

    /// Runs jobs until none is due; gives how many were parked in all.
    ///
    /// Jobs that wait for a later time stay. Throws `StillWorking` when patience ends.
    @discardableResult
    package func drain() async throws -> Int {
        try await working { try await settled() }
    }

    /// Runs the worker and the index beside `body`.
    @discardableResult
    package func working<Result: Sendable>(
        _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        let worker = Worker(
            pool: database.pool, listening: nil, handlers: desk.jobs, world: world)
        return try await withThrowingTaskGroup { group in
            group.addTask { try await worker.run() }
            defer { group.cancelAll() }
            return try await body()
        }
    }

    /// Waits until no job is due or running; gives how many are parked.
    @discardableResult
    package func settled() async throws -> Int {
        let end = ContinuousClock.now + Patience.limit
        let subscriptions = desk.subscriptions { _ in }
        while ContinuousClock.now < end {
            // What follows from what was recorded is work too.
            do {
                if try await subscriptions.catchUp() {
                    try await Task.sleep(for: .milliseconds(5))
                    continue
                }
            } catch is InjectedFault {
                // The service tries again as well.
                continue
            }
            let depth = try await database.pool.run { try Outbox.depth(in: $0) }
            let open = depth.filter { lane in
                lane.state == "running" || (lane.state == "queued" && lane.oldest <= clock.now)
            }
            if open.isEmpty {
                return depth.filter { $0.state == "parked" }.reduce(0) { $0 + $1.count }
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw StillWorking()
    }

    package struct StillWorking: Error {
        package init() {}
    }

    // MARK: People and businesses

    package static let password = Secret("a long enough password")

    /// A workspace without a catalogue, and its owner.
    package func openWorkspace(
        _ slug: String = "first", zone: String = "Europe/London"
    ) async throws -> Staff {
        try await desk.registration.open(
            .init(name: "The \(slug)", slug: slug, zone: zone, currency: "GBP"),
            owner: person("owner", slug))
    }

    /// Adds somebody of this role to the owner's workspace.
    package func add(_ role: Role, by owner: Staff) async throws -> Staff {
        try await desk.registration.add(
            person(role.rawValue, owner.workspace.description), role: role, by: owner)
    }

    /// Opens one of the corpora (`salon`, `dental`, `medspa`, `law`, `estate`), without documents.
    package func openBusiness(_ name: String = "salon") async throws -> Staff {
        let data = try Data(
            contentsOf: URL(fileURLWithPath: Corpora.folder(name) + "/business.json"))
        let file = try BusinessFile.read(data)
        return try await desk.open(file, owner: person("owner", file.slug))
    }

    /// Uploads documents of one of the corpora: all, or those of these names. Not yet read.
    @discardableResult
    package func uploadDocuments(
        _ names: [String]? = nil, of business: String = "salon", by owner: Staff
    ) async throws -> [DocumentID] {
        var ids: [DocumentID] = []
        for name in try names ?? Corpora.documents(of: business) {
            let path = Corpora.folder(business) + "/documents/\(name)"
            let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
            ids.append(try await upload(name, bytes, by: owner))
        }
        return ids
    }

    /// Uploads one file. Not yet read.
    @discardableResult
    package func upload(
        _ name: String, _ bytes: [UInt8], by owner: Staff
    ) async throws -> DocumentID {
        let chunks = AsyncStream { continuation in
            continuation.yield(bytes)
            continuation.finish()
        }
        return try await desk.intake.upload(name: name, chunks: chunks, by: owner)
    }

    private func person(_ word: String, _ slug: String) -> RegistrationDesk.Person {
        .init(
            name: "\(word.capitalized) of \(slug)", email: "\(word)@\(slug).example",
            password: DeskFixture.password)
    }
}

/// Where the corpora are.
package enum Corpora {
    package static let all = ["salon", "dental", "medspa", "law", "estate"]

    package static func folder(_ business: String) -> String { Clone.file("corpora/\(business)") }

    /// File names of its documents, sorted.
    package static func documents(of business: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder(business) + "/documents")
            .sorted()
    }
}

extension Database {
    /// Changes a workspace as a test that is nobody in it.
    package func write<Value: Sendable>(
        _ workspace: WorkspaceID, _ body: @escaping @Sendable (Transaction) throws -> Value
    ) async throws -> Value {
        try await write(workspace, by: .machine("test"), body)
    }
}
