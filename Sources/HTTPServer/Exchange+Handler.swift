import Base
import HTTP

/// The side of an exchange that the handler's task uses.
extension Exchange {
    /// The next chunk of the body; waits for it.
    func read(pipeBytes: Int) async throws(HTTPBodyError) -> [UInt8]? {
        while true {
            let step: Result<[UInt8]?, HTTPBodyError>? = state.withLock { state in
                if let failure = state.bodyFailure { return .failure(failure) }
                if let chunk = state.body.takeFirst() {
                    if state.wait == .bodySpace, state.body.count <= pipeBytes / 2 {
                        state.resume()
                    }
                    return .success(chunk)
                }
                if state.body.isEnded { return .success(nil) }
                if state.isAborted { return .failure(.incomplete) }
                return nil
            }
            if let step { return try step.get() }
            if Task.isCancelled { throw .cancelled }
            await waitForBody()
        }
    }

    private func waitForBody() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready = state.withLock { state in
                    // Asked under the lock, so that a cancellation cannot fall in between.
                    if Task.isCancelled || state.isAborted || state.body.isEnded
                        || !state.body.isEmpty || state.bodyFailure != nil
                    {
                        return true
                    }
                    state.body.wait(continuation)
                    return false
                }
                if ready { continuation.resume() }
            }
        } onCancel: {
            wakeReaders()
        }
    }

    private func wakeReaders() {
        let waiting = state.withLock { $0.body.takeWaiting() }
        for reader in waiting { reader.resume() }
    }

    /// Gives the response; the rest of the body will be dropped.
    func respond(_ response: HTTPResponse, streams: Bool) {
        state.withLock { state in
            state.response = response
            state.isStreaming = streams
            state.body.removeAll()
            if state.wait == .bodySpace || state.wait == .response { state.resume() }
            if streams, state.isStopping { state.task?.cancel() }
        }
    }

    /// Queues a chunk of a streamed response; waits while the client is behind.
    func write(_ chunk: [UInt8], pipeBytes: Int) async throws(HTTPBodyError) {
        while true {
            if Task.isCancelled { throw .cancelled }
            let step: Result<Bool, HTTPBodyError> = state.withLock { state in
                if state.isAborted { return .failure(.incomplete) }
                guard state.output.count < pipeBytes else {
                    if state.behind == nil { state.behind = (.now, state.sent) }
                    return .success(false)
                }
                state.output.append(chunk)
                if state.wait == .output { state.resume() }
                return .success(true)
            }
            if try step.get() { return }
            await waitForRoom(pipeBytes)
        }
    }

    private func waitForRoom(_ pipeBytes: Int) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready = state.withLock { state in
                    if Task.isCancelled || state.isAborted || state.output.count < pipeBytes {
                        return true
                    }
                    state.output.wait(continuation)
                    return false
                }
                if ready { continuation.resume() }
            }
        } onCancel: {
            let waiting = state.withLock { $0.output.takeWaiting() }
            for writer in waiting { writer.resume() }
        }
    }

    /// Ends a streamed response; after a failure the client sees that it is cut short.
    func endOutput(failed: Bool) {
        state.withLock { state in
            state.output.isEnded = true
            // A stream that a stopping server ended has ended well: the client connects again.
            state.outputFailed = failed && !state.isStopping
            if state.wait == .output { state.resume() }
        }
    }

    /// Runs a stream to its end, with heartbeats beside it.
    func run(_ stream: HTTPStream, pipeBytes: Int) async {
        let writer = HTTPWriter { chunk throws(HTTPBodyError) in
            try await self.write(chunk, pipeBytes: pipeBytes)
        }
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await stream.produce(writer) }
                if let beat = stream.heartbeat {
                    group.addTask {
                        while true {
                            try await Task.sleep(for: beat.interval)
                            try await writer.write(beat.bytes)
                        }
                    }
                }
                // Whoever ends first ends both: the producer is done, or the client has gone.
                try await group.next()
                group.cancelAll()
            }
            endOutput(failed: false)
        } catch {
            endOutput(failed: true)
        }
    }
}
