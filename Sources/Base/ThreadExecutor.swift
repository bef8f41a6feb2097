import Foundation
import Synchronization

/// One operating-system thread as an actor's executor, for C libraries that block.
///
/// An actor names it as `unownedExecutor`; its jobs then run on this thread in order and never on
/// the cooperative pool. `stop` lets queued jobs finish, then ends the thread.
package final class ThreadExecutor: SerialExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var stopped = false
    }

    private let condition = NSCondition()
    private let state = Lock(State())

    package init(name: String) {
        let thread = Thread { [self] in loop() }
        thread.name = name
        thread.stackSize = 2 << 20
        thread.start()
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        condition.lock()
        let stopped = state.withLock { state in
            if !state.stopped { state.jobs.append(job) }
            return state.stopped
        }
        condition.signal()
        condition.unlock()
        // A job that comes after the end must still run, or its awaiting task would hang for ever.
        if stopped { job.runSynchronously(on: asUnownedSerialExecutor()) }
    }

    /// Ends the thread after the jobs that are already queued.
    package func stop() {
        condition.lock()
        state.withLock { $0.stopped = true }
        condition.signal()
        condition.unlock()
    }

    private func loop() {
        while let job = nextJob() {
            job.runSynchronously(on: asUnownedSerialExecutor())
        }
    }

    private func nextJob() -> UnownedJob? {
        condition.lock()
        defer { condition.unlock() }
        while true {
            let (job, stopped) = state.withLock { state in
                (state.jobs.isEmpty ? nil : state.jobs.removeFirst(), state.stopped)
            }
            if let job { return job }
            if stopped { return nil }
            condition.wait()
        }
    }
}
