import Base
import CPostgres

/// Lets another thread ask the work on a connection to stop; `poll` sees it beside the socket.
///
/// Each piece of work has a number, so a late request never hits the work that came after.
final class Interrupt: Sendable {
    private struct State {
        var work: UInt64 = 0
        var requested = false
    }

    /// Readable once a stop was requested; -1 when the process had no descriptor left.
    let descriptor: Int32
    private let state = Lock(State())

    init() {
        descriptor = frontdesk_pg_eventfd()
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    var isRequested: Bool { state.withLock { $0.requested } }

    func begin(_ work: UInt64) {
        state.withLock { state in
            state = State(work: work)
            frontdesk_pg_eventfd_clear(descriptor)
        }
    }

    func request(_ work: UInt64) {
        state.withLock { state in
            guard state.work == work else { return }
            state.requested = true
            frontdesk_pg_eventfd_set(descriptor)
        }
    }
}
