import Base
import Foundation
import Postgres
import Processes
import Store

/// `frontdesk restore`: what a backup holds takes the place of what is here.
///
///     unpack and check beside what is here          nothing is touched
///     note what is about to happen                  `restore/plan.json`
///     one transaction: tables, rows, comparison     the database is the new one, or the old one
///     rename the folders                            until then the next start finishes it
enum RestoreCommand {
    static func run(_ words: [String]) async throws {
        let arguments = try Arguments(words, flags: ["--force"], plain: 1)
        guard let name = arguments.plain.first else { throw UsageError("Name the file.") }
        let file = URL(fileURLWithPath: name).standardizedFileURL.path
        guard FileManager.default.isReadableFile(atPath: file) else {
            throw OperatorError("\(file) is not there or cannot be read.")
        }
        let config = try Config.read(ProcessInfo.processInfo.environment)
        let data = try DataFolder(preparing: config.dataFolder)
        guard let lock = try data.lockIfFree() else {
            throw OperatorError("Stop the server on \(data.path) first.")
        }
        defer { withExtendedLifetime(lock) {} }
        let parts = DeskParts(config, data)
        let place = try await DatabaseLocation.find(config, data)
        defer { place.tidy() }
        let supervisor = Supervisor(place.children, world: parts.world, logger: parts.logger)
        let isForced = arguments.flags.contains("--force")
        let documents = try await supervisor.running {
            let claim = try await InstallationClaim.take(.replacing, for: "restore", on: place)
            do {
                let documents = try await restore(file, isForced, parts, place)
                await claim.release()
                return documents
            } catch {
                await claim.release()
                throw error
            }
        }
        Terminal.say("Restored, with \(documents) documents. Start the server.")
    }

    private static func restore(
        _ file: String, _ isForced: Bool, _ parts: DeskParts, _ place: DatabaseLocation
    ) async throws -> Int {
        let state = RestoreState(data: parts.data, place: place, logger: parts.logger)
        try await state.settle()
        try await place.migrate(parts.world)
        let count = try await place.asOwner {
            try $0.query("select count(*) from workspace").one().decode(at: 0, as: Int.self)
        }
        guard count == 0 || isForced else {
            throw OperatorError(
                "There are \(count) workspaces here. Say --force to replace them and their"
                    + " documents by the backup.")
        }
        let swap = state.swap
        try swap.prepare()
        let archive: UnpackedArchive
        do {
            archive = try await UnpackedArchive(
                unpacking: file, to: swap.folder, staging: swap.staging)
        } catch {
            try swap.discard()
            throw error
        }
        let names = [Archive.blobs, Archive.keys]
        let id = parts.world.uuid().uuidString.lowercased()
        try swap.plan(
            .init(
                id: id, brought: names + (archive.hasDemo ? [Archive.demo] : []),
                removed: archive.hasDemo ? [] : [Archive.demo]))
        do {
            try await replace(by: archive, id, parts.world, place)
        } catch {
            // The database knows whether it is the new one, whatever broke.
            try await state.settle()
            throw RestoreCommand.advice(error)
        }
        try state.finish()
        let folder = InstallationFolder(data: parts.data, place: place, world: parts.world)
        let lost = try await folder.missingDocuments()
        guard lost == archive.manifest.missing?.count ?? 0 else {
            throw OperatorError("Restored, but the bytes of \(lost) documents are not there.")
        }
        return archive.blobs.count
    }

    private static func replace(
        by archive: UnpackedArchive, _ id: String, _ world: World, _ place: DatabaseLocation
    ) async throws {
        let now = world.now()
        let known = archive.blobs.union(archive.manifest.missing ?? [])
        try await place.asOwner { connection in
            try SchemaMigrations.rebuild(from: archive.dump, on: connection, at: now) {
                connection in
                // Asked of the tables and not of the file: this is what will be worked with.
                try InstallationStore.documentHashes(connection) { sha256 in
                    guard known.contains(sha256) else {
                        throw DumpFault.unknown("a document without its bytes")
                    }
                }
                try InstallationStore.set(.restore, id, connection)
            }
        }
    }

    private static func advice(_ error: any Error) -> any Error {
        switch error {
        case let fault as DumpFault:
            OperatorError("The backup is damaged: \(fault). Nothing was changed.")
        case let error as PostgresError where error.state?.group == "22" || error.violates():
            OperatorError("The backup does not fit its own schema (\(error)). Nothing was changed.")
        default: error
        }
    }
}
