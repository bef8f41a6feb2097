import Base

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
}
