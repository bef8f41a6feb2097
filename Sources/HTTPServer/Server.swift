package import Base
import CMicroHTTPD
import Glibc
package import HTTP

/// Serves a responder: listens as soon as it exists, answers while `run` runs.
package final class Server: Service {
    package let name = "http"
    /// The port that was bound, also when 0 was asked for.
    package let port: Int
    package let configuration: ServerConfiguration
    private let intake: Intake
    private let listening: ListeningSocket
    private let logger: Logger

    /// Binds the address; connections wait in the queue until `run`.
    package init(
        _ configuration: ServerConfiguration = ServerConfiguration(), world: World = .live,
        logger: Logger = .silent, responder: @escaping Responder
    ) throws(ServerError) {
        listening = try ListeningSocket(address: configuration.address, port: configuration.port)
        port = listening.port
        self.configuration = configuration
        self.logger = logger
        intake = Intake(limits: configuration, world: world, responder: responder)
    }

    /// The number of connections that are open now.
    package var connectionCount: Int { intake.connections.count }

    /// The address that a client on this machine uses: `http://127.0.0.1:8080`.
    package var url: String {
        let host =
            switch configuration.address {
            case "0.0.0.0": "127.0.0.1"
            case "::": "[::1]"
            case let address where address.contains(":"): "[\(address)]"
            case let address: address
            }
        return "http://\(host):\(port)"
    }

    /// Serves until the task is cancelled, then stops: no new connections, streams end, handlers
    /// finish within the stop deadline, and what is left is cut.
    package func run() async throws {
        let daemon = try Daemon(listening: listening.descriptor, intake: intake)
        logger.debug("http server listens", ["port": .integer(port)])
        while !Task.isCancelled {
            intake.connections.watch(now: .now)
            // A cancelled sleep is how the loop learns that it should stop.
            try? await Task.sleep(for: configuration.watchInterval)
        }
        // The surrounding task is cancelled; the orderly end must not be.
        await Task { await stop(daemon) }.value
        logger.debug("http server stopped")
    }

    private func stop(_ daemon: Daemon) async {
        intake.isStopping.withLock { $0 = true }
        daemon.quiesce()
        close(listening.descriptor)
        await drain(until: .now + configuration.stopDeadline) { $0.stop() }
        await drain(until: .now + .seconds(2)) { $0.abort() }
        await daemon.stop()
    }

    /// Waits until no exchange is left, asking each of them again at every look.
    private func drain(
        until deadline: ContinuousClock.Instant, asking: (Exchange) -> Void
    ) async {
        while ContinuousClock.now < deadline {
            let exchanges = intake.connections.exchanges
            if exchanges.isEmpty { return }
            for exchange in exchanges { asking(exchange) }
            intake.connections.watch(now: .now)
            // Nobody cancels this task; a failed sleep would only make the look come sooner.
            try? await Task.sleep(for: .milliseconds(10))
        }
    }

}
