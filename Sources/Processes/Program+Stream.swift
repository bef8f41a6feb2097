import Base
import Glibc

extension Program {
    /// Runs to the end while `body` reads its output from a descriptor, whatever its size.
    ///
    /// The input comes from a file. `body` has a thread of its own, since it waits for bytes. Throws
    /// what `body` throws, or unless the program ended with code 0.
    package func checkReading(
        from inputFile: String, timeout: Duration,
        _ body: @escaping @Sendable (Int32) throws -> Void
    ) async throws {
        let input = open(inputFile, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else {
            throw ProcessFault.place(path: inputFile, problem: Files.reason())
        }
        defer { close(input) }
        let pipe = try Pipe(self)
        let child = try await Child.start(self, files: (input, pipe.write), timeLimit: timeout)
        pipe.closeWrite()
        do { try await onThread { try body(pipe.read) } } catch {
            pipe.closeRead()
            await child.stop()
            throw error
        }
        pipe.closeRead()
        try await checkEnd(child)
    }

    /// Runs to the end while `body` writes its input into a descriptor, whatever its size.
    ///
    /// The output goes to a new file, for its owner alone, which is forced to the disk.
    package func checkWriting(
        to outputFile: String, timeout: Duration, _ body: @escaping @Sendable (Int32) throws -> Void
    ) async throws {
        let output = open(outputFile, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard output >= 0 else {
            throw ProcessFault.place(path: outputFile, problem: Files.reason())
        }
        defer { close(output) }
        let pipe = try Pipe(self)
        let child = try await Child.start(self, files: (pipe.read, output), timeLimit: timeout)
        pipe.closeRead()
        do { try await onThread { try body(pipe.write) } } catch {
            pipe.closeWrite()
            let ended = await child.stop()
            // A program that ended by itself knows better why nothing can be written to it.
            guard ended.succeeded || child.lastLines.isEmpty else {
                throw ProcessFault.ended(program: name, ended, lastLines: child.lastLines)
            }
            throw error
        }
        pipe.closeWrite()
        try await checkEnd(child)
        guard fsync(output) == 0 else {
            throw ProcessFault.place(path: outputFile, problem: Files.reason())
        }
    }

    /// A pipe that nobody reads any more is an error of writing, and not the end of this process.
    private func onThread(_ body: @escaping @Sendable () throws -> Void) async throws {
        try await withCheckedThrowingContinuation {
            (continuation: CheckedContinuation<Void, any Error>) in
            startThread("stream \(name)") {
                blockBrokenPipeSignal()
                continuation.resume(with: Result { try body() })
            }
        }
    }

    private func checkEnd(_ child: Child) async throws {
        let termination = await child.wait()
        guard termination.succeeded else {
            throw ProcessFault.ended(
                program: name, termination, lastLines: child.lastLines)
        }
    }
}
