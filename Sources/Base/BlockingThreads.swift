import Foundation

/// A bounded number of operating-system threads for calls that block: slow disks and long
/// computations, which must not hold a thread of the cooperative pool.
///
/// Work waits in order of arrival and may run beside other work. `ThreadExecutor` is for an actor
/// whose C library wants one thread; this is for calls that do not care which thread they are on.
///
///     let size = try await threads.run { try file.write(bytes) }
///
/// Threads begin when they are needed and end with the last reference.
package final class BlockingThreads: Sendable {
    private let queue: WorkQueue

    /// - Parameter limit: threads at most, so also pieces of work that run at once.
    package init(name: String, limit: Int) {
        queue = WorkQueue(name: name, limit: max(1, limit))
    }

    deinit { queue.stop() }

    /// Runs work on one of the threads. Cancelling does not end it: what blocks cannot be stopped.
    package func run<Value: Sendable, Failure: Error>(
        _ work: @escaping @Sendable () throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let result: Result<Value, Failure> = await withCheckedContinuation { continuation in
            queue.add {
                do throws(Failure) {
                    continuation.resume(returning: .success(try work()))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }
}

private final class WorkQueue: Sendable {
    private struct State {
        var waiting: [@Sendable () -> Void] = []
        var threads = 0
        var idle = 0
        var isStopped = false
    }

    private let name: String
    private let limit: Int
    private let condition = NSCondition()
    private let state = Lock(State())

    init(name: String, limit: Int) {
        self.name = name
        self.limit = limit
    }

    func add(_ work: @escaping @Sendable () -> Void) {
        condition.lock()
        let isShort = state.withLock { state in
            state.waiting.append(work)
            guard state.waiting.count > state.idle, state.threads < limit else { return false }
            state.threads += 1
            return true
        }
        condition.signal()
        condition.unlock()
        guard isShort else { return }
        let thread = Thread { [self] in while let work = next() { work() } }
        thread.name = name
        thread.stackSize = 2 << 20
        thread.start()
    }

    /// Ends the threads when what waits is done.
    func stop() {
        condition.lock()
        state.withLock { $0.isStopped = true }
        condition.broadcast()
        condition.unlock()
    }

    private func next() -> (@Sendable () -> Void)? {
        condition.lock()
        defer { condition.unlock() }
        while true {
            let (work, isStopped) = state.withLock { state in
                (state.waiting.isEmpty ? nil : state.waiting.removeFirst(), state.isStopped)
            }
            if let work { return work }
            if isStopped { return nil }
            state.withLock { $0.idle += 1 }
            condition.wait()
            state.withLock { $0.idle -= 1 }
        }
    }
}
