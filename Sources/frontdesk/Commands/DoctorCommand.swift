import Base
import Cryptography
import Desk
import Domain
import Foundation
import Glibc
import HTTP
import HTTPClient
import Pages
import Postgres
import Processes
import Providers
import Store
import VectorIndex

/// `frontdesk doctor`: each thing that is needed, in plain words; starts nothing and changes nothing.
enum DoctorCommand {
    static func run(_ words: [String]) async throws {
        _ = try Arguments(words)
        // With settings that cannot be read nothing else can be looked at: they are told and it ends.
        let config = try Config.read(ProcessInfo.processInfo.environment)
        var report = Report()
        report.note("settings", showing(config))
        report.note("limits", config.limits.lines.joined(separator: "\n"))
        for part in ["postgres", "minilm", "web"] { vendor(part, config, &report) }
        folder(config, &report)
        restore(config, &report)
        indexes(config, &report)
        await extraction(&report)
        await database(config, &report)
        await embeddings(config, &report)
        await server(config, &report)
        Terminal.say(report.lines.joined(separator: "\n"))
        if report.isBad {
            Terminal.say("\nSomething needs a hand; the lines that begin with WRONG say what.")
            Terminal.end(with: 1)
        }
    }

    private struct Report {
        private(set) var lines: [String] = []
        private(set) var isBad = false

        mutating func note(_ name: String, _ text: String) { add("ok   ", name, text) }

        mutating func complain(_ name: String, _ text: String) {
            isBad = true
            add("WRONG", name, text)
        }

        private mutating func add(_ mark: String, _ name: String, _ text: String) {
            let indented = text.replacing("\n", with: "\n                    ")
            lines.append(
                "\(mark)  \(name.padding(toLength: 12, withPad: " ", startingAt: 0)) \(indented)")
        }
    }

    private static func showing(_ config: Config) -> String {
        [
            "listens on \(config.bind), port \(config.port)",
            "public address \(config.publicURL ?? "none")",
            "proxies \(config.trustedProxies.isEmpty ? "none" : config.trustedProxies.joined(separator: ", "))",
            "metrics for this machine"
                + config.monitoringNetworks.map { ", \($0)" }.joined(),
            "registration \(config.registration.rawValue)",
            "approvals can be undone for \(config.undoSeconds) s",
        ].joined(separator: "; ")
    }

    private static func vendor(_ part: String, _ config: Config, _ report: inout Report) {
        let isNeeded = part == "postgres" ? config.databaseURL == nil : true
        // A missing folder is what is being asked about.
        let path = (try? BundledFiles.vendor(part)) ?? ".vendor/\(part)"
        let missing = part == "web" ? PageAssets(vendor: path).missing : []
        if !missing.isEmpty {
            report.complain(
                part, "\(path) lacks \(missing.joined(separator: ", ")). Run `make run` once.")
        } else if FileManager.default.fileExists(atPath: path) {
            report.note(part, path)
        } else if isNeeded {
            report.complain(part, "\(path) is not there. Run `make run` once.")
        } else {
            report.note(part, "not there, and not needed with these settings")
        }
    }

    private static func folder(_ config: Config, _ report: inout Report) {
        let path = URL(fileURLWithPath: config.dataFolder).standardizedFileURL.path
        var space = statvfs()
        guard FileManager.default.fileExists(atPath: path) else {
            return report.note("data", "\(path) does not exist yet; the first start makes it")
        }
        guard access(path, W_OK) == 0, statvfs(path, &space) == 0 else {
            return report.complain("data", "\(path) cannot be written by this account")
        }
        let free = (UInt64(space.f_bavail) * UInt64(space.f_frsize)) >> 20
        let reserve = UInt64(config.diskReserveBytes >> 20)
        if free < reserve {
            report.complain(
                "data",
                "\(path): only \(free) MB are free, less than the reserve of \(reserve) MB, so no"
                    + " document is taken; make room, or set DISK_RESERVE_MB")
        } else {
            report.note("data", "\(path), \(free) MB free")
        }
    }

    /// A restore that was killed between database and folders.
    private static func restore(_ config: Config, _ report: inout Report) {
        let swap = FolderSwap(
            in: DataFolder(existing: config.dataFolder).path, name: RestoreState.folder)
        do {
            guard try swap.pending != nil else { return }
            report.complain(
                "restore", "a restore was interrupted; the next start finishes it or takes it back")
        } catch {
            report.complain("restore", "\(swap.folder) cannot be read: \(error)")
        }
    }

    /// Every byte of the files that large workspaces' indexes are opened from.
    private static func indexes(_ config: Config, _ report: inout Report) {
        let folder = DataFolder(existing: config.dataFolder).snapshots
        // A folder that is not there holds no files.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let files = names.filter { $0.hasSuffix(IndexFiles.suffix) }.sorted()
        var vectors = 0
        var damaged: [String] = []
        for name in files {
            let path = "\(folder)/\(name)"
            do throws(VectorRefusal) {
                let found = try VectorCollection.verify(path: path)
                vectors += found.vectors
                guard !found.isSound else { continue }
                let blocks = found.damagedBlocks.count
                damaged.append(
                    blocks > 0
                        ? "\(name): \(blocks) of \(found.blocks) blocks are not what was written"
                        : "\(name): \(found.flaws.joined(separator: "; "))")
            } catch {
                // The server may have removed it since its name was read.
                guard FileManager.default.fileExists(atPath: path) else { continue }
                damaged.append("\(name): \(error.detail)")
            }
        }
        guard damaged.isEmpty else {
            return report.complain(
                "indexes",
                damaged.joined(separator: "\n")
                    + "\nDelete what is named here from \(folder): it is made again.")
        }
        report.note(
            "indexes",
            files.isEmpty
                ? "none kept in files; only large workspaces have one"
                : "\(vectors) vectors in \(files.count == 1 ? "a file" : "\(files.count) files"),"
                    + " every byte as it was written")
    }

    private static func extraction(_ report: inout Report) async {
        do {
            _ = try await Program(BundledFiles.program, ["extract", "--check"])
                .check(timeout: .seconds(30))
            report.note("extraction", "documents are read in a process without network or writing")
        } catch {
            report.complain("extraction", "the confined process does not work: \(error)")
        }
    }

    private static func database(_ config: Config, _ report: inout Report) async {
        do {
            let data = config.dataFolder
            if config.databaseURL == nil, !FileManager.default.fileExists(atPath: data + "/pg") {
                return report.note("database", "embedded; the first start makes it")
            }
            let folder = DataFolder(existing: data)
            if config.databaseURL == nil, !folder.isInUse {
                return report.note(
                    "database", "embedded; runs while `serve` runs, which is not now")
            }
            let place = try await DatabaseLocation.find(config, folder, running: true)
            let database = try await place.open(.live, .silent, connections: 1)
            let count = try await database.beforeTenant { try $0.workspaceCount() }
            let inUse = try await database.beforeTenant { try $0.masterKeysInUse() }
            await database.pool.close()
            report.note(
                "database", "answers; \(count) workspaces, kept apart by row-level security")
            credentials(inUse, MasterKeys(config, folder, .live), &report)
            let documents = InstallationFolder(data: folder, place: place, world: .live)
            let missing = try await documents.missingDocuments()
            if missing > 0 {
                report.complain(
                    "documents",
                    "the bytes of \(missing) are not in \(folder.blobs); upload them again, or"
                        + " restore a backup")
            }
        } catch {
            report.complain("database", Terminal.words(for: error))
        }
    }

    /// Whether every stored credential can be opened; it is not tried, since nothing is read that is
    /// secret.
    private static func credentials(
        _ inUse: [TenantLookup.MasterKeyUse], _ keys: MasterKeys, _ report: inout Report
    ) {
        let count = inUse.map(\.credentials).reduce(0, +)
        do {
            let ring = try keys.read()
            let missing = inUse.filter { ring?.key($0.fingerprint) == nil }
            guard missing.isEmpty else {
                let names = missing.map { String($0.fingerprint.prefix(8)) }.joined(separator: ", ")
                let lost = missing.map(\.credentials).reduce(0, +)
                return report.complain(
                    "credentials",
                    "\(lost) of \(count) cannot be opened: the key \(names)… is not in"
                        + " \(keys.place). Bring it back from where you keep it; if it is lost, say"
                        + " `frontdesk credentials forget` and enter them again.")
            }
            guard let ring else {
                return report.note("credentials", "none stored, and no key was made yet")
            }
            let name = ring.current.fingerprint.prefix(8)
            let rest =
                ring.earlier.isEmpty
                ? "" : "; an exchange of the key is not finished: `frontdesk credentials rotate`"
            report.note(
                "credentials", "\(count) stored; the key \(name)… is in \(keys.place)\(rest)")
        } catch {
            report.complain("credentials", Terminal.words(for: error))
        }
    }

    private static func embeddings(_ config: Config, _ report: inout Report) async {
        guard let url = config.embeddingsURL else {
            return report.note("embeddings", "our own, all-MiniLM-L6-v2")
        }
        do {
            let client = CurlClient()
            let port = EmbeddingsEndpoint.given(url, config, client.fetch, .live).port
            let vector = try await port.embed(["Is anybody there?"], .query).first ?? []
            report.note(
                "embeddings", "\(url): \(try await port.modelID()), \(vector.count) numbers")
        } catch {
            report.complain("embeddings", "\(url): \(error)")
        }
    }

    private static func server(_ config: Config, _ report: inout Report) async {
        let host = config.bind == "0.0.0.0" || config.bind == "::" ? "127.0.0.1" : config.bind
        let shown = host.contains(":") ? "[\(host)]" : host
        let parts = "http://\(shown):\(config.port)/health"
        let client = HTTPProbe()
        guard let status = await client.status(of: parts) else {
            return report.note("server", "not running on port \(config.port)")
        }
        if status == 200 {
            report.note("server", "answers on port \(config.port)")
        } else {
            report.complain("server", "answers on port \(config.port) with status \(status)")
        }
    }
}
