import Base
import Foundation
import Glibc
import TestKit
import Testing

@testable import Processes

@Suite("The embedded PostgreSQL")
struct EmbeddedPostgresTests {
    @Test("It answers on its socket, has pgvector, and listens on no network")
    func answers() async throws {
        let server = try await TestPostgres.shared().server
        let query = "select current_user, current_database(), '[1,2]'::vector <-> '[1,4]'"
        try await server.ask("create extension if not exists vector")
        #expect(try await server.ask(query) == "frontdesk|frontdesk|2")
        #expect(try await server.ask("show listen_addresses") == "")
        #expect(server.socketFolder.utf8.count < 60)
    }

    @Test("A stranger to the machine's accounts cannot connect", .enabled(if: SystemUser.isRoot))
    func closedToOthers() async throws {
        let server = try await TestPostgres.shared().server
        var program = server.tool("psql", ["-X", server.connection(), "-c", "select 1"])
        let stranger = try #require(SystemUser.named("nobody"))
        program.user = stranger
        let result = try await program.run(timeout: .seconds(600))
        #expect(!result.termination.succeeded)
        #expect(result.errors.contains("Permission denied"), "\(result.errors)")
    }

    @Test("What was written is there after a stop and a start, from where nobody may enter")
    func keepsData() async throws {
        // Only we may enter this folder, as with a clone in root's home.
        let place = try TestFolder()
        defer { withExtendedLifetime(place) {} }
        let folder = place.path
        let installation = "\(folder)/postgres"
        try await Files.copyTree("\(Clone.vendor("postgres"))/.", to: installation)
        func prepare() async throws -> EmbeddedPostgres {
            try await EmbeddedPostgres.prepare(
                installation: installation, cluster: "\(folder)/pg",
                settings: EmbeddedPostgres.Settings(durable: false))
        }
        let first = try await prepare()
        let one = try await first.start()
        try await first.ask("create table t as select 42 as answer")
        #expect(await one.stop() == .exited(code: 0))

        let second = try await prepare()
        #expect(second.cluster == first.cluster)
        let two = try await second.start()
        #expect(try await second.ask("select answer from t") == "42")
        await two.stop()
        if SystemUser.isRoot {
            #expect(second.cluster.hasPrefix(EmbeddedPostgres.sharedPlace))
            let own = URL(fileURLWithPath: second.cluster).deletingLastPathComponent().path
            try FileManager.default.removeItem(atPath: own)
        }
        try FileManager.default.removeItem(atPath: second.socketFolder)
    }

    @Test("A server that was left running is ended before the next starts")
    func orphan() async throws {
        let place = try TestFolder(open: true)
        defer { withExtendedLifetime(place) {} }
        let folder = place.path
        func prepare() async throws -> EmbeddedPostgres {
            try await EmbeddedPostgres.prepare(
                installation: Clone.vendor("postgres"), cluster: "\(folder)/pg",
                settings: EmbeddedPostgres.Settings(durable: false))
        }
        let left = try await prepare().start()
        let next = try await prepare()
        #expect(await left.wait() == .exited(code: 0))
        // A claim whose number now belongs to somebody else stands in nobody's way.
        let claim = "\(getpid())\n\(next.cluster)\n"
        try claim.write(
            toFile: PostmasterFile.path(next.cluster), atomically: false, encoding: .utf8)
        let server = try await prepare()
        let running = try await server.start()
        #expect(try await server.ask("select 1") == "1")
        await running.stop()
        try FileManager.default.removeItem(atPath: server.socketFolder)
    }

    @Test("A socket folder whose cluster is gone is cleared away by the next start of any other")
    func socketFolders() async throws {
        let place = try TestFolder(open: true)
        defer { withExtendedLifetime(place) {} }
        func prepare(_ name: String) async throws -> EmbeddedPostgres {
            try await EmbeddedPostgres.prepare(
                installation: Clone.vendor("postgres"), cluster: "\(place.path)/\(name)",
                settings: EmbeddedPostgres.Settings(durable: false))
        }
        let first = try await prepare("one")
        // A killed server leaves its socket as well.
        try Data().write(to: URL(fileURLWithPath: "\(first.socketFolder)/.s.PGSQL.5432"))
        _ = try await prepare("one")
        #expect(Files.exists(first.socketFolder), "its cluster is there")
        try await Files.removeTree([first.cluster])
        let stranger = "\(SocketFolders.parent)/\(SocketFolders.prefix)of-somebody-\(getpid())"
        try Files.ensureFolder(stranger, mode: 0o700)
        let second = try await prepare("two")
        #expect(!Files.exists(first.socketFolder))
        #expect(Files.exists(stranger), "nothing says what it is for")
        rmdir(stranger)
        let running = try await second.start()
        second.removeSocketFolder()
        #expect(Files.exists(second.socketFolder), "a server runs")
        await running.stop()
        second.removeSocketFolder()
        #expect(!Files.exists(second.socketFolder))
    }

    @Test("Files of another version are refused, and so is a missing installation")
    func refusals() async throws {
        let place = try TestFolder()
        defer { withExtendedLifetime(place) {} }
        let folder = place.path
        try Files.ensureFolder("\(folder)/pg", mode: 0o700)
        try "17\n".write(
            toFile: "\(folder)/pg/PG_VERSION", atomically: true, encoding: .utf8)
        let version = await #expect(throws: ProcessFault.self) {
            _ = try await EmbeddedPostgres.prepare(
                installation: Clone.vendor("postgres"), cluster: "\(folder)/pg")
        }
        #expect(version?.description.contains("holds PostgreSQL version 17") == true)
        let missing = await #expect(throws: ProcessFault.self) {
            _ = try await EmbeddedPostgres.prepare(
                installation: "\(folder)/nothing", cluster: "\(folder)/pg")
        }
        #expect(missing?.description.contains("make setup") == true)
    }

    @Test("When this process is killed, the server and all its processes end")
    func parentDeath() async throws {
        let result = await #expect(
            processExitsWith: .signal(SIGKILL), observing: [\.standardOutputContent]
        ) {
            let server = try await TestPostgres.shared()
            // A query under way must not hold the server back.
            let query = "begin; create table t (i int); select pg_sleep(600)"
            let client = try await Child.start(
                server.server.tool("psql", ["-X", "-c", query, server.connection()]))
            let words = "cluster \(server.server.cluster) \(server.child.processID)"
            FileHandle.standardOutput.write(Data("\(words) \(client.processID)\n".utf8))
            kill(getpid(), SIGKILL)
        }
        let text = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
        let words = text.split(whereSeparator: \.isWhitespace).suffix(3)
        let cluster = String(try #require(words.first, "\(text)"))
        let postmaster = try #require(words.dropFirst().first.flatMap { Int32($0) }, "\(text)")
        #expect(await isGone(postmaster))
        let left = PostgresCluster.processes(workingIn: cluster)
        for process in left { #expect(await isGone(process)) }
    }
}

extension EmbeddedPostgres {
    /// One answer, as psql writes it.
    @discardableResult
    func ask(_ query: String) async throws -> String {
        let options = ["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1"]
        let program = tool("psql", options + ["-c", query, connection()])
        let output = try await program.check(timeout: .seconds(600))
        return String(decoding: output, as: UTF8.self).trimmingCharacters(in: .newlines)
    }
}
