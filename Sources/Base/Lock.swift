import Foundation
import Synchronization

#if FRONTDESK_THREAD_SANITIZER
    /// A value inside a lock. This build uses pthreads, which the thread sanitizer understands.
    package final class Lock<Value>: @unchecked Sendable {
        // In memory of its own: an empty value would share its address with the next property, and
        // the sanitizer would take reading that for a race.
        private let value: UnsafeMutablePointer<Value>
        private let mutex: UnsafeMutablePointer<pthread_mutex_t>

        package init(_ value: sending Value) {
            self.value = .allocate(capacity: 1)
            self.value.initialize(to: value)
            mutex = .allocate(capacity: 1)
            pthread_mutex_init(mutex, nil)
        }

        deinit {
            value.deinitialize(count: 1)
            value.deallocate()
            pthread_mutex_destroy(mutex)
            mutex.deallocate()
        }

        package func withLock<Result: ~Copyable, Failure: Error>(
            _ body: (inout sending Value) throws(Failure) -> sending Result
        ) throws(Failure) -> sending Result {
            pthread_mutex_lock(mutex)
            defer { pthread_mutex_unlock(mutex) }
            return try body(&value.pointee)
        }
    }
#else
    /// A value inside a lock: the value cannot be reached without holding it.
    ///
    /// Run actions after unlocking: take them out as values, then act.
    package final class Lock<Value>: Sendable {
        private let mutex: Mutex<Value>

        package init(_ value: sending Value) {
            mutex = Mutex(value)
        }

        package func withLock<Result: ~Copyable, Failure: Error>(
            _ body: (inout sending Value) throws(Failure) -> sending Result
        ) throws(Failure) -> sending Result {
            try mutex.withLock(body)
        }
    }
#endif
