import Foundation
import Synchronization

/// Runs `body` once for every index on several threads and returns when all are done.
///
/// The calling thread works too; with one thread nothing is spawned. `worker` numbers the thread.
func inParallel(
    threads: Int, count: Int, _ body: @escaping @Sendable (_ index: Int, _ worker: Int) -> Void
) {
    let workers = min(threads, count)
    guard workers > 1 else {
        for index in 0..<count { body(index, 0) }
        return
    }
    let share = SharedCounter(count: count, body: body)
    let spawned = (1..<workers).compactMap { worker in spawn { share.run(worker: worker) } }
    share.run(worker: 0)
    for thread in spawned { pthread_join(thread, nil) }
}

private final class SharedCounter: Sendable {
    private let next = Atomic<Int>(0)
    private let count: Int
    private let body: @Sendable (Int, Int) -> Void

    init(count: Int, body: @escaping @Sendable (Int, Int) -> Void) {
        self.count = count
        self.body = body
    }

    func run(worker: Int) {
        while true {
            let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard index < count else { return }
            body(index, worker)
        }
    }
}

private final class ThreadBody {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// A joinable thread; nil when the system gives none, and then the caller does the work alone.
func spawn(_ run: @escaping @Sendable () -> Void) -> pthread_t? {
    let body = Unmanaged.passRetained(ThreadBody(run))
    var thread = pthread_t()
    let failure = pthread_create(
        &thread, nil,
        { argument in
            guard let argument else { return nil }
            Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run()
            return nil
        }, body.toOpaque())
    guard failure == 0 else {
        body.release()
        return nil
    }
    return thread
}
