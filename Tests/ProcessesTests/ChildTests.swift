import Base
import Foundation
import Glibc
import Testing

@testable import Processes

@Suite("A child process")
struct ChildTests {
    private let plenty = Duration.seconds(600)

    private func shell(_ script: String) -> Program { Program("/bin/sh", ["-c", script]) }

    @Test("Input goes in, output comes out")
    func inputAndOutput() async throws {
        let input = [UInt8](repeating: 7, count: 3 << 20)
        let program = Program("/bin/cat")
        let output = try await program.check(
            input: input, outputLimitBytes: 4 << 20, timeout: plenty)
        #expect(output == input)
    }

    @Test("Input and output may be files, which only we need to reach")
    func files() async throws {
        let folder = try TestFolder()
        defer { withExtendedLifetime(folder) {} }
        let (from, to) = ("\(folder.path)/from", "\(folder.path)/to")
        try Data("what is in the file".utf8).write(to: URL(fileURLWithPath: from))
        var program = Program("/bin/cat")
        if SystemUser.isRoot { program.user = SystemUser.named("nobody") }
        try await program.checkBetweenFiles(from: from, to: to, timeout: plenty)
        #expect(try String(contentsOfFile: to, encoding: .utf8) == "what is in the file")
        let missing = "\(folder.path)/missing"
        await #expect(
            throws: ProcessFault.place(path: missing, problem: "No such file or directory")
        ) { try await program.checkBetweenFiles(from: missing, timeout: plenty) }
    }

    @Test("A child that does not read its input does no harm")
    func unreadInput() async throws {
        let input = [UInt8](repeating: 7, count: 3 << 20)
        let output = try await shell("echo done").check(input: input, timeout: plenty)
        #expect(output == Array("done\n".utf8))
    }

    @Test("A failure tells its code and the last lines of the child")
    func failure() async throws {
        let program = shell("echo what went wrong >&2; exit 3")
        await #expect(
            throws: ProcessFault.ended(
                program: "sh", .exited(code: 3), lastLines: "what went wrong")
        ) { _ = try await program.check(timeout: plenty) }
    }

    @Test("A program that is not there is refused before anything starts")
    func missingProgram() async {
        await #expect(throws: ProcessFault.notExecutable(path: "/nowhere/at/all")) {
            _ = try await Program("/nowhere/at/all").run(timeout: plenty)
        }
    }

    @Test("The environment is bare, and so are the open files and the folder")
    func nothingInherited() async throws {
        setenv("FRONTDESK_SECRET_OF_THE_PARENT", "1", 1)
        let leaked = open("/dev/null", O_RDONLY)
        defer { close(leaked) }
        let variables = try await Program("/usr/bin/env").check(timeout: plenty)
        let lines = String(decoding: variables, as: UTF8.self).split(separator: "\n").sorted()
        #expect(lines == ["LANG=C.UTF-8", "PATH=/usr/bin:/bin"])

        // ls itself opens the folder it lists as number 3.
        let files = try await Program("/bin/ls", ["/proc/self/fd"]).check(timeout: plenty)
        #expect(String(decoding: files, as: UTF8.self) == "0\n1\n2\n3\n")
        let folder = try await Program("/bin/pwd").check(timeout: plenty)
        #expect(String(decoding: folder, as: UTF8.self) == "/\n")
    }

    @Test("Ignored and blocked signals of the parent are not inherited")
    func signalsReset() async throws {
        signal(SIGUSR2, SIG_IGN)
        let status = try await Program("/bin/cat", ["/proc/self/status"]).check(timeout: plenty)
        let lines = String(decoding: status, as: UTF8.self).split(separator: "\n")
        for field in ["SigBlk", "SigIgn"] {
            let line = try #require(lines.first { $0.hasPrefix(field) })
            let mask = try #require(UInt64(line.suffix(16), radix: 16))
            // glibc's posix_spawn itself ignores its two internal signals, 32 and 33.
            #expect(mask & ~0x1_8000_0000 == 0, "\(line)")
        }
        #expect(lines.contains("NoNewPrivs:\t1"))
    }

    @Test("A child that writes too much is ended")
    func outputLimit() async {
        await #expect(
            throws: ProcessFault.outputTooLarge(program: "yes", limitBytes: 100_000)
        ) {
            _ = try await Program("/usr/bin/yes").run(outputLimitBytes: 100_000, timeout: plenty)
        }
    }

    @Test("A child that takes too long is asked to stop, then killed")
    func timeLimit() async {
        // Ignores the polite signal, and leaves a grandchild that holds the pipes.
        let program = shell("trap '' TERM; sleep 600 & while :; do sleep 1; done")
        let limit = Duration.milliseconds(100)
        await #expect(throws: ProcessFault.timedOut(program: "sh", limit: limit)) {
            _ = try await program.run(timeout: limit)
        }
    }

    @Test(
        "Limits hold in the child",
        arguments: [
            (Program.Limits(fileSizeBytes: 4096), "ulimit -f", "8"),
            (Program.Limits(openFiles: 17), "ulimit -n", "17"),
            (Program.Limits(processorSeconds: 9), "ulimit -t", "9"),
            (Program.Limits(addressSpaceBytes: 1 << 30), "ulimit -v", "1048576"),
            (Program.Limits.none, "ulimit -c", "0"),
        ])
    func limits(limits: Program.Limits, question: String, answer: String) async throws {
        var program = shell(question)
        program.limits = limits
        let output = try await program.check(timeout: plenty)
        #expect(String(decoding: output, as: UTF8.self) == answer + "\n")
    }

    @Test("Stopping is polite first, and the child's own children go with it")
    func stop() async throws {
        let (lines, continuation) = AsyncStream.makeStream(of: String.self)
        let script = "trap 'exit 5' TERM; sleep 600 & echo $!; wait"
        let child = try await Child.start(shell(script)) { continuation.yield($0) }
        let first = await lines.first { _ in true }
        let grandchild = try #require(first.flatMap { Int32($0) })
        #expect(await child.stop() == .exited(code: 5))
        #expect(await isGone(grandchild))
        // A signal to one that has ended must not reach whoever has the number next.
        child.send(.kill)
    }

    @Test("A cancelled task ends its child")
    func cancellation() async throws {
        await #expect(throws: ProcessFault.cancelled(program: "sleep")) {
            try await withThrowingTaskGroup { group in
                group.addTask {
                    _ = try await Program("/bin/sleep", ["600"]).run(timeout: .seconds(600))
                }
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }

    @Test("Root can run a child as somebody else", .enabled(if: SystemUser.isRoot))
    func anotherUser() async throws {
        let user = try #require(SystemUser.named("nobody"))
        let program = Program("/usr/bin/id", ["-u"], user: user)
        let output = try await program.check(timeout: plenty)
        #expect(String(decoding: output, as: UTF8.self) == "\(user.id)\n")
    }

    @Test("When this process is killed, its children end")
    func parentDeath() async throws {
        let result = await #expect(
            processExitsWith: .signal(SIGKILL), observing: [\.standardOutputContent]
        ) {
            let child = try await Child.start(Program("/bin/sleep", ["600"]))
            FileHandle.standardOutput.write(Data("child \(child.processID)\n".utf8))
            kill(getpid(), SIGKILL)
        }
        let text = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
        let word = text.split(whereSeparator: \.isWhitespace).last
        let child = try #require(word.flatMap { Int32($0) }, "\(text)")
        #expect(await isGone(child))
    }
}

/// Whether a process runs: one that only waits to be reaped does not.
func isRunning(_ processID: Int32) -> Bool {
    // An unreadable file means that the process is gone.
    guard let status = try? String(contentsOfFile: "/proc/\(processID)/stat", encoding: .utf8),
        let state = status[(status.lastIndex(of: ")") ?? status.startIndex)...].dropFirst(2).first
    else { return false }
    return state != "Z" && state != "X"
}

/// Waits up to half a minute for a process to end.
func isGone(_ processID: Int32) async -> Bool {
    for _ in 0..<3000 where isRunning(processID) {
        // Cancellation only shortens the wait.
        try? await Task.sleep(for: .milliseconds(10))
    }
    return !isRunning(processID)
}
