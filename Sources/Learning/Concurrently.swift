import Base
import Foundation

/// The results of pieces of work that do not need each other, in order, on all cores.
///
/// Each piece must give the same on any thread, so that the outcome never depends on the machine.
/// Blocks until all are done; the calling thread works too.
func concurrently<Result: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (Int) -> Result
) -> [Result] {
    let results = Lock([Result?](repeating: nil, count: count))
    let next = Lock(0)
    let work = { @Sendable in
        while true {
            let number = next.withLock { next in
                defer { next += 1 }
                return next
            }
            guard number < count else { return }
            let result = body(number)
            results.withLock { $0[number] = result }
        }
    }
    let group = DispatchGroup()
    for _ in 1..<max(1, min(count, ProcessInfo.processInfo.activeProcessorCount)) {
        group.enter()
        let thread = Thread {
            work()
            group.leave()
        }
        thread.stackSize = 1 << 20
        thread.start()
    }
    work()
    group.wait()
    return results.withLock { $0.compactMap { $0 } }
}
