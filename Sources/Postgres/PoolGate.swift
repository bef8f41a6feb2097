import Base
import Foundation

/// The mutex of a pool with its conditions, on the monotonic clock.
///
/// Threads of ours wait here; `NSCondition` would wait on the wall clock, which can jump.
final class PoolGate: @unchecked Sendable {
    /// Who may be waiting.
    enum Waiter: Int, CaseIterable {
        /// Idle workers, for work.
        case arrival
        /// Workers that could not connect, for their next try.
        case pause
        /// The thread that gives up on work that waited too long.
        case timer
    }

    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let conditions: UnsafeMutablePointer<pthread_cond_t>

    init() {
        mutex = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        conditions = .allocate(capacity: Waiter.allCases.count)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        for waiter in Waiter.allCases {
            pthread_cond_init(conditions + waiter.rawValue, &attributes)
        }
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        for waiter in Waiter.allCases { pthread_cond_destroy(conditions + waiter.rawValue) }
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
        conditions.deallocate()
    }

    func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }

    /// Waits for a signal, or for `duration` if one is given; call it only inside `locked`.
    func wait(as waiter: Waiter, for duration: Duration? = nil) {
        let condition = conditions + waiter.rawValue
        guard let duration else {
            pthread_cond_wait(condition, mutex)
            return
        }
        var until = timespec()
        clock_gettime(CLOCK_MONOTONIC, &until)
        let total = until.tv_nsec + Int(duration.microseconds % 1_000_000) * 1000
        until.tv_sec += Int(duration.microseconds / 1_000_000) + total / 1_000_000_000
        until.tv_nsec = total % 1_000_000_000
        pthread_cond_timedwait(condition, mutex, &until)
    }

    func signal(_ waiter: Waiter) { pthread_cond_signal(conditions + waiter.rawValue) }

    func wakeEverybody() {
        for waiter in Waiter.allCases { pthread_cond_broadcast(conditions + waiter.rawValue) }
    }
}
