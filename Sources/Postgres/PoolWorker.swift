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
        let begun = ContinuousClock.now
        do {
            // A stop requested for earlier work must not hit the opening of this session.
            interrupt.begin(0)
            let fresh = try PostgresConnection(core.options, interrupt: interrupt)
            connection = fresh
            core.note(silent: false)
            nextPause = PoolWorker.firstPause
            return fresh
        } catch {
            // A server that refuses does so at once; one that hangs lets the time go by.
            let limit = Duration.seconds(core.options.connectTimeoutSeconds)
            if ContinuousClock.now - begun >= limit / 2 { core.note(silent: true) }
            core.pause(nextPause, after: String(describing: error))
            nextPause = min(nextPause * 2, PoolWorker.longestPause)
            return nil
        }
    }

    private func perform(_ work: PoolWork, on connection: PostgresConnection) {
        let attempt = run(work, on: connection)
        if connection.wasSilent || !attempt.failed { core.note(silent: connection.wasSilent) }
        guard connection.isBroken else {
            core.finished(work)
            attempt.deliver()
            return
        }
        self.connection = nil
        // Nothing was stored, so a fresh session may do it from the beginning; not where the server
        // hangs, since a fresh session would wait as long.
        let untouched =
            work.repeatable
            ? connection.statementsStoring == 0 : connection.statementsSent == 0
        if attempt.failed, untouched, !connection.wasSilent, work.triesLeft > 0,
            !interrupt.isRequested
        {
            var again = work
            again.triesLeft -= 1
            again.acquireBy = .now + core.limits.acquisition
            core.putBack(again)
        } else {
            core.finished(work)
            attempt.deliver()
        }
    }

    private func run(_ work: PoolWork, on connection: PostgresConnection) -> PoolAttempt {
        connection.deadline = work.timeout.map { ContinuousClock.now + $0 }
        connection.answerLimit = core.answerLimit(of: work)
        connection.statementsSent = 0
        connection.statementsStoring = 0
        let attempt = work.attempt(connection)
        connection.deadline = nil
        // Work that left a transaction open has lost it.
        connection.transactionDepth = 0
        connection.rollBack()
        return attempt
    }
}
