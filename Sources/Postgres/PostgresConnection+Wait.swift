import Base
import CPostgres
import Foundation

// Waiting for the server: poll on the socket beside the interrupt, within the deadline.
extension PostgresConnection {
    /// How long a cancelled statement may take to end before the session is given up.
    static let cancelGrace: Duration = .seconds(5)
    /// How long the session's own housekeeping (begin, commit, rollback) may take.
    static let controlLimit: Duration = .seconds(60)

    private enum Stop {
        case requested, deadline
    }

    /// The last result of what was sent. A refusal becomes a `PostgresError`.
    func receive(stoppable: Bool = true) throws -> ResultOwner {
        var stop: Stop?
        var limit = stoppable ? deadline : ContinuousClock.now + PostgresConnection.controlLimit
        var last: ResultOwner?
        while true {
            while PQisBusy(handle) == 1 {
                let event = wait(until: limit, watchingInterrupt: stoppable && stop == nil)
                switch event {
                case .readable:
                    guard PQconsumeInput(handle) == 1 else { throw lostError(sent: true) }
                case .interrupted, .expired:
                    guard stoppable else { throw lostError(sent: true) }
                    guard stop == nil else {
                        markBroken()
                        throw stopError(stop)
                    }
                    stop = event == .expired ? .deadline : .requested
                    cancelStatement()
                    limit = ContinuousClock.now + PostgresConnection.cancelGrace
                }
            }
            guard let next = PQgetResult(handle) else { break }
            let owner = ResultOwner(next)
            let status = PQresultStatus(next)
            // A refusal stays the result even when something follows it.
            if last.map({ !isRefusal(PQresultStatus($0.pointer)) }) ?? true { last = owner }
            if status == PGRES_COPY_IN { break }
        }
        guard let last else { throw lostError(sent: true) }
        if isRefusal(PQresultStatus(last.pointer)) {
            let error = serverError(last)
            if let stop, error.state == .queryCanceled { throw stopError(stop) }
            throw error
        }
        return last
    }

    private func isRefusal(_ status: ExecStatusType) -> Bool {
        status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE
    }

    private func stopError(_ stop: Stop?) -> any Error {
        switch stop {
        case .requested: CancellationError()
        case .deadline, nil: PostgresError.deadlineExceeded
        }
    }

    enum WaitEvent {
        case readable, interrupted, expired
    }

    /// Waits until the socket can be read, a stop is requested, or the time is over.
    func wait(
        until limit: ContinuousClock.Instant?, watchingInterrupt: Bool
    ) -> WaitEvent {
        while true {
            var descriptors = [
                pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0),
                pollfd(
                    fd: watchingInterrupt ? interrupt.descriptor : -1, events: Int16(POLLIN),
                    revents: 0),
            ]
            var milliseconds: Int32 = -1
            if let limit {
                let left = (limit - ContinuousClock.now).microseconds
                guard left > 0 else { return .expired }
                milliseconds = Int32(clamping: left / 1000 + 1)
            }
            let ready = poll(&descriptors, 2, milliseconds)
            if ready > 0, descriptors[1].revents != 0 { return .interrupted }
            // An error of poll itself is found again, with its cause, by whoever reads.
            if ready > 0 || (ready < 0 && errno != EINTR) { return .readable }
        }
    }

    /// Asks the server over a second connection to stop the statement at hand.
    private func cancelStatement() {
        guard let cancel = PQgetCancel(handle) else { return }
        defer { PQfreeCancel(cancel) }
        var reason = [CChar](repeating: 0, count: 256)
        PQcancel(cancel, &reason, Int32(reason.count))
    }

    /// Whether an idle session is still there, without asking the server.
    func isAlive() -> Bool {
        // What arrived while idle is a notice, a notification, or the end.
        for _ in 0..<16 {
            guard !isBroken else { return false }
            var descriptor = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
            guard poll(&descriptor, 1, 0) > 0 else { return true }
            guard PQconsumeInput(handle) == 1 else {
                markBroken()
                return false
            }
            // Parses what came; a FATAL notice reaches the sink from here.
            while let notification = PQnotifies(handle) { PQfreemem(notification) }
        }
        return false
    }

    func serverError(_ owner: ResultOwner) -> PostgresError {
        let result = owner.pointer
        guard let code = text(frontdesk_pg_sqlstate(result)) else {
            // Without a code it is libpq that speaks: the session is gone.
            return lostError(sent: true)
        }
        let state = SQLState(rawValue: code)
        if state.endsSession { markBroken() }
        return withExtendedLifetime(owner) {
            .server(
                .init(
                    state: state, constraint: text(frontdesk_pg_constraint(result)),
                    table: text(frontdesk_pg_table(result)),
                    column: text(frontdesk_pg_column(result)),
                    message: Secret(text(frontdesk_pg_message(result)) ?? "")))
        }
    }

    func lostError(sent: Bool) -> PostgresError {
        markBroken()
        return .disconnected(outcomeUnknown: sent)
    }

    private func text(_ pointer: UnsafePointer<CChar>?) -> String? {
        pointer.map { String(cString: $0) }
    }
}
