import Base
import CPostgres
import Foundation

/// A request to the server to stop a statement, and whether it was delivered.
final class CancelRequest: @unchecked Sendable {
    /// Used by one thread only: the one that sends it, and then by `deinit`.
    private let cancel: OpaquePointer?
    private let done = DispatchSemaphore(value: 0)

    init(_ cancel: OpaquePointer?) {
        self.cancel = cancel
        if cancel == nil { done.signal() }
    }

    deinit { PQfreeCancel(cancel) }

    /// Opens a connection of its own and waits until the server has taken the request.
    func send() {
        if let cancel {
            var reason = [CChar](repeating: 0, count: 256)
            PQcancel(cancel, &reason, Int32(reason.count))
        }
        done.signal()
    }

    /// Waits until it was delivered; false when it was not in time.
    func isDone(by end: ContinuousClock.Instant) -> Bool {
        let left = max(0, (end - ContinuousClock.now).microseconds)
        guard done.wait(timeout: .now() + .microseconds(Int(left))) == .success else {
            return false
        }
        done.signal()
        return true
    }
}

/// Sends cancel requests from a thread of its own.
///
/// `PQcancel` waits for the server without a limit. A server that hangs would hold whoever has to
/// give an answer in time, so only this thread waits, and requests beyond a few are dropped: their
/// sessions are closed, which ends their statements too.
final class CancelThread: Sendable {
    static let shared = CancelThread()
    static let waitingLimit = 32

    private let state = Lock((waiting: [CancelRequest](), runs: false))

    func take(_ request: CancelRequest) {
        let mustStart = state.withLock { state in
            guard state.waiting.count < CancelThread.waitingLimit else { return false }
            state.waiting.append(request)
            defer { state.runs = true }
            return !state.runs
        }
        guard mustStart else { return }
        let thread = Thread { [self] in
            while let next = takeNext() { next.send() }
        }
        thread.name = "postgres-cancel"
        thread.stackSize = 256 << 10
        thread.start()
    }

    private func takeNext() -> CancelRequest? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.runs = false
                return nil
            }
            return state.waiting.removeFirst()
        }
    }
}
