import Base
import Foundation

/// The PostgreSQL that comes with Frontdesk, on a socket of its own and on no network.
///
/// Order of use: `prepare`, then run `program` (under a `Supervisor`, see `supervised`), then
/// connect with `connection`. The owner of the cluster is the superuser `frontdesk`; a database of
/// the same name is made with it.
package struct EmbeddedPostgres: Sendable {
    package struct Settings: Sendable {
        package var maxConnections: Int
        package var sharedMemoryMegabytes: Int
        /// Off only for tests: without it a power cut loses data.
        package var durable: Bool

        package init(
            maxConnections: Int = 60, sharedMemoryMegabytes: Int = 128, durable: Bool = true
        ) {
            self.maxConnections = maxConnections
            self.sharedMemoryMegabytes = sharedMemoryMegabytes
            self.durable = durable
        }
    }

    /// The major version whose files this can read.
    package static let version = "18"
    package static let owner = "frontdesk"
    /// The account it runs as when we are root.
    package static let accountName = "frontdesk"
    /// Where root keeps what the account cannot reach in its own place.
    package static let sharedPlace = "/var/lib/frontdesk"

    /// The cluster: real path, no links.
    package let cluster: String
    /// The folder of the socket.
    package let socketFolder: String
    package let settings: Settings
    private let binaries: String
    private let user: SystemUser?

    init(
        cluster: String, socketFolder: String, settings: Settings, binaries: String,
        user: SystemUser?
    ) {
        self.cluster = cluster
        self.socketFolder = socketFolder
        self.settings = settings
        self.binaries = binaries
        self.user = user
    }

    /// Makes ready to start: account, binaries, cluster, socket folder; ends orphans.
    ///
    /// `installation` is `.vendor/postgres`, `path` where the cluster is or shall be. Only one
    /// process may do this for one cluster: hold the lock of the data folder.
    package static func prepare(
        installation: String, cluster path: String, settings: Settings = Settings()
    ) async throws(ProcessFault) -> EmbeddedPostgres {
        let user = SystemUser.isRoot ? try await SystemUser.ensure(accountName) : nil
        let install = try await PostgresInstallation(installation).reachable(by: user)
        let cluster = try PostgresCluster(path: path, user: user, binaries: install.binaries)
        let place = try await cluster.ready(durable: settings.durable)
        try await SocketFolders.clearAbandoned(user)
        let sockets = socketFolder(of: place)
        try Files.ensureFolder(sockets, mode: 0o700, owner: user)
        try SocketFolders.sign(sockets, for: place)
        return EmbeddedPostgres(
            cluster: place, socketFolder: sockets, settings: settings,
            binaries: install.binaries, user: user)
    }

    /// A folder whose name is short: the path of a socket may have 107 bytes at most.
    package static func socketFolder(of cluster: String) -> String {
        "\(SocketFolders.parent)/\(SocketFolders.prefix)\(Files.shortName(cluster))"
    }

    /// Removes the folder of the socket once nothing runs on the cluster any more.
    package func removeSocketFolder() {
        guard PostgresCluster.processes(workingIn: cluster).isEmpty else { return }
        SocketFolders.remove(socketFolder)
    }

    /// How libpq reaches a database of this server.
    package func connection(database: String = owner, role: String = owner) -> String {
        "host=\(socketFolder) user=\(role) dbname=\(database)"
    }

    /// A tool of the same version, such as `pg_dump`, run as the same account.
    package func tool(_ name: String, _ arguments: [String]) -> Program {
        Program("\(binaries)/\(name)", arguments, user: user)
    }

    /// The server. Interrupt is its fast end: open transactions are rolled back, nothing waits.
    package var program: Program {
        var program = tool("postgres", ["-D", cluster] + options.flatMap { ["-c", $0] })
        program.deathSignal = .interrupt
        program.stopSignal = .interrupt
        return program
    }

    private var options: [String] {
        let common = [
            "listen_addresses=", "unix_socket_directories=\(socketFolder)",
            "unix_socket_permissions=0700", "max_connections=\(settings.maxConnections)",
            "shared_buffers=\(settings.sharedMemoryMegabytes)MB", "timezone=UTC",
            "log_timezone=UTC", "jit=off", "wal_level=minimal", "max_wal_senders=0",
            // A query whose client is gone is given up.
            "client_connection_check_interval=1s",
            // Statements and details hold what customers wrote: they stay out of the log.
            "log_min_error_statement=panic", "log_error_verbosity=terse",
            "log_line_prefix=%m [%p] ",
        ]
        let careless = [
            "fsync=off", "full_page_writes=off", "synchronous_commit=off", "autovacuum=off",
        ]
        return common + (settings.durable ? [] : careless)
    }

    /// Whether the server with this process id accepts connections, by its own word: it writes
    /// its state into the eighth line of `postmaster.pid`.
    package func isReady(_ processID: Int32) -> Bool {
        guard let file = PostmasterFile(cluster: cluster) else { return false }
        return file.processID == processID && file.status == "ready"
    }

    /// Starts without a supervisor and waits until it accepts connections.
    package func start(within limit: Duration = .seconds(60)) async throws(ProcessFault) -> Child {
        let child = try await Child.start(program)
        let end = ContinuousClock.now + limit
        while !isReady(child.processID) {
            if let termination = child.termination {
                throw .ended(program: "postgres", termination, lastLines: child.lastLines)
            }
            do {
                guard ContinuousClock.now < end else {
                    throw ProcessFault.notReady(
                        program: "postgres", limit: limit, lastLines: child.lastLines)
                }
                try await Task.sleep(for: .milliseconds(5))
            } catch {
                await child.stop()
                throw error as? ProcessFault ?? .cancelled(program: "postgres")
            }
        }
        return child
    }
}
