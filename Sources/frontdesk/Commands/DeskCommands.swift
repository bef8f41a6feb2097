import Base
import Desk
import Domain
import Foundation
import Jobs
import Postgres
import Processes
import Store

/// What the commands beside `serve` share: they work on the running server's database, or start it
/// for as long as they need it.
enum CommandEnvironment {
    static func with<Result: Sendable>(
        _ use: InstallationClaim.Use = .visiting, for command: String,
        _ work: @escaping @Sendable (DeskParts, DatabaseLocation, Database) async throws -> Result
    ) async throws -> Result {
        let config = try Config.read(ProcessInfo.processInfo.environment)
        let data = try DataFolder(preparing: config.dataFolder)
        let lock = try data.lockIfFree()
        defer { withExtendedLifetime(lock) {} }
        let parts = DeskParts(config, data)
        let isAlone = lock != nil
        let place = try await DatabaseLocation.find(config, data, running: !isAlone)
        let children = isAlone ? place.children : []
        defer { if isAlone { place.tidy() } }
        let supervisor = Supervisor(children, world: parts.world, logger: parts.logger)
        return try await supervisor.running {
            let claim = try await InstallationClaim.take(use, for: command, on: place)
            do {
                try await ready(parts, place, claim, isAlone: isAlone)
                let database = try await place.open(parts.world, parts.logger, connections: 4)
                do {
                    let result = try await work(parts, place, database)
                    await database.pool.close()
                    await claim.release()
                    return result
                } catch {
                    await database.pool.close()
                    throw error
                }
            } catch {
                await claim.release()
                throw error
            }
        }
    }

    /// Beside a server nothing is changed: its program must fit the tables as they are.
    private static func ready(
        _ parts: DeskParts, _ place: DatabaseLocation, _ claim: DatabaseClaim, isAlone: Bool
    ) async throws {
        if isAlone {
            try await RestoreState(data: parts.data, place: place, logger: parts.logger).settle()
        }
        if try await claim.holder(of: InstallationPart.work.rawValue) != nil {
            try await place.refusePending()
        } else {
            try await place.migrate(parts.world)
        }
        try await InstallationFolder(data: parts.data, place: place, world: parts.world).check()
    }
}

/// `frontdesk migrate`: what `serve` does before it serves, and no more.
enum MigrateCommand {
    static func run(_ words: [String]) async throws {
        let arguments = try Arguments(words, flags: ["--take-over"])
        let config = try Config.read(ProcessInfo.processInfo.environment)
        let data = try DataFolder(preparing: config.dataFolder)
        let lock = try data.lock()
        defer { withExtendedLifetime(lock) {} }
        let parts = DeskParts(config, data)
        let place = try await DatabaseLocation.find(config, data)
        defer { place.tidy() }
        let isTakingOver = arguments.flags.contains("--take-over")
        let supervisor = Supervisor(place.children, world: parts.world, logger: parts.logger)
        let applied = try await supervisor.running {
            let claim = try await InstallationClaim.take(.replacing, for: "migrate", on: place)
            do {
                let applied = try await bringUpToDate(
                    parts, place, isTakingOver: isTakingOver)
                await claim.release()
                return applied
            } catch {
                await claim.release()
                throw error
            }
        }
        let words = applied.isEmpty ? "nothing to do" : applied.joined(separator: ", ")
        Terminal.say("The database is up to date: \(words).")
    }

    /// Everything that must be right before anything uses the data; the claim is held.
    static func bringUpToDate(
        _ parts: DeskParts, _ place: DatabaseLocation, isTakingOver: Bool = false
    ) async throws -> [String] {
        try await RestoreState(data: parts.data, place: place, logger: parts.logger).settle()
        let applied = try await place.migrate(parts.world)
        try await InstallationFolder(data: parts.data, place: place, world: parts.world)
            .check(isTakingOver: isTakingOver)
        return applied
    }
}

/// `frontdesk owner create`: the first owner of a workspace, without a demo.
enum OwnerCommand {
    static func run(_ words: [String]) async throws {
        guard words.first == "create" else { throw UsageError("Say: frontdesk owner create …") }
        let arguments = try Arguments(
            Array(words.dropFirst()),
            values: [
                "--email", "--name", "--business", "--slug", "--zone", "--currency", "--country",
            ])
        let business = try arguments.required("--business")
        let email = try arguments.required("--email")
        let name = try arguments.required("--name")
        let slug = arguments.values["--slug"] ?? RegistrationDesk.slug(from: business)
        let given = Terminal.passwordFromInput()
        try await CommandEnvironment.with(for: "owner") { parts, _, database in
            let password = given ?? Secret(Passphrase.make(parts.world))
            let desk = try parts.desk(on: database)
            _ = try await desk.registration.open(
                .init(
                    name: business, slug: slug, zone: arguments.values["--zone"] ?? "UTC",
                    currency: arguments.values["--currency"] ?? "USD",
                    locale: .init(region: arguments.values["--country"])),
                owner: .init(name: name, email: email, password: password))
            Terminal.say("\(email) owns \(business); its portal is /portal/\(slug).")
            if given == nil {
                Terminal.say("The password, shown only this once: \(password.revealed())")
            }
        }
    }
}

/// `frontdesk load`: a business from a folder, with its documents.
enum LoadCommand {
    static func run(_ words: [String]) async throws {
        let arguments = try Arguments(words, values: ["--email"], plain: 1)
        guard let path = arguments.plain.first else { throw UsageError("Name the folder.") }
        let folder = try BusinessFolder(path)
        let email = arguments.values["--email"] ?? "owner@\(folder.file.slug).example"
        let given = Terminal.passwordFromInput()
        try await CommandEnvironment.with(for: "load") { parts, _, database in
            let password = given ?? Secret(Passphrase.make(parts.world))
            let desk = try parts.desk(on: database)
            let slug = folder.file.slug
            let isNew = try await database.beforeTenant { try $0.workspace(ofSlug: slug) } == nil
            let owner = try await folder.open(on: desk, database, owner: email, password: password)
            try await folder.upload(to: desk, by: owner)
            Terminal.say("\(folder.file.name) is at /portal/\(slug); \(email) owns it.")
            if isNew, given == nil {
                Terminal.say("The password, shown only this once: \(password.revealed())")
            }
            Terminal.say("Its documents are read by the server as soon as it runs.")
        }
    }
}

/// `frontdesk work`: the worker without the pages, while no server runs.
///
/// Beside a server it would read documents that the server does not find: an index is known only to
/// the process that made it. So it works alone on its database, like a server.
enum WorkCommand {
    static func run(_ words: [String]) async throws {
        _ = try Arguments(words)
        let config = try Config.read(ProcessInfo.processInfo.environment)
        guard config.databaseURL != nil, config.embeddingsURL != nil else {
            throw OperatorError(
                "A worker of its own needs a database and embeddings that are there without a"
                    + " server: set DATABASE_URL and EMBEDDINGS_URL. The embedded ones have a worker"
                    + " in `serve`.")
        }
        let stop = StopSignal()
        let data = try DataFolder(preparing: config.dataFolder)
        let lock = try data.lock()
        defer { withExtendedLifetime(lock) {} }
        let parts = DeskParts(config, data)
        let place = try await DatabaseLocation.find(config, data)
        let claim = try await InstallationClaim.take(.working, for: "work", on: place)
        do {
            try await work(parts, place, claim, until: stop)
            await claim.release()
        } catch {
            await claim.release()
            throw error
        }
    }

    private static func work(
        _ parts: DeskParts, _ place: DatabaseLocation, _ claim: DatabaseClaim,
        until stop: StopSignal
    ) async throws {
        _ = try await MigrateCommand.bringUpToDate(parts, place)
        let database = try await place.open(parts.world, parts.logger)
        let desk = try parts.desk(on: database)
        try await desk.parkedJobs.retryAll()
        let worker = Worker(
            pool: database.pool, listening: place.pool, handlers: desk.jobs, world: parts.world,
            logger: parts.logger, metrics: parts.metrics)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await parts.keepModels() }
            try await runTogether(
                [
                    worker, Patient(desk.indexCache), Patient(desk.outboxPruning),
                    Patient(desk.dataRetention), Patient(desk.embeddingModelMonitor),
                    desk.storageWatch, Patient(desk.eventUpkeep),
                    desk.subscriptions { await EventStore.listen(place.pool, $0) },
                    ClaimKeeper(claim: claim, command: "work", world: parts.world),
                ], until: stop)
            group.cancelAll()
        }
        await database.pool.close()
    }
}
