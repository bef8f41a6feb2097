import Base

/// A fixed number of sessions, each with a thread of its own.
///
/// `run` hands a synchronous closure to the first free one, so a whole transaction is one hop and
/// libpq never blocks the cooperative pool. Who waits is served in order, up to a limit and for a
/// bounded time. After a restart of the server sessions are opened again with back-off; work that
/// had not begun does not notice.
package final class PostgresPool: Sendable {
    package struct Limits: Sendable {
        package var connections = 8
        /// How many may wait for a connection; further ones are refused at once.
        package var waiting = 1_000
        /// How long one waits for a connection; much less once the server is known to hang.
        package var acquisition: Duration = .seconds(10)
        /// How long running work may go on once the pool is closing.
        package var drain: Duration = .seconds(10)

        package init(connections: Int = 8) {
            self.connections = connections
        }
    }

    private let core: PoolCore

    /// Sessions are opened when they are first needed.
    package init(_ options: PostgresOptions, limits: Limits = Limits()) {
        core = PoolCore(options: options, limits: limits)
        core.start()
    }

    deinit { core.beginClosing() }

    /// How long the server may be silent under what the present task asks for, where that is longer
    /// than `PostgresOptions.answerLimit`.
    @TaskLocal private static var patience: Duration?

    /// Runs work for which nobody waits at a screen: the server may be silent under it for longer,
    /// as it is while it sorts or removes many rows.
    package static func patiently<Value>(
        _ limit: Duration = .seconds(30), _ work: () async throws -> Value
    ) async rethrows -> Value {
        try await $patience.withValue(limit, operation: work)
    }

    /// Runs the closure on a connection's thread.
    ///
    /// Cancelling the task, or passing `timeout`, stops the statement at hand on the server; then
    /// `CancellationError` or `PostgresError.deadlineExceeded` is thrown, the latter also when the
    /// server says nothing for longer than `PostgresOptions.answerLimit`. `shielded` work runs to its
    /// end whatever happens to the task: for giving back what a cancelled task holds.
    @discardableResult
    package func run<Value: Sendable>(
        timeout: Duration? = nil, shielded: Bool = false,
        _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value {
        try await perform(timeout: timeout, shielded: shielded, repeatable: false, body)
    }

    private func perform<Value: Sendable>(
        timeout: Duration?, shielded: Bool, repeatable: Bool,
        _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value {
        let core = core
        let answerLimit = core.options.answerLimit.map { max($0, PostgresPool.patience ?? $0) }
        let number = core.nextNumber()
        defer { core.forget(number) }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation {
                (continuation: CheckedContinuation<Value, any Error>) in
                let work = PoolWork(
                    number: number, acquireBy: .now + core.acquisition, timeout: timeout,
                    answerLimit: answerLimit, repeatable: repeatable,
                    attempt: { connection in
                        let result = Result { try body(connection) }
                        let failed = if case .failure = result { true } else { false }
                        return PoolAttempt(failed: failed) { continuation.resume(with: result) }
                    },
                    fail: { continuation.resume(throwing: $0) })
                core.enqueue(work)
            }
        } onCancel: {
            if !shielded { core.cancel(number) }
        }
    }

    /// Runs the closure in a transaction.
    ///
    /// A serialization failure or a deadlock runs it again, up to `retryingSerialization` times, and
    /// so does a session that breaks before the commit was sent: the closure must do nothing but
    /// talk to the database. Zero retries runs it once, whatever happens.
    @discardableResult
    package func transaction<Value: Sendable>(
        isolation: Isolation = .readCommitted, readOnly: Bool = false,
        retryingSerialization retries: Int = 3, timeout: Duration? = nil,
        shielded: Bool = false,
        _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value {
        try await perform(timeout: timeout, shielded: shielded, repeatable: retries > 0) {
            connection in
            var attempt = 0
            while true {
                do {
                    return try connection.transaction(
                        isolation: isolation, readOnly: readOnly, body)
                } catch let error as PostgresError where error.isSerialization && attempt < retries
                {
                    attempt += 1
                }
            }
        }
    }

    /// Refuses new work, finishes what waits and runs within `Limits.drain`, and ends the threads.
    package func close() async {
        core.beginClosing()
        let core = core
        await withTaskGroup { group in
            group.addTask {
                await withCheckedContinuation { core.threadsEnded($0) }
                return true
            }
            group.addTask {
                // Being cancelled means that the threads ended in time.
                try? await Task.sleep(for: core.limits.drain)
                return false
            }
            if await group.next() == true {
                group.cancelAll()
            } else {
                core.interruptAll()
            }
        }
    }
}
