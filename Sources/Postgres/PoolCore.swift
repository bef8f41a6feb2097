import Base
import Foundation

/// A piece of work on its way through the pool.
struct PoolWork: Sendable {
    let number: UInt64
    /// When it gives up waiting for a connection.
    var acquireBy: ContinuousClock.Instant
    /// How long it may run.
    let timeout: Duration?
    /// How long the server may be silent under it; nil is for ever.
    let answerLimit: Duration?
    /// Whether it may be run again when nothing it did was stored: it only talks to the database.
    let repeatable: Bool
    /// How many more sessions may break under it before its error is told.
    var triesLeft = 2
    /// Runs it; gives what must happen to the connection's user, and whether it failed.
    let attempt: @Sendable (PostgresConnection) -> PoolAttempt
    /// Ends it without having run.
    let fail: @Sendable (any Error) -> Void
}

/// What came of running a piece of work.
struct PoolAttempt {
    let failed: Bool
    /// Hands the result to the task that waits for it.
    let deliver: () -> Void
}

/// What the threads of a pool share: the queue, and who works on what.
///
/// First come, first served. All state is guarded by `gate`.
final class PoolCore: @unchecked Sendable {
    let options: PostgresOptions
    let limits: PostgresPool.Limits
    private let gate = PoolGate()
    private var waiting: [PoolWork] = []
    private var running: [UInt64: Interrupt] = [:]
    /// Work cancelled before it came to the queue.
    private var cancelledEarly: Set<UInt64> = []
    private var lastNumber: UInt64 = 0
    private var closing = false
    private var threads = 0
    private var connectFailure: String?
    /// Whether the server said nothing the last time that it was asked for something.
    private var isSilent = false
    private var closed: [CheckedContinuation<Void, Never>] = []

    /// Waits for a server that is known to be silent: long enough to notice that it is back.
    private static let silentAcquisition: Duration = .seconds(1)
    private static let silentAnswerLimit: Duration = .seconds(2)

    init(options: PostgresOptions, limits: PostgresPool.Limits) {
        self.options = options
        self.limits = limits
    }

    func start() {
        threads = limits.connections + 1
        for index in 0..<limits.connections {
            spawn("postgres-\(index)") { [self] in PoolWorker(core: self).loop() }
        }
        spawn("postgres-timer") { [self] in timerLoop() }
    }

    private func spawn(_ name: String, _ body: @escaping @Sendable () -> Void) {
        let thread = Thread { [self] in
            body()
            let done = gate.locked {
                threads -= 1
                guard threads == 0 else { return [CheckedContinuation<Void, Never>]() }
                defer { closed = [] }
                return closed
            }
            for continuation in done { continuation.resume() }
        }
        thread.name = name
        thread.stackSize = 1 << 20
        thread.start()
    }

    // MARK: The side of the tasks

    func nextNumber() -> UInt64 {
        gate.locked {
            lastNumber += 1
            return lastNumber
        }
    }

    /// How long work that comes now waits for a connection.
    var acquisition: Duration {
        gate.locked {
            isSilent ? min(limits.acquisition, PoolCore.silentAcquisition) : limits.acquisition
        }
    }

    func enqueue(_ work: PoolWork) {
        let refusal: (any Error)? = gate.locked {
            if cancelledEarly.remove(work.number) != nil { return CancellationError() }
            if closing { return PostgresError.closed }
            if waiting.count >= limits.waiting { return PostgresError.queueFull }
            waiting.append(work)
            gate.signal(.arrival)
            if waiting.count == 1 { gate.signal(.timer) }
            return nil
        }
        if let refusal { work.fail(refusal) }
    }

    func cancel(_ number: UInt64) {
        let work: PoolWork? = gate.locked {
            if let index = waiting.firstIndex(where: { $0.number == number }) {
                return waiting.remove(at: index)
            }
            if let interrupt = running[number] {
                interrupt.request(number)
            } else {
                cancelledEarly.insert(number)
            }
            return nil
        }
        work?.fail(CancellationError())
    }

    /// The task has its answer: nothing more can come for this number.
    func forget(_ number: UInt64) {
        gate.locked { _ = cancelledEarly.remove(number) }
    }

    /// Refuses new work; the threads end when the queue is empty.
    func beginClosing() {
        gate.locked {
            closing = true
            gate.wakeEverybody()
        }
    }

    /// Asks everything that runs or waits to stop.
    func interruptAll() {
        let dropped = gate.locked {
            for (number, interrupt) in running { interrupt.request(number) }
            defer { waiting = [] }
            gate.wakeEverybody()
            return waiting
        }
        for work in dropped { work.fail(PostgresError.closed) }
    }

    func threadsEnded(_ continuation: CheckedContinuation<Void, Never>) {
        let already = gate.locked {
            if threads > 0 { closed.append(continuation) }
            return threads == 0
        }
        if already { continuation.resume() }
    }

    // MARK: The side of the threads

    /// Waits until there is work; false when the thread should end.
    func awaitArrival() -> Bool {
        gate.locked {
            while waiting.isEmpty, !closing { gate.wait(as: .arrival) }
            return !waiting.isEmpty
        }
    }

    /// The next piece of work, already under the worker's interrupt.
    func take(_ interrupt: Interrupt) -> PoolWork? {
        gate.locked {
            connectFailure = nil
            guard !waiting.isEmpty else { return nil }
            let work = waiting.removeFirst()
            interrupt.begin(work.number)
            running[work.number] = interrupt
            return work
        }
    }

    /// How long the server may be silent under this work, as far as is known of it now.
    func answerLimit(of work: PoolWork) -> Duration? {
        let isSilent = gate.locked { self.isSilent }
        return work.answerLimit.map { isSilent ? min($0, PoolCore.silentAnswerLimit) : $0 }
    }

    /// Notes whether the server says anything: while it does not, nobody waits for it long.
    func note(silent: Bool) {
        gate.locked {
            let isNews = silent && !isSilent
            isSilent = silent
            guard isNews else { return }
            // Those who came before it was known wait no longer than those who come now.
            let end = ContinuousClock.now + PoolCore.silentAcquisition
            for index in waiting.indices {
                waiting[index].acquireBy = min(waiting[index].acquireBy, end)
            }
            gate.signal(.timer)
        }
    }

    /// Puts work whose session broke in front again; it waits for a session as if it had just come.
    func putBack(_ work: PoolWork) {
        gate.locked {
            running.removeValue(forKey: work.number)
            waiting.insert(work, at: 0)
            gate.signal(.arrival)
            gate.signal(.timer)
        }
    }

    func finished(_ work: PoolWork) {
        gate.locked { _ = running.removeValue(forKey: work.number) }
    }

    /// Another worker may have a connection: let it have the arrival, then wait for our next try.
    func pause(_ duration: Duration, after failure: String?) {
        gate.locked {
            connectFailure = failure
            gate.signal(.arrival)
            // While closing, the queue empties by its timeouts; the pause keeps us from spinning.
            gate.wait(as: .pause, for: duration)
        }
    }

    private func timerLoop() {
        while true {
            let (expired, cause, end): ([PoolWork], String?, Bool) = gate.locked {
                // Work that was put back waits longer than what stands behind it.
                guard let next = waiting.map(\.acquireBy).min() else {
                    if closing { return ([], nil, true) }
                    gate.wait(as: .timer)
                    return ([], nil, false)
                }
                let now = ContinuousClock.now
                if next > now { gate.wait(as: .timer, for: next - now) }
                let late = ContinuousClock.now
                let expired = waiting.filter { $0.acquireBy <= late }
                if !expired.isEmpty { waiting.removeAll { $0.acquireBy <= late } }
                return (expired, connectFailure, false)
            }
            for work in expired { work.fail(PostgresError.acquisitionTimedOut(cause: cause)) }
            if end { return }
        }
    }
}
