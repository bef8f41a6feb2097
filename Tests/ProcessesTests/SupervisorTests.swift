import Base
import Foundation
import TestKit
import Testing

@testable import Processes

@Suite("A supervisor")
struct SupervisorTests {
    private let place: TestFolder
    private var folder: String { place.path }
    private let world = World(
        now: World.live.now, uuid: World.live.uuid, randomBytes: World.live.randomBytes,
        sleep: { _ in try await Task.sleep(for: .milliseconds(1)) })

    init() throws {
        place = try TestFolder(open: true)
    }

    /// A child that says in the diary when it starts and stops.
    private func diarist(_ name: String, ready: String = "true") -> Supervised {
        let diary = "\(folder)/diary"
        let script = """
            trap 'echo stop \(name) >> \(diary); exit 0' TERM
            echo start \(name) >> \(diary); \(ready) && touch \(folder)/\(name).$$
            while :; do sleep 600 & wait; done
            """
        return Supervised(name: name, readyWithin: .seconds(600)) { () throws(ProcessFault) in
            Program("/bin/sh", ["-c", script])
        } isReady: { [folder] in
            Files.exists("\(folder)/\(name).\($0)")
        }
    }

    private func diary() throws -> [String] {
        try String(contentsOfFile: "\(folder)/diary", encoding: .utf8)
            .split(separator: "\n").map(String.init)
    }

    private func supervisor(_ children: Supervised...) -> Supervisor {
        Supervisor(children, world: world, logger: .silent)
    }

    /// Waits until the supervisor's first child satisfies the condition.
    private func status(
        _ supervisor: Supervisor, until condition: (Supervised.Status) -> Bool
    ) async throws -> Supervised.Status {
        while true {
            let status = supervisor.statuses[0]
            if condition(status) { return status }
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    @Test("Children are ready before the work, and stop after it in reverse order")
    func order() async throws {
        let supervisor = supervisor(diarist("first"), diarist("second"))
        #expect(supervisor.statuses.map(\.phase) == [.waiting, .waiting])
        try await supervisor.running {
            let lines = try diary()
            #expect(lines == ["start first", "start second"])
            #expect(supervisor.statuses.map(\.phase) == [.ready, .ready])
        }
        #expect(supervisor.statuses.map(\.phase) == [.stopped, .stopped])
        #expect(
            try diary() == ["start first", "start second", "stop second", "stop first"])
    }

    @Test("A child that dies is started again, and the status says why", .timeLimit(.minutes(10)))
    func restart() async throws {
        let supervisor = supervisor(diarist("child"))
        try await supervisor.running {
            for count in 1...3 {
                let before = try await status(supervisor) { $0.phase == .ready }
                kill(try #require(before.processID), SIGKILL)
                let after = try await status(supervisor) {
                    $0.phase == .ready && $0.restarts == count
                }
                #expect(after.processID != before.processID)
                #expect(after.lastFailure?.contains("ended by signal 9") == true)
            }
        }
        #expect(try diary().last == "stop child")
    }

    @Test(
        "A child that runs and gives no answer is replaced, also one that hears no signal",
        .timeLimit(.minutes(10)))
    func hung() async throws {
        let silent = Lock<Int32?>(nil)
        var child = diarist("child")
        let isReady = child.isReady
        child = Supervised(
            name: "child", readyWithin: .seconds(600), liveness: .init(patience: .milliseconds(50)),
            prepare: child.prepare
        ) { process in
            guard process == silent.withLock({ $0 }) else { return await isReady(process) }
            // As a connection to a process that does not run: no answer, ever.
            try? await Task.sleep(for: .seconds(600))
            return false
        }
        let supervisor = supervisor(child)
        try await supervisor.running {
            let before = try await status(supervisor) { $0.phase == .ready }
            let process = try #require(before.processID)
            kill(process, SIGSTOP)
            silent.withLock { $0 = process }
            let after = try await status(supervisor) { $0.phase == .ready && $0.restarts == 1 }
            #expect(after.processID != process)
            #expect(after.lastFailure?.contains("gave no answer") == true)
        }
    }

    @Test("A child that misses an answer now and then is left alone", .timeLimit(.minutes(10)))
    func slow() async throws {
        let asked = Lock(0)
        var child = diarist("child")
        let isReady = child.isReady
        child = Supervised(
            name: "child", readyWithin: .seconds(600), liveness: .init(failures: 3),
            prepare: child.prepare
        ) { process in
            guard await isReady(process) else { return false }
            // Two answers of three do not come.
            return asked.withLock { asked in
                asked += 1
                return asked.isMultiple(of: 3) || asked == 1
            }
        }
        let supervisor = supervisor(child)
        try await supervisor.running {
            while asked.withLock({ $0 }) < 60 { try await Task.sleep(for: .milliseconds(2)) }
            #expect(supervisor.statuses[0].restarts == 0)
        }
    }

    @Test("A first start that fails throws the child's last words, and stops those before it")
    func failedStart() async throws {
        let broken = Supervised(name: "broken") { () throws(ProcessFault) in
            Program("/bin/sh", ["-c", "echo no such model >&2; exit 4"])
        } isReady: { _ in
            false
        }
        let supervisor = supervisor(diarist("first"), broken)
        await #expect(
            throws: ProcessFault.ended(
                program: "broken", .exited(code: 4), lastLines: "no such model")
        ) {
            try await supervisor.running { Issue.record("the work must not begin") }
        }
        #expect(try diary() == ["start first", "stop first"])
        #expect(supervisor.statuses.map(\.phase) == [.stopped, .stopped])
    }

    @Test("A child that never gets ready is stopped")
    func neverReady() async throws {
        var child = diarist("child", ready: "false")
        child.readyWithin = .milliseconds(100)
        let supervisor = supervisor(child)
        let fault = await #expect(throws: ProcessFault.self) {
            try await supervisor.running { Issue.record("the work must not begin") }
        }
        guard case .notReady("child", _, _) = fault else {
            Issue.record("\(String(describing: fault))")
            return
        }
    }

    @Test("Cancelling ends the work first, then the children", .timeLimit(.minutes(10)))
    func cancellation() async throws {
        let supervisor = supervisor(diarist("child"))
        try await withThrowingTaskGroup { group in
            group.addTask {
                try await supervisor.running {
                    // Sleeping is how this work waits for its cancellation.
                    try? await Task.sleep(for: .seconds(600))
                    #expect(supervisor.statuses.map(\.phase) == [.ready])
                }
            }
            _ = try await status(supervisor) { $0.phase == .ready }
            group.cancelAll()
            try await group.waitForAll()
        }
        #expect(try diary() == ["start child", "stop child"])
    }

    @Test("PostgreSQL comes back after its death with what was committed", .timeLimit(.minutes(10)))
    func postgres() async throws {
        let server = try await EmbeddedPostgres.prepare(
            installation: Clone.vendor("postgres"), cluster: "\(folder)/pg",
            settings: EmbeddedPostgres.Settings(sharedMemoryMegabytes: 16))
        let supervisor = supervisor(server.supervised)
        try await supervisor.running {
            let before = try await status(supervisor) { $0.phase == .ready }
            try await server.ask("create table t as select 42 as answer")
            kill(try #require(before.processID), SIGKILL)
            _ = try await status(supervisor) { $0.phase == .ready && $0.restarts == 1 }
            #expect(try await server.ask("select answer from t") == "42")
        }
        #expect(PostgresCluster.processes(workingIn: server.cluster).isEmpty)
        try FileManager.default.removeItem(atPath: server.socketFolder)
    }
}
