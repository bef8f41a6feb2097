import Base
import CMicroHTTPD
import Glibc

/// One open socket, known to the table until libmicrohttpd has closed it.
final class Connection: Sendable {
    let descriptor: Int32
    let address: String
    /// Whom the connection counts for; nil where many clients share one address.
    let client: String?

    struct State {
        /// When the headers must be complete, or the silence over; nil while a request is handled.
        var deadline: ContinuousClock.Instant?
        var exchange: Exchange?
        /// Since when nothing is asked of us, from the opening or the end of the last request; nil
        /// while a request is handled.
        var idleSince: ContinuousClock.Instant?
        /// It has been shut to make room, and is as good as closed.
        var isLeaving = false
    }

    let state: Lock<State>

    init(
        descriptor: Int32, address: String, client: String? = nil,
        opened: ContinuousClock.Instant, deadline: ContinuousClock.Instant
    ) {
        self.descriptor = descriptor
        self.address = address
        self.client = client
        state = Lock(State(deadline: deadline, idleSince: opened))
    }
}

/// All open connections. A descriptor is touched only under this lock: it is closed after leaving.
final class ConnectionTable: Sendable {
    struct State {
        var connections: [ObjectIdentifier: Connection] = [:]
        /// Connections that stay, by client.
        var counts: [String: Int] = [:]
        /// Those that were shut to make room and have not been closed yet.
        var leaving = 0

        /// Connections that stay.
        var staying: Int { connections.count - leaving }
    }

    let state = Lock(State())

    func insert(_ connection: Connection) {
        state.withLock { state in
            state.connections[ObjectIdentifier(connection)] = connection
            if let client = connection.client { state.counts[client, default: 0] += 1 }
        }
    }

    func remove(_ connection: Connection) {
        state.withLock { state in
            guard state.connections.removeValue(forKey: ObjectIdentifier(connection)) != nil
            else { return }
            if connection.state.withLock({ $0.isLeaving }) {
                state.leaving -= 1
            } else {
                state.forget(connection)
            }
        }
    }

    var count: Int { state.withLock { $0.connections.count } }

    var exchanges: [Exchange] {
        let all = state.withLock { Array($0.connections.values) }
        return all.compactMap { $0.state.withLock { $0.exchange } }
    }

    /// Shuts the sockets of clients that are late, and tells exchanges whose client has gone.
    func watch(now: ContinuousClock.Instant) {
        let gone = state.withLock { state in
            var gone: [Exchange] = []
            for connection in state.connections.values {
                let (deadline, exchange) = connection.state.withLock { ($0.deadline, $0.exchange) }
                let late = deadline.map { now > $0 } ?? false
                let slow = exchange?.isTooSlow(now: now) ?? false
                let left = exchange != nil && hasLeft(connection.descriptor)
                guard late || slow || left else { continue }
                shutdown(connection.descriptor, Int32(SHUT_RDWR))
                if let exchange { gone.append(exchange) }
            }
            return gone
        }
        for exchange in gone { exchange.abort() }
    }

    /// A client that closed its sending side is taken to have left, as proxies do.
    private func hasLeft(_ descriptor: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(frontdesk_poll_rdhup), revents: 0)
        guard poll(&entry, 1, 0) > 0 else { return false }
        return Int32(entry.revents) & (Int32(frontdesk_poll_rdhup) | POLLHUP | POLLERR) != 0
    }
}

extension ConnectionTable.State {
    /// The connection no longer counts for its client.
    mutating func forget(_ connection: Connection) {
        guard let client = connection.client, let count = counts[client] else { return }
        counts[client] = count > 1 ? count - 1 : nil
    }
}
