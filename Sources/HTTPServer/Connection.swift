import Base
import CMicroHTTPD
import Glibc

/// One open socket, known to the table until libmicrohttpd has closed it.
final class Connection: Sendable {
    let descriptor: Int32
    let address: String

    struct State {
        /// When the headers must be complete, or the silence over; nil while a request is handled.
        var deadline: ContinuousClock.Instant?
        var exchange: Exchange?
    }

    let state: Lock<State>

    init(descriptor: Int32, address: String, deadline: ContinuousClock.Instant) {
        self.descriptor = descriptor
        self.address = address
        state = Lock(State(deadline: deadline))
    }
}

/// All open connections. A descriptor is touched only under this lock: it is closed after leaving.
final class ConnectionTable: Sendable {
    private let connections = Lock<[ObjectIdentifier: Connection]>([:])

    func insert(_ connection: Connection) {
        connections.withLock { $0[ObjectIdentifier(connection)] = connection }
    }

    func remove(_ connection: Connection) {
        connections.withLock { $0[ObjectIdentifier(connection)] = nil }
    }

    var count: Int { connections.withLock { $0.count } }

    var exchanges: [Exchange] {
        let all = connections.withLock { Array($0.values) }
        return all.compactMap { $0.state.withLock { $0.exchange } }
    }

    /// Shuts the sockets of clients that are late, and tells exchanges whose client has gone.
    func watch(now: ContinuousClock.Instant) {
        let gone = connections.withLock { connections in
            var gone: [Exchange] = []
            for connection in connections.values {
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
