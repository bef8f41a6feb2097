import Base
import Desk
import Foundation
import Jobs
import Postgres
import Processes
import Store

/// What the commands beside `serve` share: they work on the running server's database, or start it
/// for as long as they need it.
enum Workplace {
    /// - Parameter alone: refuses while a server runs on the folder.
    static func with<Result: Sendable>(
        alone: Bool = false,
        _ work: @Sendable (DeskParts, DatabasePlace, Database) async throws -> Result
    ) async throws -> Result {
        let config = try Config.read(ProcessInfo.processInfo.environment)
        let data = try DataFolder(preparing: config.dataFolder)
        let lock = try data.lockIfFree()
        defer { withExtendedLifetime(lock) {} }
        if alone, lock == nil { throw Advice("Stop the server on \(data.path) first.") }
        let parts = DeskParts(config, data)
        let place = try await DatabasePlace.find(config, data, running: lock == nil)
        let children = lock == nil ? [] : place.children
        defer { if lock != nil { place.tidy() } }
        let supervisor = Supervisor(children, world: parts.world, logger: parts.logger)
        return try await supervisor.running {
            if lock != nil || place.embedded == nil { try await place.migrate(parts.world) }
            let database = try await place.open(parts.world, parts.logger, connections: 4)
            do {
                let result = try await work(parts, place, database)
                await database.pool.close()
                return result
            } catch {
                await database.pool.close()
                throw error
            }
        }
    }
}

/// `frontdesk migrate`.
enum MigrateCommand {
    static func run(_ words: [String]) async throws {
        _ = try Arguments(words)
        let config = try Config.read(ProcessInfo.processInfo.environment)
        let data = try DataFolder(preparing: config.dataFolder)
        let lock = config.databaseURL == nil ? try data.lock() : nil
        defer { withExtendedLifetime(lock) {} }
        let parts = DeskParts(config, data)
        let place = try await DatabasePlace.find(config, data)
        defer { place.tidy() }
        let supervisor = Supervisor(place.children, world: parts.world, logger: parts.logger)
        let applied = try await supervisor.running { try await place.migrate(parts.world) }
        let words = applied.isEmpty ? "nothing to do" : applied.joined(separator: ", ")
        Terminal.say("The database is up to date: \(words).")
    }
}

/// `frontdesk owner create`: the first owner of a workspace, without a demo.
enum OwnerCommand {
    static func run(_ words: [String]) async throws {
        guard words.first == "create" else { throw WrongWords("Say: frontdesk owner create …") }
        let arguments = try Arguments(
            Array(words.dropFirst()),
            values: ["--email", "--name", "--business", "--slug", "--zone", "--currency"])
        let business = try arguments.required("--business")
        let email = try arguments.required("--email")
        let name = try arguments.required("--name")
        let slug = arguments.values["--slug"] ?? Registration.slug(from: business)
        let given = Terminal.passwordFromInput()
        try await Workplace.with { parts, _, database in
            let password = given ?? Secret(Passphrase.make(parts.world))
            let desk = try parts.desk(on: database)
            _ = try await desk.registration.open(
                .init(
                    name: business, slug: slug, zone: arguments.values["--zone"] ?? "UTC",
                    currency: arguments.values["--currency"] ?? "USD"),
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
        guard let path = arguments.plain.first else { throw WrongWords("Name the folder.") }
        let folder = try LoadedFolder(path)
        let email = arguments.values["--email"] ?? "owner@\(folder.file.slug).example"
        let given = Terminal.passwordFromInput()
        try await Workplace.with { parts, _, database in
            let password = given ?? Secret(Passphrase.make(parts.world))
            let desk = try parts.desk(on: database)
            let slug = folder.file.slug
            let isNew = try await database.lookUp { try $0.workspace(ofSlug: slug) } == nil
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

/// `frontdesk work`: a worker beside servers that share a database.
enum WorkCommand {
    static func run(_ words: [String]) async throws {
        _ = try Arguments(words)
        let config = try Config.read(ProcessInfo.processInfo.environment)
        guard config.databaseURL != nil, config.embeddingsURL != nil else {
            throw Advice(
                "A worker of its own shares a database and embeddings with a server: set"
                    + " DATABASE_URL and EMBEDDINGS_URL. The embedded ones have a worker in `serve`."
            )
        }
        let stop = StopSignal()
        let data = try DataFolder(preparing: config.dataFolder)
        let parts = DeskParts(config, data)
        let place = try await DatabasePlace.find(config, data)
        try await place.migrate(parts.world)
        let database = try await place.open(parts.world, parts.logger)
        let desk = try parts.desk(on: database)
        let worker = Worker(
            pool: database.pool, listening: place.pool, lanes: desk.lanes, world: parts.world,
            logger: parts.logger, metrics: parts.metrics)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await parts.keepModels() }
            try await runTogether(
                [worker, Patient(desk.keeper), Patient(desk.modelWatch)], until: stop)
            group.cancelAll()
        }
        await database.pool.close()
    }
}
