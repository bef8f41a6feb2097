import Base
import CMicroHTTPD
import HTTP

/// One request and its response, between the server's thread and the handler's task.
///
/// The thread calls `access` and `fill` and only copies bytes; the task reads the body and gives
/// the response. The connection is suspended when there is nothing to copy, and resumed under the
/// lock, only if suspended, so a resume can be neither lost nor repeated.
final class Exchange: Sendable {
    /// The request line's target, as it was sent.
    let target: String

    /// What the suspended connection waits for.
    enum Wait { case bodySpace, response, output }

    struct State: @unchecked Sendable {
        /// Valid until the request is completed; unsafe to use after `isClosed`.
        var handle: OpaquePointer?
        var wait: Wait?
        var hasBegun = false
        var body = BytePipe()
        var bodyFailure: HTTPBodyError?
        var received = 0
        var bodyLimit = 0
        var drained = 0
        var bodyStart: ContinuousClock.Instant?
        /// While the handler is slow the client's clock stands still.
        var pauseStart: ContinuousClock.Instant?
        var response: HTTPResponse?
        var hasAnswered = false
        /// When the whole response was handed over; nil for streams.
        var answeredAt: ContinuousClock.Instant?
        /// Bytes of a stream that the client has taken.
        var sent = 0
        /// Since when a stream's client is behind, and what it had taken then.
        var behind: (since: ContinuousClock.Instant, sent: Int)?
        var output = BytePipe()
        var outputFailed = false
        var isStreaming = false
        var isStopping = false
        /// The client has gone or was sent away: nothing is copied any more.
        var isAborted = false
        var isClosed = false
        var task: Task<Void, Never>?

        mutating func resume() {
            guard wait != nil, let handle, !isClosed else { return }
            wait = nil
            if let start = pauseStart, let begun = bodyStart {
                bodyStart = begun + (ContinuousClock.now - start)
                pauseStart = nil
            }
            MHD_resume_connection(handle)
        }

        mutating func suspend(_ reason: Wait) {
            guard let handle else { return }
            wait = reason
            if reason == .bodySpace { pauseStart = .now }
            MHD_suspend_connection(handle)
        }
    }

    let state = Lock(State())
    private let limits: ServerConfiguration

    init(target: String, limits: ServerConfiguration) {
        self.target = target
        self.limits = limits
    }

    /// Notes the checked request and starts its handler.
    func begin(
        handle: OpaquePointer, reading: StrictReading, bodyLimit: Int, isStopping: Bool,
        handler: @escaping @Sendable (Exchange) async -> Void
    ) {
        let handle = UnsafeHandle(handle)
        state.withLock { state in
            state.hasBegun = true
            state.handle = handle.pointer
            state.bodyLimit = bodyLimit
            state.isStopping = isStopping
            if reading.hasBody { state.bodyStart = .now } else { state.body.isEnded = true }
        }
        // Made outside the lock: the handler asks for it at once, on another core.
        let task = Task { await handler(self) }
        let isUnwanted = state.withLock { state in
            state.task = task
            return state.isAborted || (state.isStreaming && state.isStopping)
        }
        if isUnwanted { task.cancel() }
    }

    // MARK: the server's thread

    /// A call after the first: bytes of the body, or its end. False closes the connection.
    func access(_ bytes: UnsafeRawBufferPointer) -> (goOn: Bool, taken: Int) {
        let bytes = UnsafeBytes(bytes)
        let (goOn, taken, waiting) = state.withLock { state in
            let (goOn, taken) = accessLocked(&state, bytes.buffer)
            return (goOn, taken, state.body.takeWaiting())
        }
        for reader in waiting { reader.resume() }
        return (goOn, taken)
    }

    private func accessLocked(
        _ state: inout State, _ bytes: UnsafeRawBufferPointer
    ) -> (Bool, Int) {
        if state.isAborted { return (false, 0) }
        if bytes.isEmpty { return (finishBody(&state), 0) }
        if state.response != nil || state.bodyFailure != nil {
            state.drained += bytes.count
            return (state.drained <= limits.maximumDrainBytes, bytes.count)
        }
        guard state.received + bytes.count <= state.bodyLimit else {
            state.bodyFailure = .tooLarge(limit: state.bodyLimit)
            state.body.removeAll()
            return (true, bytes.count)
        }
        guard state.body.count < limits.pipeBytes else {
            state.suspend(.bodySpace)
            return (true, 0)
        }
        state.received += bytes.count
        state.body.append(Array(bytes))
        return (true, bytes.count)
    }

    private func finishBody(_ state: inout State) -> Bool {
        state.body.isEnded = true
        guard let response = state.response else {
            state.suspend(.response)
            return true
        }
        guard !state.hasAnswered, let handle = state.handle else { return false }
        state.hasAnswered = true
        if !state.isStreaming { state.answeredAt = .now }
        return queue(response, on: handle, for: self, closing: state.isStopping)
    }

    /// Fills the library's buffer with streamed output.
    func fill(_ buffer: UnsafeMutableRawPointer, room: Int) -> Int {
        let buffer = UnsafeBuffer(buffer)
        let (result, waiting) = state.withLock { state in
            let result = fillLocked(&state, buffer.pointer, room)
            let hasRoom = state.output.count < limits.pipeBytes
            return (result, hasRoom ? state.output.takeWaiting() : [])
        }
        for writer in waiting { writer.resume() }
        return result
    }

    private func fillLocked(
        _ state: inout State, _ buffer: UnsafeMutableRawPointer, _ room: Int
    ) -> Int {
        if state.isAborted || state.outputFailed { return frontdesk_mhd_abort() }
        let copied = state.output.copy(to: buffer, room: room)
        state.sent += copied
        if state.output.isEmpty { state.behind = nil }
        if copied > 0 { return copied }
        if state.output.isEnded { return frontdesk_mhd_end() }
        state.suspend(.output)
        return 0
    }

    /// The library is done with the request.
    func complete() {
        let (waiting, task) = state.withLock { state in
            state.isClosed = true
            state.isAborted = true
            state.handle = nil
            let finished = state.hasAnswered && (!state.isStreaming || state.output.isEnded)
            return (
                state.body.takeWaiting() + state.output.takeWaiting(),
                finished ? nil : state.task
            )
        }
        task?.cancel()
        for waiter in waiting { waiter.resume() }
    }

    // MARK: the watch

    /// Sends the client away: cancels the handler and lets the thread close the connection.
    func abort() {
        let (waiting, task) = state.withLock { state in
            state.isAborted = true
            state.resume()
            return (state.body.takeWaiting() + state.output.takeWaiting(), state.task)
        }
        task?.cancel()
        for waiter in waiting { waiter.resume() }
    }

    /// Whether the body comes, or the response is taken, more slowly than the limits allow.
    func isTooSlow(now: ContinuousClock.Instant) -> Bool {
        state.withLock { state in
            func isLate(_ start: ContinuousClock.Instant, _ bytes: Int) -> Bool {
                let earned = Duration.seconds(bytes) / limits.minimumBodyBytesPerSecond
                return now - start > limits.bodyDeadline + earned
            }
            if let start = state.bodyStart, !state.body.isEnded, state.pauseStart == nil {
                return isLate(start, state.received + state.drained)
            }
            if let start = state.answeredAt {
                return isLate(start, state.response?.byteCount ?? 0)
            }
            guard let behind = state.behind else { return false }
            return isLate(behind.since, state.sent - behind.sent)
        }
    }

    /// Since when nothing but the client is waited for: the rest of a body, or that it takes a
    /// response. Nil for a handler at work and for an open stream.
    var waitingForClientSince: ContinuousClock.Instant? {
        state.withLock { state in
            if let start = state.answeredAt { return start }
            guard let start = state.bodyStart, !state.body.isEnded, state.pauseStart == nil
            else { return nil }
            return start
        }
    }

    /// Asks streams to end; handlers that still work may finish.
    func stop() {
        let task = state.withLock { state in
            state.isStopping = true
            return state.isStreaming ? state.task : nil
        }
        task?.cancel()
    }
}

/// Pointers that stay on the thread that made them, or under the exchange's lock.
struct UnsafeHandle: @unchecked Sendable {
    let pointer: OpaquePointer
    init(_ pointer: OpaquePointer) { self.pointer = pointer }
}

private struct UnsafeBytes: @unchecked Sendable {
    let buffer: UnsafeRawBufferPointer
    init(_ buffer: UnsafeRawBufferPointer) { self.buffer = buffer }
}

private struct UnsafeBuffer: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer
    init(_ pointer: UnsafeMutableRawPointer) { self.pointer = pointer }
}
