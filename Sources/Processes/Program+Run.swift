import Base
import Glibc

/// What a program that has ended left behind.
package struct ProgramResult: Sendable {
    package let termination: Termination
    package let output: [UInt8]
    /// The last lines of its standard error.
    package let errors: String
}

extension Program {
    /// Runs to the end: input in, output out, both bounded.
    ///
    /// A task that is cancelled ends the child. How it ended is in the result; only a child that
    /// did not start, took too long, wrote too much or was cancelled throws.
    package func run(
        input: [UInt8] = [], outputLimitBytes: Int = 1 << 20, timeout: Duration
    ) async throws(ProcessFault) -> ProgramResult {
        let child = try await Child.start(
            self, input: input, output: .collect(limitBytes: outputLimitBytes),
            timeLimit: timeout)
        return try await finish(child, outputLimitBytes: outputLimitBytes, timeout: timeout)
    }

    private func finish(_ child: Child, outputLimitBytes: Int, timeout: Duration)
        async throws(ProcessFault) -> ProgramResult
    {
        let termination = await withTaskCancellationHandler {
            await child.wait()
        } onCancel: {
            child.send(.kill)
        }
        let (output, outgrown, timedOut) = child.state.withLock {
            ($0.output, $0.outgrown, $0.timedOut)
        }
        if outgrown { throw .outputTooLarge(program: name, limitBytes: outputLimitBytes) }
        if timedOut { throw .timedOut(program: name, limit: timeout) }
        if Task.isCancelled, !termination.succeeded { throw .cancelled(program: name) }
        return ProgramResult(
            termination: termination, output: output, errors: child.lastLines)
    }

    /// Runs to the end and throws unless it ended with code 0.
    package func check(
        input: [UInt8] = [], outputLimitBytes: Int = 1 << 20, timeout: Duration
    ) async throws(ProcessFault) -> [UInt8] {
        let result = try await run(
            input: input, outputLimitBytes: outputLimitBytes, timeout: timeout)
        guard result.termination.succeeded else {
            throw .ended(program: name, result.termination, lastLines: result.errors)
        }
        return result.output
    }

    /// Runs to the end between two files, whatever their size; throws unless it ended with code 0.
    ///
    /// We open the files, so the child's account needs no right to them. The output file is made
    /// anew, for its owner alone.
    package func checkBetweenFiles(
        from inputFile: String = "/dev/null", to outputFile: String = "/dev/null", timeout: Duration
    ) async throws(ProcessFault) {
        let input = open(inputFile, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw .place(path: inputFile, problem: Files.reason()) }
        defer { close(input) }
        let output = open(outputFile, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard output >= 0 else { throw .place(path: outputFile, problem: Files.reason()) }
        defer { close(output) }
        let child = try await Child.start(self, files: (input, output), timeLimit: timeout)
        let result = try await finish(child, outputLimitBytes: 0, timeout: timeout)
        guard result.termination.succeeded else {
            throw .ended(program: name, result.termination, lastLines: result.errors)
        }
    }
}
