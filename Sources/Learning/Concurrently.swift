import Base
import Foundation

/// The results of pieces of work that do not need each other, in order, on all cores.
///
/// Each piece must give the same on any thread, so that the outcome never depends on the machine.
func concurrently<Result: Sendable>(_ count: Int, _ body: @Sendable (Int) -> Result) -> [Result] {
    let results = Lock([Result?](repeating: nil, count: count))
    DispatchQueue.concurrentPerform(iterations: count) { number in
        let result = body(number)
        results.withLock { $0[number] = result }
    }
    return results.withLock { $0.compactMap { $0 } }
}
