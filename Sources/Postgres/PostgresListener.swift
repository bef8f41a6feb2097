import Base
import CPostgres
import Foundation

/// Hears notifications (`NOTIFY`) on a session and a thread of its own.
package enum PostgresListener {
    package enum Event: Sendable, Equatable {
        case notification(channel: String, payload: String)
        /// What was sent before this may have been missed: look at the tables. Comes first, after
        /// every reconnection, and when the reader was too slow.
        case gap
    }

    /// How many events wait for a slow reader before they are replaced by a gap.
    package static let bufferLimit = 1_024

    /// Listens until the stream is dropped or its reader is cancelled.
    ///
    /// - Parameter holding: an advisory lock that each session takes, shared: as long as somebody
    ///   has it, the one who listens is alive.
    package static func events(
        _ options: PostgresOptions, channels: [String], holding lock: Int64? = nil
    ) -> AsyncStream<Event> {
        let interrupt = Interrupt()
        interrupt.begin(1)
        return AsyncStream(bufferingPolicy: .bufferingOldest(bufferLimit)) { continuation in
            continuation.onTermination = { _ in interrupt.request(1) }
            let thread = Thread {
                ListenerLoop(options, channels, lock, interrupt, continuation).run()
                continuation.finish()
            }
            thread.name = "postgres-listen"
            thread.stackSize = 1 << 20
            thread.start()
        }
    }
}

private final class ListenerLoop {
    private static let firstPause: Duration = .milliseconds(50)
    private static let longestPause: Duration = .seconds(2)
    /// A silent session is asked for a sign of life this often.
    private static let probe: Duration = .seconds(10)

    private let options: PostgresOptions
    private let channels: [String]
    private let lock: Int64?
    private let interrupt: Interrupt
    private let continuation: AsyncStream<PostgresListener.Event>.Continuation
    private var gap = true

    init(
        _ options: PostgresOptions, _ channels: [String], _ lock: Int64?,
        _ interrupt: Interrupt,
        _ continuation: AsyncStream<PostgresListener.Event>.Continuation
    ) {
        self.options = options
        self.channels = channels
        self.lock = lock
        self.interrupt = interrupt
        self.continuation = continuation
    }

    func run() {
        var pause = ListenerLoop.firstPause
        while !interrupt.isRequested {
            do {
                let connection = try PostgresConnection(options, interrupt: interrupt)
                if let lock { try connection.control("select pg_advisory_lock_shared(\(lock))") }
                for channel in channels {
                    let quoted = channel.replacing("\"", with: "\"\"")
                    try connection.control("listen \"\(quoted)\"")
                }
                gap = true
                pause = ListenerLoop.firstPause
                try listen(connection)
            } catch {
                rest(pause)
                pause = min(pause * 2, ListenerLoop.longestPause)
            }
        }
    }

    private func listen(_ connection: PostgresConnection) throws {
        while !interrupt.isRequested {
            if gap, case .enqueued = continuation.yield(.gap) { gap = false }
            drain(connection)
            let limit = ContinuousClock.now + ListenerLoop.probe
            switch connection.wait(until: limit, watchingInterrupt: true) {
            case .interrupted: return
            case .expired: try connection.control("select 1")
            case .ready:
                guard PQconsumeInput(connection.handle) == 1, !connection.isBroken else {
                    throw connection.lostError(sent: false)
                }
            }
        }
    }

    private func drain(_ connection: PostgresConnection) {
        while let notification = PQnotifies(connection.handle) {
            defer { PQfreemem(notification) }
            let event = PostgresListener.Event.notification(
                channel: String(cString: notification.pointee.relname),
                payload: String(cString: notification.pointee.extra))
            if case .dropped = continuation.yield(event) { gap = true }
        }
    }

    private func rest(_ duration: Duration) {
        var descriptor = pollfd(fd: interrupt.descriptor, events: Int16(POLLIN), revents: 0)
        poll(&descriptor, 1, Int32(clamping: duration.microseconds / 1000))
    }
}
