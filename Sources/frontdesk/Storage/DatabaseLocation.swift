import Base
import Postgres
import Processes
import Store

/// The database of this installation: the one that comes with us, or one that was given.
struct DatabaseLocation: Sendable {
    /// For migrations, as the owner of the tables.
    let owner: PostgresOptions
    /// For everything else, as a role that row-level security holds.
    let pool: PostgresOptions
    /// Nil when the database was given.
    let embedded: EmbeddedPostgres?

    static let poolRole = "frontdesk_app"

    /// - Parameter running: whether another process of ours serves from this folder now.
    static func find(
        _ config: Config, _ data: DataFolder, running: Bool = false
    ) async throws -> DatabaseLocation {
        if let url = config.databaseURL { return given(url) }
        let installation = try BundledFiles.vendor("postgres")
        let server =
            running
            ? try await EmbeddedPostgres.attach(installation: installation, cluster: data.postgres)
            : try await EmbeddedPostgres.prepare(installation: installation, cluster: data.postgres)
        return DatabaseLocation(
            owner: PostgresOptions(url: Secret(server.connection())),
            pool: PostgresOptions(url: Secret(server.connection(role: poolRole))),
            embedded: server)
    }

    /// One that was given; nothing is asked of it yet.
    static func given(_ url: Secret) -> DatabaseLocation {
        DatabaseLocation(
            owner: PostgresOptions(url: url),
            pool: PostgresOptions(url: ExternalDatabase.asPoolRole(url)), embedded: nil)
    }

    /// Takes away what only a running server needs; call it when its children have ended.
    func tidy() { embedded?.removeSocketFolder() }

    /// What must run for it.
    var children: [Supervised] { embedded.map { [$0.supervised] } ?? [] }

    /// Brings the schema up to date and gives the names of what was applied.
    ///
    /// A given database is looked at first, and what its administrator must do is said in full.
    @discardableResult
    func migrate(_ world: World) async throws -> [String] {
        let isGiven = embedded == nil
        let now = world.now()
        return try await asOwner { connection in
            if isGiven { try ExternalDatabase.makeReady(connection) }
            let applied = try SchemaMigrations.apply(on: connection, at: now)
            try EventStore.catchUp(on: connection)
            return applied
        }
    }

    /// Runs work on a session of the tables' owner, without a limit of time.
    func asOwner<Result: Sendable>(
        _ work: @escaping @Sendable (PostgresConnection) throws -> Result
    ) async throws -> Result {
        var options = owner
        options.statementTimeout = .zero
        options.answerLimit = nil
        let session = PostgresPool(options, limits: .init(connections: 1))
        do {
            let result = try await session.run(work)
            await session.close()
            return result
        } catch {
            await session.close()
            throw error
        }
    }

    /// Refuses while the schema is not that of this program; changes nothing.
    func refusePending() async throws {
        let pending = try await asOwner { try SchemaMigrations.pending(on: $0) }
        guard pending.isEmpty else {
            throw OperatorError(
                "The server that runs is of an older version than this program. Stop it, or use its"
                    + " own program.")
        }
    }

    /// The pool, after making sure that its role is held by row-level security.
    func open(_ world: World, _ logger: Logger, connections: Int = 8) async throws -> Database {
        let database = Database(
            pool: PostgresPool(pool, limits: .init(connections: connections)),
            unreadable: UnreadableRows(world: world, logger: logger))
        do {
            try await database.refuseUnsafeRole()
        } catch StoreFault.roleBypassesRowSecurity {
            throw OperatorError(
                "The pool's role can step around row-level security, so workspaces would not be"
                    + " kept apart. In DATABASE_URL name a user that may SET ROLE"
                    + " \(DatabaseLocation.poolRole).")
        }
        return database
    }
}
