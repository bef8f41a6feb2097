import Base
import CPostgres
import Foundation

// Waiting for the server: poll on the socket beside the interrupt, within the limits.
extension PostgresConnection {
    /// How long a cancelled statement may take to end before the session is given up.
    static let cancelGrace: Duration = .seconds(1)

    /// The last result of what was sent. A refusal becomes a `PostgresError`.
    func receive(stoppable: Bool = true) throws -> ResultOwner {
        var wait = ServerWait(isStoppable: stoppable)
        try flush(&wait)
        var last: ResultOwner?
        while true {
            while PQisBusy(handle) == 1 { try step(&wait) }
            guard let next = PQgetResult(handle) else { break }
            let owner = ResultOwner(next)
            let status = PQresultStatus(next)
            // A refusal stays the result even when something follows it.
            if last.map({ !isRefusal(PQresultStatus($0.pointer)) }) ?? true { last = owner }
            if status == PGRES_COPY_IN { break }
        }
        // A request to stop that is still on its way would hit the next statement.
        if let stop = wait.stop, !stop.request.isDone(by: stop.giveUpAt) { markBroken() }
        guard let last else { throw lostError(sent: true) }
        if isRefusal(PQresultStatus(last.pointer)) {
            let error = serverError(last)
            if let stop = wait.stop, error.state == .queryCanceled { throw stop.cause.error }
            throw error
        }
        return last
    }

    /// Hands all that was queued to the server, which may be slow to take it.
    func flush(stoppable: Bool = true) throws {
        var wait = ServerWait(isStoppable: stoppable)
        try flush(&wait)
    }

    private func flush(_ wait: inout ServerWait) throws {
        while true {
            switch PQflush(handle) {
            case 0: return
            case 1: try step(&wait, isWriting: true)
            default: throw lostError(sent: true)
            }
        }
    }

    private func isRefusal(_ status: ExecStatusType) -> Bool {
        status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE
    }

    /// Waits for one sign of the server, and does what a stop or the end of patience asks for.
    private func step(_ wait: inout ServerWait, isWriting: Bool = false) throws {
        let event = self.wait(
            until: wait.limit(deadline: deadline, answerLimit: answerLimit),
            watchingInterrupt: wait.isStoppable && wait.stop == nil, isWriting: isWriting)
        switch event {
        case .ready:
            guard PQconsumeInput(handle) == 1 else { throw lostError(sent: true) }
            wait.heardAt = .now
        case .interrupted, .expired:
            if let stop = wait.stop {
                wasSilent = true
                markBroken()
                throw stop.cause.error
            }
            guard wait.isStoppable else {
                wasSilent = true
                throw lostError(sent: true)
            }
            wait.stop = .init(
                cause: event == .expired ? .limit : .request, request: cancelStatement(),
                giveUpAt: .now + PostgresConnection.cancelGrace)
        }
    }

    enum WaitEvent {
        case ready, interrupted, expired
    }

    /// Waits until the socket can be read (or written, if asked), a stop is requested, or the time
    /// is over.
    func wait(
        until limit: ContinuousClock.Instant?, watchingInterrupt: Bool, isWriting: Bool = false
    ) -> WaitEvent {
        while true {
            var descriptors = [
                pollfd(
                    fd: PQsocket(handle), events: Int16(isWriting ? POLLIN | POLLOUT : POLLIN),
                    revents: 0),
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
            if ready > 0 || (ready < 0 && errno != EINTR) { return .ready }
        }
    }

    /// Asks the server over a second connection to stop the statement at hand.
    private func cancelStatement() -> CancelRequest {
        let request = CancelRequest(PQgetCancel(handle))
        CancelThread.shared.take(request)
        return request
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
