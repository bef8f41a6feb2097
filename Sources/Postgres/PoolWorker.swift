import Base

/// One thread of a pool and the session that lives on it.
final class PoolWorker {
    private static let firstPause: Duration = .milliseconds(50)
    private static let longestPause: Duration = .seconds(2)

    private let core: PoolCore
    private let interrupt = Interrupt()
    private var connection: PostgresConnection?
    private var nextPause = PoolWorker.firstPause

    init(core: PoolCore) {
        self.core = core
    }

    func loop() {
        while core.awaitArrival() {
            guard let connection = ready() else { continue }
            // Somebody else may have been quicker.
            guard let work = core.take(interrupt) else { continue }
            perform(work, on: connection)
        }
    }

    /// A session that is known to be alive, or nil after a pause.
    private func ready() -> PostgresConnection? {
        if let connection, connection.isAlive() { return connection }
        connection = nil
        do {
            // A stop requested for earlier work must not hit the opening of this session.
            interrupt.begin(0)
            let fresh = try PostgresConnection(core.options, interrupt: interrupt)
            connection = fresh
            nextPause = PoolWorker.firstPause
            return fresh
        } catch {
            core.pause(nextPause, after: (error as? PostgresError)?.unreachableState)
            nextPause = min(nextPause * 2, PoolWorker.longestPause)
            return nil
        }
    }

    private func perform(_ work: PoolWork, on first: PostgresConnection) {
        var attempt = run(work, on: first)
        // The session broke before anything could have been done: a fresh one may do it.
        if attempt.failed, first.isBroken, first.statementsSent == 0, !interrupt.isRequested {
            connection = nil
            if let fresh = try? PostgresConnection(core.options, interrupt: interrupt) {
                // Losing the error is right: the first attempt's error is delivered instead.
                connection = fresh
                attempt = run(work, on: fresh)
            }
        }
        core.finished(work)
        if let connection, connection.isBroken { self.connection = nil }
        attempt.deliver()
    }

    private func run(_ work: PoolWork, on connection: PostgresConnection) -> PoolAttempt {
        connection.deadline = work.timeout.map { ContinuousClock.now + $0 }
        connection.statementsSent = 0
        let attempt = work.attempt(connection)
        connection.deadline = nil
        // Work that left a transaction open has lost it.
        connection.transactionDepth = 0
        connection.rollBack()
        return attempt
    }
}

extension PostgresError {
    fileprivate var unreachableState: SQLState? {
        if case .unreachable(let state) = self { state } else { state }
    }
}
