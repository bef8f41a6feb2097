import Base
import Foundation
import Synchronization

/// What one pass over all queries found, and how long it took.
struct VectorRun: Sendable {
    let width: Int
    let threads: Int
    let found: [[Int64]]
    /// Of each query, in microseconds.
    let times: [Double]
    let seconds: Double
    /// Distances that one query computed, and nodes whose links it read; nil where nobody counts.
    var effort: (distances: Double, visited: Double)?

    var queriesPerSecond: Double { Double(times.count) / seconds }

    /// Passes beside rivals go on for about so long; `vector.py` does the same.
    static let secondsTogether = 0.2

    /// Runs every query once on so many threads; each takes the next that is left.
    static func pass(
        _ queries: [[Float]], width: Int, threads: Int,
        _ search: @escaping @Sendable (_ query: [Float], _ thread: Int) throws -> [Int64]
    ) throws -> VectorRun {
        let next = Atomic<Int>(0)
        let results = Lock<[(index: Int, ids: [Int64], time: Double)]>([])
        let failure = Lock<(any Error)?>(nil)
        let clock = ContinuousClock()
        let work: @Sendable (Int) -> Void = { thread in
            var own: [(index: Int, ids: [Int64], time: Double)] = []
            own.reserveCapacity(queries.count)
            do {
                while true {
                    let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                    guard index < queries.count else { break }
                    let start = clock.now
                    let ids = try search(queries[index], thread)
                    own.append((index, ids, (clock.now - start) / .microseconds(1)))
                }
            } catch { failure.withLock { $0 = error } }
            let done = own
            results.withLock { $0 += done }
        }
        let start = clock.now
        if threads == 1 {
            work(0)
        } else {
            DispatchQueue.concurrentPerform(iterations: threads, execute: work)
        }
        let seconds = (clock.now - start) / .seconds(1)
        if let failure = failure.withLock({ $0.map { "\($0)" } }) { throw BenchFailure(failure) }
        let sorted = results.withLock { $0 }.sorted { $0.index < $1.index }
        return VectorRun(
            width: width, threads: threads, found: sorted.map(\.ids), times: sorted.map(\.time),
            seconds: seconds)
    }

    /// The pass with the median speed.
    static func median(of passes: [VectorRun]) -> VectorRun {
        passes.sorted { $0.seconds < $1.seconds }[passes.count / 2]
    }

    func line(of subject: any VectorSubject, _ files: VectorFiles, _ plan: VectorPlan)
        -> JSONLine
    {
        let sorted = times.sorted()
        var line = JSONLine()
        line.add("ef", width)
        line.add("recall", files.recall(found, k: plan.k))
        line.add("qps", queriesPerSecond)
        line.add("p50_us", VectorRun.rank(0.5, sorted))
        line.add("p99_us", VectorRun.rank(0.99, sorted))
        line.add("bytes_per_vector", subject.bytesPerVector)
        line.add("build_seconds", subject.buildSeconds)
        line.add("threads", threads)
        if let effort {
            line.add("distances_per_query", effort.distances)
            line.add("visited_per_query", effort.visited)
        }
        return line
    }

    /// A percentile by nearest rank.
    static func rank(_ share: Double, _ sorted: [Double]) -> Double {
        guard !sorted.isEmpty else { return .nan }
        return sorted[
            min(sorted.count - 1, max(0, Int((share * Double(sorted.count)).rounded(.up)) - 1))]
    }
}

/// The resident memory of this process, mapped pages counted.
enum ResidentMemory {
    /// In bytes, summed over the mappings by the kernel, so exact.
    static var bytes: Double {
        giveBackFreed()
        let text = try? String(contentsOfFile: "/proc/self/smaps_rollup", encoding: .utf8)
        // Without /proc nothing can be told; the line says null.
        let line = text?.split(separator: "\n").first { $0.hasPrefix("Rss:") }
        let kilobytes = line?.split(separator: " ").dropFirst().first.flatMap { Double($0) }
        return kilobytes.map { $0 * 1024 } ?? .nan
    }

    /// Returns what the allocator keeps of freed memory, which is nobody's cost.
    private static func giveBackFreed() {
        // The module of the C library leaves <malloc.h> out, so the function is looked up.
        guard let place = dlsym(nil, "malloc_trim") else { return }
        typealias Trim = @convention(c) (Int) -> Int32
        _ = unsafeBitCast(place, to: Trim.self)(0)
    }
}
