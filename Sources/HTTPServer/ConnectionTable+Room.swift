import Base
import CMicroHTTPD
import Glibc

/// Which connections are let go, so that there is always room for the next client.
///
/// A connection that asks for nothing is worth least, the longest silent first; it makes no
/// difference how many there are of them. Then come requests that wait for their client and not for
/// us. A request that is being worked on, and an open stream, is never ended for another. Several
/// go at once, so that a flood costs one look at the table for each batch and not for each connection.
extension ConnectionTable {
    /// One look lets go of this part of what is allowed.
    static let batch = 8
    /// Below this share of what one client may have, nobody is singled out as a flooder.
    static let fairPart = 4
    /// A request that waits for its client is left alone for so long.
    static let patience = Duration.seconds(1)

    /// Lets connections go after `newcomer` was inserted, if it is one too many.
    func makeRoom(
        for newcomer: Connection, _ limits: ServerConfiguration, now: ContinuousClock.Instant
    ) {
        state.withLock { state in
            if let client = newcomer.client,
                state.counts[client, default: 0] > limits.connectionsPerAddress
            {
                let own = max(1, limits.connectionsPerAddress / ConnectionTable.batch)
                release(own, of: client, for: newcomer, &state, limits, now)
            }
            guard state.staying > limits.maximumConnections else { return }
            let many = max(1, limits.maximumConnections / ConnectionTable.batch)
            release(many, of: nil, for: newcomer, &state, limits, now)
        }
    }

    private func release(
        _ many: Int, of client: String?, for newcomer: Connection, _ state: inout State,
        _ limits: ServerConfiguration, _ now: ContinuousClock.Instant
    ) {
        let others = state.connections.values.filter { connection in
            connection !== newcomer && (client == nil || connection.client == client)
        }
        let idle = others.compactMap { connection -> (Connection, Int, ContinuousClock.Instant)? in
            let (since, isLeaving) = connection.state.withLock { ($0.idleSince, $0.isLeaving) }
            guard let since, !isLeaving else { return nil }
            let fair = limits.connectionsPerAddress / ConnectionTable.fairPart
            let count = connection.client.map { state.counts[$0, default: 0] } ?? 0
            return (connection, max(0, count - fair), since)
        }
        if !idle.isEmpty {
            let worst = idle.sorted { ($1.1, $0.2) < ($0.1, $1.2) }.prefix(many)
            for (connection, _, _) in worst { leave(connection, &state) }
            return
        }
        let slow = others.compactMap { connection -> (Connection, ContinuousClock.Instant)? in
            let (exchange, isLeaving) = connection.state.withLock { ($0.exchange, $0.isLeaving) }
            guard !isLeaving, let since = exchange?.waitingForClientSince,
                now - since > ConnectionTable.patience
            else { return nil }
            return (connection, since)
        }
        guard !slow.isEmpty else { return leave(newcomer, &state) }
        for (connection, _) in slow.sorted(by: { $0.1 < $1.1 }).prefix(many) {
            leave(connection, &state)
        }
    }

    /// Shuts the socket; the server's thread closes it, and the watch tells its exchange.
    private func leave(_ connection: Connection, _ state: inout State) {
        connection.state.withLock { own in
            own.isLeaving = true
            own.deadline = .now
        }
        state.leaving += 1
        state.forget(connection)
        shutdown(connection.descriptor, Int32(SHUT_RDWR))
    }
}
