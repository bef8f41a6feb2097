import Base
import Foundation
import Glibc
import HTTP
import HTTPClient
import Processes

/// A Frontdesk of its own for one suite: the release program, a free port, a folder under /tmp.
final class Installation: Sendable {
    /// What the demo start writes down.
    struct Demo: Decodable {
        struct Person: Decodable {
            let email: String
            let password: String
        }

        let url: String
        let owner: Person
        let staff: Person
        let portalSlug: String
    }

    /// How long a start may take, loading the demo included.
    static let patience = Duration.seconds(120)

    let folder: String
    let port: Int
    let demo: Demo
    let child: Child
    /// From the spawn to the first answer.
    let firstAnswer: Duration

    var url: String { "http://127.0.0.1:\(port)" }
    var processID: Int32 { child.processID }

    private init(folder: String, port: Int, demo: Demo, child: Child, firstAnswer: Duration) {
        self.folder = folder
        self.port = port
        self.demo = demo
        self.child = child
        self.firstAnswer = firstAnswer
    }

    /// A new folder of data; removed by `remove`.
    static func makeFolder() throws -> String {
        let name = World.live.uuid().uuidString.lowercased().suffix(12)
        let folder = "/tmp/frontdesk-bench-\(name)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o711])
        return folder
    }

    /// The `frontdesk` beside this program with these words, on the data of a folder.
    static func program(
        _ words: [String], in folder: String, port: Int = 0, settings: [String: String] = [:]
    ) throws -> Program {
        let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().appendingPathComponent("frontdesk").path
        guard FileManager.default.isExecutableFile(atPath: program) else {
            throw BenchFailure("there is no frontdesk beside bench; build it with -c release")
        }
        var environment = Program.bareEnvironment
        environment["PORT"] = "\(port)"
        environment["FRONTDESK_DATA"] = "\(folder)/data"
        environment["HOME"] = folder
        environment.merge(settings) { _, given in given }
        return Program(
            program, words, environment: environment,
            directory: FileManager.default.currentDirectoryPath)
    }

    /// Spawns the server and waits for its first answer.
    static func start(
        in folder: String, fetch: Fetch, settings: [String: String] = [:]
    ) async throws -> Installation {
        let port = try freePort()
        let program = try program(
            ["serve", "--demo"], in: folder, port: port, settings: settings)
        let spawned = ContinuousClock.now
        let child = try await Child.start(program)
        let file = URL(fileURLWithPath: "\(folder)/data/demo.json")
        while true {
            let health = FetchRequest(
                .get, "http://127.0.0.1:\(port)/health", deadline: .seconds(5))
            // Not there yet is the answer, whatever the reason.
            if let answer = try? await fetch(health), answer.status == .ok { break }
            guard child.termination == nil, ContinuousClock.now - spawned < patience else {
                throw BenchFailure("the server did not start:\n\(child.lastLines)")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        let firstAnswer = ContinuousClock.now - spawned
        while !FileManager.default.fileExists(atPath: file.path) {
            guard ContinuousClock.now - spawned < patience else {
                throw BenchFailure("the server wrote no demo.json:\n\(child.lastLines)")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        let demo = try JSONCoding.decode(Demo.self, from: Data(contentsOf: file))
        return Installation(
            folder: folder, port: port, demo: demo, child: child, firstAnswer: firstAnswer)
    }

    /// Ends the server and what it started; the data stays.
    func stop() async { await child.stop(grace: .seconds(20)) }

    /// Runs `body` against a fresh installation whose demo documents are searchable.
    static func with<Value>(_ body: (Installation, Staff) async throws -> Value) async throws
        -> Value
    {
        let folder = try makeFolder()
        defer { remove(folder) }
        let fetch = CurlClient().fetch
        let installation = try await start(in: folder, fetch: fetch)
        do {
            let staff = try await Staff.signIn(installation, fetch: fetch)
            try await staff.waitForDocuments()
            let value = try await body(installation, staff)
            await installation.stop()
            return value
        } catch {
            Output.complain(installation.child.lastLines)
            await installation.stop()
            throw error
        }
    }

    /// Removes what `makeFolder` made, the database included.
    static func remove(_ folder: String) {
        // What is left over in /tmp harms nobody.
        try? FileManager.default.removeItem(atPath: folder)
    }

    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw BenchFailure("no socket") }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let named = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard named else { throw BenchFailure("no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
