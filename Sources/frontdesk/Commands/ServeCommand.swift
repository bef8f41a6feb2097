import Base
import Desk
import Foundation
import HTTP
import HTTPServer
import Jobs
import Postgres
import Processes
import Store
import Web
import WebCore

/// `frontdesk serve`: everything that an installation needs, in one process and its children.
///
///     PostgreSQL ─▶ migrations ─▶ ┬ HTTP server, worker, index, changes   (end first)
///                                 └ models                                (end next)
///     PostgreSQL ends last
///
/// The server answers while the models are still being loaded: what needs them waits or says so.
enum ServeCommand {
    static func run(_ words: [String]) async throws {
        let arguments = try Arguments(words, flags: ["--demo"])
        let config = try Config.read(ProcessInfo.processInfo.environment)
        let stop = StopSignal()
        let data = try DataFolder(preparing: config.dataFolder)
        let lock = try data.lock()
        defer { withExtendedLifetime(lock) {} }
        let parts = DeskParts(config, data)
        let place = try await DatabaseLocation.find(config, data)
        defer { place.tidy() }
        let supervisor = Supervisor(place.children, world: parts.world, logger: parts.logger)
        try await supervisor.running {
            let claim = try await InstallationClaim.take(.working, for: "serve", on: place)
            do {
                try await serve(
                    parts, place, claim, stop, isDemo: arguments.flags.contains("--demo"))
                await claim.release()
            } catch {
                await claim.release()
                throw error
            }
        }
    }

    private static func serve(
        _ parts: DeskParts, _ place: DatabaseLocation, _ claim: DatabaseClaim, _ stop: StopSignal,
        isDemo: Bool
    ) async throws {
        _ = try await MigrateCommand.bringUpToDate(parts, place)
        let database = try await place.open(parts.world, parts.logger)
        let desk = try parts.desk(on: database)
        try await desk.parkedJobs.retryAll()
        var limits = ServerConfiguration()
        limits.fit(openFiles: OpenFiles.raise())
        let changes = ChangeHub(limit: limits.maximumStreams)
        let server = try makeServer(desk, changes, parts, limits)
        let worker = Worker(
            pool: database.pool, listening: place.pool, handlers: desk.jobs, world: parts.world,
            logger: parts.logger, metrics: parts.metrics,
            // Nobody but us works on a database of our own: what is leased now is nobody's.
            patience: place.embedded == nil ? Worker.patience : .zero)
        let address = parts.config.publicURL ?? server.url
        try await withThrowingTaskGroup { group in
            group.addTask { await parts.keepModels() }
            // Ends with these services; only then is the group of the models cancelled.
            try await runTogether(
                [
                    server, worker, Patient(desk.indexCache), Patient(desk.outboxPruning),
                    Patient(desk.dataRetention),
                    Patient(desk.embeddingModelMonitor), desk.storageWatch,
                    ClaimKeeper(claim: claim, command: "serve", world: parts.world),
                    follower(of: database, place, changes, parts), Patient(desk.eventUpkeep),
                    desk.subscriptions { await EventStore.listen(place.pool, $0) },
                    WarmUp(parts: parts),
                    DocumentCheck(
                        folder: InstallationFolder(
                            data: parts.data, place: place, world: parts.world),
                        logger: parts.logger),
                    Greeting(
                        desk: desk, database: database, address: address, data: parts.data,
                        isDemo: isDemo),
                ], until: stop)
            group.cancelAll()
        }
        await database.pool.close()
    }

    /// Passes what is recorded on to open event streams.
    private static func follower(
        of database: Database, _ place: DatabaseLocation, _ changes: ChangeHub, _ parts: DeskParts
    ) -> EventFollower {
        let options = place.pool
        return EventFollower(
            database: database, world: parts.world, logger: parts.logger,
            listen: { await EventStore.listen(options, $0) }, tell: { changes.publish($0) },
            tellGap: { changes.gap() })
    }

    private static func makeServer(
        _ desk: FrontDesk, _ changes: ChangeHub, _ parts: DeskParts, _ limits: ServerConfiguration
    ) throws -> Server {
        let config = parts.config
        let site = Site(
            desk: desk, changes: changes,
            configuration: SiteConfiguration(
                publicURL: config.publicURL, trustedProxies: config.trustedProxies,
                uploadLimit: config.uploadLimitBytes, assetFolder: try BundledFiles.vendor("web"),
                version: FrontdeskCommand.version, registration: config.registration,
                monitoringNetworks: config.monitoringNetworks,
                undoSeconds: config.undoSeconds, limits: config.limits))
        var configuration = limits
        configuration.isShared = { ClientAddress.isPrivate($0) || site.isProxy($0) }
        configuration.address = config.bind
        configuration.port = config.port
        configuration.maximumBodyBytes = site.maximumBodyBytes
        do {
            return try Server(
                configuration, world: parts.world, logger: parts.logger,
                responder: site.responder)
        } catch {
            guard case .cannotListen(let address, let port, let code) = error else { throw error }
            throw OperatorError(
                "Port \(port) on \(address) cannot be used: \(String(cString: strerror(code)))."
                    + " Is another program there? Set PORT to another number.")
        }
    }
}

/// Brings the demo if it was asked for, says where everything is, and waits.
private struct Greeting: Service {
    let name = "greeting"
    let desk: FrontDesk
    let database: Database
    let address: String
    let data: DataFolder
    let isDemo: Bool

    func run() async throws {
        var words = "Frontdesk is at \(address)"
        if isDemo {
            let demo = try await Demo(desk: desk, database: database, data: data, address: address)
                .install()
            words += "\n" + demo.words
        }
        Terminal.say(words)
    }
}

/// Loads or trains the classifier of intents before a customer needs it.
private struct WarmUp: Service {
    let name = "warm-up"
    let parts: DeskParts

    private static let pause = Duration.seconds(1)

    func run() async throws {
        while !Task.isCancelled {
            do {
                _ = try await parts.intents.model()
                return
            } catch {
                // The embedding server is still being started, or is away: turns wait for it too.
                parts.logger.debug("intents are not ready yet", ["cause": .failure(error)])
            }
            // Only cancellation ends this early, and the loop sees it.
            try? await Task.sleep(for: WarmUp.pause)
        }
    }
}
